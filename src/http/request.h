/* request: one HTTP request as handlers see it, and nothing of the library that read it. */
#ifndef NTOKEND_HTTP_REQUEST_H
#define NTOKEND_HTTP_REQUEST_H

#include "base/arena.h"
#include "http/trace.h"
#include "platform/audit.h"

enum http_method {
    HTTP_GET,
    HTTP_HEAD,
    HTTP_POST,
    HTTP_PUT,
    HTTP_PATCH,
    HTTP_DELETE,
    HTTP_OPTIONS,
    HTTP_OTHER
};

enum { REQUEST_ID_MAX = 65 };

/* How the caller proved who it is. */
enum caller_proof {
    CALLER_UNPROVEN = 0, /* also on routes that need no authentication */
    CALLER_NEGOTIATE,    /* a ticket with this very request */
    CALLER_BEARER,       /* the token of a session, in Authorization */
    CALLER_COOKIE,       /* the same in a cookie: a browser sends it whoever wrote the page */
};

/* A question about the caller that is asked when it first matters. */
enum standing { STANDING_UNASKED = 0, STANDING_REFUSED, STANDING_GRANTED };

struct guards; /* http/guard.h */
struct route;
struct session_use; /* http/session.h */
struct streams;     /* http/streams.h */
struct metrics;     /* http/metrics.h */
struct service;     /* what main.c wires up for the handlers: api/service.h */

struct request {
    enum http_method method;
    const char *method_name;
    const char *path; /* decoded, without the query */
    struct bytes body;
    struct arena arena;                 /* everything made for this request; freed when it is completed */
    const struct route *route;          /* NULL until the router found one */
    const struct platform_token *token; /* the caller's; NULL on routes that need no authentication */
    enum caller_proof proof;
    const struct session_use *session; /* NULL without a session; `token` is then the session's */
    bool operators;                    /* came to a listener for operators alone */
    bool secure;                       /* came over TLS */
    struct audit_source source;        /* the other end of the connection */
    struct audit_trail trail; /* events that must be durable before the reply leaves: the server sees to it */
    const struct guards *guards; /* NULL until the caller may call the route */
    size_t guard_index;          /* of the route, in them */
    enum standing may_audit;     /* guards_may_audit */
    struct streams *streams;     /* of the worker: NULL without a server, and then there are none */
    struct metrics *metrics;     /* of the worker: NULL without a server, and then nothing is counted */
    struct service *service;
    struct trace trace; /* as the client sent it, or our own */
    const char
        *refusal; /* why who it is was not believed: a stable code; NULL: it was, or nothing was shown */
    char id[REQUEST_ID_MAX]; /* X-Request-Id of the client when it is sane, else our own; echoed and logged */
    void *transport;         /* http/server's own */
};

/* The first header of that name, in any case; NULL when absent. Borrowed for the request. */
const char *request_header(const struct request *request, const char *name);
/* How often that header came. */
size_t request_header_count(const struct request *request, const char *name);
/* The decoded value of a query argument; NULL when absent, "" when it has no value. *ret_count: how often it came. */
const char *request_query(const struct request *request, const char *name, size_t *ret_count);
/* Calls `each` for every query argument, so that a handler can refuse those it does not know; stops when it gives false. */
void request_query_each(const struct request *request,
                        bool (*each)(void *context, const char *name, const char *value), void *context);

#endif
