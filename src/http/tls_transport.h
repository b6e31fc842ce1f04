/* tls_transport: how a TLS session reads from its socket. */
#ifndef NTOKEND_HTTP_TLS_TRANSPORT_H
#define NTOKEND_HTTP_TLS_TRANSPORT_H

#include "http/tls_handshakes.h"

#include <sys/types.h>

/* GnuTLS' pull function; `context` is the session's struct tls_handshake. It fails once the handshake is late. */
ssize_t tls_transport_pull(void *context, void *data, size_t size);

#endif
