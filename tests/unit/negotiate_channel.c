/* Who is let in with which binding, by what the channel is and whether it must be bound to? */
#include "support/stand.h"
#include "support/suite.h"

#define A "tls-server-end-point:A"
#define B "tls-server-end-point:B"

static const struct {
    const char *name;
    enum initiator_mechs mechs;
    const char *client; /* what the client binds to; "" for nothing */
    const char *channel;
    bool required;
    const char *reason; /* NULL: let in */
} rows[] = {
    {"off, right", INITIATOR_SPNEGO, A, "", false, NULL},
    {"off, wrong", INITIATOR_SPNEGO, B, "", false, NULL},
    {"off, none", INITIATOR_SPNEGO, "", "", false, NULL},
    {"allow, right", INITIATOR_SPNEGO, A, A, false, NULL},
    {"allow, wrong", INITIATOR_SPNEGO, B, A, false, "bad-binding"},
    {"allow, none", INITIATOR_SPNEGO, "", A, false, NULL},
    {"require, right", INITIATOR_SPNEGO, A, A, true, NULL},
    {"require, wrong", INITIATOR_SPNEGO, B, A, true, "bad-binding"},
    {"require, none", INITIATOR_SPNEGO, "", A, true, "no-binding"},
    {"require, no channel, bound", INITIATOR_SPNEGO, A, "", true, "no-channel"},
    {"require, no channel, none", INITIATOR_SPNEGO, "", "", true, "no-channel"},
    {"require, right, no SPNEGO", INITIATOR_KERBEROS, A, A, true, NULL},
    {"require, none, no SPNEGO", INITIATOR_KERBEROS, "", A, true, "no-binding"},
};

START_TEST(channel_row)
{
    struct mint_order order = {0};
    struct initiator client = {
        .mechs = rows[_i].mechs, .flags = GSS_C_MUTUAL_FLAG, .binding = bytes_of_string(rows[_i].client)};
    const struct negotiate_channel channel = {.binding = bytes_of_string(rows[_i].channel),
                                              .required = rows[_i].required};
    struct verdict verdict;
    stand_shake(&stand_of_test, &order, &client, channel, &verdict);
    const char *seen = verdict.outcome == NEGOTIATE_ACCEPTED ? NULL : verdict.reason;
    if (rows[_i].reason == NULL)
        ck_assert_msg(seen == NULL && verdict.client_content, "%s: %s", rows[_i].name, seen);
    else
        ck_assert_msg(seen != NULL && strcmp(seen, rows[_i].reason) == 0, "%s: %s", rows[_i].name, seen);
    verdict_done(&verdict);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("negotiate_channel");
    TCase *tests = tcase_create("negotiate_channel");
    tcase_add_checked_fixture(tests, stand_setup, stand_teardown);
    tcase_add_loop_test(tests, channel_row, 0, (int)(sizeof rows / sizeof rows[0]));
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
