#include "platform/posix/accounts.h"
#include "platform/posix/nss.h"
#include "support/pause.h"
#include "support/sids.h"
#include "support/suite.h"

#include <dlfcn.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define DOMAIN  "S-1-5-21-1-2-3"
#define MACHINE "S-1-5-21-7-8-9"

static struct accounts accounts_of(struct arena *arena, bool known, bool local)
{
    struct accounts accounts = {.local_accounts = local};
    if (known) {
        accounts.domains.domain = sids_one(arena, DOMAIN);
        accounts.domains.machine = sids_one(arena, MACHINE);
        accounts.domain_name = "CORP";
        accounts.machine_name = "SRV1";
    }
    return accounts;
}

/* Both ways where both are said. root is user 0 and group 0 everywhere. */
static const struct {
    const char *sid;
    const char *name;
} name_rows[] = {
    {"S-1-1-0", "Everyone"},
    {"S-1-5-2", "NT AUTHORITY\\NETWORK"},
    {"S-1-5-11", "NT AUTHORITY\\Authenticated Users"},
    {"S-1-5-20", "NT AUTHORITY\\NETWORK SERVICE"},
    {"S-1-5-113", "NT AUTHORITY\\Local account"},
    {"S-1-5-1000", "NT AUTHORITY\\Other Organization"},
    {"S-1-5-32-544", "BUILTIN\\Administrators"},
    {"S-1-5-32-573", "BUILTIN\\Event Log Readers"},
    {"S-1-5-80-0", "NT SERVICE\\ALL SERVICES"},
    {"S-1-5-80-273339587-2288316618-1265960278-4041522783-679233071", "NT SERVICE\\ntokend"},
    {DOMAIN "-512", "CORP\\Domain Admins"},
    {DOMAIN "-500", "CORP\\Administrator"},
    {MACHINE "-500", "SRV1\\Administrator"},
    {MACHINE "-501", "SRV1\\Guest"},
    {"S-1-22-1-0", "Unix User\\root"},
    {"S-1-22-2-0", "Unix Group\\root"},
};

START_TEST(name_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 16);
    struct accounts accounts = accounts_of(&arena, true, true);
    struct sid_buffer found;
    const struct sid *sid = sids_one(&arena, name_rows[_i].sid);
    ck_assert_pstr_eq(accounts_name(&accounts, &arena, sid), name_rows[_i].name);
    ck_assert_int_eq(accounts_find(&accounts, bytes_of_string(name_rows[_i].name), &found), ERR_NONE);
    ck_assert(sid_equal(sid_of(&found), sid));
}
END_TEST

static const char *const nameless[] = {
    DOMAIN "-1104", MACHINE "-1104", "S-1-5-21-4-5-6-512", "S-1-22-1-3999999999", "S-1-22-2-3999999999",
    "S-1-22-3-0",   "S-1-22-1-0-0",  "S-1-22-1",           MACHINE "-513",        "S-1-5-80-1-2-3-4-5",
};

START_TEST(nameless_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 16);
    struct accounts accounts = accounts_of(&arena, true, true);
    ck_assert_ptr_null(accounts_name(&accounts, &arena, sids_one(&arena, nameless[_i])));
}
END_TEST

static const struct {
    const char *name;
    const char *sid; /* NULL: nobody */
    bool unknown;    /* neither domain nor machine are known */
    bool local;      /* local accounts count */
} find_rows[] = {
    {"administrators", "S-1-5-32-544", true, false},
    {"builtin\\ADMINISTRATORS", "S-1-5-32-544", true, false},
    {"everyone", "S-1-1-0", true, false},
    {"network service", "S-1-5-20", true, false},
    {"Domain Admins", DOMAIN "-512", false, false},
    {"corp\\domain admins", DOMAIN "-512", false, false},
    {"Administrator", MACHINE "-500", false, false}, /* never the domain's */
    {"Administrator", NULL, true, false},
    {"SRV1\\Domain Admins", NULL, false, false},
    {"OTHER\\Domain Admins", NULL, false, false},
    {"OTHER\\Administrators", NULL, false, false},
    {"CORP\\alice", NULL, false, true},
    {"Domain Admins", NULL, true, false},
    {"root", "S-1-22-1-0", false, true},
    {"unix group\\root", "S-1-22-2-0", false, true},
    {"CORP\\root", NULL, false, true},
    {"root", NULL, false, false},
    {"Unix User\\root", NULL, false, false},
    {"Unix User\\no-such-user", NULL, false, true},
    {"no-such-user", NULL, false, true},
    {"\\Everyone", NULL, false, true},
    {"BUILTIN\\", NULL, false, true},
    {"", NULL, false, true},
    {"NT SERVICE\\other", NULL, false, true},
};

START_TEST(find_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 16);
    struct accounts accounts = accounts_of(&arena, !find_rows[_i].unknown, find_rows[_i].local);
    struct sid_buffer found;
    enum err err = accounts_find(&accounts, bytes_of_string(find_rows[_i].name), &found);
    ck_assert_int_eq(err, find_rows[_i].sid != NULL ? ERR_NONE : ERR_NONE_MAPPED);
    if (err == ERR_NONE)
        ck_assert(sid_equal(sid_of(&found), sids_one(&arena, find_rows[_i].sid)));
}
END_TEST

