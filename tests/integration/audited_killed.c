/* The service is killed again and again while 64 clients audit: every event that an answer named is in the log exactly once, and the
 * log opens, and holds together, each time.
 *
 *   audited_killed [--rounds N]     5 rounds, or as many as told */
#include "audited.h"

#include "eventlog/store.h"
#include "support/pause.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

/* A log is looked through after each round, so it is not to grow for ever. */
enum { ROUNDS = 5, ROUNDS_OF_LOG = 25, QUIET_MS = 100, STEPS = 40, STEP_MS = 10 };

static struct folder folder;
static struct fixture *const fixture = &audited.fixture;
static struct auditors *const auditors = &audited.auditors;
static char url[FOLDER_PATH_SIZE + 32];
static unsigned rounds;

static void kill_service(void)
{
    ck_assert_int_eq(kill(fixture->service.pid, SIGKILL), 0);
    ck_assert_int_eq(waitpid(fixture->service.pid, NULL, 0), fixture->service.pid);
}

/* Where in the work of the log and of the clients it is killed differs from round to round. */
static unsigned wait_of(unsigned round)
{
    return QUIET_MS + round * 37 % STEPS * STEP_MS;
}

static void holds(unsigned round)
{
    struct event_verdict verdict = {.sound = false};
    const char *problem = NULL;
    size_t missing = auditors_missing(auditors, url + strlen("sqlite:"));
    ck_assert_msg(missing == 0, "round %u: %zu of %zu are missing or twice", round, missing, auditors->count);
    ck_assert_int_eq(event_store_verify(url, &verdict, &problem), ERR_NONE);
    ck_assert_msg(verdict.sound, "round %u: record %" PRIu64 ": %s", round, verdict.broken_record_id,
                  verdict.problem);
}

static void name_log(unsigned round)
{
    (void)snprintf(url, sizeof url, "sqlite:%s/audit-%u.db", folder.path, round / ROUNDS_OF_LOG);
}

static void start_again(unsigned round)
{
    const char *const options[] = {"--audit", url, NULL};
    name_log(round);
    ck_assert_int_eq(unlink(fixture->service.log), 0); /* which says where the last one listened */
    service_start(fixture->folder.path, options, &fixture->service);
    client_forget_connection(&fixture->client);
    fixture->client.port = fixture->service.port;
}

START_TEST(what_was_answered_is_kept)
{
    size_t events = 0;
    for (unsigned round = 0; round < rounds; round++) {
        if (round > 0)
            start_again(round);
        if (round % ROUNDS_OF_LOG == 0)
            auditors->count = 0;
        size_t before = auditors->count;
        audited_start();
        pause_ms(wait_of(round));
        kill_service();
        auditors_stop(auditors);
        ck_assert_uint_eq(auditors->wrong, 0);
        ck_assert_uint_eq(auditors->refused, 0);
        holds(round);
        events += auditors->count - before;
    }
    printf("# %u kills, %u answers with %zu events\n", rounds, auditors->answered, events);
    ck_assert_uint_gt(auditors->answered, rounds);
    start_again(rounds - 1);
}
END_TEST

int main(int argc, char **argv)
{
    rounds = audited_rounds(argc, argv, ROUNDS);
    folder_make(&folder);
    name_log(0);
    const char *const options[] = {"--audit", url, NULL};
    int status = audited_run("audited_killed", what_was_answered_is_kept, options);
    folder_remove(&folder);
    return status;
}
