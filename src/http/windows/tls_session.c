#include "http/tls_session.h"

#include "base/log.h"

enum err tls_options(struct MHD_OptionItem ret[TLS_OPTIONS], unsigned *ret_flags)
{
    ret[0] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
    *ret_flags = 0;
    LOG(LOG_LEVEL_ERROR, "tls-missing",
        LOG_STRING("remedy",
                   "this build has no TLS: listen on http://127.0.0.1, and put a TLS proxy in front"));
    return ERR_NOT_SUPPORTED;
}

enum err tls_session_prepare(void *session)
{
    (void)session;
    return ERR_NOT_SUPPORTED;
}

void tls_session_attach(void *session, struct tls_handshake *handshake)
{
    (void)session;
    (void)handshake;
}
