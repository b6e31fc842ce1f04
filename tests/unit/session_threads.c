/* session_threads: many threads at one table. What matters is that a sanitizer sees them; and that everybody who finds a session
 * sees its token whole. */
#include "http/session.h"
#include "support/suite.h"
#include "support/token_double.h"

#include <pthread.h>
#include <stdatomic.h>

enum { THREADS = 4, TURNS = 2000, SHARED = 8 };

static struct sessions *sessions;
static struct session_opened shared[SHARED];
static atomic_uint torn;

/* Both privileges are enabled or neither is: nobody may see one alone. */
static void look(unsigned turn)
{
    struct session_use use;
    if (!sessions_find(sessions, bytes_of_string(shared[turn % SHARED].text), session_time_now(), &use))
        return;
    privilege_set enabled = platform_token_view(use.token)->privileges.enabled;
    if (enabled != 0 && enabled != (privilege_bit(SE_BACKUP) | privilege_bit(SE_RESTORE)))
        atomic_fetch_add(&torn, 1);
    session_use_done(&use);
}

static void change(unsigned turn)
{
    struct privilege_state state;
    struct privilege_state previous;
    privilege_set changed;
    const privilege_set both = privilege_bit(SE_BACKUP) | privilege_bit(SE_RESTORE);
    const struct privilege_change off = {.disable = both};
    const struct privilege_change on = {.enable = both};
    enum err err = sessions_adjust(sessions, &shared[turn % SHARED].details.id, turn % 2 == 0 ? &off : &on,
                                   &state, &previous, &changed);
    if (err != ERR_NONE)
        atomic_fetch_add(&torn, 1);
}

static void come_and_go(unsigned turn, struct platform_token *token)
{
    struct session_opened opened;
    struct session_use use;
    if (sessions_open(sessions, token, session_time_now(), &opened) != ERR_NONE ||
        opened.outcome != SESSION_OPENED)
        return;
    if (!sessions_find(sessions, bytes_of_string(opened.text), session_time_now(), &use))
        atomic_fetch_add(&torn, 1);
    if (turn % 3 != 0)
        sessions_end(sessions, &opened.details.id);
    session_use_done(&use);
}

static void *work(void *context)
{
    unsigned first = *(unsigned *)context;
    struct platform_token *token = token_double_new(100 + first % 2, 0);
    for (unsigned i = 0; i < TURNS; i++) {
        unsigned turn = first * 7919 + i;
        look(turn);
        if (turn % 4 == 0)
            change(turn);
        come_and_go(turn, token);
        if (turn % 64 == 0) {
            struct session_time later = session_time_now();
            (void)sessions_sweep(sessions, later);
        }
    }
    platform_token_free(token);
    return NULL;
}

START_TEST(many_threads)
{
    const struct session_settings settings = {.max = 64, .per_user = 40, .idle_s = 600, .lifetime_s = 600};
    pthread_t threads[THREADS];
    unsigned firsts[THREADS];
    struct platform_token *token = token_double_new(1, 0);
    ck_assert_int_eq(sessions_new(&settings, &sessions), ERR_NONE);
    for (size_t i = 0; i < SHARED; i++)
        ck_assert_int_eq(sessions_open(sessions, token, session_time_now(), &shared[i]), ERR_NONE);
    for (unsigned i = 0; i < THREADS; i++) {
        firsts[i] = i;
        ck_assert_int_eq(pthread_create(&threads[i], NULL, work, &firsts[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    ck_assert_uint_eq(atomic_load(&torn), 0);
    ck_assert_uint_le(sessions_count(sessions), 64);
    sessions_free(sessions);
    platform_token_free(token);
    ck_assert_int_eq(token_double_alive(), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("session_threads");
    TCase *tests = tcase_create("session_threads");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, many_threads);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
