/* From a Negotiate token to the client's access token. */
#include "platform/token.h"
#include "support/suite.h"
#include "windows/double.h"

#define ACQUIRED "AcquireCredentialsHandleW Negotiate use=1\n"
#define ACCEPTED "AcceptSecurityContext credentials=1 context=none wanted=800 room=12000 2:hello\n"
#define AGAIN    "AcceptSecurityContext credentials=1 context=own wanted=800 room=12000 2:hello\n"
#define DELETED  "DeleteSecurityContext 7\n"
#define PASSES   .package = L"Kerberos", .principal = L"alice@CORP.EXAMPLE", .reply = "reply"

static const struct leg_row {
    const char *what;
    struct double_script said;
    const char *token;
    const char *binding;
    bool ntlm; /* allowed */
    enum negotiate_outcome outcome;
    const char *reason; /* NULL when not refused */
    const char *record;
} legs[] = {
    {"accepted", {PASSES}, "hello", "", false, NEGOTIATE_ACCEPTED, NULL, ACQUIRED ACCEPTED},
    {"bound to the channel",
     {PASSES},
     "hello",
     "tls-server-end-point:x",
     false,
     NEGOTIATE_ACCEPTED,
     NULL,
     ACQUIRED
     "AcceptSecurityContext credentials=1 context=none wanted=10000800 room=12000 2:hello binding:tls-server-end-point:x\n"},
    {"another leg",
     {PASSES, .accept = {SEC_I_CONTINUE_NEEDED}},
     "hello",
     "",
     false,
     NEGOTIATE_CONTINUE,
     NULL,
     ACQUIRED ACCEPTED},
    {"another leg, and nothing for it",
     {PASSES, .reply = "", .accept = {SEC_I_CONTINUE_NEEDED}},
     "hello",
     "",
     false,
     NEGOTIATE_REFUSED,
     "malformed",
     ACQUIRED ACCEPTED DELETED},
    {"another leg, and nobody says yet who negotiates",
     {.reply = "reply", .accept = {SEC_I_CONTINUE_NEEDED}},
     "hello",
     "",
     false,
     NEGOTIATE_CONTINUE,
     NULL,
     ACQUIRED ACCEPTED},
    {"another leg, and nothing is negotiated yet",
     {PASSES, .package = L"Negotiate", .accept = {SEC_I_CONTINUE_NEEDED}},
     "hello",
     "",
     false,
     NEGOTIATE_CONTINUE,
     NULL,
     ACQUIRED ACCEPTED},
    {"NTLM, before a password is tried",
     {PASSES, .package = L"NTLM", .negotiation = SECPKG_NEGOTIATION_IN_PROGRESS,
      .accept = {SEC_I_CONTINUE_NEEDED}},
     "hello",
     "",
     false,
     NEGOTIATE_REFUSED,
     "ntlm",
     ACQUIRED ACCEPTED DELETED},
    {"another leg of NTLM, allowed",
     {PASSES, .package = L"NTLM", .negotiation = SECPKG_NEGOTIATION_IN_PROGRESS,
      .accept = {SEC_I_CONTINUE_NEEDED}},
     "hello",
     "",
     true,
     NEGOTIATE_CONTINUE,
     NULL,
     ACQUIRED ACCEPTED},
    {"accepted, and still negotiating",
     {PASSES, .negotiation = SECPKG_NEGOTIATION_IN_PROGRESS},
     "hello",
     "",
     false,
     NEGOTIATE_REFUSED,
     "no-kerberos",
     ACQUIRED ACCEPTED DELETED},
    {"accepted, by the package that was guessed first",
     {PASSES, .negotiation = SECPKG_NEGOTIATION_OPTIMISTIC},
     "hello",
     "",
     false,
     NEGOTIATE_ACCEPTED,
     NULL,
     ACQUIRED ACCEPTED},
    {"to be completed",
     {PASSES, .accept = {SEC_I_COMPLETE_NEEDED}},
     "hello",
     "",
     false,
     NEGOTIATE_ACCEPTED,
     NULL,
     ACQUIRED ACCEPTED "CompleteAuthToken\n"},
    {"wrong key: the old size of the buffer is no reply",
     {PASSES, .accept = {SEC_E_INVALID_TOKEN}},
     "hello",
     "",
     false,
     NEGOTIATE_REFUSED,
     "malformed",
     ACQUIRED ACCEPTED},
    {"denied",
     {PASSES, .accept = {SEC_E_LOGON_DENIED}},
     "hello",
     "",
     false,
     NEGOTIATE_REFUSED,
     "logon-denied",
     ACQUIRED ACCEPTED},
    {"a status nobody knows",
     {PASSES, .accept = {SEC_I_LOCAL_LOGON}},
     "hello",
     "",
     false,
     NEGOTIATE_REFUSED,
     "refused",
     ACQUIRED ACCEPTED DELETED},
    {"more than the buffer",
     {PASSES, .reply_claims = 70000},
     "hello",
     "",
     false,
     NEGOTIATE_REFUSED,
     "malformed",
     ACQUIRED ACCEPTED DELETED},
    {"NTLM",
     {PASSES, .package = L"NTLM"},
     "hello",
     "",
     false,
     NEGOTIATE_REFUSED,
     "ntlm",
     ACQUIRED ACCEPTED DELETED},
    {"NTLM in other letters",
     {PASSES, .package = L"nTlM"},
     "hello",
     "",
     false,
     NEGOTIATE_REFUSED,
     "ntlm",
     ACQUIRED ACCEPTED DELETED},
    {"NTLM, allowed",
     {PASSES, .package = L"NTLM"},
     "hello",
     "",
     true,
     NEGOTIATE_ACCEPTED,
     NULL,
     ACQUIRED ACCEPTED},
    {"NTLM by itself", {PASSES}, "NTLMSSP", "", false, NEGOTIATE_REFUSED, "ntlm", ""},
    {"another package",
     {PASSES, .package = L"PKU2U"},
     "hello",
     "",
     false,
     NEGOTIATE_REFUSED,
     "no-kerberos",
     ACQUIRED ACCEPTED DELETED},
    {"nothing negotiated",
     {PASSES, .package = L"Negotiate"},
     "hello",
     "",
     false,
     NEGOTIATE_REFUSED,
     "no-kerberos",
     ACQUIRED ACCEPTED DELETED},
    {"no package said",
     {.principal = L"alice", .reply = ""},
     "hello",
     "",
     true,
     NEGOTIATE_REFUSED,
     "no-kerberos",
     ACQUIRED ACCEPTED DELETED},
    {"anonymous",
     {PASSES, .attributes = ASC_RET_NULL_SESSION},
     "hello",
     "",
     false,
     NEGOTIATE_REFUSED,
     "bad-flags",
     ACQUIRED ACCEPTED DELETED},
    {"no token", {PASSES}, "", "", false, NEGOTIATE_REFUSED, "malformed", ""},
};

