/* session: who gets in, who stays, for how long, and what a change of privileges reaches. The clock is the test's. */
#include "http/session.h"
#include "support/suite.h"
#include "support/token_double.h"

#include <stdlib.h>

enum { WALL = 1800000000, STEADY = 5000, IDLE_S = 900, LIFETIME_S = 28800 };

static struct sessions *sessions;

static struct session_time after(int64_t seconds)
{
    return (struct session_time){.wall_s = WALL + seconds, .steady_s = STEADY + seconds};
}

static void table(size_t max, size_t per_user)
{
    const struct session_settings settings = {max, per_user, IDLE_S, LIFETIME_S};
    ck_assert_int_eq(sessions_new(&settings, &sessions), ERR_NONE);
}

static void done(void)
{
    sessions_free(sessions);
    sessions = NULL;
    ck_assert_int_eq(token_double_alive(), 0);
}

/* A session of the user, whose ticket ends so long after the start (0: never). */
static enum session_opening open_for(unsigned rid, int64_t ticket_s, int64_t at, struct session_opened *ret)
{
    struct platform_token *token = token_double_new(rid, ticket_s == 0 ? 0 : WALL + ticket_s);
    enum err err = sessions_open(sessions, token, after(at), ret);
    platform_token_free(token);
    ck_assert_int_eq(err, ERR_NONE);
    return ret->outcome;
}

static bool is_found(const char *text, int64_t at)
{
    struct session_use use;
    bool found = sessions_find(sessions, bytes_of_string(text), after(at), &use);
    ck_assert(found == (use.session != NULL));
    session_use_done(&use);
    return found;
}

/* Opened at 0, used at `used` (0: not), and looked for at `at`. */
static const struct {
    int64_t ticket_s;
    int64_t used;
    int64_t at;
    bool found;
} expiry_rows[] = {
    {0, 0, 0, true},
    {0, 0, IDLE_S - 1, true},
    {0, 0, IDLE_S, false},
    {0, 0, LIFETIME_S, false},
    {0, 0, INT32_MAX, false},
    {0, IDLE_S - 1, IDLE_S, true},
    {0, IDLE_S - 1, 2 * IDLE_S - 2, true},
    {0, IDLE_S - 1, 2 * IDLE_S - 1, false},
    {0, IDLE_S, IDLE_S + 1, false}, /* too late once is too late for good */
    {100, 0, 99, true},
    {100, 0, 100, false},
    {100, 50, 100, false}, /* use does not lengthen a ticket */
    {1, 0, 0, true},
    {1, 0, 1, false},
    {LIFETIME_S + 1, 0, 1, true},
};

START_TEST(expiry_row)
{
    for (int sweep = 0; sweep < 2; sweep++) {
        struct session_opened opened;
        table(10, 10);
        ck_assert_int_eq(open_for(1, expiry_rows[_i].ticket_s, 0, &opened), SESSION_OPENED);
        if (expiry_rows[_i].used != 0)
            (void)is_found(opened.text, expiry_rows[_i].used);
        if (sweep == 1) {
            (void)sessions_sweep(sessions, after(expiry_rows[_i].at));
            ck_assert_uint_eq(sessions_count(sessions), expiry_rows[_i].found ? 1 : 0);
        }
        ck_assert(is_found(opened.text, expiry_rows[_i].at) == expiry_rows[_i].found);
        ck_assert_uint_eq(sessions_count(sessions), expiry_rows[_i].found ? 1 : 0);
        done();
    }
}
END_TEST

START_TEST(used_all_day_it_ends_at_its_lifetime)
{
    struct session_opened opened;
    table(1, 1);
    ck_assert_int_eq(open_for(1, 0, 0, &opened), SESSION_OPENED);
    ck_assert_int_eq(opened.details.expires_at, WALL + LIFETIME_S);
    int64_t at = 0;
    for (; at < LIFETIME_S; at += IDLE_S / 2) {
        ck_assert_uint_eq(sessions_sweep(sessions, after(at)), 0);
        ck_assert(is_found(opened.text, at));
    }
    ck_assert_uint_eq(sessions_sweep(sessions, after(LIFETIME_S)), 1);
    ck_assert(!is_found(opened.text, LIFETIME_S));
    done();
}
END_TEST

