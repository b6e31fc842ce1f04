#include "support/client.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { URL_SIZE = 4096, TIMEOUT_S = 60 };

static FILE *record;

void client_open(struct client *client, unsigned port, const char *name)
{
    char path[URL_SIZE];
    const char *folder = getenv("NTOKEND_EXCHANGES");
    (void)curl_global_init(CURL_GLOBAL_DEFAULT);
    client->curl = curl_easy_init();
    client->port = port;
    if (folder == NULL || record != NULL)
        return;
    (void)snprintf(path, sizeof path, "%s/%s.jsonl", folder, name);
    record = fopen(path, "we");
    if (record == NULL) {
        perror(path);
        exit(99);
    }
}

void client_close(struct client *client)
{
    curl_easy_cleanup(client->curl);
    client->curl = NULL;
}

static size_t take_body(char *data, size_t one, size_t size, void *context)
{
    struct client_answer *answer = context;
    char *longer = realloc(answer->body, answer->body_size + size + 1);
    (void)one;
    if (longer == NULL)
        return 0;
    memcpy(longer + answer->body_size, data, size);
    answer->body = longer;
    answer->body_size += size;
    longer[answer->body_size] = '\0';
    return size;
}

/* Only the last response of a handshake counts, so a status line starts anew. */
static size_t take_header(char *data, size_t one, size_t size, void *context)
{
    struct client_answer *answer = context;
    char name[128] = "";
    (void)one;
    if (size >= 5 && memcmp(data, "HTTP/", 5) == 0) {
        json_object_clear(answer->headers);
        return size;
    }
    const char *colon = memchr(data, ':', size);
    if (colon == NULL || (size_t)(colon - data) >= sizeof name)
        return size;
    for (size_t i = 0; i < (size_t)(colon - data); i++)
        name[i] = (char)tolower((unsigned char)data[i]);
    const char *value = colon + 1;
    const char *end = data + size;
    while (value < end && (*value == ' ' || *value == '\t'))
        value++;
    while (end > value && isspace((unsigned char)end[-1]))
        end--;
    (void)json_object_set_new(answer->headers, name, json_stringn(value, (size_t)(end - value)));
    return size;
}

static void record_exchange(const struct client_request *request, const struct client_answer *answer)
{
    if (record == NULL)
        return;
    json_t *body = json_stringn(answer->body == NULL ? "" : answer->body, answer->body_size);
    json_t *sent = request->body == NULL ? json_null() : json_stringn(request->body, request->body_size);
    json_auto_t *line =
        json_pack("{s:s, s:s, s:I, s:O, s:o, s:o}", "method", request->method, "target", request->target,
                  "status", (json_int_t)answer->status, "headers", answer->headers, "body",
                  body != NULL ? body : json_null(), "request", sent != NULL ? sent : json_null());
    if (line == NULL || json_dumpf(line, record, JSON_COMPACT) != 0) {
        (void)fprintf(stderr, "client: cannot record an exchange\n");
        exit(99);
    }
    (void)fputc('\n', record);
    (void)fflush(record);
}

static struct curl_slist *headers_of(const struct client_request *request)
{
    char type[256];
    struct curl_slist *list = curl_slist_append(NULL, "Expect:");
    const char *wanted = request->content_type;
    if (wanted == NULL && request->body != NULL)
        wanted = "application/json";
    (void)snprintf(type, sizeof type, "Content-Type:%s%s", wanted == NULL || *wanted == '\0' ? "" : " ",
                   wanted == NULL ? "" : wanted);
    list = curl_slist_append(list, type);
    for (const char *const *header = request->headers; header != NULL && *header != NULL; header++)
        list = curl_slist_append(list, *header);
    return list;
}

static void show_ticket(struct client *client, const char *ccache)
{
    if (ccache == NULL) {
        curl_easy_setopt(client->curl, CURLOPT_HTTPAUTH, CURLAUTH_NONE);
        return;
    }
    (void)setenv("KRB5CCNAME", ccache, 1);
    curl_easy_setopt(client->curl, CURLOPT_HTTPAUTH, CURLAUTH_NEGOTIATE);
    curl_easy_setopt(client->curl, CURLOPT_USERPWD, ":");
}

bool client_send(struct client *client, const struct client_request *request, struct client_answer *ret)
{
    char url[URL_SIZE];
    CURL *curl = client->curl;
    *ret = (struct client_answer){.headers = json_object()};
    (void)snprintf(url, sizeof url, "http://localhost:%u%s", client->port, request->target);
    curl_easy_reset(curl);
    struct curl_slist *headers = headers_of(request);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)TIMEOUT_S);
    curl_easy_setopt(curl, CURLOPT_IPRESOLVE, CURL_IPRESOLVE_V4);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
    curl_easy_setopt(curl, CURLOPT_NOBODY, strcmp(request->method, "HEAD") == 0 ? 1L : 0L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, ret);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, ret);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    if (request->body != NULL) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_size);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body);
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
    }
    show_ticket(client, request->ccache);
    CURLcode code = curl_easy_perform(curl);
    curl_slist_free_all(headers);
    if (code != CURLE_OK) {
        (void)fprintf(stderr, "client: %s %s: %s\n", request->method, request->target,
                      curl_easy_strerror(code));
        return false;
    }
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &ret->status);
    if (ret->body != NULL)
        ret->json = json_loadb(ret->body, ret->body_size, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
    record_exchange(request, ret);
    return true;
}

void client_forget_connection(struct client *client)
{
    curl_easy_cleanup(client->curl);
    client->curl = curl_easy_init();
}

void client_answer_done(struct client_answer *answer)
{
    json_decref(answer->headers);
    json_decref(answer->json);
    free(answer->body);
    *answer = (struct client_answer){0};
}

const char *client_header(const struct client_answer *answer, const char *name)
{
    return json_string_value(json_object_get(answer->headers, name));
}