static enum negotiate_outcome shake(struct double_stage *stage, const struct leg_row *row,
                                    struct arena *arena, struct security_context **ret,
                                    struct negotiate_reply *ret_reply)
{
    struct acceptor *acceptor = NULL;
    /* the NUL of a name of seven letters is its eighth byte */
    const size_t size = strcmp(row->token, "NTLMSSP") == 0 ? 8 : strlen(row->token);
    stage->platform.settings.allow_ntlm = row->ntlm;
    ck_assert_int_eq(platform_acceptor_new(&stage->platform, &acceptor), ERR_NONE);
    const struct negotiate_channel channel = {.binding = bytes_of_string(row->binding)};
    ck_assert_int_eq(platform_negotiate(acceptor, ret, bytes_of(row->token, size), channel, arena, ret_reply),
                     ERR_NONE);
    ck_assert_str_eq(double_record, row->record);
    platform_acceptor_free(acceptor);
    return ret_reply->outcome;
}

START_TEST(leg_row)
{
    AUTO_ARENA arena;
    struct double_stage stage;
    struct security_context *context = NULL;
    struct negotiate_reply reply;
    const struct leg_row *row = &legs[_i];
    arena_init(&arena, 1 << 20);
    double_reset();
    double_script = row->said;
    double_stage_init(&stage);
    ck_assert_int_eq(shake(&stage, row, &arena, &context, &reply), row->outcome);
    ck_assert_int_eq(context == NULL, row->outcome == NEGOTIATE_REFUSED);
    if (row->reason != NULL) {
        ck_assert_str_eq(reply.reason, row->reason);
        ck_assert_uint_eq(reply.token.size, 0);
    } else {
        ck_assert(bytes_equal(reply.token, bytes_of_string("reply")));
    }
    platform_security_context_free(context);
    double_stage_done(&stage);
}
END_TEST

