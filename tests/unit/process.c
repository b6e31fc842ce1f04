#include "platform/process.h"

#include "platform/posix/keys.h"
#include "platform/usage.h"
#include "support/folder.h"
#include "support/keytab_file.h"
#include "support/sids.h"
#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define V "[Version]\nsignature=\"$CHICAGO$\"\n"

static struct folder folder;
static char keytab[1024];
static char template[1024];
static char cache[1024];
static const char *const keys[] = {"HTTP/a.example.test@EXAMPLE.TEST", "HTTP/b.example.test@EXAMPLE.TEST",
                                   NULL};
static const char *const one_key[] = {"HTTP/a.example.test@EXAMPLE.TEST", NULL};

static void setup(void)
{
    folder_make(&folder);
    (void)snprintf(keytab, sizeof keytab, "%s/http.keytab", folder.path);
    (void)snprintf(template, sizeof template, "%s/policy.inf", folder.path);
    (void)snprintf(cache, sizeof cache, "%s/replay", folder.path);
    keytab_file_configure(folder.path, "EXAMPLE.TEST");
}

static void teardown(void)
{
    folder_remove(&folder);
}

static struct platform_settings usual(void)
{
    return (struct platform_settings){.keytab = keytab, .replay_cache = cache};
}

static struct platform *started(const struct platform_settings *settings)
{
    struct platform *platform = NULL;
    ck_assert_int_eq(platform_start(settings, &platform), ERR_NONE);
    return platform;
}

/* What the health says, and whether there are keys accordingly. Gives the generation. */
static uint64_t check_health(struct platform *platform, const char *said_keys, const char *said_policy,
                             int count)
{
    struct platform_health health;
    char name[KEYS_NAME_MAX] = "";
    uint64_t generation = 0;
    platform_health(platform, &health);
    ck_assert_str_eq(health.keys, said_keys);
    ck_assert_str_eq(health.policy, said_policy);
    ck_assert(health.ready == (count > 0));
    ck_assert(platform_keys(platform, name, &generation) == (count > 0));
    ck_assert_uint_eq(generation, platform_keys_generation(platform));
    if (count > 0)
        ck_assert_int_eq(keytab_file_count(name), count);
    return generation;
}

START_TEST(keytab_life)
{
    const struct platform_settings settings = usual();
    struct platform *platform = started(&settings);
    uint64_t before = check_health(platform, "missing", "default", 0);
    platform_reload(platform, false); /* nothing changed */
    ck_assert_uint_eq(check_health(platform, "missing", "default", 0), before);

    keytab_file_write(keytab, 1, keys);
    ck_assert_uint_eq(check_health(platform, "missing", "default", 0), before);
    platform_reload(platform, false);
    uint64_t first = check_health(platform, "ok", "default", 2);
    ck_assert_uint_ne(first, before);
    platform_reload(platform, false);
    ck_assert_uint_eq(check_health(platform, "ok", "default", 2), first);
    platform_reload(platform, true);
    ck_assert_uint_ne(check_health(platform, "ok", "default", 2), first);

    keytab_file_write(keytab, 2, one_key);
    platform_reload(platform, false);
    (void)check_health(platform, "ok", "default", 1);

    ck_assert_int_eq(unlink(keytab), 0); /* the operator took it away */
    platform_reload(platform, false);
    (void)check_health(platform, "missing", "default", 0);
    platform_stop(platform);
}
END_TEST

/* What is no keytab: the keys are gone, the service stays. */
static const struct {
    const char *text; /* NULL: a folder by that name */
    const char *state;
} bad_keytabs[] = {
    {"", "unreadable"},         {"\x05\x02", "empty"}, /* a head and no keys */
    {"\x05\x03", "unreadable"}, {"hello", "unreadable"}, {"[Version]", "unreadable"}, {NULL, "unreadable"},
};

