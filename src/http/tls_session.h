/* tls_session: what a session of TLS is held to. */
#ifndef NTOKEND_HTTP_TLS_SESSION_H
#define NTOKEND_HTTP_TLS_SESSION_H

#include "http/tls_handshakes.h"

#include <microhttpd.h>

enum { TLS_OPTIONS = 3 };

/* What a daemon that speaks TLS is started with; *ret_flags are more of its flags. ERR_NOT_SUPPORTED, logged, where this build has no TLS. */
enum err tls_options(struct MHD_OptionItem ret[TLS_OPTIONS], unsigned *ret_flags) MUST_USE;
/* Before a server's gnutls_session_t shakes hands, whose handshake has begun, and which reads through it from now on: it lives as
 * long as the session reads. Ends the handshake once it is done. ERR_NO_MEMORY; ERR_NOT_SUPPORTED where this build has no TLS. */
enum err tls_session_prepare(void *session, struct tls_handshake *handshake) MUST_USE;

#endif
