/* Calls that no vector can make: a token without its index, answers of somebody else. The rest of the SACL walk is in
 * conformance/vectors/audit.jsonl. */
#include "engine/audit.h"
#include "engine/condition.h"
#include "engine/sddl.h"
#include "support/suite.h"
#include "support/token_text.h"

static struct arena arena;
static struct descriptor descriptor;

static void read_descriptor(const char *sddl)
{
    struct sddl_error error = {0};
    struct bytes raw;
    ck_assert_int_eq(sddl_read(&arena, bytes_of_string(sddl), NULL, &raw, &error), ERR_NONE);
    ck_assert_int_eq(descriptor_parse(raw, &descriptor), ERR_NONE);
}

static void make(void)
{
    arena_init(&arena, 100000);
    read_descriptor("O:SYG:SYD:(A;;0x1;;;WD)S:(AU;SAFA;0x3;;;WD)");
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

enum { VALUES_MAX = 600 };

/* Two claims, a and b, that have no value in common. */
static struct claim_set two_lists(size_t count)
{
    static const uint8_t names[][2] = {{'a', 0}, {'b', 0}};
    static struct claim_value values[2][VALUES_MAX];
    static struct claim claims[2];
    for (size_t list = 0; list < 2; list++) {
        for (size_t i = 0; i < count; i++)
            values[list][i].number = VALUES_MAX * list + i;
        claims[list] = (struct claim){.name = bytes_of(names[list], 2),
                                      .type = CLAIM_INT64,
                                      .values = values[list],
                                      .value_count = count};
    }
    return (struct claim_set){.claims = claims, .count = 2};
}

/* Only a condition that was evaluated to its end keeps an event away. */
START_TEST(a_condition_that_costs_too_much)
{
    static const size_t values[] = {100, VALUES_MAX};
    struct token *token = token_text_read(&arena, "groups=WD");
    const struct access_request request = {.descriptor = &descriptor, .desired = 1};
    const struct access_answer answer = {.allowed = true, .granted = 1};
    struct audit_answer audit;
    token->user_claims = two_lists(values[_i]);
    read_descriptor("O:SYG:SYD:(A;;0x1;;;WD)S:(XU;SA;0x1;;;WD;(@USER.a Any_of @USER.b))");
    ck_assert_int_eq(audit_decide(token, &request, &answer, &audit), ERR_NONE);
    ck_assert(audit.success == (_i == 1));
    ck_assert_uint_ge(audit.work, values[0] * values[0]);
    ck_assert_uint_le(audit.work, CONDITION_WORK_MAX);
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
    tcase_add_loop_test(tests, a_condition_that_costs_too_much, 0, 2);
    tcase_add_test(tests, a_token_without_its_index);
    tcase_add_test(tests, a_result_list_of_nothing);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
