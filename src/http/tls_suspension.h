/* tls_suspension: how a TLS handshake waits until its client has sent more.
 *
 * With epoll, libmicrohttpd (0.9.75 to 1.0.1) asks GnuTLS again without a pause while a handshake waits for its client: one that
 * sends half a hello would cost a whole processor, until its connection is closed. And each byte of it begins the time after
 * which a connection is closed anew. So a connection whose handshake has nothing to read is suspended, until it has or its
 * time is over. Where sockets are selected neither is the case, and nothing is suspended. */
#ifndef NTOKEND_HTTP_TLS_SUSPENSION_H
#define NTOKEND_HTTP_TLS_SUSPENSION_H

#include "http/tls_handshakes.h"

/* *ret is readable while one that is suspended has something to read. ERR_IO. */
enum err tls_suspension_open(struct wake *ret) MUST_USE;
void tls_suspension_close(const struct wake *wake);
/* Nothing is there to read for it. */
void tls_suspension_begin(const struct wake *wake, struct tls_handshake *handshake);
/* Lets those go on that have something to read. */
void tls_suspension_poll(const struct wake *wake);
/* It is late, and must end: whether it was suspended or not. */
void tls_suspension_end(const struct wake *wake, struct tls_handshake *handshake);

#endif
