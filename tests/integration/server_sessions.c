/* server_sessions: clients on connections of their own, in sessions that they share, while others begin and end: each is answered
 * for whose session it is, or refused. */
#include "site.h"
#include "support/suite.h"
#include "wire.h"

#include "base/base64.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

enum { CLIENTS = 6, ROUNDS = 100, PEOPLE = 2 };

static struct site site;
static const char *const people[PEOPLE] = {"alice", "bob"};
static char shared[PEOPLE][SESSION_TOKEN_MAX];
static atomic_uint wrong;

static void start(void)
{
    struct server_settings settings = site_settings();
    site_start(&settings, &site);
}

static void stop(void)
{
    site_stop(&site);
}

static bool ask(int fd, const char *method, const char *path, const char *authorization,
                struct wire_answer *ret)
{
    char request[1024];
    (void)snprintf(request, sizeof request,
                   "%s %s HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nAuthorization: %s\r\n\r\n", method,
                   path, authorization);
    return wire_send(fd, request) && wire_read(fd, false, ret);
}

/* Opens a session with a ticket of the person; false when there is none. */
static bool begin(int fd, size_t person, char ret[SESSION_TOKEN_MAX], struct wire_answer *answer)
{
    char header[256];
    AUTO_ARENA arena;
    arena_init(&arena, 10000);
    (void)snprintf(header, sizeof header, "Negotiate %s",
                   base64_encode(&arena, bytes_of_string(people[person])));
    if (!ask(fd, "POST", "/begin", header, answer) || answer->status != 200 ||
        answer->body_size != SESSION_TOKEN_SIZE)
        return false;
    memcpy(ret, answer->body, SESSION_TOKEN_MAX);
    return true;
}

static int status_of(int fd, const char *method, const char *path, const char *token,
                     struct wire_answer *answer)
{
    char header[256];
    (void)snprintf(header, sizeof header, "Bearer %s", token);
    return ask(fd, method, path, header, answer) ? answer->status : 0;
}

static bool is_answered_for(const struct wire_answer *answer, size_t person)
{
    char body[128];
    (void)snprintf(body, sizeof body, "{\"name\":\"%s\",\"path\":\"/who\"}", people[person]);
    return strcmp(answer->body, body) == 0;
}

/* One session of one's own from beginning to end, and a look into a shared one between. */
static bool live(int fd, size_t round, struct wire_answer *answer)
{
    char own[SESSION_TOKEN_MAX];
    size_t person = round % PEOPLE;
    size_t other = (round / PEOPLE) % PEOPLE;
    if (!begin(fd, person, own, answer) || status_of(fd, "GET", "/who", own, answer) != 200 ||
        !is_answered_for(answer, person))
        return false;
    if (status_of(fd, "GET", "/who", shared[other], answer) != 200 || !is_answered_for(answer, other))
        return false;
    return status_of(fd, "POST", "/end", own, answer) == 204 &&
           status_of(fd, "GET", "/who", own, answer) == 401;
}

static void *run(void *context)
{
    static _Thread_local struct wire_answer answer;
    size_t first = *(size_t *)context;
    int fd = wire_connect(site.port);
    for (size_t i = 0; i < ROUNDS; i++) {
        if (fd < 0 || !live(fd, first + i, &answer))
            atomic_fetch_add(&wrong, 1);
    }
    if (fd >= 0)
        (void)close(fd);
    return NULL;
}

START_TEST(clients_share_and_never_mix)
{
    static struct wire_answer answer;
    pthread_t threads[CLIENTS];
    size_t firsts[CLIENTS];
    int fd = wire_connect(site.port);
    for (size_t i = 0; i < PEOPLE; i++)
        ck_assert(begin(fd, i, shared[i], &answer));
    for (size_t i = 0; i < CLIENTS; i++) {
        firsts[i] = i;
        ck_assert_int_eq(pthread_create(&threads[i], NULL, run, &firsts[i]), 0);
    }
    for (size_t i = 0; i < CLIENTS; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    ck_assert_uint_eq(atomic_load(&wrong), 0);
    ck_assert_uint_eq(sessions_count(site.sessions), PEOPLE);
    ck_assert_int_eq(close(fd), 0);
}
END_TEST

/* A session that ends between the legs of a handshake, and one that is shown there, end the handshake. */
START_TEST(a_session_between_the_legs)
{
    static struct wire_answer answer;
    char token[SESSION_TOKEN_MAX];
    int fd = wire_connect(site.port);
    ck_assert(begin(fd, 0, token, &answer));
    ck_assert(ask(fd, "GET", "/who", "Negotiate YmVnaW46Ym9i", &answer)); /* begin:bob */
    ck_assert_int_eq(answer.status, 401);
    ck_assert_int_eq(status_of(fd, "GET", "/who", token, &answer), 200);
    ck_assert(is_answered_for(&answer, 0));
    ck_assert(ask(fd, "GET", "/who", "Negotiate ZW5k", &answer)); /* end */
    ck_assert_int_eq(answer.status, 401);
    ck_assert_int_eq(close(fd), 0);
}
END_TEST

/* Before and behind the token of a session of alice. */
static const struct {
    const char *before;
    const char *behind;
    int status;
} cookie_rows[] = {
    {"ntokend=", "", 200},
    {"a=b; ntokend=", "; c=d", 200},
    /* one too many, wherever it is */
    {"ntokend=", "; ntokend=x", 401},
    {"ntokend=x; ntokend=", "", 401},
    {"ntokend=", "\r\nCookie: ntokend=x", 401},
    {"ntokend=", "\r\nCookie: a=b", 401},
    /* of TLS, or of nobody */
    {"__Host-ntokend=", "", 401},
    {"Ntokend=", "", 401},
    {"ntokend=", "x", 401},
    {"ntokend=\"", "\"", 401},
    /* it does not stand in for another proof that is worth nothing */
    {"ntokend=", "\r\nAuthorization: Basic eDp5", 401},
    {"ntokend=", "\r\nAuthorization: Negotiate ====", 401},
    {"ntokend=", "\r\nAuthorization: Bearer x", 401},
};

START_TEST(cookie_row)
{
    static struct wire_answer answer;
    char token[SESSION_TOKEN_MAX];
    char request[1024];
    int fd = wire_connect(site.port);
    ck_assert(begin(fd, 0, token, &answer));
    (void)snprintf(request, sizeof request, "GET /who HTTP/1.1\r\nHost: h\r\nCookie: %s%s%s\r\n\r\n",
                   cookie_rows[_i].before, token, cookie_rows[_i].behind);
    ck_assert(wire_send(fd, request) && wire_read(fd, false, &answer));
    ck_assert_msg(answer.status == cookie_rows[_i].status, "%s: %d", request, answer.status);
    ck_assert(answer.status != 200 || is_answered_for(&answer, 0));
    ck_assert_int_eq(close(fd), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("server_sessions");
    TCase *tests = tcase_create("server_sessions");
    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, start, stop);
    tcase_add_test(tests, clients_share_and_never_mix);
    tcase_add_test(tests, a_session_between_the_legs);
    tcase_add_loop_test(tests, cookie_row, 0, (int)(sizeof cookie_rows / sizeof cookie_rows[0]));
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
