#include "http/tls.h"

#include "http/clock.h"
#include "http/tls_session.h"

/* NULL for a connection without TLS. */
static void *session_of(struct MHD_Connection *transport)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(transport, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    return info == NULL ? NULL : info->tls_session;
}

bool tls_begin(struct tls *tls, struct platform *platform, struct tls_handshakes *handshakes,
               struct MHD_Connection *transport)
{
    void *session = session_of(transport);
    *tls = (struct tls){.certificate = NULL};
    if (session == NULL)
        return true;
    tls->certificate = platform_certificate_acquire(platform);
    if (tls->certificate == NULL)
        return false;
    /* What can fail comes first: the library shakes hands all the same, and the session must know nothing of ours then. */
    if (tls_session_prepare(session) != ERR_NONE ||
        platform_certificate_show(tls->certificate, session) != ERR_NONE) {
        platform_certificate_release(tls->certificate);
        tls->certificate = NULL;
        return false;
    }
    tls_handshake_begin(handshakes, transport, clock_ms(), &tls->handshake);
    tls_session_attach(session, &tls->handshake);
    return true;
}

enum tls_end tls_end(struct tls *tls)
{
    if (tls->certificate == NULL)
        return TLS_END_NONE;
    const bool shaken = tls->handshake.handshakes == NULL;
    tls_handshake_end(&tls->handshake);
    platform_certificate_release(tls->certificate);
    tls->certificate = NULL;
    return shaken ? TLS_END_SHAKEN : tls->handshake.late ? TLS_END_LATE : TLS_END_FAILED;
}

bool tls_is_secure(const struct tls *tls)
{
    return tls->certificate != NULL;
}

struct bytes tls_binding(const struct tls *tls)
{
    const struct bytes nothing = {0};
    return tls->certificate == NULL ? nothing : platform_certificate_binding(tls->certificate);
}
