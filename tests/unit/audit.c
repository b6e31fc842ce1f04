/* Calls that no vector can make: a token without its index, answers of somebody else. The rest of the SACL walk is in
 * conformance/vectors/audit.jsonl. */
#include "engine/audit.h"
#include "engine/sddl.h"
#include "support/suite.h"
#include "support/token_text.h"

static struct arena arena;
static struct descriptor descriptor;

static void make(void)
{
    const char *sddl = "O:SYG:SYD:(A;;0x1;;;WD)S:(AU;SAFA;0x3;;;WD)";
    struct sddl_error error = {0};
    struct bytes raw;
    arena_init(&arena, 100000);
    ck_assert_int_eq(sddl_read(&arena, bytes_of_string(sddl), NULL, &raw, &error), ERR_NONE);
    ck_assert_int_eq(descriptor_parse(raw, &descriptor), ERR_NONE);
}

static void discard(void)
{
    arena_done(&arena);
}

/* ObjectOpenAuditAlarm: the answer is what its caller says, whatever the DACL would have said. */
static const struct {
    const char *what;
    struct access_answer answer;
    uint32_t desired;
    struct audit_answer audit;
} answer_rows[] = {
    {"granted", {.allowed = true, .granted = 0x2}, 0x2, {.success = true}},
    {"granted what no ACE names", {.allowed = true, .granted = 0x4}, 0x1, {.success = false}},
    {"refused", {.allowed = false}, 0x1, {.failure = true}},
    {"refused what no ACE names", {.allowed = false}, 0x4, {.failure = false}},
    {"refused for want of a privilege",
     {.allowed = false, .reason = ERR_PRIVILEGE_NOT_HELD},
     0x1000001,
     {.failure = true}},
    {"refused, with a mask that counts for nothing",
     {.allowed = false, .granted = 0x1},
     0x4,
     {.failure = false}},
};

START_TEST(an_answer_of_somebody_else)
{
    const struct token *token = token_text_read(&arena, "groups=WD");
    const struct access_request request = {.descriptor = &descriptor, .desired = answer_rows[_i].desired};
    struct audit_answer audit = {.success = true, .failure = true};
    ck_assert_int_eq(audit_decide(token, &request, &answer_rows[_i].answer, &audit), ERR_NONE);
    ck_assert_msg(audit.success == answer_rows[_i].audit.success, "%s: success", answer_rows[_i].what);
    ck_assert_msg(audit.failure == answer_rows[_i].audit.failure, "%s: failure", answer_rows[_i].what);
}
END_TEST

START_TEST(a_token_without_its_index)
{
    struct token token = *token_text_read(&arena, "groups=WD");
    const struct access_request request = {.descriptor = &descriptor, .desired = 1};
    const struct access_answer answer = {.allowed = false};
    struct audit_answer audit = {.success = false};
    token.membership.slots = NULL;
    ck_assert_int_eq(audit_decide(&token, &request, &answer, &audit), ERR_FAILED);
}
END_TEST

START_TEST(a_result_list_of_nothing)
{
    const struct token *token = token_text_read(&arena, "groups=WD");
    const struct access_request request = {.descriptor = &descriptor, .desired = 1, .result_list = true};
    const struct access_answer answer = {.allowed = false};
    struct audit_answer audit = {.success = false};
    ck_assert_int_eq(audit_decide(token, &request, &answer, &audit), ERR_FAILED);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("audit");
    TCase *tests = tcase_create("audit");
    tcase_add_checked_fixture(tests, make, discard);
    tcase_add_loop_test(tests, an_answer_of_somebody_else, 0, sizeof answer_rows / sizeof answer_rows[0]);
    tcase_add_test(tests, a_token_without_its_index);
    tcase_add_test(tests, a_result_list_of_nothing);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
