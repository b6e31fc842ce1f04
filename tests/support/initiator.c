#include "support/initiator.h"

#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <stdio.h>
#include <stdlib.h>

#define OID(name_, text_) const struct bytes name_ = {(const uint8_t *)(text_), sizeof(text_) - 1}
OID(initiator_oid_kerberos, "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02");
OID(initiator_oid_kerberos_windows, "\x2a\x86\x48\x82\xf7\x12\x01\x02\x02");
OID(initiator_oid_iakerb, "\x2b\x06\x01\x05\x02\x05");
OID(initiator_oid_ntlm, "\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a");
OID(initiator_oid_negoex, "\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x1e");
OID(oid_spnego, "\x2b\x06\x01\x05\x05\x02");

/* RFC 4121 4.1.1 */
enum { CHECKSUM_GSS = 0x8003, CHECKSUM_SIZE = 24, CHECKSUM_FLAGS_AT = 20 };

static gss_buffer_desc buffer_of(struct bytes bytes)
{
    krb5_data data = mint_data(bytes);
    return (gss_buffer_desc){.length = data.length, .value = data.data};
}

static gss_OID_desc oid_of(struct bytes bytes)
{
    krb5_data data = mint_data(bytes);
    return (gss_OID_desc){.length = data.length, .elements = data.data};
}

static void must(OM_uint32 major, OM_uint32 minor, const char *what)
{
    if (!GSS_ERROR(major))
        return;
    OM_uint32 more = 0;
    OM_uint32 ignored = 0;
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
    (void)gss_display_status(&ignored, minor, GSS_C_MECH_CODE, GSS_C_NO_OID, &more, &text);
    (void)fprintf(stderr, "initiator: %s: %x %.*s\n", what, major, (int)text.length,
                  (const char *)text.value);
    (void)gss_release_buffer(&ignored, &text);
    exit(99);
}

bool initiator_has_ntlm(void)
{
    gss_OID_set installed = GSS_C_NO_OID_SET;
    gss_OID_desc ntlm = oid_of(initiator_oid_ntlm);
    OM_uint32 minor = 0;
    int present = 0;
    must(gss_indicate_mechs(&minor, &installed), minor, "gss_indicate_mechs");
    must(gss_test_oid_set_member(&minor, &ntlm, installed, &present), minor, "gss_test_oid_set_member");
    (void)gss_release_oid_set(&minor, &installed);
    return present != 0;
}

void initiator_init(struct initiator *initiator, const char *ccache, const char *service)
{
    OM_uint32 minor = 0;
    gss_buffer_desc name = buffer_of(bytes_of_string(service));
    must(gss_import_name(&minor, &name, GSS_C_NT_HOSTBASED_SERVICE, &initiator->target), minor,
         "gss_import_name");
    bool two = initiator->mechs == INITIATOR_SPNEGO_NTLM;
    gss_key_value_element_desc element = {"ccache", ccache};
    const gss_key_value_set_desc store = {1, &element};
    gss_OID_desc wanted[] = {oid_of(oid_spnego), *gss_mech_krb5};
    gss_OID_set_desc set = {2, wanted};
    OM_uint32 major = 0;
    if (two) /* gss-ntlmssp does not understand the store */
        major = setenv("KRB5CCNAME", ccache, 1) != 0
                    ? GSS_S_FAILURE
                    : gss_acquire_cred(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, &set, GSS_C_INITIATE,
                                       &initiator->credential, NULL, NULL);
    else
        major = gss_acquire_cred_from(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, &set, GSS_C_INITIATE, &store,
                                      &initiator->credential, NULL, NULL);
    must(major, minor, "gss_acquire_cred");
    gss_OID_desc offered[] = {oid_of(initiator_oid_ntlm), *gss_mech_krb5};
    gss_OID_set_desc offer = {two ? 2 : 1, two ? offered : offered + 1};
    must(gss_set_neg_mechs(&minor, initiator->credential, &offer), minor, "gss_set_neg_mechs");
}

void initiator_done(struct initiator *initiator)
{
    OM_uint32 minor = 0;
    (void)gss_delete_sec_context(&minor, &initiator->context, GSS_C_NO_BUFFER);
    (void)gss_release_cred(&minor, &initiator->credential);
    (void)gss_release_name(&minor, &initiator->target);
    (void)gss_release_buffer(&minor, &initiator->token);
}

