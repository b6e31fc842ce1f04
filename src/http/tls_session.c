#include "http/tls_session.h"

#include "http/tls_transport.h"

#include <gnutls/abstract.h>

/* TLS 1.2 and 1.3, forward secrecy, ciphers that authenticate what they encrypt, signatures with SHA-256 or better. Nothing to
 * configure: every client of the last ten years has one of them. */
static const char priorities[] =
    "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-KX-ALL:+ECDHE-ECDSA:+ECDHE-RSA:-CIPHER-ALL:+AES-256-GCM:"
    "+CHACHA20-POLY1305:+AES-128-GCM:-MAC-ALL:+AEAD:-GROUP-ALL:+GROUP-X25519:+GROUP-SECP256R1:+GROUP-SECP384R1:"
    "+GROUP-SECP521R1:%SERVER_PRECEDENCE:%NO_TICKETS";

/* libmicrohttpd starts with a certificate or with this, which has none: a session whose own was not set fails. */
static int no_certificate(gnutls_session_t session, const struct gnutls_cert_retr_st *info,
                          gnutls_pcert_st **ret_certificates, unsigned *ret_count,
                          gnutls_ocsp_data_st **ret_responses, unsigned *ret_response_count,
                          gnutls_privkey_t *ret_key, unsigned *ret_flags)
{
    (void)session;
    (void)info;
    (void)ret_certificates;
    (void)ret_responses;
    (void)ret_key;
    *ret_count = 0;
    *ret_response_count = 0;
    *ret_flags = 0;
    return -1;
}

void tls_options(struct MHD_OptionItem ret[TLS_OPTIONS], unsigned *ret_flags)
{
    union {
        gnutls_certificate_retrieve_function3 *function;
        const void *constant;
        void *value;
    } callback = {.function = no_certificate};
    union {
        const void *constant;
        void *value;
    } text = {.constant = priorities}; /* options are not const */
    ret[0] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_CERT_CALLBACK2, 0, callback.value};
    ret[1] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_PRIORITIES, 0, text.value};
    ret[2] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
    *ret_flags = MHD_USE_TLS;
}

/* The client's Finished is the last message that is waited for, in TLS 1.2 and 1.3 alike. */
static int finished(gnutls_session_t session, unsigned message, unsigned when, unsigned incoming,
                    const gnutls_datum_t *bytes)
{
    gnutls_transport_ptr_t context = NULL;
    gnutls_transport_ptr_t ignored = NULL;
    (void)message;
    (void)when;
    (void)bytes;
    gnutls_transport_get_ptr2(session, &context, &ignored);
    if (incoming != 0)
        tls_handshake_end(context);
    return 0;
}

/* RFC 7301 3.2: a client that names protocols and none of ours is refused, so that what is meant for another server that has the
 * same certificate is not taken here for HTTP. */
enum err tls_session_prepare(void *session)
{
    unsigned char newer[] = "http/1.1";
    unsigned char older[] = "http/1.0";
    const gnutls_datum_t protocols[] = {{newer, sizeof newer - 1}, {older, sizeof older - 1}};
    return gnutls_alpn_set_protocols(session, protocols, 2, GNUTLS_ALPN_MANDATORY) < 0 ? ERR_NO_MEMORY
                                                                                       : ERR_NONE;
}

void tls_session_attach(void *session, struct tls_handshake *handshake)
{
    handshake->session = session;
    gnutls_handshake_set_hook_function(session, GNUTLS_HANDSHAKE_FINISHED, GNUTLS_HOOK_POST, finished);
    gnutls_transport_set_ptr2(session, handshake, (gnutls_transport_ptr_t)(intptr_t)handshake->fd);
    gnutls_transport_set_pull_function(session, tls_transport_pull);
}
