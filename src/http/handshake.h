/* handshake: the half-done handshake of a connection, and how many of them there may be. */
#ifndef NTOKEND_HTTP_HANDSHAKE_H
#define NTOKEND_HTTP_HANDSHAKE_H

#include "platform/negotiate.h"

#include <stdatomic.h>

/* Of a server, over all threads. */
struct handshakes {
    atomic_uint count;
    unsigned max; /* 0: no bound */
};

/* A connection's; zero for none. */
struct handshake {
    struct security_context *half_done;
};

/* Takes the context over. False: there are too many, and it is freed. */
bool handshake_keep(struct handshakes *handshakes, struct handshake *handshake,
                    struct security_context *context) MUST_USE;
/* The caller's from here on; NULL for none. */
struct security_context *handshake_take(struct handshakes *handshakes, struct handshake *handshake);
void handshake_drop(struct handshakes *handshakes, struct handshake *handshake);

#endif
