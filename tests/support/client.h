/* client: libcurl against the service. Every exchange is recorded as a line of JSON, for openapi_check.py to judge. */
#ifndef NTOKEND_TESTS_CLIENT_H
#define NTOKEND_TESTS_CLIENT_H

#include <curl/curl.h>
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct client {
    CURL *curl; /* one connection, kept */
    unsigned port;
};

struct client_request {
    const char *method;
    const char *target; /* path and query */
    const char *body;   /* NULL for none */
    size_t body_size;
    const char *content_type;   /* NULL: application/json where there is a body; "" for none */
    const char *ccache;         /* the ticket to show; NULL: none */
    const char *const *headers; /* more of them, "Name: value", NULL at the end; or NULL */
};

struct client_answer {
    long status;
    json_t *headers; /* lower-case names */
    char *body;      /* NUL-terminated */
    size_t body_size;
    json_t *json; /* NULL when the body is no JSON */
};

/* The recording goes to $NTOKEND_EXCHANGES/NAME.jsonl, from its start. */
void client_open(struct client *client, unsigned port, const char *name);
void client_close(struct client *client);
/* False when there was no answer at all. */
bool client_send(struct client *client, const struct client_request *request, struct client_answer *ret);
/* The connection in use is closed; the next request opens another. */
void client_forget_connection(struct client *client);
void client_answer_done(struct client_answer *answer);
/* NULL when absent. */
const char *client_header(const struct client_answer *answer, const char *name);

#define AUTO_ANSWER __attribute__((cleanup(client_answer_done))) struct client_answer

#endif