/* The wall clock alone jumps: a ticket ends by it, and a clock that is set back gives nobody more time. */
START_TEST(clocks_that_jump)
{
    struct session_opened opened;
    struct session_use use;
    table(1, 1);
    ck_assert_int_eq(open_for(1, 100, 0, &opened), SESSION_OPENED);
    struct session_time late = {.wall_s = WALL + 100, .steady_s = STEADY};
    ck_assert(!sessions_find(sessions, bytes_of_string(opened.text), late, &use));
    ck_assert_int_eq(open_for(1, 100, 0, &opened), SESSION_OPENED);
    struct session_time back = {.wall_s = WALL - 5000, .steady_s = STEADY + 100};
    ck_assert(!sessions_find(sessions, bytes_of_string(opened.text), back, &use));
    done();
}
END_TEST

START_TEST(a_ticket_that_ended_opens_nothing)
{
    struct session_opened opened;
    table(1, 1);
    ck_assert_int_eq(open_for(1, 5, 5, &opened), SESSION_TICKET_ENDED);
    ck_assert_int_eq(open_for(1, -1, 0, &opened), SESSION_TICKET_ENDED);
    ck_assert_str_eq(opened.text, "");
    ck_assert_uint_eq(sessions_count(sessions), 0);
    done();
}
END_TEST

/* In order, on a table of 3 with 2 for each user: user and second, and what must come of it. */
static const struct {
    unsigned rid;
    int64_t at;
    enum session_opening outcome;
} bound_rows[] = {
    {1, 0, SESSION_OPENED},           {1, 0, SESSION_OPENED},
    {1, 0, SESSION_USER_FULL},        {2, 10, SESSION_OPENED},
    {3, 10, SESSION_TABLE_FULL},      {1, 10, SESSION_TABLE_FULL},
    {3, IDLE_S, SESSION_OPENED}, /* the first two have expired and make room */
    {3, IDLE_S, SESSION_OPENED},      {2, IDLE_S, SESSION_TABLE_FULL},
    {2, IDLE_S + 10, SESSION_OPENED}, {3, IDLE_S + 10, SESSION_TABLE_FULL},
};

START_TEST(bounds_hold)
{
    table(3, 2);
    for (size_t i = 0; i < sizeof bound_rows / sizeof bound_rows[0]; i++) {
        struct session_opened opened;
        enum session_opening outcome = open_for(bound_rows[i].rid, 0, bound_rows[i].at, &opened);
        ck_assert_msg(outcome == bound_rows[i].outcome, "row %zu: %d", i, (int)outcome);
        ck_assert_uint_le(sessions_count(sessions), 3);
    }
    done();
}
END_TEST

/* Ending gives back both places, and only once. */
START_TEST(ended_at_once)
{
    struct session_opened first;
    struct session_opened second;
    struct session_use use;
    table(2, 1);
    ck_assert_int_eq(open_for(1, 0, 0, &first), SESSION_OPENED);
    ck_assert_int_eq(open_for(2, 0, 0, &second), SESSION_OPENED);
    ck_assert(sessions_find(sessions, bytes_of_string(first.text), after(1), &use));
    sessions_end(sessions, &first.details.id);
    sessions_end(sessions, &first.details.id);
    ck_assert_uint_eq(sessions_count(sessions), 1);
    ck_assert(!is_found(first.text, 1));
    ck_assert(is_found(second.text, 1));
    /* who had it keeps it */
    ck_assert_uint_eq(platform_token_view(use.token)->integrity_level, INTEGRITY_HIGH);
    session_use_done(&use);
    ck_assert_int_eq(open_for(1, 0, 1, &first), SESSION_OPENED);
    done();
}
END_TEST

static const char *const strangers[] = {
    "",
    "A",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
};

