/* Who is let in with which channel binding? What SSPI is asked for, since it alone can tell. */
#include "support/suite.h"
#include "windows/double.h"

#define ASKED(wanted, binding)                                                                               \
    "AcquireCredentialsHandleW Negotiate use=1\n"                                                            \
    "AcceptSecurityContext credentials=1 context=none wanted=" wanted " room=12000 2:hello" binding "\n"

/* Who must be bound: SSPI is not told to take a client that is not, and without a channel nobody gets to it. Who may be bound: it is
 * (ASC_REQ_ALLOW_MISSING_BINDINGS), and without a channel, as with bindings that are off, it is given none. */
static const struct channel_row {
    bool required;
    const char *binding;
    SECURITY_STATUS status;
    const char *reason; /* NULL when not refused */
    const char *record;
} channels[] = {
    {true, "tls:x", SEC_E_OK, NULL, ASKED("800", " binding:tls:x")},
    {true, "tls:x", SEC_E_BAD_BINDINGS, "bad-binding", ASKED("800", " binding:tls:x")},
    {true, "", SEC_E_OK, "no-channel", ""},
    {false, "tls:x", SEC_E_OK, NULL, ASKED("10000800", " binding:tls:x")},
    {false, "tls:x", SEC_E_BAD_BINDINGS, "bad-binding", ASKED("10000800", " binding:tls:x")},
    {false, "", SEC_E_OK, NULL, ASKED("800", "")},
};

START_TEST(channel_row)
{
    AUTO_ARENA arena;
    struct double_stage stage;
    struct acceptor *acceptor = NULL;
    struct security_context *context = NULL;
    struct negotiate_reply reply;
    const struct channel_row *row = &channels[_i];
    const struct negotiate_channel channel = {.binding = bytes_of_string(row->binding),
                                              .required = row->required};
    arena_init(&arena, 1 << 20);
    double_reset();
    double_script = (struct double_script){.package = L"Kerberos",
                                           .principal = L"alice@CORP.EXAMPLE",
                                           .reply = "reply",
                                           .accept = {row->status}};
    double_stage_init(&stage);
    ck_assert_int_eq(platform_acceptor_new(&stage.platform, &acceptor), ERR_NONE);
    ck_assert_int_eq(
        platform_negotiate(acceptor, &context, bytes_of_string("hello"), channel, &arena, &reply), ERR_NONE);
    ck_assert_int_eq(reply.outcome, row->reason == NULL ? NEGOTIATE_ACCEPTED : NEGOTIATE_REFUSED);
    ck_assert(row->reason == NULL || strcmp(row->reason, reply.reason) == 0);
    ck_assert_str_eq(double_record, row->record);
    platform_acceptor_free(acceptor);
    platform_security_context_free(context);
    double_stage_done(&stage);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("binding");
    TCase *tests = tcase_create("binding");
    tcase_add_loop_test(tests, channel_row, 0, (int)(sizeof channels / sizeof channels[0]));
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
