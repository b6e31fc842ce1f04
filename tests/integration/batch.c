/* batch: 1,000 checks on one token, with bad ones among them. */
#include "integration/fixture.h"
#include "support/suite.h"

#include <stdio.h>

enum { BATCH_MAX = 1000 };

static struct fixture fixture;

static json_t *check_of(const char *sddl, const char *right)
{
    return json_pack("{s:s, s:[s], s:s}", "securityDescriptor", sddl, "desiredAccess", right, "objectType",
                     "file");
}

/* What item i asks, and what must come of it. */
static const struct {
    const char *sddl;
    const char *right;
    const char *expected;
} kinds[] = {
    {"O:BAG:BAD:(A;;FR;;;AU)", "FILE_READ_DATA",
     "{\"allowed\": true, \"grantedAccess\": {\"mask\": \"0x00000001\"}}"},
    {"O:BAG:BAD:(A;;FR;;;BA)", "FILE_READ_DATA", "{\"allowed\": false, \"win32Error\": 5}"},
    {"O:BAG:BAD:(A;;FR;;;", "FILE_READ_DATA", "{\"problem\": {\"status\": 422, \"offset\": 19}}"},
    {"O:BAG:BAD:(A;;FR;;;AU)", "KEY_READ", "{\"problem\": {\"status\": 400}}"},
    {"G:BAD:(A;;FR;;;AU)", "FILE_READ_DATA", "{\"problem\": {\"status\": 422, \"win32Error\": 1338}}"},
    {"O:BAG:BAD:(A;;FR;;;AU)", "GENERIC_READ", "{\"problem\": {\"status\": 422, \"win32Error\": 1360}}"},
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

static json_t *batch_of(size_t count)
{
    json_t *checks = json_array();
    for (size_t i = 0; i < count; i++)
        ck_assert_int_eq(
            json_array_append_new(checks, check_of(kinds[i % KINDS].sddl, kinds[i % KINDS].right)), 0);
    return json_pack("{s:o}", "checks", checks);
}

START_TEST(bad_items_do_not_spoil_the_others)
{
    json_auto_t *body = batch_of(BATCH_MAX);
    json_auto_t *expected = json_array();
    AUTO_ANSWER answer;
    for (size_t i = 0; i < BATCH_MAX; i++)
        json_array_append_new(expected, json_loads(kinds[i % KINDS].expected, 0, NULL));
    json_auto_t *all = json_pack("{s:O}", "results", expected);
    fixture_post(&fixture, ALICE, "/access-check/batch", body, &answer);
    fixture_expect("batch", &answer, 200, all);
    const json_t *last = json_array_get(json_object_get(answer.json, "results"), 998);
    ck_assert_str_eq(json_string_value(json_object_get(json_object_get(last, "problem"), "pointer")),
                     "/checks/998/securityDescriptor");
}
END_TEST

START_TEST(one_too_many)
{
    json_auto_t *body = batch_of(BATCH_MAX + 1);
    json_auto_t *expected = json_pack("{s:s}", "pointer", "/checks");
    AUTO_ANSWER answer;
    fixture_post(&fixture, ALICE, "/access-check/batch", body, &answer);
    fixture_expect("one too many", &answer, 400, expected);
}
END_TEST

/* An item answers as the same check by itself does. */
START_TEST(an_item_answers_like_a_check)
{
    json_auto_t *body = check_of(kinds[_i].sddl, kinds[_i].right);
    json_auto_t *batch = json_pack("{s:[O]}", "checks", body);
    AUTO_ANSWER single;
    AUTO_ANSWER answer;
    fixture_post(&fixture, ALICE, "/access-check", body, &single);
    fixture_post(&fixture, ALICE, "/access-check/batch", batch, &answer);
    ck_assert_int_eq(answer.status, 200);
    json_t *item = json_array_get(json_object_get(answer.json, "results"), 0);
    json_t *problem = json_object_get(item, "problem");
    if (problem == NULL) {
        ck_assert(json_equal(item, single.json));
        return;
    }
    ck_assert_str_eq(json_string_value(json_object_get(problem, "type")),
                     json_string_value(json_object_get(single.json, "type")));
    ck_assert_int_eq(json_integer_value(json_object_get(problem, "status")), single.status);
}
END_TEST

/* The same item twice, and next to others, is answered twice alike. */
START_TEST(repeated_items_agree)
{
    json_auto_t *item = check_of(kinds[0].sddl, kinds[0].right);
    json_auto_t *other = check_of(kinds[1].sddl, kinds[1].right);
    json_auto_t *body = json_pack("{s:[O, O, O, O]}", "checks", item, other, item, other);
    AUTO_ANSWER answer;
    fixture_post(&fixture, ALICE, "/access-check/batch", body, &answer);
    const json_t *results = json_object_get(answer.json, "results");
    ck_assert(json_equal(json_array_get(results, 0), json_array_get(results, 2)));
    ck_assert(json_equal(json_array_get(results, 1), json_array_get(results, 3)));
    ck_assert(!json_equal(json_array_get(results, 0), json_array_get(results, 1)));
}
END_TEST

/* "1,2,…,COUNT" */
static void count_up(char *ret_text, size_t size, int count)
{
    size_t used = 0;
    for (int i = 1; i <= count; i++)
        used += (size_t)snprintf(ret_text + used, size - used, i == 1 ? "%d" : ",%d", i);
}

/* One condition may take some milliseconds, a thousand of them not some seconds. */
START_TEST(work_is_bounded_for_all_checks_together)
{
    enum { VALUES = 300, CHECKS = 100, TEXT_MAX = 4096 };
    char values[TEXT_MAX];
    char sddl[3 * TEXT_MAX];
    count_up(values, sizeof values, VALUES);
    (void)snprintf(sddl, sizeof sddl,
                   "O:BAG:BAD:(XA;;0x1;;;AU;(@Resource.a Contains {%s}))S:(RA;;;;;WD;(\"a\",TI,0,%s))",
                   values, values);
    json_auto_t *checks = json_array();
    for (int i = 0; i < CHECKS; i++)
        json_array_append_new(checks, json_pack("{s:i}", "desiredAccess", 1));
    json_auto_t *body =
        json_pack("{s:s, s:s, s:O}", "securityDescriptor", sddl, "objectType", "file", "checks", checks);
    AUTO_ANSWER answer;
    fixture_post(&fixture, ALICE, "/access-check/batch", body, &answer);
    ck_assert_int_eq(answer.status, 200);
    const json_t *results = json_object_get(answer.json, "results");
    const json_t *problem = json_object_get(json_array_get(results, CHECKS - 1), "problem");
    ck_assert(json_is_true(json_object_get(json_array_get(results, 0), "allowed")));
    ck_assert_int_eq(json_integer_value(json_object_get(problem, "status")), 413);
    ck_assert_str_eq(json_string_value(json_object_get(problem, "pointer")), "/checks/99");
}
END_TEST

static const struct {
    const char *name;
    const char *target;
    const char *body;
    long status;
    const char *expected;
} rows[] = {
    {"what is shared counts where nothing else is said", "/access-check/batch",
     "{\"securityDescriptor\": \"O:BAG:BAD:(A;;FR;;;AU)\", \"objectType\": \"file\", \"checks\": ["
     "{\"desiredAccess\": \"FILE_READ_DATA\"}, {\"desiredAccess\": \"FILE_WRITE_DATA\"},"
     "{\"desiredAccess\": \"KEY_QUERY_VALUE\", \"objectType\": \"registry-key\"},"
     "{\"desiredAccess\": 1, \"genericMapping\": {\"read\": 1, \"write\": 2, \"execute\": 4, \"all\": 7}},"
     "{\"desiredAccess\": 1, \"securityDescriptor\": \"O:BAG:BAD:(A;;FA;;;BA)\"}]}",
     200,
     "{\"results\": [{\"allowed\": true}, {\"allowed\": false},"
     "{\"allowed\": true, \"grantedAccess\": {\"rights\": [\"KEY_QUERY_VALUE\"]}},"
     "{\"allowed\": true, \"grantedAccess\": {\"rights\": [\"0x00000001\"]}}, {\"allowed\": false}]}"},
    {"a shared descriptor without an owner is named where it stands", "/access-check/batch",
     "{\"securityDescriptor\": \"D:\", \"objectType\": \"file\", \"checks\": [{\"desiredAccess\": 1}]}", 200,
     "{\"results\": [{\"problem\": {\"pointer\": \"/securityDescriptor\", \"win32Error\": 1338}}]}"},
    {"one token, described", "/access-check/batch",
     "{\"subject\": {\"token\": {\"user\": \"BA\"}}, \"objectType\": \"file\", \"checks\": ["
     "{\"desiredAccess\": 1, \"securityDescriptor\": \"O:SYG:SYD:(A;;FA;;;BA)\"}]}",
     200, "{\"results\": [{\"allowed\": true, \"hypothetical\": true}]}"},
    {"a primary token is refused for each", "/access-check/batch",
     "{\"subject\": {\"token\": {\"user\": \"BA\", \"type\": \"primary\"}}, \"objectType\": \"file\", \"checks\": ["
     "{\"desiredAccess\": 1, \"securityDescriptor\": \"O:SYG:SYD:(A;;FA;;;BA)\"}]}",
     200, "{\"results\": [{\"problem\": {\"pointer\": \"/subject/token/type\", \"win32Error\": 1309}}]}"},
    {"an item that is no object", "/access-check/batch", "{\"checks\": [1, null, {\"x\": 1}]}", 200,
     "{\"results\": [{\"problem\": {\"pointer\": \"/checks/0\"}}, {\"problem\": {\"pointer\": \"/checks/1\"}},"
     "{\"problem\": {\"pointer\": \"/checks/2/x\"}}]}"},
    {"no subject in an item", "/access-check/batch", "{\"checks\": [{\"subject\": {}}]}", 200,
     "{\"results\": [{\"problem\": {\"pointer\": \"/checks/0/subject\"}}]}"},
    {"onDeny with a refusal", "/access-check/batch?onDeny=403",
     "{\"objectType\": \"file\", \"checks\": [{\"desiredAccess\": 1, \"securityDescriptor\": \"O:SYG:SYD:\"}]}",
     403, "{\"results\": [{\"allowed\": false}]}"},
    {"onDeny with a problem", "/access-check/batch?onDeny=403",
     "{\"objectType\": \"file\", \"checks\": [{\"desiredAccess\": 1}]}", 403,
     "{\"results\": [{\"problem\": {\"pointer\": \"/checks/0/securityDescriptor\"}}]}"},
    {"onDeny with nothing but yes", "/access-check/batch?onDeny=403",
     "{\"objectType\": \"file\", \"checks\": [{\"desiredAccess\": 1, \"securityDescriptor\": \"O:SYG:SYD:(A;;FA;;;AU)\"}]}",
     200, "{\"results\": [{\"allowed\": true}]}"},
};

START_TEST(batch_row)
{
    json_auto_t *body = json_loads(rows[_i].body, 0, NULL);
    json_auto_t *expected = json_loads(rows[_i].expected, 0, NULL);
    AUTO_ANSWER answer;
    ck_assert_ptr_nonnull(body);
    ck_assert_ptr_nonnull(expected);
    fixture_post(&fixture, ALICE, rows[_i].target, body, &answer);
    fixture_expect(rows[_i].name, &answer, rows[_i].status, expected);
}
END_TEST

START_TEST(service_ends_well)
{
    ck_assert(fixture_close(&fixture));
}
END_TEST

int main(void)
{
    static const char *const options[] = {"--batch-max", "1000", NULL};
    fixture_open(&fixture, "batch", options);
    Suite *suite = suite_create("batch");
    TCase *tests = tcase_create("batch");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, bad_items_do_not_spoil_the_others);
    tcase_add_test(tests, one_too_many);
    tcase_add_loop_test(tests, an_item_answers_like_a_check, 0, KINDS);
    tcase_add_test(tests, repeated_items_agree);
    tcase_add_test(tests, work_is_bounded_for_all_checks_together);
    tcase_add_loop_test(tests, batch_row, 0, (int)(sizeof rows / sizeof rows[0]));
    tcase_add_test(tests, service_ends_well);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