START_TEST(bad_keytab)
{
    const struct platform_settings settings = usual();
    keytab_file_write(keytab, 1, keys);
    struct platform *platform = started(&settings);
    (void)check_health(platform, "ok", "default", 2);
    if (bad_keytabs[_i].text != NULL) {
        keytab_file_put(keytab, bad_keytabs[_i].text);
    } else {
        ck_assert_int_eq(unlink(keytab), 0);
        ck_assert_int_eq(mkdir(keytab, 0700), 0);
    }
    platform_reload(platform, false);
    (void)check_health(platform, bad_keytabs[_i].state, "default", 0);
    if (bad_keytabs[_i].text == NULL)
        ck_assert_int_eq(rmdir(keytab), 0);
    keytab_file_write(keytab, 2, keys);
    platform_reload(platform, false);
    (void)check_health(platform, "ok", "default", 2);
    platform_stop(platform);
}
END_TEST

/* Who was just told of a keytab can open it after the next reload still. */
START_TEST(told_keytab_stays)
{
    const struct platform_settings settings = usual();
    char name[KEYS_NAME_MAX];
    uint64_t generation = 0;
    keytab_file_write(keytab, 1, keys);
    struct platform *platform = started(&settings);
    ck_assert(platform_keys(platform, name, &generation));
    platform_reload(platform, true);
    ck_assert_int_eq(keytab_file_count(name), 2);
    platform_reload(platform, true);
    ck_assert_int_eq(keytab_file_count(name), 0); /* gone: this made an empty one of the same name */
    platform_stop(platform);
}
END_TEST

START_TEST(stale_keys)
{
    const struct platform_settings settings = usual();
    keytab_file_write(keytab, 1, keys);
    struct platform *platform = started(&settings);
    platform_keys_stale(platform);
    (void)check_health(platform, "stale", "default",
                       2); /* ready all the same: anybody can send such a ticket */
    platform_reload(platform, false);
    (void)check_health(platform, "stale", "default", 2);
    keytab_file_write(keytab, 2, keys);
    platform_reload(platform, false);
    (void)check_health(platform, "ok", "default", 2);
    platform_stop(platform);
}
END_TEST

START_TEST(default_keytab)
{
    struct platform_settings settings = usual();
    char name[1100];
    (void)snprintf(name, sizeof name, "FILE:%s", keytab);
    ck_assert_int_eq(setenv("KRB5_KTNAME", name, 1), 0);
    settings.keytab = NULL;
    keytab_file_write(keytab, 1, keys);
    struct platform *platform = started(&settings);
    (void)check_health(platform, "ok", "default", 2);
    platform_stop(platform);
    ck_assert_int_eq(unsetenv("KRB5_KTNAME"), 0);
}
END_TEST

static struct platform_file file_of(struct platform *platform, const char *key)
{
    struct platform_figures figures;
    platform_figures(platform, &figures);
    for (size_t i = 0; i < figures.file_count; i++)
        if (strcmp(figures.files[i].key, key) == 0)
            return figures.files[i];
    return (struct platform_file){.key = NULL};
}

START_TEST(files_are_counted)
{
    struct platform_settings settings = usual();
    settings.policy = template;
    keytab_file_write(keytab, 1, keys);
    keytab_file_put(template, V "[Privilege Rights]\n");
    struct platform *platform = started(&settings);
    ck_assert_ptr_null(file_of(platform, "audit_csv").key);
    ck_assert_uint_eq(file_of(platform, "policy").loads, 1);
    keytab_file_put(template, "hello");
    platform_reload(platform, false);
    struct platform_file policy = file_of(platform, "policy");
    ck_assert(!policy.usable && policy.loads == 1 && policy.failures == 1);
    const uint64_t loads = file_of(platform, "keytab").loads;
    platform_reload(platform, true);
    ck_assert_uint_eq(file_of(platform, "keytab").loads, loads + 1);
    ck_assert_int_eq(unlink(keytab), 0);
    platform_reload(platform, false);
    struct platform_file now = file_of(platform, "keytab");
    ck_assert(!now.usable && now.loads == loads + 1 && now.failures == 1 && now.modified_s == 0);
    platform_stop(platform);
}
END_TEST

