#include "platform/posix/keytab.h"
#include "platform/privilege.h"
#include "support/keytab_file.h"
#include "support/sids.h"
#include "support/station.h"
#include "support/suite.h"

#include <sys/stat.h>

#define DOMAIN     STATION_DOMAIN
#define V          "[Version]\nsignature=\"$CHICAGO$\"\n"
#define BIT(luid)  (UINT64_C(1) << (luid))
#define ROWS(rows) (int)(sizeof(rows) / sizeof(rows)[0])

START_TEST(client_with_pac)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    struct platform *platform = station_start(false, DOMAIN, NULL);
    struct security_context context = station_context(&arena, "alice@EXAMPLE.TEST", true);
    struct platform_token *token = NULL;
    ck_assert_int_eq(platform_token_open_client(platform, &context, &token), ERR_NONE);
    arena_done(&arena); /* nothing of the token lives there */
    arena_init(&arena, 1 << 20);
    const struct token *view = platform_token_view(token);
    const struct token_details *details = platform_token_details(token);
    ck_assert(sid_equal(view->user, sids_one(&arena, DOMAIN "-1104")));
    ck_assert_ptr_nonnull(sids_find(view->groups, "S-1-5-32-544"));
    ck_assert_int_eq(view->type, TOKEN_IMPERSONATION);
    ck_assert_str_eq(details->account_name, "alice");
    ck_assert_str_eq(details->domain_name, "CORP");
    ck_assert_str_eq(details->upn, "alice@corp.example");
    ck_assert_str_eq(details->principal, "alice@EXAMPLE.TEST");
    ck_assert_str_eq(details->authentication, "Kerberos");
    ck_assert_int_eq(details->expires_at, 4102444800);
    ck_assert_uint_eq(details->logon_type, 3);
    ck_assert_uint_ne(details->logon_id, 0);
    platform_token_free(token);
    platform_stop(platform);
}
END_TEST

/* The domain's name is the operator's, else what its PACs say; of another domain's PAC nothing is learned. */
static const struct {
    const char *domain;
    const char *given; /* by the operator */
    const char *shown; /* of the domain's RID 512; NULL for none */
    const char *details;
} domain_name_rows[] = {
    {DOMAIN, NULL, "CORP\\Domain Admins", "CORP"},
    {DOMAIN, "CONTOSO", "CONTOSO\\Domain Admins", "CONTOSO"},
    {"S-1-5-21-4-5-6", NULL, NULL, "CORP"},
    {"S-1-5-21-4-5-6", "CONTOSO", "CONTOSO\\Domain Admins", "CORP"},
};

START_TEST(domain_name_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    struct platform *platform = NULL;
    struct platform_token *token = NULL;
    const struct platform_settings settings = {.keytab = station_keytab,
                                               .replay_cache = station_cache,
                                               .domain_sid = domain_name_rows[_i].domain,
                                               .domain_name = domain_name_rows[_i].given};
    ck_assert_int_eq(platform_start(&settings, &platform), ERR_NONE);
    const struct sid *admins = sids_one(&arena, arena_printf(&arena, "%s-512", domain_name_rows[_i].domain));
    ck_assert(platform_account_name(platform, admins, &arena) == NULL || settings.domain_name != NULL);
    for (int i = 0; i < 2; i++) {
        struct security_context context = station_context(&arena, "alice@EXAMPLE.TEST", true);
        ck_assert_int_eq(platform_token_open_client(platform, &context, &token), ERR_NONE);
        ck_assert_str_eq(platform_token_details(token)->domain_name, domain_name_rows[_i].details);
        platform_token_free(token);
    }
    ck_assert_pstr_eq(platform_account_name(platform, admins, &arena), domain_name_rows[_i].shown);
    platform_stop(platform);
}
END_TEST

/* Whose Domain Admins are administrators here: reference 4.3 column M, and nobody by doubt. */
static const struct {
    const char *domain; /* as the operator says; NULL: nothing */
    const char *principal;
    bool administrator;
} domain_rows[] = {
    {DOMAIN, "alice@EXAMPLE.TEST", true},
    {DOMAIN, "alice@OTHER.TEST", true}, /* the SID decides, not the name */
    {"S-1-5-21-4-5-6", "alice@EXAMPLE.TEST", false},
    {NULL, "alice@EXAMPLE.TEST", true}, /* of the realm that gave us our keys */
    {NULL, "alice@OTHER.TEST", false},
    {NULL, "alice@OTHER\\@EXAMPLE.TEST", false}, /* realm OTHER@EXAMPLE.TEST */
    {NULL, "alice\\@EXAMPLE.TEST@OTHER.TEST", false},
    {NULL, "alice\\@OTHER.TEST@EXAMPLE.TEST", true},
    {NULL, "alice@EXAMPLE.TEST.EVIL", false},
    {NULL, "alice@example.test", false},
    {NULL, "alice", false},
};

