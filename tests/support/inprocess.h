/* inprocess: the handlers of the API without a server: a request made by hand, a real platform without keys. The caller is
 * the process itself, whose token is a primary one: every check with it is refused with 1309, so a yes needs a what-if. There is a
 * security log; what a handler leaves in the request's trail is counted and thrown away. */
#ifndef NTOKEND_TESTS_INPROCESS_H
#define NTOKEND_TESTS_INPROCESS_H

#include "api/service.h"
#include "base/budget.h"
#include "support/folder.h"

#include <jansson.h>

struct inprocess {
    struct platform *platform;
    struct platform_token *token;
    struct service service;
    bool draining;        /* what server_draining says */
    struct budget memory; /* of all requests; from the start without a bound */
    struct folder folder;
};

/* Exits 99 on failure. */
void inprocess_open(struct inprocess *ret);
void inprocess_close(struct inprocess *inprocess);

/* A request in its parts. */
struct inprocess_pair {
    const char *name; /* NULL ends a list */
    const char *value;
};
struct inprocess_asked {
    struct bytes body;                    /* data NULL: a GET */
    const struct inprocess_pair *query;   /* NULL: none */
    const struct inprocess_pair *headers; /* NULL: none */
};

struct inprocess_answer {
    unsigned status;
    char content_type[64];
    char *text;
    char *link;   /* the header; NULL: none */
    json_t *body; /* after inprocess_parse; NULL when it is no JSON */
    size_t arena_used;
    size_t events; /* in the trail */
};

/* Runs a handler on a body. arena_limit: what the request's arena may hold. */
void inprocess_run(struct inprocess *inprocess, route_handler *handle, struct bytes body, size_t arena_limit,
                   struct inprocess_answer *ret);
/* The same for the other parts of a request. A stream has no seat here, so that it is refused with 503. */
void inprocess_ask(struct inprocess *inprocess, route_handler *handle, const struct inprocess_asked *asked,
                   size_t arena_limit, struct inprocess_answer *ret);
/* Apart, so that jansson may be made to fail while the handler runs and not here. */
void inprocess_parse(struct inprocess_answer *answer);
void inprocess_answer_done(struct inprocess_answer *answer);

#endif
