/* What a request costs is bounded for all its checks together, whatever they are made of; an ordinary batch is not near it. */
#include "api/routes.h"
#include "api/work.h"
#include "support/inprocess.h"
#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>

enum { ARENA_BYTES = 1 << 26, CHECKS = 1000 };

static struct inprocess inprocess;
static struct arena arena;

static void setup(void)
{
    arena_init(&arena, ARENA_BYTES);
}

static void teardown(void)
{
    arena_done(&arena);
}

/* `count` ACEs of different SIDs, and one for everybody. */
static json_t *sddl_of(int count)
{
    const size_t room = 64 * (size_t)(count + 2);
    char *text = arena_alloc(&arena, room);
    ck_assert_ptr_nonnull(text);
    int used = snprintf(text, room, "O:SYG:SYD:");
    for (int i = 0; i < count; i++)
        used += snprintf(text + used, room - (size_t)used, "(%s;;FR;;;S-1-5-21-1-2-3-%d)",
                         i % 2 == 0 ? "A" : "D", 1000 + i);
    (void)snprintf(text + used, room - (size_t)used, "(A;;FA;;;WD)");
    return json_string(text);
}

static json_t *tree_of(int nodes)
{
    json_t *tree = nodes > 0 ? json_array() : NULL;
    for (int i = 0; i < nodes; i++) {
        const char *guid = arena_printf(&arena, "%08x-0000-0000-0000-000000000000", (unsigned)i);
        (void)json_array_append_new(tree, json_pack("{s:i, s:s}", "level", i > 0, "guid", guid));
    }
    return tree;
}

static const struct {
    const char *what;
    int aces;
    int nodes; /* of each check */
    bool results;
    bool explain;
    int checks;
    bool bounded; /* the last is refused */
} rows[] = {
    {"an ordinary batch", 40, 0, false, false, CHECKS, false},
    {"an ordinary batch, explained", 40, 0, false, true, CHECKS, false},
    {"a long DACL", 1000, 0, false, false, CHECKS, false},
    {"properties of directory objects", 40, 16, true, false, CHECKS, false},
    {"one large check", 1500, 1024, true, true, 1, false},
    {"large trees on a long DACL", 1500, 1024, false, false, 80, true},
    {"large result lists", 1, 1024, true, false, 60, true},
    {"long explanations", 1500, 0, false, true, CHECKS, true},
};

static void ask(int row, struct inprocess_answer *ret)
{
    json_t *check = json_pack("{s:s, s:b, s:o*}", "desiredAccess", "0x02000000", "resultList",
                              rows[row].results, "objectTypes", tree_of(rows[row].nodes));
    json_t *checks = json_array();
    for (int i = 0; i < rows[row].checks; i++)
        (void)json_array_append(checks, check);
    json_decref(check);
    json_t *body =
        json_pack("{s:{s:{s:s, s:[s]}}, s:s, s:b, s:o, s:o}", "subject", "token", "user",
                  "S-1-5-21-1-2-3-500", "groups", "WD", "objectType", "file", "explain", rows[row].explain,
                  "securityDescriptor", sddl_of(rows[row].aces), "checks", checks);
    char *text = json_dumps(body, 0);
    ck_assert_ptr_nonnull(text);
    inprocess_run(&inprocess, access_check_batch_post, bytes_of_string(text), ARENA_BYTES, ret);
    inprocess_parse(ret);
    free(text);
    json_decref(body);
}

/* Once one is refused for its cost, all behind it are; the first never is. */
START_TEST(batch_row)
{
    struct inprocess_answer answer;
    ask(_i, &answer);
    ck_assert_msg(answer.status == 200, "%s: %u", rows[_i].what, answer.status);
    const json_t *results = json_object_get(answer.body, "results");
    ck_assert_uint_eq(json_array_size(results), (size_t)rows[_i].checks);
    bool refused = false;
    for (size_t i = 0; i < json_array_size(results); i++) {
        const json_t *problem = json_object_get(json_array_get(results, i), "problem");
        ck_assert_msg(problem != NULL || !refused, "%s: %zu", rows[_i].what, i);
        ck_assert_msg(problem == NULL || (i > 0 && rows[_i].bounded), "%s: %zu", rows[_i].what, i);
        refused = problem != NULL;
        if (refused) {
            ck_assert_int_eq(json_integer_value(json_object_get(problem, "status")), 413);
            ck_assert_str_eq(json_string_value(json_object_get(problem, "type")),
                             "urn:ntokend:problem:too-large");
            ck_assert_str_eq(json_string_value(json_object_get(problem, "pointer")),
                             arena_printf(&arena, "/checks/%zu", i));
        }
    }
    ck_assert_msg(refused == rows[_i].bounded, "%s", rows[_i].what);
    inprocess_answer_done(&answer);
}
END_TEST

