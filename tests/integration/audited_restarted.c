/* The PostgreSQL server of the log is stopped (quickly, at once, and by SIGKILL) and started again and again while 64 clients audit: no
 * decision leaves meanwhile, the service mends by itself, and every event that an answer named is in the table exactly once.
 *
 *   audited_restarted [--rounds N]     2 rounds, or as many as told */
#include "audited.h"

#include "support/pause.h"
#include "support/postgres_seen.h"
#include "support/postgres_server.h"

#include <signal.h>
#include <stdio.h>

enum { ROUNDS = 2, STEPS = 40, STEP_MS = 10, AWAY_MS = 200 };

static struct postgres_server server;
static char url[POSTGRES_URL_SIZE];
static unsigned rounds;
static struct auditors *const auditors = &audited.auditors;

static const struct {
    const char *name;
    int signal;
} ways[] = {{"killed", SIGKILL}, {"stopped", SIGINT}, {"stopped at once", SIGQUIT}};
enum { WAYS = sizeof ways / sizeof ways[0] };

/* Where in the work of the log and of the clients it ends, and for how long, differs from round to round. */
static unsigned wait_of(unsigned round)
{
    return round * 37 % STEPS * STEP_MS;
}

static void away(unsigned round)
{
    unsigned refused = auditors->refused;
    pause_ms(wait_of(round));
    postgres_server_stop(&server, ways[round % WAYS].signal);
    audited_wait_ready(503, "failing");
    audited_expect_closed();
    pause_ms(AWAY_MS + wait_of(round + 1));
    ck_assert_msg(auditors->refused > refused, "round %u, %s: nothing was refused", round,
                  ways[round % WAYS].name);
}

/* A new logon is let in, and recorded. */
static void logs_on(void)
{
    static const char logons[] = "SELECT count(*) FROM ntokend_event WHERE event_id = 4624";
    AUTO_ANSWER answer;
    char bearer[VISITOR_TOKEN_MAX];
    long long before = postgres_server_number(&server, logons);
    visitor_open(&audited.fixture, ALICE, bearer);
    ck_assert_int_eq(postgres_server_number(&server, logons), before + 1);
    const struct visit visit = {.by = BY_BEARER, .token = bearer, .method = "GET", .target = "/session"};
    visitor_send(&audited.fixture, &visit, &answer);
    fixture_expect("the new session", &answer, 200, NULL);
}

static void back(unsigned round)
{
    postgres_server_start(&server);
    audited_wait_ready(200, "ok");
    ck_assert_msg(audited_goes_on(), "round %u, %s: it did not go on", round, ways[round % WAYS].name);
    logs_on();
}

static void holds(void)
{
    PGconn *seen = postgres_seen_open(url);
    size_t missing = postgres_seen_missing(seen, auditors->uuids, auditors->count);
    postgres_seen_close(seen);
    ck_assert_msg(missing == 0, "%zu of %zu are missing or twice", missing, auditors->count);
}

START_TEST(what_was_answered_is_kept)
{
    audited_start();
    ck_assert(audited_goes_on());
    for (unsigned round = 0; round < rounds; round++) {
        away(round);
        back(round);
        ck_assert_uint_eq(auditors->wrong, 0);
        ck_assert_uint_eq(auditors->deserted, 0);
    }
    auditors_stop(auditors);
    ck_assert_uint_eq(auditors->wrong, 0);
    ck_assert_uint_eq(auditors->deserted, 0);
    holds();
    printf("# %u restarts, %u answers with %zu events, %u refused\n", rounds, auditors->answered,
           auditors->count, auditors->refused);
}
END_TEST

int main(int argc, char **argv)
{
    rounds = audited_rounds(argc, argv, ROUNDS);
    postgres_server_make(&server);
    postgres_server_start(&server);
    postgres_server_url(&server, "public", url);
    const char *const options[] = {"--audit", url, NULL};
    int status = audited_run("audited_restarted", what_was_answered_is_kept, options);
    postgres_server_remove(&server);
    return status;
}
