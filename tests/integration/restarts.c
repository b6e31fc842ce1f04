/* The service is restarted again and again under load, over a socket that its starter keeps: not one request fails, and what was
 * answered is in the log exactly once. Odd rounds as `systemctl restart` does it, the old process first; in even ones the
 * next process is there before the old one is told to go, and waits for the log.
 *
 *   restarts [--rounds N]     6 rounds, or as many as told */
#include "auditors.h"
#include "callers.h"
#include "starter.h"
#include "support/suite.h"
#include "wire.h"

#include "eventlog/store.h"
#include "support/pause.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { ROUNDS = 6, KEEPERS = 12, ROUND_MS = 300 };

static struct callers *callers;
static atomic_uint kept;       /* answers over kept connections */
static atomic_uint reconnects; /* told to close, and connected again */
static struct fixture fixture;
static struct starter starter;
static unsigned port;
static unsigned rounds;

/* One request after the other over one connection, until it is told to close: no answer, and a connection that is refused, is a
 * failure. */
static void keep_one(struct wire_answer *answer)
{
    char close_it[16];
    int fd = wire_connect(port);
    if (fd < 0) {
        callers_failed(callers, "kept", "refused");
        return;
    }
    while (!atomic_load(&callers->stop)) {
        if (!wire_send(fd, "GET /livez HTTP/1.1\r\nHost: h\r\n\r\n") || !wire_read(fd, false, answer)) {
            callers_failed(callers, "kept", "no answer");
            break;
        }
        if (answer->status != 200)
            callers_failed(callers, "kept", answer->head);
        atomic_fetch_add(&kept, 1);
        if (wire_header(answer, "Connection", close_it, sizeof close_it) && strcmp(close_it, "close") == 0) {
            atomic_fetch_add(&reconnects, 1);
            break;
        }
    }
    (void)close(fd);
}

static void *keep(void *answer)
{
    while (!atomic_load(&callers->stop))
        keep_one(answer);
    free(answer);
    return NULL;
}

static void is_ready(struct service_process *service)
{
    char said[STARTER_MESSAGE_SIZE];
    ck_assert_msg(starter_hears(&starter, "READY=1", said), "the next process does not get ready: see %s",
                  service->log);
}

static void restart(const char *const *options, bool next_first, struct service_process *service)
{
    struct service_process next;
    if (next_first) {
        starter_spawn(&starter, options, &next);
        pause_ms(ROUND_MS);
        ck_assert(!starter_has_heard(&starter, "READY=1")); /* the old one still writes the log */
        ck_assert(service_stop(service));
    } else {
        ck_assert(service_stop(service));
        starter_spawn(&starter, options, &next);
    }
    is_ready(&next);
    *service = next;
}

/* More of both kinds than before, so that each round has been under load. */
static void goes_on(void)
{
    const unsigned enough = kept + KEEPERS;
    ck_assert(callers_go_on(callers));
    ck_assert_uint_ge(kept, enough);
}

static size_t missing(const char *path)
{
    struct auditors auditors;
    auditors_init(&auditors);
    auditors.count = callers->count;
    auditors.uuids = callers->uuids;
    const size_t count = auditors_missing(&auditors, path);
    auditors.uuids = NULL;
    auditors_done(&auditors);
    return count;
}

static void end_load(pthread_t threads[KEEPERS])
{
    callers_stop(callers);
    for (size_t i = 0; i < KEEPERS; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
}

START_TEST(nothing_fails_and_nothing_is_lost)
{
    struct service_process service;
    struct event_verdict verdict = {.sound = false};
    const char *problem = NULL;
    char url[SERVICE_PATH_SIZE];
    pthread_t threads[KEEPERS];
    (void)snprintf(url, sizeof url, "sqlite:%s/restarts.db", starter.path);
    const char *const options[] = {"--audit", url, NULL};
    port = starter_listen(&starter, htonl(INADDR_LOOPBACK));
    starter_spawn(&starter, options, &service);
    is_ready(&service);
    callers_start(callers, &fixture, port);
    for (size_t i = 0; i < KEEPERS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, keep, calloc(1, sizeof(struct wire_answer))), 0);
    for (unsigned round = 0; round < rounds; round++) {
        goes_on();
        restart(options, round % 2 == 1, &service);
    }
    goes_on();
    end_load(threads);
    ck_assert(service_stop(&service));
    printf("# %u restarts: %u answers over kept connections, %u audited ones with %u events, %u failed\n",
           rounds, kept, callers->answered, callers->count, callers->failed + callers->cut);
    ck_assert_uint_eq(callers->failed + callers->cut, 0);
    ck_assert_uint_ge(reconnects, rounds); /* some were told to close each time */
    ck_assert_uint_eq(missing(url + strlen("sqlite:")), 0);
    ck_assert_int_eq(event_store_verify(url, &verdict, &problem), ERR_NONE);
    ck_assert_msg(verdict.sound, "record %" PRIu64 ": %s", verdict.broken_record_id, verdict.problem);
}
END_TEST

int main(int argc, char **argv)
{
    rounds = argc == 3 && strcmp(argv[1], "--rounds") == 0 ? (unsigned)strtoul(argv[2], NULL, 10) : ROUNDS;
    callers = callers_new();
    fixture_open(&fixture, "restarts", NULL);
    starter_open_at(&starter, fixture.folder.path);
    Suite *suite = suite_create("restarts");
    TCase *tests = tcase_create("restarts");
    tcase_set_timeout(tests, 0);
    tcase_add_test(tests, nothing_fails_and_nothing_is_lost);
    suite_add_tcase(suite, tests);
    int status = suite_run(suite);
    starter_close(&starter);
    return fixture_close(&fixture) ? status : 1;
}