static const struct {
    unsigned dacl;
    size_t nodes;
    bool results;
    bool restricted;
    bool package;
    uint32_t granted; /* of each node */
    size_t walks;
    size_t answer;
} costs[] = {
    {0, 0, false, false, false, 0, 0, 0},
    {40, 0, false, false, false, 0, 40, 0},
    {40, 0, false, true, false, 0, 80, 0},
    {40, 0, false, true, true, 0, 120, 0},
    {40, 16, false, false, false, 0xff, 40 + 40 + 16 * 48, 0},
    {40, 16, true, false, true, 0xff, 2 * 80 + 16 * 48, (size_t)16 * (192 + 8 * 16)},
    {3276, 1024, true, true, true, UINT32_MAX, 3 * 3276 * 65 + 1024 * 48, (size_t)1024 * (192 + 32 * 16)},
};

/* The rules of a central access policy are DACLs to walk. */
START_TEST(a_policy_costs_its_rules)
{
    struct bytes raw;
    struct sddl_error error;
    struct descriptor descriptor;
    struct sid_buffer sid;
    const uint32_t id = 1;
    const struct central_rule rule = {.name = "r", .effective = {.ace_count = 100}};
    const struct central_rule *const rules[] = {&rule, &rule, &rule};
    ck_assert_int_eq(sid_make(&sid, 17, &id, 1), ERR_NONE);
    const struct central_policy policy = {.sid = sid_of(&sid), .rules = rules, .rule_count = 3};
    const struct central_policies policies = {.items = &policy, .count = 1};
    ck_assert_int_eq(sddl_read(&arena, bytes_of_string("D:(A;;FA;;;WD)S:(ML;;NW;;;LW)(SP;;;;;S-1-17-1)"),
                               NULL, &raw, &error),
                     ERR_NONE);
    ck_assert_int_eq(descriptor_parse(raw, &descriptor), ERR_NONE);
    const struct access_request request = {.descriptor = &descriptor, .policies = &policies};
    ck_assert_uint_eq(work_of_walks(NULL, &request), 2 + 1 + 300);
}
END_TEST

START_TEST(cost_row)
{
    static struct object_node nodes[1024];
    const struct descriptor descriptor = {.dacl_state = costs[_i].dacl > 0 ? ACL_THERE : ACL_NULL,
                                          .dacl = {.ace_count = (uint16_t)costs[_i].dacl},
                                          .sacl_state = ACL_NULL};
    const struct token token = {.restricted = costs[_i].restricted,
                                .package = costs[_i].package ? SID_EVERYONE : NULL};
    const struct access_request request = {.descriptor = &descriptor,
                                           .nodes = nodes,
                                           .node_count = costs[_i].nodes,
                                           .result_list = costs[_i].results};
    for (size_t i = 0; i < costs[_i].nodes; i++)
        nodes[i].granted = costs[_i].granted;
    ck_assert_uint_eq(work_of_walks(&token, &request), costs[_i].walks);
    ck_assert_uint_eq(work_of_results(&request), costs[_i].answer);
}
END_TEST

int main(void)
{
    inprocess_open(&inprocess);
    Suite *suite = suite_create("batch_work");
    TCase *tests = tcase_create("batch_work");
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_loop_test(tests, batch_row, 0, (int)(sizeof rows / sizeof rows[0]));
    tcase_add_test(tests, a_policy_costs_its_rules);
    tcase_add_loop_test(tests, cost_row, 0, (int)(sizeof costs / sizeof costs[0]));
    suite_add_tcase(suite, tests);
    int status = suite_run(suite);
    inprocess_close(&inprocess);
    return status;
}
