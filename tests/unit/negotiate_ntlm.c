/* With gss-ntlmssp installed: a client that has NTLM credentials, and offers it, is never authenticated by it. */
#include "support/stand.h"
#include "support/suite.h"

#include <gssapi/gssapi_ext.h>
#include <stdio.h>
#include <stdlib.h>

/* gss-ntlmssp keeps what it loads of OpenSSL; LeakSanitizer asks this function what to overlook. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:gssntlmssp\nleak:libcrypto\n";
}

static struct stand stand;

/* What gss-ntlmssp reads a client's password from. */
static void write_password(void)
{
    const char *path = mint_path(stand.mint, "ntlm.users");
    FILE *file = fopen(path, "we");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_gt(fprintf(file, "MINT:alice:secret\n"), 0);
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_int_eq(setenv("NTLM_USER_FILE", path, 1), 0);
}

static void setup(void)
{
    stand_make(&stand);
    write_password();
}

static void teardown(void)
{
    stand_done(&stand);
}

/* RFC 4178 5: the client prefers NTLM, so the acceptor asks for a MIC of the list, which takes one leg more. */
START_TEST(ntlm_first_ends_as_kerberos)
{
    struct mint_order order = {0};
    struct initiator client = {.mechs = INITIATOR_SPNEGO_NTLM, .flags = GSS_C_MUTUAL_FLAG | GSS_C_INTEG_FLAG};
    struct verdict verdict;
    stand_shake(&stand, &order, &client, (struct negotiate_channel){.required = false}, &verdict);
#ifdef CLIENT_REFUSES_MIC
    /* MIT Kerberos 1.21 as the client takes what its own acceptor sends with the MIC for a defective token, and goes no further. */
    ck_assert_int_ne(verdict.outcome, NEGOTIATE_REFUSED);
    ck_assert_uint_eq(verdict.legs, 2);
    return;
#endif
    ck_assert_msg(verdict.outcome == NEGOTIATE_ACCEPTED, "%s after %u", verdict.reason, verdict.legs);
    ck_assert_uint_eq(verdict.legs, 3);
    ck_assert(verdict.client_content);
    ck_assert_str_eq(verdict.context->principal, "alice@" MINT_REALM);
    verdict_done(&verdict);
}
END_TEST

/* The client's own NTLM token, bare and in SPNEGO, as it would send it. */
START_TEST(ntlm_alone_is_refused)
{
    gss_OID_desc ntlm = {.length = (OM_uint32)initiator_oid_ntlm.size,
                         .elements = mint_data(initiator_oid_ntlm).data};
    gss_OID_set_desc set = {1, &ntlm};
    gss_cred_id_t credential = GSS_C_NO_CREDENTIAL;
    gss_ctx_id_t context = GSS_C_NO_CONTEXT;
    gss_name_t user = GSS_C_NO_NAME;
    gss_name_t target = GSS_C_NO_NAME;
    gss_buffer_desc user_text = {10, mint_data(bytes_of_string("MINT\\alice")).data};
    gss_buffer_desc target_text = {14, mint_data(bytes_of_string("HTTP@localhost")).data};
    gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor = 0;
    ck_assert_uint_eq(gss_import_name(&minor, &user_text, GSS_C_NT_USER_NAME, &user), GSS_S_COMPLETE);
    ck_assert_uint_eq(gss_import_name(&minor, &target_text, GSS_C_NT_HOSTBASED_SERVICE, &target),
                      GSS_S_COMPLETE);
    ck_assert_uint_eq(
        gss_acquire_cred(&minor, user, GSS_C_INDEFINITE, &set, GSS_C_INITIATE, &credential, NULL, NULL),
        GSS_S_COMPLETE);
    ck_assert_uint_eq(gss_init_sec_context(&minor, credential, &context, target, &ntlm, 0, 0,
                                           GSS_C_NO_CHANNEL_BINDINGS, GSS_C_NO_BUFFER, NULL, &token, NULL,
                                           NULL),
                      GSS_S_CONTINUE_NEEDED);
    struct verdict verdict;
    struct der wrapped = {0};
    stand_offer(&stand, bytes_of(token.value, token.length), &verdict);
    ck_assert_str_eq(verdict.reason, "ntlm");
    initiator_neg_token(&initiator_oid_ntlm, 1, bytes_of(token.value, token.length), &wrapped);
    stand_offer(&stand, der_bytes(&wrapped), &verdict);
    ck_assert_str_eq(verdict.reason, "ntlm");
    der_done(&wrapped);
    (void)gss_release_buffer(&minor, &token);
    (void)gss_delete_sec_context(&minor, &context, GSS_C_NO_BUFFER);
    (void)gss_release_cred(&minor, &credential);
    (void)gss_release_name(&minor, &user);
    (void)gss_release_name(&minor, &target);
}
END_TEST

int main(void)
{
    if (!initiator_has_ntlm())
        return suite_skip("negotiate_ntlm", "the package gss-ntlmssp is not installed");
    Suite *suite = suite_create("negotiate_ntlm");
    TCase *tests = tcase_create("negotiate_ntlm");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, ntlm_first_ends_as_kerberos);
    tcase_add_test(tests, ntlm_alone_is_refused);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