bool initiator_step(struct initiator *initiator, struct bytes input, struct bytes *ret)
{
    OM_uint32 minor = 0;
    (void)gss_release_buffer(&minor, &initiator->token);
    gss_OID_desc spnego = oid_of(oid_spnego);
    gss_buffer_desc in = buffer_of(input);
    struct gss_channel_bindings_struct binding = {.application_data = buffer_of(initiator->binding)};
    OM_uint32 major = gss_init_sec_context(
        &minor, initiator->credential, &initiator->context, initiator->target,
        initiator->mechs == INITIATOR_KERBEROS ? gss_mech_krb5 : &spnego, initiator->flags, 0,
        initiator->binding.size == 0 ? GSS_C_NO_CHANNEL_BINDINGS : &binding, &in, NULL, &initiator->token,
        NULL, NULL);
    if (GSS_ERROR(major))
        return false;
    initiator->done = major == GSS_S_COMPLETE;
    *ret = bytes_of(initiator->token.value, initiator->token.length);
    return true;
}

/* No bindings and no flags, or a forwarded ticket: DlgOpt 1, its length, a KRB-CRED in the session key. */
static void make_checksum(krb5_context k5, krb5_auth_context auth, krb5_creds *delegated, struct der *ret)
{
    uint8_t fixed[CHECKSUM_SIZE] = {16};
    if (delegated == NULL) {
        der_raw(ret, bytes_of(fixed, sizeof fixed));
        return;
    }
    krb5_data *message = NULL;
    mint_must(k5, krb5_auth_con_setuseruserkey(k5, auth, &delegated->keyblock),
              "krb5_auth_con_setuseruserkey");
    mint_must(k5, krb5_auth_con_setflags(k5, auth, 0), "krb5_auth_con_setflags");
    mint_must(k5, krb5_mk_1cred(k5, auth, delegated, &message, NULL), "krb5_mk_1cred");
    fixed[CHECKSUM_FLAGS_AT] = GSS_C_DELEG_FLAG;
    uint8_t option[4] = {1};
    le16_store(option + 2, (uint16_t)message->length);
    der_raw(ret, bytes_of(fixed, sizeof fixed));
    der_raw(ret, bytes_of(option, sizeof option));
    der_raw(ret, bytes_of(message->data, message->length));
    krb5_free_data(k5, message);
}

void initiator_raw_token(struct mint *mint, const struct mint_order *order, struct der *ret)
{
    krb5_context k5 = mint_krb5(mint);
    krb5_creds creds;
    mint_creds(mint, order, &creds);
    krb5_auth_context auth = NULL;
    mint_must(k5, krb5_auth_con_init(k5, &auth), "krb5_auth_con_init");
    mint_must(k5, krb5_auth_con_set_req_cksumtype(k5, auth, CHECKSUM_GSS), "krb5_auth_con_set_req_cksumtype");
    struct der checksum = {0};
    make_checksum(k5, auth, order->delegate ? &creds : NULL, &checksum);
    krb5_data in = mint_data(der_bytes(&checksum));
    krb5_data request = {0};
    creds.times.starttime -= 3600; /* or the library would not use it when the clock is behind */
    if (order->clock_off != 0)
        mint_must(k5, krb5_set_real_time(k5, (krb5_timestamp)(time(NULL) + order->clock_off), 0),
                  "krb5_set_real_time");
    mint_must(k5, krb5_mk_req_extended(k5, &auth, 0, &in, &creds, &request), "krb5_mk_req_extended");
    der_open(ret, DER_APPLICATION);
    der_put(ret, DER_OID, initiator_oid_kerberos);
    der_raw(ret, bytes_of("\x01\x00", 2));
    der_raw(ret, bytes_of(request.data, request.length));
    der_close(ret);
    if (order->clock_off != 0)
        mint_must(k5, krb5_set_real_time(k5, (krb5_timestamp)time(NULL), 0), "krb5_set_real_time");
    krb5_free_data_contents(k5, &request);
    der_done(&checksum);
    mint_must(k5, krb5_auth_con_free(k5, auth), "krb5_auth_con_free");
    krb5_free_cred_contents(k5, &creds);
}

void initiator_neg_token(const struct bytes *mechs, size_t count, struct bytes token, struct der *ret)
{
    der_open(ret, DER_APPLICATION);
    der_put(ret, DER_OID, oid_spnego);
    der_open(ret, DER_CONTEXT | 0);
    der_open(ret, DER_SEQUENCE);
    der_open(ret, DER_CONTEXT | 0);
    der_open(ret, DER_SEQUENCE);
    for (size_t i = 0; i < count; i++)
        der_put(ret, DER_OID, mechs[i]);
    der_close(ret);
    der_close(ret);
    if (token.size != 0)
        der_field_octets(ret, 2, token);
    der_close_all(ret);
}
