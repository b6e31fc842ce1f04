#include "platform/posix/pac_device.h"

#include "support/ndr_build.h"
#include "support/pac_build.h"
#include "support/suite.h"

enum { ARENA = 16 << 20 };

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))
#define DOMAIN      "S-1-5-21-1000-2000-3000"

static const struct pac_build_group groups[] = {{515, 0xf}, {1700, 7}, {1700, 7}};
static const struct pac_build_group nought[] = {{0, 0x17}};
static const struct pac_build_sid sids[] = {{"S-1-18-1", 7}};
static const struct pac_build_domain domains[] = {{"S-1-5-21-7-8-9", groups, 2}};
static const struct pac_build_domain nameless[] = {{NULL, groups, 2}};
static const struct pac_build_domain nobody[] = {{NULL, NULL, 0}};
static const struct pac_build_domain full[] = {{"S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15", groups, 1}};
static const struct pac_build_domain many[PAC_SIDS_MAX + 1] = {{NULL, NULL, 0}};

static const struct {
    const char *what;
    struct pac_build_device device;
    enum err err;
    size_t groups;
} rows[] = {
    {"account and primary group", {.domain_sid = DOMAIN, .rid = 1105, .primary_group_rid = 515}, ERR_NONE, 2},
    {"no account", {.domain_sid = DOMAIN, .primary_group_rid = 515}, ERR_NONE, 1},
    {"no primary group", {.domain_sid = DOMAIN, .rid = 1105}, ERR_NONE, 1},
    {"groups, one of them twice",
     {.domain_sid = DOMAIN, .rid = 1, .primary_group_rid = 515, .groups = groups, .group_count = 3},
     ERR_NONE,
     3},
    {"no domain", {.rid = 1105, .primary_group_rid = 515}, ERR_MALFORMED, 0},
    {"no domain and no account", {.primary_group_rid = 515}, ERR_MALFORMED, 0},
    {"a full domain",
     {.domain_sid = "S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15", .rid = 1},
     ERR_MALFORMED,
     0},
    {"extra SIDs",
     {.domain_sid = DOMAIN, .rid = 1105, .extra_sids = sids, .extra_sid_count = 1},
     ERR_NONE,
     1},
    {"another domain",
     {.domain_sid = DOMAIN, .rid = 1105, .domains = domains, .domain_count = 1},
     ERR_NONE,
     3},
    {"another domain without a SID",
     {.domain_sid = DOMAIN, .rid = 1105, .domains = nameless, .domain_count = 1},
     ERR_MALFORMED,
     0},
    {"another domain of nothing",
     {.domain_sid = DOMAIN, .rid = 1105, .domains = nobody, .domain_count = 1},
     ERR_NONE,
     1},
    {"another domain that is full",
     {.domain_sid = DOMAIN, .rid = 1105, .domains = full, .domain_count = 1},
     ERR_MALFORMED,
     0},
    {"as many domains as may be",
     {.domain_sid = DOMAIN, .rid = 1105, .domains = many, .domain_count = PAC_SIDS_MAX},
     ERR_NONE,
     1},
    {"one domain more",
     {.domain_sid = DOMAIN, .rid = 1105, .domains = many, .domain_count = PAC_SIDS_MAX + 1},
     ERR_TOO_LARGE,
     0},
    {"no primary group, and a group of RID 0",
     {.domain_sid = DOMAIN, .rid = 1105, .groups = nought, .group_count = 1},
     ERR_NONE,
     2},
};

START_TEST(row)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA);
    struct bytes input = pac_build_device_info(&arena, &rows[_i].device);
    struct pac_budget budget = {.sids = PAC_SIDS_MAX};
    struct sid_list lists[2] = {0};
    ck_assert_msg(pac_device_decode(&arena, input, &budget, &lists[0], &lists[1]) == rows[_i].err, "%s",
                  rows[_i].what);
    ck_assert_msg(lists[0].count == rows[_i].groups, "%s", rows[_i].what);
    ck_assert_uint_eq(lists[1].count, rows[_i].err == ERR_NONE ? rows[_i].device.extra_sid_count : 0);
}
END_TEST

START_TEST(primary_group_keeps_its_attributes)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA);
    struct bytes input = pac_build_device_info(&arena, &rows[3].device);
    struct pac_budget budget = {.sids = PAC_SIDS_MAX};
    struct sid_list lists[2] = {0};
    ck_assert_int_eq(pac_device_decode(&arena, input, &budget, &lists[0], &lists[1]), ERR_NONE);
    ck_assert_uint_eq(lists[0].items[0].attributes, 7);
    ck_assert_uint_eq(sid_rid(lists[0].items[1].sid), 515);
    ck_assert_uint_eq(lists[0].items[1].attributes, 0xf);
    ck_assert_uint_eq(budget.sids, PAC_SIDS_MAX - 3);
}
END_TEST

/* A group that is listed twice counts for denies only as soon as one of the two does, the primary one as well. */
START_TEST(deny_only_is_not_lost)
{
    static const struct pac_build_group listed[] = {{515, 7}, {600, 7}, {515, 0x10}, {600, 0x10}};
    const struct pac_build_device device = {.domain_sid = DOMAIN,
                                            .rid = 1,
                                            .primary_group_rid = _i == 0 ? 515 : 513,
                                            .groups = listed,
                                            .group_count = COUNT(listed)};
    AUTO_ARENA arena;
    arena_init(&arena, ARENA);
    struct bytes input = pac_build_device_info(&arena, &device);
    struct pac_budget budget = {.sids = PAC_SIDS_MAX};
    struct sid_list lists[2] = {0};
    uint32_t of_515 = 0;
    uint32_t of_600 = 0;
    ck_assert_int_eq(pac_device_decode(&arena, input, &budget, &lists[0], &lists[1]), ERR_NONE);
    for (size_t i = 0; i < lists[0].count; i++) {
        of_515 |= sid_rid(lists[0].items[i].sid) == 515 ? lists[0].items[i].attributes : 0;
        of_600 |= sid_rid(lists[0].items[i].sid) == 600 ? lists[0].items[i].attributes : 0;
    }
    ck_assert_uint_eq(of_515, 0x17);
    ck_assert_uint_eq(of_600, 0x17);
}
END_TEST

START_TEST(no_device_behind_the_pointer)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA);
    struct ndr_build null;
    ndr_build_init(&null, &arena);
    ndr_build_pointer(&null, false);
    struct pac_budget budget = {.sids = PAC_SIDS_MAX};
    struct sid_list lists[2] = {0};
    ck_assert_int_eq(pac_device_decode(&arena, ndr_build_serialized(&null), &budget, &lists[0], &lists[1]),
                     ERR_MALFORMED);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pac_device");
    TCase *tests = tcase_create("pac_device");
    tcase_add_loop_test(tests, row, 0, COUNT(rows));
    tcase_add_test(tests, primary_group_keeps_its_attributes);
    tcase_add_loop_test(tests, deny_only_is_not_lost, 0, 2);
    tcase_add_test(tests, no_device_behind_the_pointer);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
