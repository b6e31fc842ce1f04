#include "http/tls.h"

#include "http/tls_session.h"

/* NULL for a connection without TLS. */
static void *session_of(struct MHD_Connection *transport)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(transport, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    return info == NULL ? NULL : info->tls_session;
}

bool tls_begin(struct tls *tls, struct platform *platform, struct MHD_Connection *transport)
{
    void *session = session_of(transport);
    *tls = (struct tls){.certificate = NULL};
    if (session == NULL)
        return true;
    tls->certificate = platform_certificate_acquire(platform);
    if (tls->certificate != NULL && tls_session_prepare(session) == ERR_NONE &&
        platform_certificate_show(tls->certificate, session) == ERR_NONE)
        return true;
    tls_end(tls);
    return false;
}

void tls_end(struct tls *tls)
{
    platform_certificate_release(tls->certificate);
    tls->certificate = NULL;
}

bool tls_is_secure(const struct tls *tls)
{
    return tls->certificate != NULL;
}

struct bytes tls_binding(const struct tls *tls)
{
    return tls->certificate == NULL ? (struct bytes){0} : platform_certificate_binding(tls->certificate);
}
