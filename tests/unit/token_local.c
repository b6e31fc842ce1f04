#include "support/sids.h"
#include "support/station.h"
#include "support/suite.h"

#include <pwd.h>
#include <unistd.h>

#define DOMAIN     STATION_DOMAIN
#define BIT(luid)  (UINT64_C(1) << (luid))
#define ROWS(rows) (int)(sizeof(rows) / sizeof(rows)[0])

/* Tickets without a PAC: reference 8.1, traps 23 and 24. "daemon" is a user of every Debian. */
static const struct {
    const char *user_name;
    const char *principal;
    enum err err;
    bool local_accounts;
} local_rows[] = {
    {"daemon", "daemon@EXAMPLE.TEST", ERR_LOGON_FAILURE, false},
    {"daemon", "daemon@EXAMPLE.TEST", ERR_NONE, true},
    {"daemon", "daemon@OTHER.TEST", ERR_LOGON_FAILURE, true},
    {"daemon", "daemon@OTHER\\@EXAMPLE.TEST", ERR_LOGON_FAILURE, true},
    {"daemon", "daemon", ERR_LOGON_FAILURE, true},
    {"daemon", NULL, ERR_LOGON_FAILURE, true},
    {NULL, "daemon/admin@EXAMPLE.TEST", ERR_LOGON_FAILURE, true},
    {"root", "root@EXAMPLE.TEST", ERR_LOGON_FAILURE, true},
    {"no-such-user", "no-such-user@EXAMPLE.TEST", ERR_LOGON_FAILURE, true},
    {"", "@EXAMPLE.TEST", ERR_LOGON_FAILURE, true},
};

START_TEST(local_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    struct platform *platform = station_start(local_rows[_i].local_accounts, DOMAIN, NULL);
    struct security_context context = station_context(&arena, local_rows[_i].principal, false);
    struct platform_token *token = NULL;
    context.user_name = local_rows[_i].user_name;
    enum err err = platform_token_open_client(platform, &context, &token);
    ck_assert_int_eq(err, local_rows[_i].err);
    ck_assert((token != NULL) == (err == ERR_NONE));
    platform_token_free(token);
    platform_stop(platform);
}
END_TEST

START_TEST(local_account)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    struct platform *platform = station_start(true, DOMAIN, NULL);
    struct security_context context = station_context(&arena, "daemon@EXAMPLE.TEST", false);
    struct platform_token *token = NULL;
    const struct passwd *daemon = getpwnam("daemon"); /* cppcheck-suppress getpwnamCalled ; one thread */
    ck_assert_ptr_nonnull(daemon);
    context.user_name = "daemon";
    ck_assert_int_eq(platform_token_open_client(platform, &context, &token), ERR_NONE);
    const struct token *view = platform_token_view(token);
    ck_assert(sid_equal(view->user, sids_one(&arena, arena_printf(&arena, "S-1-22-1-%u", daemon->pw_uid))));
    const char *const expected[] = {arena_printf(&arena, "S-1-22-2-%u", daemon->pw_gid),
                                    "S-1-1-0",
                                    "S-1-5-2",
                                    "S-1-5-11",
                                    "S-1-5-15",
                                    "S-1-5-32-545"};
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        ck_assert_msg(sids_find(view->groups, expected[i]) != NULL, "%s", expected[i]);
    ck_assert_ptr_null(sids_find(view->groups, DOMAIN "-513"));
    ck_assert_uint_eq(view->privileges.present, BIT(23) | BIT(33));
    ck_assert_uint_eq(view->privileges.enabled, BIT(23) | BIT(33));
    ck_assert_str_eq(platform_token_details(token)->account_name, "daemon");
    ck_assert_ptr_null(platform_token_details(token)->domain_name);
    platform_token_free(token);
    platform_stop(platform);
}
END_TEST

static const struct {
    const char *sid;
    uint32_t attributes;
} service_groups[] = {
    {"S-1-1-0", 7},
    {"S-1-2-0", 7},
    {"S-1-5-6", 7},
    {"S-1-5-11", 7},
    {"S-1-5-15", 7},
    {"S-1-5-32-545", 7},
    {"S-1-5-80-273339587-2288316618-1265960278-4041522783-679233071", 0xE},
};

START_TEST(service)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    struct platform *platform = station_start(false, DOMAIN, NULL);
    struct platform_token *token = NULL;
    ck_assert_int_eq(platform_token_open_process(platform, &token), ERR_NONE);
    const struct token *view = platform_token_view(token);
    ck_assert(sid_equal(view->user, sids_one(&arena, arena_printf(&arena, "S-1-22-1-%u", geteuid()))));
    for (int i = 0; i < ROWS(service_groups); i++) {
        const struct sid_and_attributes *group = sids_find(view->groups, service_groups[i].sid);
        ck_assert_msg(group != NULL && group->attributes == service_groups[i].attributes, "%s",
                      service_groups[i].sid);
    }
    ck_assert_ptr_null(sids_find(view->groups, "S-1-5-2"));
    ck_assert_int_eq(view->type, TOKEN_PRIMARY);
    ck_assert_uint_eq(view->integrity_level, INTEGRITY_HIGH);
    ck_assert_uint_eq(view->privileges.present, BIT(23) | BIT(29) | BIT(30) | BIT(33));
    ck_assert_uint_eq(view->privileges.enabled, BIT(23) | BIT(29) | BIT(30));
    ck_assert_uint_eq(view->privileges.enabled_by_default, BIT(23) | BIT(29) | BIT(30));
    ck_assert_uint_eq(platform_token_details(token)->logon_type, 5);
    platform_token_free(token);
    platform_stop(platform);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("token_local");
    TCase *tests = tcase_create("token_local");
    tcase_add_checked_fixture(tests, station_setup, station_teardown);
    tcase_add_loop_test(tests, local_row, 0, ROWS(local_rows));
    tcase_add_test(tests, local_account);
    tcase_add_test(tests, service);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
