/* router: finds the row of the route table for a request. The table is the API's (api/routes.c); nothing edits it at
 * run time. */
#ifndef NTOKEND_HTTP_ROUTER_H
#define NTOKEND_HTTP_ROUTER_H

#include "http/reply.h"

/* Fills the reply, also when it refuses. Runs on the thread of the connection. */
typedef void route_handler(struct request *request, struct reply *reply);

/* What is served where a request comes from. */
enum route_audience {
    ROUTE_ANYBODY = 0, /* everything */
    ROUTE_CALLERS,     /* everything but what is for operators alone */
    ROUTE_OPERATORS,   /* `health` alone */
};

struct route {
    enum http_method method;
    bool takes_body;  /* JSON, Content-Type checked */
    bool has_forms;   /* Accept chooses what comes */
    bool streams;     /* an event stream among it, which Last-Event-ID goes on with */
    const char *path; /* exact */
    route_handler *handle;
    bool health; /* also on a listener for operators */
    bool
        moves; /* and where there is such a listener, on no other; where there is none, for this machine alone */
    /* SDDL that guards the route; its right CC (0x1) is "may call". NULL: no authentication at all. */
    const char *guard;
};

struct route_table {
    const struct route *routes;
    size_t count;
};

/* has_operators: there is a listener for operators, and `operators`: it came to that one. local: it came from this machine. */
enum route_audience router_audience(bool has_operators, bool operators, bool local);
/* "GET"; NULL for HTTP_OTHER. */
const char *router_method_name(enum http_method method);
/* HTTP_OTHER for what is no name; they have one case. */
enum http_method router_method_of(const char *name);
/* RFC 9110 9.2.1: the others change nothing, and browsers keep their answers from foreign pages. */
bool router_may_change(enum http_method method);

/* HEAD finds the GET row. NULL when no row fits. */
const struct route *router_lookup(const struct route_table *table, enum http_method method, const char *path);
/* The same; when no row fits, *ret_allow lists the methods the path knows ("GET, HEAD, OPTIONS"),
 * in the arena, or is NULL for an unknown path (and when memory is exhausted). */
const struct route *router_find(const struct route_table *table, enum http_method method, const char *path,
                                struct arena *arena, const char **ret_allow);
/* True when the path is in the table and none of its rows has a guard: whether it exists is then no secret. */
bool router_path_is_public(const struct route_table *table, const char *path);

#endif