START_TEST(domain_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    struct platform *platform = station_start(false, domain_rows[_i].domain, NULL);
    struct security_context context = station_context(&arena, domain_rows[_i].principal, true);
    struct platform_token *token = NULL;
    ck_assert_int_eq(platform_token_open_client(platform, &context, &token), ERR_NONE);
    bool administrator = sids_find(platform_token_view(token)->groups, "S-1-5-32-544") != NULL;
    ck_assert(administrator == domain_rows[_i].administrator);
    platform_token_free(token);
    platform_stop(platform);
}
END_TEST

static bool is_administrator(struct platform *platform)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    struct security_context context = station_context(&arena, "alice@EXAMPLE.TEST", true);
    struct platform_token *token = NULL;
    ck_assert_int_eq(platform_token_open_client(platform, &context, &token), ERR_NONE);
    const bool found = sids_find(platform_token_view(token)->groups, "S-1-5-32-544") != NULL;
    platform_token_free(token);
    return found;
}

#define OURS "HTTP/a.example.test@EXAMPLE.TEST"
static const char *const two_realms_rows[][3] = {
    {OURS, "HTTP/a.other.test@OTHER.TEST", NULL},
    {OURS, "HTTP/a.other.test@EXAMPLE.TES", NULL},
    {OURS, "HTTP/a.other.test@EXAMPLE.TEST2", NULL},
};

/* Keys of two realms do not say whose machine this is, whatever keys there were before. */
START_TEST(two_realms)
{
    static const char *const ours[] = {OURS, NULL};
    keytab_file_write(station_keytab, 1, ours);
    struct platform *platform = station_start(false, NULL, NULL);
    ck_assert(is_administrator(platform));
    keytab_file_write(station_keytab, 1, two_realms_rows[_i]);
    platform_reload(platform, true);
    ck_assert(!is_administrator(platform));
    platform_stop(platform);
}
END_TEST

/* Whoever has the keys is the service, and makes tickets for whom they like. */
static const struct {
    mode_t mode;
    bool exposed;
} mode_rows[] = {{0600, false}, {0640, false}, {0400, false}, {0604, true}, {0602, true}, {0620, true}};

START_TEST(keys_are_exposed)
{
    static const char *const ours[] = {OURS, NULL};
    struct keytab_look look;
    keytab_file_write(station_keytab, 1, ours);
    ck_assert_int_eq(chmod(station_keytab, mode_rows[_i].mode), 0);
    ck_assert_int_eq(keytab_try(station_keytab, &look), ERR_NONE);
    ck_assert_str_eq(look.state, "ok");
    ck_assert_int_eq(look.exposed, mode_rows[_i].exposed);
}
END_TEST

static const struct {
    bool identify_only;
    bool delegated;
    enum impersonation_level level;
} level_rows[] = {
    {false, false, SECURITY_IMPERSONATION},
    {true, false, SECURITY_IDENTIFICATION},
    {false, true, SECURITY_DELEGATION},
    {true, true, SECURITY_IDENTIFICATION},
};

START_TEST(level_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    struct platform *platform = station_start(false, NULL, NULL);
    struct security_context context = station_context(&arena, "alice@EXAMPLE.TEST", true);
    struct platform_token *token = NULL;
    context.identify_only = level_rows[_i].identify_only;
    context.delegated = level_rows[_i].delegated;
    ck_assert_int_eq(platform_token_open_client(platform, &context, &token), ERR_NONE);
    ck_assert_int_eq(platform_token_view(token)->level, level_rows[_i].level);
    platform_token_free(token);
    platform_stop(platform);
}
END_TEST