#define OPENS                                                                                                \
    PASSES, .open_thread = TRUE, .duplicate = TRUE, .user = "S-1-5-21-1-2-3-1104",                           \
            .level = SecurityImpersonation
#define OPENED                                                                                               \
    "ImpersonateSecurityContext 7\nOpenThreadToken thread=-2 access=e self=1\nRevertSecurityContext 7\n"
#define COPIED "DuplicateTokenEx token=55 access=2e level=2 type=2\n"

static const struct open_row {
    const char *what;
    struct double_script said;
    enum err err;
    const char *record;
} opens[] = {
    {"opened", {OPENS}, ERR_NONE, OPENED COPIED "CloseHandle 55\n"},
    {"answers that must grow", {OPENS, .size_wanted = 5000}, ERR_NONE, OPENED COPIED "CloseHandle 55\n"},
    {"answers that must grow, nobody says how",
     {OPENS, .size_wanted = 5000, .size_stays = true},
     ERR_NONE,
     OPENED COPIED "CloseHandle 55\n"},
    {"answers too large", {OPENS, .size_wanted = 2 << 20}, ERR_LOGON_FAILURE, OPENED "CloseHandle 55\n"},
    {"answers that point elsewhere", {OPENS, .damaged = true}, ERR_LOGON_FAILURE, OPENED "CloseHandle 55\n"},
    {"not impersonated",
     {OPENS, .impersonate = SEC_E_UNSUPPORTED_FUNCTION},
     ERR_LOGON_FAILURE,
     "ImpersonateSecurityContext 7\n"},
    {"not opened, and still reverted", {OPENS, .open_thread = FALSE}, ERR_LOGON_FAILURE, OPENED},
    {"not reverted",
     {OPENS, .revert = SEC_E_INTERNAL_ERROR},
     ERR_LOGON_FAILURE,
     OPENED "TerminateProcess 71\n"},
    {"not duplicated", {OPENS, .duplicate = FALSE}, ERR_LOGON_FAILURE, OPENED COPIED "CloseHandle 55\n"},
    {"anonymous",
     {OPENS, .user = "S-1-5-7"},
     ERR_LOGON_FAILURE,
     OPENED COPIED "CloseHandle 55\nCloseHandle 88\n"},
    {"a level that proves nothing",
     {OPENS, .level = SecurityAnonymous},
     ERR_LOGON_FAILURE,
     OPENED "DuplicateTokenEx token=55 access=2e level=0 type=2\nCloseHandle 55\nCloseHandle 88\n"},
};

static void check_view(const struct platform_token *token)
{
    const struct token *view = platform_token_view(token);
    const struct token_details *details = platform_token_details(token);
    ck_assert_int_eq(view->type, TOKEN_IMPERSONATION);
    ck_assert_uint_eq(view->integrity_level, INTEGRITY_HIGH);
    ck_assert_uint_eq(view->groups.count, 1); /* without the label */
    ck_assert_uint_eq(view->privileges.enabled, privilege_bit(SE_CHANGE_NOTIFY));
    ck_assert_uint_eq(details->logon_id, 0x500001234);
    ck_assert_uint_eq(details->logon_type, 3);
    ck_assert_str_eq(details->principal, "alice@CORP.EXAMPLE");
    ck_assert_str_eq(details->account_name, "alice");
    ck_assert_str_eq(details->domain_name, "CORP");
    ck_assert_str_eq(details->authentication, "Kerberos");
}

