#include "platform/posix/asserted.h"

#include "support/logon.h"
#include "support/suite.h"

#define DOMAIN  LOGON_DOMAIN
#define MACHINE LOGON_MACHINE

/* What a domain must not assert: reference 6.3 and 8.1, trap 24. */
static const struct {
    const char *sid;
    bool kept;
} asserted_rows[] = {
    {DOMAIN "-512", true},
    {"S-1-5-21-4-5-6-1000", true},
    {"S-1-5-21-0-0-3-512", true}, /* the noughts of a domain are no domain nought */
    {"S-1-5-21-0-0-0-496", true},
    {"S-1-5-21-0-0-0-497", true},
    {"S-1-18-1", true},
    {"S-1-18-2", true},
    {"S-1-18-5", true},
    {"S-1-5-9", true},
    {"S-1-5-1000", true},
    {"S-1-5-65-1", true},
    {"S-1-0-0", false},
    {"S-1-1-0", false},
    {"S-1-2-0", false},
    {"S-1-2-1", false},
    {"S-1-3-0", false},
    {"S-1-3-4", false},
    {"S-1-4-1", false},
    {"S-1-5-1", false},
    {"S-1-5-2", false},
    {"S-1-5-3", false},
    {"S-1-5-4", false},
    {"S-1-5-6", false},
    {"S-1-5-7", false},
    {"S-1-5-10", false},
    {"S-1-5-11", false},
    {"S-1-5-12", false},
    {"S-1-5-14", false},
    {"S-1-5-17", false},
    {"S-1-5-18", false},
    {"S-1-5-19", false},
    {"S-1-5-20", false},
    {"S-1-5-33", false},
    {"S-1-5-113", false},
    {"S-1-5-114", false},
    {"S-1-5-5-1-2", false},
    {"S-1-5-5-0-999", false},
    {"S-1-5-21", false},
    {"S-1-5-32", false},
    {"S-1-5-32-544", false},
    {"S-1-5-32-545", false},
    {"S-1-5-32-573", false},
    {"S-1-5-32-1", false},
    {"S-1-5-64-1", false},
    {"S-1-5-64-10", false},
    {"S-1-5-21-1-2-512", false},
    {"S-1-5-21-1-2-3-4-5", false},
    {"S-1-5-80-1-2-3-4", false},
    {"S-1-5-80-0", false},
    {"S-1-5-80-273339587-2288316618-1265960278-4041522783-679233071", false},
    {"S-1-5-83-0", false},
    {"S-1-5-90-0", false},
    {DOMAIN, false},
    {MACHINE, false},
    {MACHINE "-500", false},
    {MACHINE "-1000", false},
    {"S-1-5-21-0-0-0-500", false},
    {"S-1-15-2-1", false},
    {"S-1-15-3-1", false},
    {"S-1-16-12288", false},
    {"S-1-16-16384", false},
    {"S-1-17-1", false},
    {"S-1-19-512-8192", false},
    {"S-1-22-1-0", false},
    {"S-1-22-2-0", false},
};
enum { ASSERTED_ROWS = sizeof asserted_rows / sizeof asserted_rows[0] };

/* The same in each list that a PAC has. */
START_TEST(asserted_row)
{
    for (int list = 0; list < 3; list++) {
        AUTO_ARENA arena;
        arena_init(&arena, 1 << 20);
        struct token token = {0};
        struct token_refused refused;
        const char *sid = asserted_rows[_i].sid;
        const struct logon logon = {
            .groups = list == 0 ? sid : "", .extra = list == 1 ? sid : "", .resource = list == 2 ? sid : ""};
        const struct logon without = {.groups = ""};
        struct token plain = {0};
        struct token_refused none;
        ck_assert_int_eq(logon_build(&arena, &logon, &token, &refused), ERR_NONE);
        ck_assert_int_eq(logon_build(&arena, &without, &plain, &none), ERR_NONE);
        ck_assert_uint_eq(refused.count, asserted_rows[_i].kept ? 0 : 1);
        if (asserted_rows[_i].kept) {
            ck_assert_ptr_nonnull(sids_find(token.groups, sid));
            continue;
        }
        ck_assert(sid_equal(sid_of(&refused.shown[0]), sids_one(&arena, sid)));
        ck_assert_uint_eq(token.groups.count, plain.groups.count);
        ck_assert_uint_eq(token.privileges.present, plain.privileges.present);
        ck_assert_uint_eq(token.integrity_level, plain.integrity_level);
    }
}
END_TEST

START_TEST(asserted_user_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    struct token token = {0};
    struct token_refused refused;
    const struct logon logon = {.user = asserted_rows[_i].sid};
    bool account = strncmp(logon.user, "S-1-5-21-", 9) == 0 && asserted_rows[_i].kept &&
                   strncmp(logon.user, "S-1-5-21-0-0-0-", 15) != 0;
    ck_assert_int_eq(logon_build(&arena, &logon, &token, &refused), account ? ERR_NONE : ERR_LOGON_FAILURE);
    ck_assert_uint_eq(refused.count, account ? 0 : 1);
}
END_TEST

START_TEST(asserted_device_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    for (int list = 0; list < 2; list++) {
        struct token token = {0};
        struct token_refused refused;
        const char *sid = asserted_rows[_i].sid;
        const struct logon logon = {.extra = "S-1-5-21-0-0-0-496",
                                    .device = list == 0 ? sid : "",
                                    .device_extra = list == 1 ? sid : ""};
        ck_assert_int_eq(logon_build(&arena, &logon, &token, &refused), ERR_NONE);
        ck_assert(token.has_device);
        ck_assert_uint_eq(token.device_groups.count, asserted_rows[_i].kept ? 1 : 0);
        ck_assert_uint_eq(refused.count, asserted_rows[_i].kept ? 0 : 1);
    }
}
END_TEST

/* An authority alone, which no text can say, is nobody. */
START_TEST(authorities_are_nobody)
{
    const uint8_t sid[] = {1, 0, 0, 0, 0, 0, 0, (uint8_t)_i};
    ck_assert(!asserted_as_group((const struct sid *)sid, NULL));
    ck_assert(!asserted_as_user((const struct sid *)sid, NULL));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("asserted");
    TCase *tests = tcase_create("asserted");
    tcase_add_loop_test(tests, asserted_row, 0, ASSERTED_ROWS);
    tcase_add_loop_test(tests, asserted_user_row, 0, ASSERTED_ROWS);
    tcase_add_loop_test(tests, asserted_device_row, 0, ASSERTED_ROWS);
    tcase_add_loop_test(tests, authorities_are_nobody, 0, UINT8_MAX + 1);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
