/* service: what the handlers share; wired up by main.c, read-only while requests run. */
#ifndef NTOKEND_API_SERVICE_H
#define NTOKEND_API_SERVICE_H

#include "http/router.h"

struct server;
struct sessions;

struct service {
    struct platform *platform;
    struct server *server; /* set before the server runs */
    struct sessions *sessions;
    bool audit_required;  /* what cannot be audited is not answered: the log's policy is fail_closed */
    struct bytes openapi; /* openapi.yaml, built in */
    size_t batch_max;     /* checks in one batch */
};

/* The table of the whole API. */
const struct route_table *routes_all(void);

#endif
