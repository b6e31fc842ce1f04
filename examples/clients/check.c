/* check URL CHECK: who am I, and may I? In one session of ntokend; CHECK is a file with the body of POST /access-check. Prints the
 * caller's SID and "allowed" or "refused". Ends with 0, 1 for a refusal, 2 for no answer. Needs a ticket (kinit).
 *
 *     cc -o check check.c $(pkg-config --cflags --libs libcurl jansson) */
#include <curl/curl.h>
#include <jansson.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TURNS = 5, ALLOWED = 0, REFUSED = 1, NO_ANSWER = 2 };

struct client {
    CURL *curl;
    const char *url;
    char *token; /* NULL: show a ticket */
};

struct call {
    const char *method;
    const char *path;
    const char *body; /* JSON; NULL: none */
};

struct text {
    char *data;
    size_t size;
};

static size_t append(char *data, size_t one, size_t count, void *context)
{
    struct text *text = context;
    size_t size = one * count;
    char *room = realloc(text->data, text->size + size + 1);
    if (room == NULL)
        return 0;
    memcpy(room + text->size, data, size);
    text->data = room;
    text->size += size;
    room[text->size] = 0;
    return size;
}

/* One request; the status, 0 when there was no answer. One handle serves all of them, and so one connection. */
static long send_once(struct client *client, const struct call *call, struct text *ret)
{
    char address[2048];
    CURL *curl = client->curl;
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    long status = 0;
    (void)snprintf(address, sizeof address, "%s%s", client->url, call->path);
    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_URL, address);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, call->method);
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 60L);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, ret);
    if (call->body != NULL)
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, call->body);
    if (client->token != NULL) {
        curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
        curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, client->token);
    } else {
        /* Without a user name libcurl shows no ticket; it has no meaning beside one. */
        curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_NEGOTIATE);
        curl_easy_setopt(curl, CURLOPT_USERPWD, ":");
    }
    CURLcode code = curl_easy_perform(curl);
    if (code == CURLE_OK)
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    else
        (void)fprintf(stderr, "%s\n", curl_easy_strerror(code));
    curl_slist_free_all(headers);
    return status;
}

/* Waits while there is too much to do (429, 503). libcurl makes a new Negotiate token each time: one that was used is a replay. */
static long send_call(struct client *client, const struct call *call, struct text *ret)
{
    for (int turn = 1;; turn++) {
        curl_off_t wait_s = 1;
        free(ret->data);
        *ret = (struct text){0};
        long status = send_once(client, call, ret);
        if ((status != 429 && status != 503) || turn == TURNS)
            return status;
        curl_easy_getinfo(client->curl, CURLINFO_RETRY_AFTER, &wait_s);
        (void)sleep((unsigned)wait_s);
    }
}

/* The answer as JSON; NULL with the problem (RFC 9457) told. */
static json_t *read_answer(long status, const struct text *text)
{
    json_t *json = text->size == 0 ? json_object() : json_loadb(text->data, text->size, 0, NULL);
    if (status >= 200 && status < 300)
        return json;
    const char *type = json_string_value(json_object_get(json, "type"));
    const char *detail = json_string_value(json_object_get(json, "detail"));
    (void)fprintf(stderr, "%ld %s: %s\n", status, type == NULL ? "no problem" : type,
                  detail == NULL ? "" : detail);
    json_decref(json);
    return NULL;
}

static json_t *ask_once(struct client *client, const struct call *call, long *ret_status)
{
    struct text text = {0};
    *ret_status = send_call(client, call, &text);
    json_t *answer = read_answer(*ret_status, &text);
    free(text.data);
    return answer;
}

/* One ticket for many requests. The answer says who the caller is. */
static json_t *enter(struct client *client)
{
    long status = 0;
    free(client->token);
    client->token = NULL;
    json_t *session = ask_once(client, &(struct call){"POST", "/session", ""}, &status);
    const char *token = json_string_value(json_object_get(session, "token"));
    client->token = token == NULL ? NULL : strdup(token);
    return session;
}

/* Shows a ticket again, once, when the session is over. */
static json_t *ask(struct client *client, const struct call *call)
{
    long status = 0;
    json_t *answer = ask_once(client, call, &status);
    if (status != 401)
        return answer;
    json_t *session = enter(client);
    answer = session == NULL ? NULL : ask_once(client, call, &status);
    json_decref(session);
    return answer;
}

static int check(struct client *client, const char *body)
{
    json_t *session = enter(client);
    const char *sid = json_string_value(json_object_get(json_object_get(session, "user"), "sid"));
    json_t *answer = sid == NULL ? NULL : ask(client, &(struct call){"POST", "/access-check", body});
    json_t *left = answer == NULL ? NULL : ask(client, &(struct call){"DELETE", "/session", NULL});
    bool allowed = json_is_true(json_object_get(answer, "allowed"));
    if (left != NULL)
        (void)printf("%s\n%s\n", sid, allowed ? "allowed" : "refused");
    int verdict = left == NULL ? NO_ANSWER : allowed ? ALLOWED : REFUSED;
    json_decref(left);
    json_decref(answer);
    json_decref(session);
    return verdict;
}

int main(int argc, char **argv)
{
    if (argc != 3 || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return NO_ANSWER;
    json_t *body = json_load_file(argv[2], 0, NULL);
    char *text = body == NULL ? NULL : json_dumps(body, JSON_COMPACT);
    struct client client = {.curl = curl_easy_init(), .url = argv[1]};
    int verdict = client.curl == NULL || text == NULL ? NO_ANSWER : check(&client, text);
    curl_easy_cleanup(client.curl);
    free(client.token);
    free(text);
    json_decref(body);
    curl_global_cleanup();
    return verdict;
}
