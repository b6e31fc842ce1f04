/* tls_handshakes: the TLS handshakes of a worker that are not done, and how long they may take.
 *
 * One struct for each worker, on its thread alone. */
#ifndef NTOKEND_HTTP_TLS_HANDSHAKES_H
#define NTOKEND_HTTP_TLS_HANDSHAKES_H

#include "http/wake.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One of them: a part of its connection. Zero is none. */
struct tls_handshake {
    struct tls_handshakes *handshakes; /* NULL: it is done, or was never begun */
    struct MHD_Connection *transport;
    void *session; /* GnuTLS', once tls_session_attach has it */
    MHD_socket fd;
    int64_t ends_ms;
    struct tls_handshake *previous; /* begun before */
    struct tls_handshake *next;
    bool suspended;
    bool late; /* there is no more time for it: reading must fail */
};

struct tls_handshakes;

/* ERR_IO, ERR_NO_MEMORY. */
enum err tls_handshakes_new(unsigned timeout_s, struct tls_handshakes **ret) MUST_USE;
/* None may be left. */
void tls_handshakes_free(struct tls_handshakes *handshakes);
/* Readable while one that is suspended has something to read. Lives as long as the handshakes. */
const struct wake *tls_handshakes_wake(const struct tls_handshakes *handshakes);

void tls_handshake_begin(struct tls_handshakes *handshakes, struct MHD_Connection *transport, int64_t now_ms,
                         struct tls_handshake *ret);
/* It is done, or its connection is closed. Nothing for one that was done already. */
void tls_handshake_end(struct tls_handshake *handshake);
/* From inside the library's attempt to shake hands: nothing is there to read. */
void tls_handshake_wait(struct tls_handshake *handshake);

/* Milliseconds until one is late; -1: none is under way. */
int tls_handshakes_timeout(const struct tls_handshakes *handshakes, int64_t now_ms);
/* Lets those go on that have something to read, and those that have become late end. */
void tls_handshakes_resume(struct tls_handshakes *handshakes, int64_t now_ms);
/* Lets all end. */
void tls_handshakes_abandon(struct tls_handshakes *handshakes);

#endif