START_TEST(usage_is_sane)
{
    struct usage usage;
    platform_usage(&usage);
    ck_assert_uint_gt(usage.resident_bytes, 1 << 20);
    ck_assert_uint_ge(usage.virtual_bytes, usage.resident_bytes);
    ck_assert_uint_ge(usage.descriptors, 3);
    ck_assert_uint_ge(usage.threads, 1);
    ck_assert_uint_le(usage.started_us / 1000000, (uint64_t)time(NULL) + 1);
}
END_TEST

START_TEST(policy_life)
{
    struct platform_settings settings = usual();
    settings.policy = template;
    keytab_file_write(keytab, 1, keys);
    keytab_file_put(template, V "[Privilege Rights]\nSeBackupPrivilege=*S-1-1-0\n");
    struct platform *platform = started(&settings);
    (void)check_health(platform, "ok", "ok", 2);
    static const char *const bad[] = {"", "hello",
                                      V "[Privilege Rights]\nSeDenyNetworkLogonRight=nobody-here\n"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        keytab_file_put(template, bad[i]);
        platform_reload(platform, false);
        (void)check_health(platform, "ok", "stale", 2);
    }
    keytab_file_put(template, V "[Privilege Rights]\n");
    platform_reload(platform, false);
    (void)check_health(platform, "ok", "ok", 2);
    ck_assert_int_eq(unlink(template), 0);
    platform_reload(platform, false);
    (void)check_health(platform, "ok", "stale", 2);
    platform_stop(platform);
}
END_TEST

#define DOMAIN  "S-1-5-21-1-2-3"
#define MACHINE "S-1-5-21-7-8-9"

static const struct {
    const char *domain;
    const char *machine;
    const char *forest;
    const char *policy; /* text of the template; NULL for none */
    enum err err;
} start_rows[] = {
    {DOMAIN, MACHINE, NULL, NULL, ERR_NONE},
    {DOMAIN, MACHINE, "S-1-5-21-4-5-6", NULL, ERR_NONE},
    {"S-1-5-21-1-2", NULL, NULL, NULL, ERR_INVALID_SID},
    {"S-1-5-21-1-2-3-500", NULL, NULL, NULL, ERR_INVALID_SID},
    {"S-1-5-32-1-2-3", NULL, NULL, NULL, ERR_INVALID_SID},
    {"S-1-6-21-1-2-3", NULL, NULL, NULL, ERR_INVALID_SID},
    {"", NULL, NULL, NULL, ERR_INVALID_SID},
    {"CORP", NULL, NULL, NULL, ERR_INVALID_SID},
    {NULL, "S-1-5-32", NULL, NULL, ERR_INVALID_SID},
    {NULL, NULL, "S-1-5-18", NULL, ERR_INVALID_SID},
    {DOMAIN, DOMAIN, NULL, NULL, ERR_INVALID_SID}, /* a member server has a SID of its own */
    {NULL, NULL, NULL, "hello", ERR_MALFORMED},
    {NULL, NULL, NULL, "", ERR_MALFORMED},
    {NULL, NULL, NULL, V, ERR_NONE},
};

START_TEST(start_row)
{
    struct platform_settings settings = usual();
    struct platform *platform = NULL;
    settings.domain_sid = start_rows[_i].domain;
    settings.machine_sid = start_rows[_i].machine;
    settings.forest_sid = start_rows[_i].forest;
    if (start_rows[_i].policy != NULL) {
        keytab_file_put(template, start_rows[_i].policy);
        settings.policy = template;
    }
    ck_assert_int_eq(platform_start(&settings, &platform), start_rows[_i].err);
    ck_assert((platform != NULL) == (start_rows[_i].err == ERR_NONE));
    platform_stop(platform);
}
END_TEST

