/* one_connection URL CACHE...: a libcurl client that asks URL once with each ticket cache, by Negotiate and all on one handle.
 * Prints a line for each: status, connections opened for it, body. "-" for CACHE asks without a ticket or any authentication. */
#include <curl/curl.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool ask(CURL *curl, const char *cache)
{
    bool anonymous = strcmp(cache, "-") == 0;
    long status = 0;
    long connections = 0;
    if (setenv("KRB5CCNAME", cache, 1) != 0)
        return false;
    if (curl_easy_setopt(curl, CURLOPT_HTTPAUTH, anonymous ? CURLAUTH_NONE : CURLAUTH_NEGOTIATE) !=
            CURLE_OK ||
        curl_easy_setopt(curl, CURLOPT_USERPWD, anonymous ? NULL : ":") != CURLE_OK)
        return false;

    char *body = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&body, &size);
    if (memory == NULL)
        return false;
    CURLcode code = curl_easy_setopt(curl, CURLOPT_WRITEDATA, memory);
    if (code == CURLE_OK)
        code = curl_easy_perform(curl);
    (void)fclose(memory);
    if (code == CURLE_OK) {
        (void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
        (void)curl_easy_getinfo(curl, CURLINFO_NUM_CONNECTS, &connections);
        (void)printf("%ld %ld %s\n", status, connections, body);
    } else {
        (void)fprintf(stderr, "%s\n", curl_easy_strerror(code));
    }
    free(body);
    return code == CURLE_OK;
}

int main(int argc, char **argv)
{
    if (argc < 3 || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return EXIT_FAILURE;
    CURL *curl = curl_easy_init();
    bool good = curl != NULL && curl_easy_setopt(curl, CURLOPT_URL, argv[1]) == CURLE_OK &&
                curl_easy_setopt(curl, CURLOPT_NOPROXY, "*") == CURLE_OK;
    for (int i = 2; good && i < argc; i++)
        good = ask(curl, argv[i]);
    curl_easy_cleanup(curl);
    curl_global_cleanup();
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
