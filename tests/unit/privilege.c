#include "engine/privilege.h"
#include "engine/token.h"
#include "support/suite.h"

#define BIT(luid) (UINT64_C(1) << (luid))

static const struct {
    const char *name;
    unsigned luid; /* 0: there is no such privilege */
} name_rows[] = {
    {"SeCreateTokenPrivilege", 2},
    {"SeSystemEnvironmentPrivilege", 22}, /* trap 27: [MS-LSAD] prints it without the suffix */
    {"SeSystemEnvironment", 0},
    {"sebackupprivilege", 17},
    {"SEBACKUPPRIVILEGE", 17},
    {"SeUnsolicitedInputPrivilege", 6},
    {"SeMachineAccountPrivilege", 6},
    {"SeDelegateSessionUserImpersonatePrivilege", 36},
    {"SeBackupPrivilege ", 0},
    {"SeNetworkLogonRight", 0}, /* reference 4.3: a logon right */
    {"", 0},
};

START_TEST(name_row)
{
    unsigned luid = 0;
    enum err err = privilege_find(bytes_of_string(name_rows[_i].name), &luid);
    ck_assert_int_eq(err, name_rows[_i].luid != 0 ? ERR_NONE : ERR_NO_SUCH_PRIVILEGE);
    ck_assert_uint_eq(luid, name_rows[_i].luid);
}
END_TEST

START_TEST(every_luid_has_its_names)
{
    for (unsigned luid = SE_PRIVILEGE_FIRST; luid <= SE_PRIVILEGE_LAST; luid++) {
        unsigned found = 0;
        ck_assert_ptr_nonnull(privilege_display_name(luid));
        ck_assert_int_eq(privilege_find(bytes_of_string(privilege_name(luid)), &found), ERR_NONE);
        ck_assert_uint_eq(found, luid);
    }
    const unsigned none[] = {0, 1, 37, 64, UINT32_MAX};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        ck_assert_ptr_null(privilege_name(none[i]));
        ck_assert_ptr_null(privilege_display_name(none[i]));
    }
}
END_TEST

/* Reference 4.1: one token with 8 and 23 enabled and 17 held but off. */
static const struct {
    privilege_set asked;
    bool all;
    bool answer;
    privilege_set used;
} check_rows[] = {
    {BIT(8), true, true, BIT(8)},
    {BIT(8) | BIT(23), true, true, BIT(8) | BIT(23)},
    {BIT(8) | BIT(17), true, false, BIT(8)}, /* trap 13; what was found is reported all the same */
    {BIT(8) | BIT(17), false, true, BIT(8)},
    {BIT(17), false, false, 0},
    {BIT(9), false, false, 0}, /* not held */
    {BIT(9) | BIT(23), false, true, BIT(23)},
    {BIT(50), true, false, 0}, /* an unknown LUID is not held */
    {0, true, true, 0},
    {0, false, false, 0},
};

START_TEST(check_row)
{
    const struct privilege_state state = {.present = BIT(8) | BIT(17) | BIT(23), .enabled = BIT(8) | BIT(23)};
    privilege_set used = ~UINT64_C(0);
    ck_assert_int_eq(privilege_check(&state, check_rows[_i].asked, check_rows[_i].all, &used),
                     check_rows[_i].answer);
    ck_assert_uint_eq(used, check_rows[_i].used);
}
END_TEST

/* Reference 4.2: before, 8 and 20 are on (8 by default), 17, 9 and 23 are off. */
static const struct {
    const char *what;
    uint32_t integrity;
    struct privilege_change change;
    enum err err;
    privilege_set present;
    privilege_set enabled;
    privilege_set changed;
} adjust_rows[] = {
#define HELD (BIT(8) | BIT(9) | BIT(17) | BIT(20) | BIT(23))
    {"enable", INTEGRITY_HIGH, {.enable = BIT(17)}, ERR_NONE, HELD, BIT(8) | BIT(17) | BIT(20), BIT(17)},
    {"enable what is on", INTEGRITY_HIGH, {.enable = BIT(8)}, ERR_NONE, HELD, BIT(8) | BIT(20), 0},
    {"disable", INTEGRITY_HIGH, {.disable = BIT(8)}, ERR_NONE, HELD, BIT(20), BIT(8)},
    {"disable all",
     INTEGRITY_HIGH,
     {.enable = BIT(2), .disable_all = true},
     ERR_NONE,
     HELD,
     0,
     BIT(8) | BIT(20)},
    {"remove", INTEGRITY_HIGH, {.remove = BIT(8)}, ERR_NONE, HELD & ~BIT(8), BIT(20), 0},
    {"remove wins",
     INTEGRITY_HIGH,
     {.enable = BIT(8), .remove = BIT(8)},
     ERR_NONE,
     HELD & ~BIT(8),
     BIT(20),
     0},
    {"enable wins over disable",
     INTEGRITY_HIGH,
     {.enable = BIT(17), .disable = BIT(17)},
     ERR_NONE,
     HELD,
     BIT(8) | BIT(17) | BIT(20),
     BIT(17)},
    {"never adds; the rest is done (trap 22)",
     INTEGRITY_HIGH,
     {.enable = BIT(2) | BIT(23)},
     ERR_NOT_ALL_ASSIGNED,
     HELD,
     BIT(8) | BIT(20) | BIT(23),
     BIT(23)},
    {"disable an absent one",
     INTEGRITY_HIGH,
     {.disable = BIT(3)},
     ERR_NOT_ALL_ASSIGNED,
     HELD,
     BIT(8) | BIT(20),
     0},
    {"remove an absent one",
     INTEGRITY_HIGH,
     {.remove = BIT(3)},
     ERR_NOT_ALL_ASSIGNED,
     HELD,
     BIT(8) | BIT(20),
     0},
    {"an unknown LUID", INTEGRITY_HIGH, {.enable = BIT(63)}, ERR_NOT_ALL_ASSIGNED, HELD, BIT(8) | BIT(20), 0},
    {"nothing asked", INTEGRITY_HIGH, {.enable = 0}, ERR_NONE, HELD, BIT(8) | BIT(20), 0},
    {"below High it silently stays off (3.5)",
     INTEGRITY_MEDIUM,
     {.enable = BIT(17) | BIT(23)},
     ERR_NONE,
     HELD,
     BIT(8) | BIT(20) | BIT(23),
     BIT(23)},
    {"SeSecurity is not among those", INTEGRITY_LOW, {.enable = BIT(8)}, ERR_NONE, HELD, BIT(8) | BIT(20), 0},
    {"disabling works at any level", INTEGRITY_LOW, {.disable = BIT(20)}, ERR_NONE, HELD, BIT(8), BIT(20)},
    {"above High", INTEGRITY_SYSTEM, {.enable = BIT(9)}, ERR_NONE, HELD, BIT(8) | BIT(9) | BIT(20), BIT(9)},
};

