/* service: what the handlers share; wired up by main.c, read-only while requests run. */
#ifndef NTOKEND_API_SERVICE_H
#define NTOKEND_API_SERVICE_H

#include "forward/forward.h"
#include "http/router.h"

struct forward;
struct server;
struct sessions;

struct service {
    struct platform *platform;
    struct server *server; /* set before the server runs */
    struct sessions *sessions;
    struct forward *forward; /* NULL: events go nowhere else; set before the server runs */
    bool audit_required;     /* what cannot be audited is not answered: the log's policy is fail_closed */
    struct bytes openapi;    /* openapi.yaml, built in */
    size_t batch_max;        /* checks in one batch */
};

/* Whether the service can do its work, and what it is asked for that. */
struct readiness {
    struct platform_health health;
    bool has_audit;
    struct event_store_health audit; /* with has_audit */
    struct forward_figures targets[FORWARD_TARGETS_MAX];
    size_t target_count;
    bool draining;
    const char *detail; /* NULL: it can; else why not, for anybody to read */
};
void service_readiness(const struct service *service, struct readiness *ret);

/* The table of the whole API. */
const struct route_table *routes_all(void);

#endif
