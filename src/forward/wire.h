/* wire: a connection to a receiver of syslog, over TCP or TLS, on which nothing waits past a stop. */
#ifndef NTOKEND_FORWARD_WIRE_H
#define NTOKEND_FORWARD_WIRE_H

#include "forward/target.h"

#include <gnutls/gnutls.h>
#include <stdatomic.h>

struct wire {
    int socket; /* -1: closed */
    gnutls_session_t tls;
    gnutls_certificate_credentials_t credentials;
    const _Atomic bool *stop;
};

/* Connects, and with TLS (1.2 or later) verifies that an authority vouches for the server and that it is the host of the target.
 * ERR_IO with words for a person, static. */
enum err wire_open(struct wire *wire, const struct target *target, const _Atomic bool *stop,
                   const char **ret_problem) MUST_USE;
/* Whether the files that the target names hold what they should. ERR_IO, with words for a person, static. */
enum err wire_check(const struct target *target, const char **ret_problem) MUST_USE;
/* All of it, however slow the receiver is. ERR_IO: the connection broke, or stop. */
enum err wire_write(struct wire *wire, struct bytes bytes) MUST_USE;
/* Reads what the receiver says, which means nothing. ERR_IO: it closed the connection. */
enum err wire_look(struct wire *wire) MUST_USE;
/* Bytes that the receiver's system has not yet said to have; SIZE_MAX when that is not known. */
size_t wire_unsent(const struct wire *wire);
/* Says that no more comes and waits up to `ms` until the receiver closes too: true when it did, and so has read everything. */
bool wire_finish(struct wire *wire, int ms);
/* Also of one that never opened, when `socket` is -1 and the rest zero. */
void wire_close(struct wire *wire);

#endif
