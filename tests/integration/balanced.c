/* Three replicas behind HAProxy, with examples/haproxy/haproxy.cfg as it stands and one log in PostgreSQL. One of them is killed under
 * load: its clients see that a request was cut off, or 502 or 503, and go on; whatever was answered is in the log exactly once.
 *
 *   balanced HAPROXY CONFIGURATION [--rounds N]     2 rounds, or as many as told */
#include "callers.h"
#include "starter.h"
#include "support/pause.h"
#include "support/postgres_seen.h"
#include "support/postgres_server.h"
#include "support/suite.h"
#include "visitor.h"
#include "wire.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { REPLICAS = 3, ROUNDS = 2, VISITS = 12, WAIT_MS = 20000, STEP_MS = 20 };

static struct fixture fixture;
static struct starter starter;
static struct postgres_server server;
static struct callers *callers;
static char url[POSTGRES_URL_SIZE];
static struct service_process replicas[REPLICAS];
static pid_t balancer;
static unsigned front;
static unsigned rounds;
static const char *program;
static const char *configuration;

static void start_replica(size_t index, const char *listen)
{
    const char *const options[] = {
        "--audit", url, "--connections-per-ip", "0", listen == NULL ? NULL : "--listen", listen, NULL};
    starter_spawn(&starter, options, &replicas[index]);
    service_wait(&replicas[index]);
}

/* A port that nobody has now. */
static unsigned free_port(void)
{
    struct starter other = {.listener = -1};
    const unsigned port = starter_listen(&other, htonl(INADDR_LOOPBACK));
    (void)close(other.listener);
    return port;
}

static void name_address(const char *name, unsigned port)
{
    char address[32];
    (void)snprintf(address, sizeof address, "127.0.0.1:%u", port);
    ck_assert_int_eq(setenv(name, address, 1), 0);
}

static void start_balancer(void)
{
    char log[SERVICE_PATH_SIZE];
    static const char *const names[REPLICAS] = {"NTOKEND_1", "NTOKEND_2", "NTOKEND_3"};
    front = free_port();
    name_address("NTOKEND_FRONT", front);
    for (size_t i = 0; i < REPLICAS; i++)
        name_address(names[i], replicas[i].port);
    (void)snprintf(log, sizeof log, "%s/haproxy.log", starter.path);
    balancer = fork();
    if (balancer != 0)
        return;
    int out = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (out < 0 || dup2(out, STDERR_FILENO) < 0)
        _exit(98);
    (void)execl(program, program, "-db", "-f", configuration, (char *)NULL);
    _exit(98);
}

static void wait_for_balancer(void)
{
    for (unsigned waited = 0; waited < WAIT_MS; waited += STEP_MS) {
        static struct wire_answer answer;
        int fd = wire_connect(front);
        bool good = fd >= 0 && wire_send(fd, "GET /readyz HTTP/1.1\r\nHost: h\r\n\r\n") &&
                    wire_read(fd, false, &answer) && answer.status == 200;
        if (fd >= 0)
            (void)close(fd);
        if (good)
            return;
        pause_ms(STEP_MS);
    }
    ck_abort_msg("HAProxy does not answer");
}

/* A session stays where it was opened, whichever replica is the idlest. */
static void sessions_stick(void)
{
    char bearer[VISITOR_TOKEN_MAX];
    visitor_open(&fixture, ALICE, bearer);
    for (unsigned i = 0; i < VISITS; i++) {
        AUTO_ANSWER answer;
        const struct visit visit = {
            .by = i % 2 == 0 ? BY_BEARER : BY_COOKIE, .token = bearer, .method = "GET", .target = "/session"};
        client_forget_connection(&fixture.client);
        visitor_send(&fixture, &visit, &answer);
        fixture_expect("a session over the balancer", &answer, 200, NULL);
    }
}

static void kill_replica(size_t index)
{
    ck_assert_int_eq(kill(replicas[index].pid, SIGKILL), 0);
    ck_assert_int_eq(waitpid(replicas[index].pid, NULL, 0), replicas[index].pid);
}

