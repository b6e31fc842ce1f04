#include "bare_gss.h"

#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <stdio.h>
#include <stdlib.h>

gss_cred_id_t bare_gss_acquire(const char *keytab, const char *replay_cache)
{
    static char spnego[] = "\x2b\x06\x01\x05\x05\x02";
    gss_key_value_element_desc elements[] = {{"keytab", keytab}, {"rcache", replay_cache}};
    const gss_key_value_set_desc store = {2, elements};
    gss_OID_desc both[] = {{sizeof spnego - 1, spnego}, *gss_mech_krb5};
    gss_OID_set_desc mechanisms = {2, both};
    gss_OID_set_desc kerberos = {1, &both[1]};
    gss_cred_id_t credential = GSS_C_NO_CREDENTIAL;
    OM_uint32 minor = 0;
    if (gss_acquire_cred_from(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, &mechanisms, GSS_C_ACCEPT, &store,
                              &credential, NULL, NULL) != GSS_S_COMPLETE ||
        gss_set_neg_mechs(&minor, credential, &kerberos) != GSS_S_COMPLETE) {
        (void)fprintf(stderr, "bare_gss: %s: no credential\n", keytab);
        exit(1);
    }
    return credential;
}

bool bare_gss_accept(gss_cred_id_t credential, struct bytes token, gss_buffer_t ret_reply)
{
    union {
        const uint8_t *from;
        void *to;
    } value = {.from = token.data};
    gss_buffer_desc input = {.length = token.size, .value = value.to};
    gss_ctx_id_t context = GSS_C_NO_CONTEXT;
    gss_name_t client = GSS_C_NO_NAME;
    OM_uint32 minor = 0;
    OM_uint32 major = gss_accept_sec_context(&minor, &context, credential, &input, GSS_C_NO_CHANNEL_BINDINGS,
                                             &client, NULL, ret_reply, NULL, NULL, NULL);
    OM_uint32 ignored = 0;
    (void)gss_release_name(&ignored, &client);
    (void)gss_delete_sec_context(&ignored, &context, GSS_C_NO_BUFFER);
    return major == GSS_S_COMPLETE;
}
