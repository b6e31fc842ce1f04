/* The service is restarted again and again under load, over a socket that its starter keeps: not one request fails, and what was
 * answered is in the log exactly once. Odd rounds as `systemctl restart` does it, the old process first; in even ones the
 * next process is there before the old one is told to go, and waits for the log.
 *
 *   restarts [--rounds N]     6 rounds, or as many as told */
#include "auditors.h"
#include "fixture.h"
#include "starter.h"
#include "support/suite.h"
#include "wire.h"

#include "eventlog/store.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    ROUNDS = 6,
    KEEPERS = 12,
    CALLERS = 4,
    UUIDS_MAX = 1 << 16,
    ROUND_MS = 300,
    WAIT_MS = 20000,
    STEP_MS = 10,
    TOLD_MAX = 5
};

/* What all processes of the test see. */
struct seen {
    atomic_bool stop;
    atomic_uint kept;       /* answers over kept connections */
    atomic_uint reconnects; /* told to close, and connected again */
    atomic_uint called;     /* audited answers to a ticket */
    atomic_uint failed;
    atomic_uint uuids;
    struct event_uuid uuid[UUIDS_MAX];
};

static struct seen *seen;
static struct fixture fixture;
static struct starter starter;
static unsigned port;
static unsigned rounds;

static void note_failure(const char *who, const char *what)
{
    if (atomic_fetch_add(&seen->failed, 1) < TOLD_MAX)
        (void)fprintf(stderr, "# %s: %s\n", who, what);
}

/* One request after the other over one connection, until it is told to close: no answer, and a connection that is refused, is a
 * failure. */
static void keep_one(struct wire_answer *answer)
{
    char close_it[16];
    int fd = wire_connect(port);
    if (fd < 0) {
        note_failure("kept", "refused");
        return;
    }
    while (!atomic_load(&seen->stop)) {
        if (!wire_send(fd, "GET /livez HTTP/1.1\r\nHost: h\r\n\r\n") || !wire_read(fd, false, answer)) {
            note_failure("kept", "no answer");
            break;
        }
        if (answer->status != 200)
            note_failure("kept", answer->head);
        atomic_fetch_add(&seen->kept, 1);
        if (wire_header(answer, "Connection", close_it, sizeof close_it) && strcmp(close_it, "close") == 0) {
            atomic_fetch_add(&seen->reconnects, 1);
            break;
        }
    }
    (void)close(fd);
}

static void *keep(void *answer)
{
    while (!atomic_load(&seen->stop))
        keep_one(answer);
    free(answer);
    return NULL;
}

static void remember(const json_t *events)
{
    const json_t *event;
    size_t i;
    json_array_foreach (events, i, event) {
        struct event_uuid uuid;
        const char *text = json_string_value(event);
        const unsigned at = atomic_fetch_add(&seen->uuids, 1);
        if (at >= UUIDS_MAX || text == NULL || event_uuid_parse(bytes_of_string(text), &uuid) != ERR_NONE)
            note_failure("caller", "an event that cannot be remembered");
        else
            seen->uuid[at] = uuid;
    }
}

/* A process: an audited check with a ticket, over and over. */
static void call(void)
{
    static const char body[] =
        "{\"securityDescriptor\":\"O:BAG:BAD:(A;;FR;;;AU)S:(AU;SAFA;FA;;;WD)\",\"desiredAccess\":[\"FILE_READ_DATA\"],"
        "\"objectType\":\"file\",\"audit\":{\"subsystem\":\"build\",\"objectTypeName\":\"Share\",\"objectName\":\"drop\","
        "\"handleId\":\"0x1f4\"}}";
    const struct client_request request = {.method = "POST",
                                           .target = "/access-check",
                                           .body = body,
                                           .body_size = sizeof body - 1,
                                           .ccache = fixture_ccache(&fixture, ADMIN)};
    struct client client;
    (void)unsetenv("NTOKEND_EXCHANGES");
    client_open(&client, port, "restarts");
    while (!atomic_load(&seen->stop)) {
        AUTO_ANSWER answer;
        if (!client_send(&client, &request, &answer)) {
            note_failure("caller", "no answer");
            continue;
        }
        if (answer.status != 200)
            note_failure("caller", answer.body);
        remember(json_object_get(answer.json, "events"));
        atomic_fetch_add(&seen->called, 1);
    }
    client_close(&client);
    _exit(0);
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
        service_sleep_ms(ROUND_MS);
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
    const unsigned kept = seen->kept + KEEPERS;
    const unsigned called = seen->called + CALLERS;
    unsigned waited = 0;
    while (waited < WAIT_MS && (seen->kept < kept || seen->called < called)) {
        service_sleep_ms(STEP_MS);
        waited += STEP_MS;
    }
    ck_assert(waited < WAIT_MS);
}

static size_t missing(const char *path)
{
    struct auditors auditors;
    auditors_init(&auditors);
    auditors.count = seen->uuids;
    auditors.uuids = seen->uuid;
    const size_t count = auditors_missing(&auditors, path);
    auditors.uuids = NULL;
    auditors_done(&auditors);
    return count;
}

static void run_load(pthread_t threads[KEEPERS], pid_t callers[CALLERS])
{
    for (size_t i = 0; i < CALLERS; i++) {
        callers[i] = fork();
        ck_assert_int_ge(callers[i], 0);
        if (callers[i] == 0)
            call();
    }
    for (size_t i = 0; i < KEEPERS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, keep, calloc(1, sizeof(struct wire_answer))), 0);
}

static void end_load(pthread_t threads[KEEPERS], pid_t callers[CALLERS])
{
    atomic_store(&seen->stop, true);
    for (size_t i = 0; i < KEEPERS; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    for (size_t i = 0; i < CALLERS; i++)
        ck_assert_int_eq(waitpid(callers[i], NULL, 0), callers[i]);
}

START_TEST(nothing_fails_and_nothing_is_lost)
{
    struct service_process service;
    struct event_verdict verdict = {.sound = false};
    const char *problem = NULL;
    char url[SERVICE_PATH_SIZE];
    pthread_t threads[KEEPERS];
    pid_t callers[CALLERS];
    (void)snprintf(url, sizeof url, "sqlite:%s/restarts.db", starter.path);
    const char *const options[] = {"--audit", url, NULL};
    port = starter_listen(&starter, htonl(INADDR_LOOPBACK));
    starter_spawn(&starter, options, &service);
    is_ready(&service);
    run_load(threads, callers);
    for (unsigned round = 0; round < rounds; round++) {
        goes_on();
        restart(options, round % 2 == 1, &service);
    }
    goes_on();
    end_load(threads, callers);
    ck_assert(service_stop(&service));
    printf("# %u restarts: %u answers over kept connections, %u audited ones with %u events, %u failed\n",
           rounds, seen->kept, seen->called, seen->uuids, seen->failed);
    ck_assert_uint_eq(seen->failed, 0);
    ck_assert_uint_ge(seen->reconnects, rounds); /* some were told to close each time */
    ck_assert_uint_eq(missing(url + strlen("sqlite:")), 0);
    ck_assert_int_eq(event_store_verify(url, &verdict, &problem), ERR_NONE);
    ck_assert_msg(verdict.sound, "record %" PRIu64 ": %s", verdict.broken_record_id, verdict.problem);
}
END_TEST

int main(int argc, char **argv)
{
    rounds = argc == 3 && strcmp(argv[1], "--rounds") == 0 ? (unsigned)strtoul(argv[2], NULL, 10) : ROUNDS;
    seen = mmap(NULL, sizeof *seen, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (seen == MAP_FAILED)
        return 99;
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