START_TEST(account_of_the_system)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 16);
    struct nss_account account = {0};
    const struct passwd *root = getpwuid(0); /* cppcheck-suppress getpwuidCalled ; one thread */
    ck_assert_ptr_nonnull(root);
    ck_assert_int_eq(nss_find_account(&arena, "root", &account), ERR_NONE);
    ck_assert_uint_eq(account.uid, 0);
    ck_assert_str_eq(account.name, "root");
    ck_assert_uint_ge(account.group_count, 1);
    ck_assert_uint_eq(account.groups[0], root->pw_gid);
    ck_assert_int_eq(nss_find_account(&arena, "no-such-user", &account), ERR_NOT_FOUND);
    ck_assert_int_eq(nss_find_account(&arena, "", &account), ERR_NOT_FOUND);
}
END_TEST

static bool without_files;

/* The C library's own, called by nss.c through this one: without a file descriptor when a test says so. */
int getgrouplist(const char *user, gid_t group, gid_t *groups, int *ngroups)
{
    union {
        void *symbol;
        int (*call)(const char *user, gid_t group, gid_t *groups, int *ngroups);
    } real = {.symbol = dlsym(RTLD_NEXT, "getgrouplist")};
    struct rlimit limit;
    ck_assert_ptr_nonnull(real.symbol);
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    const struct rlimit none = {.rlim_cur = 0, .rlim_max = limit.rlim_max};
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, without_files ? &none : &limit), 0);
    const int result = real.call(user, group, groups, ngroups);
    const int error = errno;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    errno = error;
    return result;
}

/* Connections have taken all files just then: the C library says yes, and gives the primary group alone. */
START_TEST(groups_that_cannot_be_read)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    struct nss_account account = {0};
    without_files = true;
    ck_assert_int_eq(nss_find_account(&arena, "root", &account), ERR_IO);
    ck_assert_uint_eq(account.group_count, 0);
    without_files = false;
    ck_assert_int_eq(nss_find_account(&arena, "root", &account), ERR_NONE);
}
END_TEST

static bool slow;

/* The C library's own again: as over a network, when a test says so. */
int getpwuid_r(uid_t uid, struct passwd *resultbuf, char *buffer, size_t buflen, struct passwd **result)
{
    union {
        void *symbol;
        int (*call)(uid_t uid, struct passwd *record, char *buffer, size_t size, struct passwd **result);
    } real = {.symbol = dlsym(RTLD_NEXT, "getpwuid_r")};
    ck_assert_ptr_nonnull(real.symbol);
    if (slow)
        pause_ms(20);
    return real.call(uid, resultbuf, buffer, buflen, result);
}

static const char *name_of(struct arena *arena, const struct accounts *accounts, unsigned uid)
{
    return accounts_name(accounts, arena, sids_one(arena, arena_printf(arena, "S-1-22-1-%u", uid)));
}

/* Any caller may write two thousand of them into a descriptor; the thread answers nobody else meanwhile. */
START_TEST(names_take_no_longer_than_they_may)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    const struct accounts accounts = accounts_of(&arena, false, false);
    struct timespec start;
    struct timespec end;
    for (unsigned i = 0; i < 2000; i++) /* where the system is quick all have their names */
        ck_assert_ptr_nonnull(name_of(&arena, &accounts, 0));
    slow = true;
    (void)clock_gettime(CLOCK_MONOTONIC, &start);
    for (unsigned i = 0; i < 200; i++)
        (void)name_of(&arena, &accounts, 0);
    (void)clock_gettime(CLOCK_MONOTONIC, &end);
    slow = false;
    ck_assert_ptr_null(name_of(&arena, &accounts, 0));
    ck_assert_int_lt((end.tv_sec - start.tv_sec) * 1000 + (end.tv_nsec - start.tv_nsec) / 1000000, 1500);
    for (unsigned i = 0; i < 100 && name_of(&arena, &accounts, 0) == NULL; i++)
        pause_ms(100);
    ck_assert_str_eq(name_of(&arena, &accounts, 0), "Unix User\\root");
}
END_TEST

START_TEST(own_account)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 16);
    struct nss_account account = {0};
    ck_assert_int_eq(nss_own_account(&arena, &account), ERR_NONE);
    ck_assert_uint_eq(account.uid, geteuid());
    ck_assert_uint_eq(account.groups[0], getegid());
    for (size_t i = 1; i < account.group_count; i++)
        ck_assert_uint_ne(account.groups[i], account.groups[0]);
}
END_TEST

#define ROWS(rows) (int)(sizeof(rows) / sizeof(rows)[0])

int main(void)
{
    Suite *suite = suite_create("accounts");
    TCase *tests = tcase_create("accounts");
    tcase_add_loop_test(tests, name_row, 0, ROWS(name_rows));
    tcase_add_loop_test(tests, nameless_row, 0, ROWS(nameless));
    tcase_add_loop_test(tests, find_row, 0, ROWS(find_rows));
    tcase_add_test(tests, account_of_the_system);
    tcase_add_test(tests, groups_that_cannot_be_read);
    tcase_set_timeout(tests, 30);
    tcase_add_test(tests, names_take_no_longer_than_they_may);
    tcase_add_test(tests, own_account);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
