#include "platform/process.h"

#include "platform/posix/keys.h"
#include "platform/token.h"
#include "support/folder.h"
#include "support/keytab_file.h"
#include "support/pause.h"
#include "support/sids.h"
#include "support/suite.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define V "[Version]\nsignature=\"$CHICAGO$\"\n[Privilege Rights]\n"

enum { READERS = 2, RELOADS = 40 };

static atomic_bool done;
static atomic_uint seen_old;
static atomic_uint seen_new;

/* Each policy gives two privileges; a token must never have one of each. */
static void *read_tokens(void *argument)
{
    struct platform *platform = argument;
    const privilege_set old = UINT64_C(1) << 17 | UINT64_C(1) << 18;
    const privilege_set new = UINT64_C(1) << 8 | UINT64_C(1) << 9;
    while (!atomic_load(&done)) {
        struct platform_token *token = NULL;
        char name[KEYS_NAME_MAX];
        uint64_t generation = 0;
        struct platform_health health;
        platform_health(platform, &health);
        if (!platform_keys(platform, name, &generation) || generation == 0 ||
            platform_token_open_process(platform, &token) != ERR_NONE)
            return argument;
        privilege_set held = platform_token_view(token)->privileges.present & (old | new);
        platform_token_free(token);
        if (held != old && held != new)
            return argument;
        atomic_fetch_add(held == old ? &seen_old : &seen_new, 1);
    }
    return NULL;
}

static const char *const keys[] = {"HTTP/a.example.test@EXAMPLE.TEST", NULL};
static struct folder folder;
static char keytab[1024];
static char template[1024];
static char cache[1024];

static struct platform *start(const char *text)
{
    const struct platform_settings settings = {.keytab = keytab, .replay_cache = cache, .policy = template};
    struct platform *platform = NULL;
    keytab_file_write(keytab, 1, keys);
    keytab_file_put(template, text);
    ck_assert_int_eq(platform_start(&settings, &platform), ERR_NONE);
    return platform;
}

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

START_TEST(readers_see_the_old_or_the_new)
{
    const char *const texts[] = {V "SeBackupPrivilege=*S-1-1-0\nSeRestorePrivilege=*S-1-1-0\n",
                                 V "SeSecurityPrivilege=*S-1-1-0\nSeTakeOwnershipPrivilege=*S-1-1-0\n"};
    struct platform *platform = start(texts[0]);
    pthread_t readers[READERS];
    for (int i = 0; i < READERS; i++)
        ck_assert_int_eq(pthread_create(&readers[i], NULL, read_tokens, platform), 0);
    for (unsigned i = 1; i < RELOADS || atomic_load(&seen_old) == 0 || atomic_load(&seen_new) == 0; i++) {
        ck_assert_uint_lt(i, 100000);
        keytab_file_put(template, texts[i % 2]);
        platform_reload(platform, true);
    }
    atomic_store(&done, true);
    for (int i = 0; i < READERS; i++) {
        void *failed = NULL;
        ck_assert_int_eq(pthread_join(readers[i], &failed), 0);
        ck_assert_ptr_null(failed);
    }
    platform_stop(platform);
}
END_TEST

static void check_states(struct platform *platform, const char *said_keys, const char *said_policy)
{
    struct platform_health health;
    platform_health(platform, &health);
    ck_assert_str_eq(health.keys, said_keys);
    ck_assert_str_eq(health.policy, said_policy);
    ck_assert(health.ready == (strcmp(said_keys, "ok") == 0));
}

static void check_counts(struct platform *platform, uint64_t loads, uint64_t failures)
{
    struct platform_figures figures;
    platform_figures(platform, &figures);
    ck_assert_uint_eq(figures.file_count, 2);
    for (size_t i = 0; i < figures.file_count; i++) {
        ck_assert_uint_eq(figures.files[i].loads, loads);
        ck_assert_uint_eq(figures.files[i].failures, failures);
    }
}

/* Connections had taken all files just when new keys and a new policy came: what could not be read then is read once it can be. */
START_TEST(what_passes_is_tried_again)
{
    struct rlimit limit;
    struct platform *platform = start(V "SeBackupPrivilege=*S-1-1-0\n");
    check_states(platform, "ok", "ok");
    keytab_file_write(keytab, 2, keys);
    keytab_file_put(template, V);
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    const struct rlimit none = {.rlim_cur = 0, .rlim_max = limit.rlim_max};
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
    platform_reload(platform, false);
    check_states(platform, "unreadable", "stale");
    platform_reload(platform, false); /* the same failure again is no news */
    check_states(platform, "unreadable", "stale");
    check_counts(platform, 1, 1);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    platform_reload(platform, false);
    check_states(platform, "ok", "ok");
    platform_reload(platform, false);
    check_counts(platform, 2, 1);
    platform_stop(platform);
}
END_TEST

static void *reload(void *platform)
{
    platform_reload(platform, false);
    atomic_store(&done, true);
    return NULL;
}

/* A file that takes as long as it likes, as one on a server that is away: who answers does not wait for whoever reads it. */
START_TEST(nobody_waits_for_a_file)
{
    pthread_t reader;
    char name[KEYS_NAME_MAX];
    uint64_t generation = 0;
    struct platform *platform = start(V);
    ck_assert_int_eq(unlink(keytab), 0);
    ck_assert_int_eq(mkfifo(keytab, 0600), 0);
    atomic_store(&done, false);
    ck_assert_int_eq(pthread_create(&reader, NULL, reload, platform), 0);
    int writer = -1;
    while ((writer = open(keytab, O_WRONLY | O_NONBLOCK | O_CLOEXEC)) < 0)
        pause_ms(1);
    ck_assert(!atomic_load(&done));
    (void)alarm(10); /* which ends a test that waits */
    check_states(platform, "ok", "ok");
    ck_assert(platform_keys(platform, name, &generation));
    (void)alarm(0);
    ck_assert(!atomic_load(&done));
    ck_assert_int_eq(close(writer), 0);
    ck_assert_int_eq(pthread_join(reader, NULL), 0);
    check_states(platform, "unreadable", "ok");
    platform_stop(platform);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reload");
    TCase *tests = tcase_create("reload");
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, readers_see_the_old_or_the_new);
    tcase_add_test(tests, what_passes_is_tried_again);
    tcase_add_test(tests, nobody_waits_for_a_file);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