START_TEST(missing_policy_is_no_start)
{
    struct platform_settings settings = usual();
    struct platform *platform = NULL;
    settings.policy = template;
    ck_assert_int_eq(platform_start(&settings, &platform), ERR_IO);
    settings.policy = folder.path;
    ck_assert_int_eq(platform_start(&settings, &platform), ERR_IO);
    ck_assert_ptr_null(platform);
}
END_TEST

START_TEST(domains_and_names)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 16);
    struct platform_settings settings = usual();
    settings.domain_sid = DOMAIN;
    settings.machine_sid = MACHINE;
    settings.domain_name = "CORP";
    struct platform *platform = started(&settings);
    const struct sddl_domains *domains = platform_domains(platform);
    ck_assert(sid_equal(domains->domain, sids_one(&arena, DOMAIN)));
    ck_assert(sid_equal(domains->machine, sids_one(&arena, MACHINE)));
    ck_assert(sid_equal(domains->forest_root, sids_one(&arena, DOMAIN)));
    ck_assert_str_eq(platform_account_name(platform, sids_one(&arena, DOMAIN "-512"), &arena),
                     "CORP\\Domain Admins");
    ck_assert(platform_hash_key(platform)[0] != 0 || platform_hash_key(platform)[1] != 0);
    platform_stop(platform);
}
END_TEST

/* A replay cache that others can write to hides nothing from them. */
START_TEST(replay_cache_is_ours)
{
    struct platform_settings settings = usual();
    struct platform *platform = started(&settings);
    char expected[1100];
    struct stat status;
    (void)snprintf(expected, sizeof expected, "file2:%s", cache);
    ck_assert_str_eq(platform_replay_cache(platform), expected);
    ck_assert_int_eq(stat(cache, &status), 0);
    ck_assert_uint_eq(status.st_mode & 0777, 0600);
    platform_stop(platform);
    ck_assert_int_eq(chmod(cache, 0622), 0);
    platform = NULL;
    ck_assert_int_eq(platform_start(&settings, &platform), ERR_IO);
    ck_assert_int_eq(unlink(cache), 0);
    ck_assert_int_eq(symlink(keytab, cache), 0);
    ck_assert_int_eq(platform_start(&settings, &platform), ERR_IO);
    ck_assert_ptr_null(platform);
}
END_TEST

START_TEST(default_replay_cache)
{
    struct platform_settings settings = usual();
    char expected[1100];
    const char *old = getenv("TMPDIR");
    char *kept = old != NULL ? strdup(old) : NULL;
    settings.replay_cache = NULL;
    ck_assert_int_eq(setenv("TMPDIR", folder.path, 1), 0);
    struct platform *platform = started(&settings);
    (void)snprintf(expected, sizeof expected, "file2:%s/ntokend_%lu.rcache2", folder.path,
                   (unsigned long)geteuid());
    ck_assert_str_eq(platform_replay_cache(platform), expected);
    platform_stop(platform);
    ck_assert_int_eq(kept != NULL ? setenv("TMPDIR", kept, 1) : unsetenv("TMPDIR"), 0);
    free(kept);
}
END_TEST

#define ROWS(rows) (int)(sizeof(rows) / sizeof(rows)[0])

int main(void)
{
    Suite *suite = suite_create("process");
    TCase *tests = tcase_create("process");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, keytab_life);
    tcase_add_loop_test(tests, bad_keytab, 0, ROWS(bad_keytabs));
    tcase_add_test(tests, told_keytab_stays);
    tcase_add_test(tests, stale_keys);
    tcase_add_test(tests, default_keytab);
    tcase_add_test(tests, files_are_counted);
    tcase_add_test(tests, usage_is_sane);
    tcase_add_test(tests, policy_life);
    tcase_add_loop_test(tests, start_row, 0, ROWS(start_rows));
    tcase_add_test(tests, missing_policy_is_no_start);
    tcase_add_test(tests, domains_and_names);
    tcase_add_test(tests, replay_cache_is_ours);
    tcase_add_test(tests, default_replay_cache);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