/* Who gets no token. */
enum damage { SOUND, NOT_FINISHED, CUT_PAC, NO_LOGON_INFO };
static const struct {
    const char *policy;
    enum damage damage;
    enum err err;
} refused_rows[] = {
    {NULL, SOUND, ERR_NONE},
    {NULL, NOT_FINISHED, ERR_LOGON_FAILURE},
    {NULL, CUT_PAC, ERR_LOGON_FAILURE},
    {NULL, NO_LOGON_INFO, ERR_LOGON_FAILURE},
    {V "[Privilege Rights]\nSeNetworkLogonRight=\n", SOUND, ERR_LOGON_TYPE_NOT_GRANTED},
    {V "[Privilege Rights]\nSeDenyNetworkLogonRight=*" DOMAIN "-513\n", SOUND, ERR_LOGON_TYPE_NOT_GRANTED},
};

START_TEST(refused_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    struct platform *platform = station_start(true, DOMAIN, refused_rows[_i].policy);
    struct security_context context = station_context(&arena, "daemon@EXAMPLE.TEST", true);
    struct platform_token *token = NULL;
    context.user_name = "daemon"; /* who has a PAC is never mapped by name */
    context.finished = refused_rows[_i].damage != NOT_FINISHED;
    if (refused_rows[_i].damage == CUT_PAC)
        context.pac.logon_info.size /= 2;
    if (refused_rows[_i].damage == NO_LOGON_INFO)
        context.pac.logon_info = (struct bytes){0};
    ck_assert_int_eq(platform_token_open_client(platform, &context, &token), refused_rows[_i].err);
    ck_assert((token != NULL) == (refused_rows[_i].err == ERR_NONE));
    ck_assert_int_eq(platform_token_open_client(platform, NULL, &token), ERR_LOGON_FAILURE);
    platform_token_free(token);
    platform_stop(platform);
}
END_TEST

START_TEST(duplicates_change_alone)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    struct platform *platform = station_start(false, DOMAIN, NULL);
    struct security_context context = station_context(&arena, "alice@EXAMPLE.TEST", true);
    struct platform_token *token = NULL;
    struct platform_token *copy = NULL;
    struct privilege_state previous;
    privilege_set changed = 0;
    const struct privilege_change change = {.remove = BIT(17), .disable = BIT(8)};
    ck_assert_int_eq(platform_token_open_client(platform, &context, &token), ERR_NONE);
    ck_assert_int_eq(platform_token_duplicate(token, &copy), ERR_NONE);
    privilege_set before = platform_token_view(token)->privileges.enabled;
    ck_assert_int_eq(platform_privilege_adjust(copy, &change, &previous, &changed), ERR_NONE);
    ck_assert_uint_eq(platform_token_view(copy)->privileges.enabled, before & ~(BIT(8) | BIT(17)));
    ck_assert_uint_eq(platform_token_view(copy)->privileges.present, before & ~BIT(17));
    ck_assert_uint_eq(platform_token_view(token)->privileges.enabled, before);
    for (int i = 0; i < 2; i++) {
        bool held = i == 1;
        privilege_set used = 0;
        ck_assert_int_eq(
            platform_privilege_check(i == 0 ? token : copy, BIT(8) | BIT(23), true, &held, &used), ERR_NONE);
        ck_assert_int_eq(held, i == 0);
        ck_assert_uint_eq(used, i == 0 ? BIT(8) | BIT(23) : BIT(23));
    }
    platform_token_free(token);
    /* what they share lives as long as the last of them */
    ck_assert_ptr_nonnull(sids_find(platform_token_view(copy)->groups, "S-1-5-32-544"));
    ck_assert_str_eq(platform_token_details(copy)->account_name, "alice");
    platform_token_free(copy);
    platform_token_free(NULL);
    platform_stop(platform);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("token");
    TCase *tests = tcase_create("token");
    tcase_add_checked_fixture(tests, station_setup, station_teardown);
    tcase_add_test(tests, client_with_pac);
    tcase_add_loop_test(tests, domain_name_row, 0, ROWS(domain_name_rows));
    tcase_add_loop_test(tests, domain_row, 0, ROWS(domain_rows));
    tcase_add_loop_test(tests, keys_are_exposed, 0, ROWS(mode_rows));
    tcase_add_loop_test(tests, two_realms, 0, ROWS(two_realms_rows));
    tcase_add_loop_test(tests, level_row, 0, ROWS(level_rows));
    tcase_add_loop_test(tests, refused_row, 0, ROWS(refused_rows));
    tcase_add_test(tests, duplicates_change_alone);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