START_TEST(adjust_row)
{
    const struct privilege_state before = {
        .present = HELD, .enabled = BIT(8) | BIT(20), .enabled_by_default = BIT(8)};
    struct privilege_state state = before;
    struct privilege_state previous = {0};
    privilege_set changed = 0;
    enum err err =
        privilege_adjust(&state, adjust_rows[_i].integrity, &adjust_rows[_i].change, &previous, &changed);
    ck_assert_msg(err == adjust_rows[_i].err, "%s", adjust_rows[_i].what);
    ck_assert_msg(state.present == adjust_rows[_i].present, "%s", adjust_rows[_i].what);
    ck_assert_msg(state.enabled == adjust_rows[_i].enabled, "%s", adjust_rows[_i].what);
    ck_assert_msg(changed == adjust_rows[_i].changed, "%s", adjust_rows[_i].what);
    ck_assert_uint_eq(state.enabled_by_default, BIT(8) & state.present);
    ck_assert_uint_eq(previous.present, changed);
    ck_assert_uint_eq(previous.enabled, before.enabled & changed);
    ck_assert_uint_eq(previous.enabled_by_default, before.enabled_by_default & changed);
}
END_TEST

START_TEST(removal_is_final)
{
    struct privilege_state state = {.present = BIT(8), .enabled = BIT(8)};
    struct privilege_state previous;
    privilege_set changed;
    const struct privilege_change remove = {.remove = BIT(8)};
    const struct privilege_change enable = {.enable = BIT(8)};
    ck_assert_int_eq(privilege_adjust(&state, INTEGRITY_HIGH, &remove, &previous, &changed), ERR_NONE);
    ck_assert_int_eq(privilege_adjust(&state, INTEGRITY_HIGH, &enable, &previous, &changed),
                     ERR_NOT_ALL_ASSIGNED);
    ck_assert_uint_eq(privilege_attributes(&state, 8), 0);
}
END_TEST

START_TEST(attributes_of_each_state)
{
    const struct privilege_state state = {
        .present = BIT(8) | BIT(9) | BIT(10), .enabled = BIT(8) | BIT(9), .enabled_by_default = BIT(8)};
    ck_assert_uint_eq(privilege_attributes(&state, 8),
                      SE_PRIVILEGE_ENABLED | SE_PRIVILEGE_ENABLED_BY_DEFAULT);
    ck_assert_uint_eq(privilege_attributes(&state, 9), SE_PRIVILEGE_ENABLED);
    ck_assert_uint_eq(privilege_attributes(&state, 10), 0);
    ck_assert_uint_eq(privilege_attributes(&state, 11), 0);
    ck_assert_uint_eq(privilege_attributes(&state, 72), 0); /* 72 is no 8 */
}
END_TEST

START_TEST(ten_need_high_integrity)
{
    const privilege_set expected = BIT(2) | BIT(7) | BIT(9) | BIT(10) | BIT(17) | BIT(18) | BIT(20) |
                                   BIT(29) | BIT(32) | BIT(36); /* reference 3.5 */
    ck_assert_uint_eq(privilege_needs_high_integrity(), expected);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("privilege");
    TCase *tests = tcase_create("privilege");
    tcase_add_loop_test(tests, name_row, 0, (int)(sizeof name_rows / sizeof name_rows[0]));
    tcase_add_test(tests, every_luid_has_its_names);
    tcase_add_loop_test(tests, check_row, 0, (int)(sizeof check_rows / sizeof check_rows[0]));
    tcase_add_loop_test(tests, adjust_row, 0, (int)(sizeof adjust_rows / sizeof adjust_rows[0]));
    tcase_add_test(tests, removal_is_final);
    tcase_add_test(tests, attributes_of_each_state);
    tcase_add_test(tests, ten_need_high_integrity);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
