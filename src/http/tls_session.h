/* tls_session: what a session of TLS is held to. */
#ifndef NTOKEND_HTTP_TLS_SESSION_H
#define NTOKEND_HTTP_TLS_SESSION_H

#include "http/tls_handshakes.h"

#include <microhttpd.h>

enum { TLS_OPTIONS = 3 };

/* What a daemon that speaks TLS is started with; *ret_flags are more of its flags. */
void tls_options(struct MHD_OptionItem ret[TLS_OPTIONS], unsigned *ret_flags);
/* Before a server's gnutls_session_t shakes hands. ERR_NO_MEMORY. */
enum err tls_session_prepare(void *session) MUST_USE;
/* From now on it reads through its handshake, which has begun: that lives as long as the session reads. Ends the handshake once it is
 * done. */
void tls_session_attach(void *session, struct tls_handshake *handshake);

#endif