START_TEST(strangers_are_not_known)
{
    struct session_opened opened;
    struct session_use use;
    table(4, 4);
    ck_assert_int_eq(open_for(1, 0, 0, &opened), SESSION_OPENED);
    for (size_t i = 0; i < sizeof strangers / sizeof strangers[0]; i++)
        ck_assert(!is_found(strangers[i], 0));
    for (size_t i = 0; i < SESSION_TOKEN_SIZE; i++) {
        char text[SESSION_TOKEN_MAX];
        memcpy(text, opened.text, sizeof text);
        text[i] = text[i] == 'A' ? 'B' : 'A';
        ck_assert(!is_found(text, 0));
        ck_assert(!sessions_find(sessions, bytes_of(opened.text, i), after(0), &use));
    }
    ck_assert(!sessions_find(sessions, bytes_of(opened.details.id.bytes, SESSION_HASH_SIZE), after(0), &use));
    ck_assert(is_found(opened.text, 0));
    done();
}
END_TEST

/* A request that is under way keeps the token it began with; the next one has the new one. */
START_TEST(a_change_is_whole)
{
    struct session_opened opened;
    struct session_use before;
    struct session_use now;
    struct privilege_state state;
    struct privilege_state previous;
    privilege_set changed;
    const privilege_set backup = privilege_bit(SE_BACKUP);
    const privilege_set restore = privilege_bit(SE_RESTORE);
    table(1, 1);
    ck_assert_int_eq(open_for(1, 0, 0, &opened), SESSION_OPENED);
    ck_assert(sessions_find(sessions, bytes_of_string(opened.text), after(0), &before));
    const struct privilege_change drop = {.disable = backup, .remove = restore};
    ck_assert_int_eq(sessions_adjust(sessions, &opened.details.id, &drop, &state, &previous, &changed),
                     ERR_NONE);
    ck_assert_uint_eq(state.present, backup);
    ck_assert_uint_eq(state.enabled, 0);
    ck_assert_uint_eq(changed, backup);
    ck_assert_uint_eq(previous.enabled, backup);
    ck_assert(sessions_find(sessions, bytes_of_string(opened.text), after(0), &now));
    ck_assert_uint_eq(platform_token_view(before.token)->privileges.enabled, backup | restore);
    ck_assert_uint_eq(platform_token_view(now.token)->privileges.present, backup);
    const struct privilege_change again = {.enable = restore};
    ck_assert_int_eq(sessions_adjust(sessions, &opened.details.id, &again, &state, &previous, &changed),
                     ERR_NOT_ALL_ASSIGNED);
    ck_assert_uint_eq(state.present, backup); /* removed for good */
    session_use_done(&before);
    session_use_done(&now);
    sessions_end(sessions, &opened.details.id);
    ck_assert_int_eq(sessions_adjust(sessions, &opened.details.id, &drop, &state, &previous, &changed),
                     ERR_NOT_FOUND);
    done();
}
END_TEST

/* Whatever takes the place of the session has its name, its times and its user's place, once. */
START_TEST(a_change_moves_no_end)
{
    struct session_opened opened;
    struct session_use before;
    struct session_use now;
    struct privilege_state state;
    struct privilege_state previous;
    privilege_set changed;
    const struct privilege_change drop = {.disable_all = true};
    for (int round = 0; round < 2; round++) {
        table(1, 1);
        ck_assert_int_eq(open_for(1, 0, 0, &opened), SESSION_OPENED);
        ck_assert(sessions_find(sessions, bytes_of_string(opened.text), after(10), &before));
        ck_assert_int_eq(sessions_adjust(sessions, &opened.details.id, &drop, &state, &previous, &changed),
                         ERR_NONE);
        if (round == 0) {
            ck_assert(sessions_find(sessions, bytes_of_string(opened.text), after(9), &now));
            ck_assert_mem_eq(&now.details, &before.details, sizeof now.details);
            session_use_done(&now);
            ck_assert(is_found(opened.text, 10 + IDLE_S - 1));
            ck_assert(!is_found(opened.text, 10 + IDLE_S - 1 + IDLE_S));
        } else {
            ck_assert_uint_eq(sessions_sweep(sessions, after(10 + IDLE_S - 1)), 0);
            ck_assert_uint_eq(sessions_sweep(sessions, after(10 + IDLE_S)), 1);
        }
        ck_assert_uint_eq(sessions_count(sessions), 0);
        ck_assert_int_eq(open_for(1, 0, INT32_MAX, &opened), SESSION_OPENED);
        ck_assert_int_eq(open_for(1, 0, INT32_MAX, &opened), SESSION_TABLE_FULL);
        ck_assert_ptr_nonnull(platform_token_view(before.token)); /* held past the end of its session */
        session_use_done(&before);
        done();
    }
}
END_TEST