START_TEST(open_row)
{
    AUTO_ARENA arena;
    struct double_stage stage;
    struct security_context *context = NULL;
    struct platform_token *token = NULL;
    struct negotiate_reply reply;
    const struct open_row *row = &opens[_i];
    arena_init(&arena, 1 << 20);
    double_reset();
    double_script = row->said;
    double_stage_init(&stage);
    ck_assert_int_eq(shake(&stage, &legs[0], &arena, &context, &reply), NEGOTIATE_ACCEPTED);
    double_record[0] = '\0';
    ck_assert_int_eq(platform_token_open_client(&stage.platform, context, &token), row->err);
    ck_assert_str_eq(double_record, row->record);
    ck_assert_int_eq(token != NULL, row->err == ERR_NONE);
    if (token != NULL)
        check_view(token);
    platform_token_free(token);
    platform_security_context_free(context);
    double_stage_done(&stage);
}
END_TEST

/* Each leg goes on with the context of the last, and their number is bounded. */
START_TEST(legs_end)
{
    AUTO_ARENA arena;
    struct double_stage stage;
    struct acceptor *acceptor = NULL;
    struct security_context *context = NULL;
    struct negotiate_reply reply = {.outcome = NEGOTIATE_REFUSED};
    const struct negotiate_channel channel = {.required = false};
    arena_init(&arena, 1 << 20);
    double_reset();
    for (int i = 0; i < 4; i++)
        double_script.accept[i] = SEC_I_CONTINUE_NEEDED;
    double_stage_init(&stage);
    ck_assert_int_eq(platform_acceptor_new(&stage.platform, &acceptor), ERR_NONE);
    for (int leg = 1; leg <= 4; leg++) {
        ck_assert_int_eq(
            platform_negotiate(acceptor, &context, bytes_of_string("hello"), channel, &arena, &reply),
            ERR_NONE);
        ck_assert_int_eq(reply.outcome, leg < 4 ? NEGOTIATE_CONTINUE : NEGOTIATE_REFUSED);
    }
    ck_assert_str_eq(reply.reason, "malformed");
    ck_assert_ptr_null(context);
    ck_assert_str_eq(double_record, ACQUIRED ACCEPTED AGAIN AGAIN AGAIN DELETED);
    platform_acceptor_free(acceptor);
    double_stage_done(&stage);
}
END_TEST

/* A package that comes late is used, and the service is ready then. */
START_TEST(credentials_come_late)
{
    AUTO_ARENA arena;
    struct double_stage stage;
    struct acceptor *acceptor = NULL;
    struct security_context *context = NULL;
    struct negotiate_reply reply;
    struct platform_health health;
    const struct negotiate_channel channel = {.required = false};
    arena_init(&arena, 1 << 20);
    double_reset();
    double_stage_init(&stage);
    stage.platform.may_impersonate = true;
    ck_assert_int_eq(platform_acceptor_new(&stage.platform, &acceptor), ERR_NONE);
    for (int late = 1; late >= 0; late--) {
        double_script.acquire = late ? SEC_E_NO_CREDENTIALS : SEC_E_OK;
        ck_assert_int_eq(
            platform_negotiate(acceptor, &context, bytes_of_string("hello"), channel, &arena, &reply),
            ERR_NONE);
        ck_assert_int_eq(reply.outcome, late ? NEGOTIATE_REFUSED : NEGOTIATE_ACCEPTED);
        ck_assert(!late || strcmp(reply.reason, "no-keytab") == 0);
        platform_health(&stage.platform, &health);
        ck_assert_int_eq(health.ready, !late);
        ck_assert_str_eq(health.keys, late ? "missing" : "ok");
    }
    platform_security_context_free(context);
    platform_acceptor_free(acceptor);
    double_stage_done(&stage);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("windows-logon");
    TCase *tcase = tcase_create("logon");
    tcase_add_loop_test(tcase, leg_row, 0, sizeof legs / sizeof legs[0]);
    tcase_add_loop_test(tcase, open_row, 0, sizeof opens / sizeof opens[0]);
    tcase_add_test(tcase, legs_end);
    tcase_add_test(tcase, credentials_come_late);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}
