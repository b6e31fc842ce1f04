/* admission: how many connections there may be, in all and from one client, over all threads. libmicrohttpd counts for
 * each of its daemons alone. */
#ifndef NTOKEND_HTTP_ADMISSION_H
#define NTOKEND_HTTP_ADMISSION_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

/* Who is counted: an IPv4 address, or the /64 of an IPv6 address, since one host may use all of a /64. */
struct admission_client {
    uint8_t bytes[16];
};
void admission_client(const struct sockaddr *address, struct admission_client *ret);
/* Whoever comes to a listener for operators, from whatever address: so many are counted apart, so that whoever takes all connections of
 * callers does not keep the monitoring out. */
enum { ADMISSION_OPERATORS_MAX = 16 };
void admission_operator(struct admission_client *ret);

struct admission;

/* per_client 0: no bound. ERR_NO_MEMORY. Safe for threads. */
enum err admission_new(unsigned connections_max, unsigned per_client, struct admission **ret) MUST_USE;
void admission_free(struct admission *admission);
/* false: one connection too many. true is paid back with one admission_leave. */
bool admission_enter(struct admission *admission, const struct admission_client *client) MUST_USE;
void admission_leave(struct admission *admission, const struct admission_client *client);

struct admission_figures {
    uint64_t open;     /* of both */
    uint64_t admitted; /* since the start, as those below */
    uint64_t refused;  /* there were as many as there may be in all */
    uint64_t refused_client;
};
void admission_figures(struct admission *admission, struct admission_figures *ret);

#endif