/* Its lifetime is counted by a clock that nobody sets back, before and after a change. */
START_TEST(a_change_does_not_prolong)
{
    struct session_opened opened;
    struct session_use use;
    struct privilege_state state;
    struct privilege_state previous;
    privilege_set changed;
    const struct privilege_change drop = {.disable_all = true};
    struct session_time now = after(0);
    table(1, 1);
    ck_assert_int_eq(open_for(1, IDLE_S, 0, &opened), SESSION_OPENED);
    ck_assert_int_eq(sessions_adjust(sessions, &opened.details.id, &drop, &state, &previous, &changed),
                     ERR_NONE);
    now.steady_s += IDLE_S - 1;
    ck_assert(sessions_find(sessions, bytes_of_string(opened.text), now, &use));
    session_use_done(&use);
    now.steady_s++;
    ck_assert(!sessions_find(sessions, bytes_of_string(opened.text), now, &use));
    done();
}
END_TEST

/* Without memory for a duplicate nothing changes, and no place is lost. */
START_TEST(nothing_half_done)
{
    struct session_opened opened;
    struct privilege_state state;
    struct privilege_state previous;
    privilege_set changed;
    const struct privilege_change drop = {.disable_all = true};
    struct platform_token *token = token_double_new(1, 0);
    table(1, 1);
    token_double_fail(true);
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(sessions_open(sessions, token, after(0), &opened), ERR_NO_MEMORY);
    token_double_fail(false);
    ck_assert_uint_eq(sessions_count(sessions), 0);
    ck_assert_int_eq(sessions_open(sessions, token, after(0), &opened), ERR_NONE);
    token_double_fail(true);
    ck_assert_int_eq(sessions_adjust(sessions, &opened.details.id, &drop, &state, &previous, &changed),
                     ERR_NO_MEMORY);
    token_double_fail(false);
    ck_assert(is_found(opened.text, 0));
    platform_token_free(token);
    done();
}
END_TEST

/* Many sessions of different ages end when each is due, and no look finds one that is over. */
START_TEST(a_thousand_ages)
{
    enum { COUNT = 1000 };
    static struct session_opened opened[COUNT];
    table(COUNT, 1);
    for (unsigned i = 0; i < COUNT; i++)
        ck_assert_int_eq(open_for(1000 + i, 0, i, &opened[i]), SESSION_OPENED);
    for (int64_t at = COUNT; at <= COUNT + IDLE_S; at += 7) {
        (void)sessions_sweep(sessions, after(at));
        size_t left =
            at < IDLE_S ? COUNT : (size_t)(COUNT + IDLE_S - 1 - at < 0 ? 0 : COUNT + IDLE_S - 1 - at);
        ck_assert_uint_eq(sessions_count(sessions), left);
    }
    done();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("session");
    TCase *tests = tcase_create("session");
    tcase_add_loop_test(tests, expiry_row, 0, (int)(sizeof expiry_rows / sizeof expiry_rows[0]));
    tcase_add_test(tests, used_all_day_it_ends_at_its_lifetime);
    tcase_add_test(tests, clocks_that_jump);
    tcase_add_test(tests, a_ticket_that_ended_opens_nothing);
    tcase_add_test(tests, bounds_hold);
    tcase_add_test(tests, ended_at_once);
    tcase_add_test(tests, strangers_are_not_known);
    tcase_add_test(tests, a_change_is_whole);
    tcase_add_test(tests, a_change_moves_no_end);
    tcase_add_test(tests, a_change_does_not_prolong);
    tcase_add_test(tests, nothing_half_done);
    tcase_add_test(tests, a_thousand_ages);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