/* What each request of a replica that was killed was in the middle of; its callers may meet it once more until it is marked down. */
static void a_round(unsigned round)
{
    char listen[32];
    const size_t index = round % REPLICAS;
    const unsigned cut = callers->cut;
    ck_assert(callers_go_on(callers));
    ck_assert_uint_eq(callers->cut, cut); /* nobody is cut off while all are there */
    kill_replica(index);
    ck_assert(callers_go_on(callers));
    ck_assert_uint_le(callers->cut - cut, (uintmax_t)2 * CALLERS);
    (void)snprintf(listen, sizeof listen, "127.0.0.1:%u", replicas[index].port);
    start_replica(index, listen);
    ck_assert(callers_go_on(callers));
}

/* How many are not in the log exactly once; the first is told. */
static size_t count_missing(void)
{
    PGconn *seen = postgres_seen_open(url);
    const size_t missing = postgres_seen_missing(seen, callers->uuids, callers->count);
    for (size_t i = 0; i < callers->count && missing > 0; i++) {
        char text[EVENT_UUID_TEXT_MAX];
        char sql[128];
        if (postgres_seen_missing(seen, &callers->uuids[i], 1) == 0)
            continue;
        event_uuid_format(&callers->uuids[i], text);
        (void)snprintf(sql, sizeof sql, "SELECT count(*) FROM ntokend_event WHERE uuid = '%s'", text);
        printf("# event %zu, %s, is there %lld times\n", i, text, postgres_server_number(&server, sql));
        break;
    }
    postgres_seen_close(seen);
    return missing;
}

START_TEST(nothing_answered_is_lost)
{
    for (size_t i = 1; i < REPLICAS; i++)
        start_replica(i, NULL);
    start_balancer();
    wait_for_balancer();
    fixture.client.port = front;
    sessions_stick();
    callers_start(callers, &fixture, front);
    for (unsigned round = 0; round < rounds; round++)
        a_round(round);
    callers_stop(callers);
    const size_t missing = count_missing();
    printf("# %u kills: %u answers with %u events, %u cut off\n", rounds, callers->answered, callers->count,
           callers->cut);
    ck_assert_uint_eq(callers->failed, 0);
    ck_assert_msg(missing == 0, "%zu of %u are missing or twice", missing, callers->count);
}
END_TEST

static bool close_all(void)
{
    bool good = true;
    (void)kill(balancer, SIGTERM);
    (void)waitpid(balancer, NULL, 0);
    for (size_t i = 1; i < REPLICAS; i++)
        good = service_stop(&replicas[i]) && good;
    fixture.service = replicas[0];
    starter_close(&starter);
    good = fixture_close(&fixture) && good;
    postgres_server_remove(&server);
    callers_free(callers);
    return good;
}

int main(int argc, char **argv)
{
    if (argc < 3 || access(argv[1], X_OK) != 0) {
        printf("1..0 # SKIP haproxy is not installed\n");
        return EXIT_SUCCESS;
    }
    rounds = argc == 5 ? (unsigned)strtoul(argv[4], NULL, 10) : ROUNDS;
    callers = callers_new();
    postgres_server_make(&server);
    postgres_server_start(&server);
    postgres_server_url(&server, "public", url);
    fixture_open(&fixture, "balanced",
                 (const char *const[]){"--audit", url, "--connections-per-ip", "0", NULL});
    replicas[0] = fixture.service;
    starter_open_at(&starter, fixture.folder.path);
    program = argv[1];
    configuration = argv[2];
    Suite *suite = suite_create("balanced");
    TCase *tests = tcase_create("balanced");
    tcase_set_timeout(tests, 0);
    tcase_add_test(tests, nothing_answered_is_lost);
    suite_add_tcase(suite, tests);
    const int status = suite_run(suite);
    return close_all() ? status : 1;
}
