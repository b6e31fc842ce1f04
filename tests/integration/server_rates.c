/* Who asks too often, fails too often, or begins too many handshakes? Each on both sides of its edge. */
#include "site.h"
#include "support/suite.h"
#include "wire.h"

#include "base/base64.h"
#include "http/clock.h"
#include "support/pause.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { BURST = 5, FAILURES_BURST = 10, HANDSHAKES = 3, LINES_MAX = 512 };

static struct site site;
static int fd = -1;

static void start(const struct server_settings *settings)
{
    site_start(settings, &site);
    fd = wire_connect(site.port);
}

static void stop(void)
{
    ck_assert_int_eq(close(fd), 0);
    site_stop(&site);
}

/* "Authorization: Negotiate …\r\n" of a token that is plain text. */
static const char *as(const char *token)
{
    static char line[LINES_MAX];
    AUTO_ARENA arena;
    arena_init(&arena, 10000);
    (void)snprintf(line, sizeof line, "Authorization: Negotiate %s\r\n",
                   base64_encode(&arena, bytes_of_string(token)));
    return line;
}

static void ask(int socket, const char *line, const char *headers, struct wire_answer *ret)
{
    char request[LINES_MAX + 256];
    (void)snprintf(request, sizeof request, "%s HTTP/1.1\r\nHost: h\r\n%s\r\n", line, headers);
    ck_assert(wire_send(socket, request));
    ck_assert(wire_read(socket, false, ret));
}

static void is_busy(const struct wire_answer *answer)
{
    char wait[32];
    ck_assert_int_eq(answer->status, 429);
    ck_assert(wire_header(answer, "Retry-After", wait, sizeof wait));
    ck_assert_str_eq(wait, "1");
    ck_assert_ptr_nonnull(strstr(answer->body, "urn:ntokend:problem:too-many-requests"));
}

/* Asks until it is 429; as many as the burst went before, and one for each second that this took. */
static void exhaust(const char *line, const char *headers, int status, unsigned burst)
{
    struct wire_answer answer;
    int64_t began_us = clock_us();
    unsigned passed = 0;
    for (;;) {
        ask(fd, line, headers, &answer);
        if (answer.status != status)
            break;
        passed++;
    }
    is_busy(&answer);
    ck_assert_uint_ge(passed, burst);
    ck_assert_uint_le(passed, burst + 1 + (unsigned)((clock_us() - began_us) / 1000000));
}

START_TEST(a_user_who_asks_too_often)
{
    struct wire_answer answer;
    struct server_settings settings = site_settings();
    settings.requests_per_second = 1;
    settings.requests_burst = BURST;
    start(&settings);
    exhaust("GET /who", as("alice"), 200, BURST);
    ask(fd, "GET /who", as("bob"), &answer); /* somebody else, on the same connection */
    ck_assert_int_eq(answer.status, 200);
    ask(fd, "GET /open", "", &answer); /* nobody is asked who they are */
    ck_assert_int_eq(answer.status, 200);
    ask(fd, "GET /who", "", &answer);
    ck_assert_int_eq(answer.status, 401);
    pause_ms(1000);
    ask(fd, "GET /who", as("alice"), &answer);
    ck_assert_int_eq(answer.status, 200);
    stop();
}
END_TEST

/* In a session or with a ticket, it is the same user. */
START_TEST(a_session_is_its_user)
{
    struct wire_answer answer;
    char bearer[LINES_MAX];
    struct server_settings settings = site_settings();
    settings.requests_per_second = 1;
    settings.requests_burst = BURST;
    start(&settings);
    ask(fd, "POST /begin", as("alice"), &answer);
    ck_assert_int_eq(answer.status, 200);
    (void)snprintf(bearer, sizeof bearer, "Authorization: Bearer %.100s\r\n", answer.body);
    exhaust("GET /who", bearer, 200, BURST - 1);
    ask(fd, "GET /who", as("alice"), &answer);
    is_busy(&answer);
    stop();
}
END_TEST

START_TEST(an_address_that_fails_too_often)
{
    struct wire_answer answer;
    char bearer[LINES_MAX];
    struct server_settings settings = site_settings();
    settings.failures_per_second = 1;
    start(&settings);
    ask(fd, "POST /begin", as("alice"), &answer);
    (void)snprintf(bearer, sizeof bearer, "Authorization: Bearer %.100s\r\n", answer.body);
    for (int i = 0; i < 3 * FAILURES_BURST; i++) { /* no failures: they show nothing, or what is right */
        ask(fd, "GET /who", "", &answer);
        ck_assert_int_eq(answer.status, 401);
        ask(fd, "GET /who", as("alice"), &answer);
        ck_assert_int_eq(answer.status, 200);
    }
    exhaust("GET /who", as("forged"), 401, FAILURES_BURST);
    ask(fd, "GET /who", as("alice"), &answer); /* nobody looks whether it is good */
    is_busy(&answer);
    ask(fd, "GET /who", bearer, &answer);
    ck_assert_int_eq(answer.status, 200);
    pause_ms(1000);
    ask(fd, "GET /who", as("alice"), &answer);
    ck_assert_int_eq(answer.status, 200);
    stop();
}
END_TEST

/* As many as there may be; then one ends, one is given up by another token, and one by its connection. */
START_TEST(handshakes_that_are_half_done)
{
    struct wire_answer answer;
    int fds[HANDSHAKES];
    struct server_settings settings = site_settings();
    settings.handshakes_max = HANDSHAKES;
    start(&settings);
    for (size_t i = 0; i < HANDSHAKES; i++) {
        fds[i] = wire_connect(site.port);
        ask(fds[i], "GET /who", as("begin:bob"), &answer);
        ck_assert_int_eq(answer.status, 401);
    }
    for (int way = 0; way < 3; way++) {
        char wait[32];
        ask(fd, "GET /who", as("begin:alice"), &answer);
        ck_assert_int_eq(answer.status, 503);
        ck_assert(wire_header(&answer, "Retry-After", wait, sizeof wait));
        ask(fd, "GET /who", as("alice"), &answer); /* what needs one leg goes on */
        ck_assert_int_eq(answer.status, 200);
        if (way == 2)
            ck_assert_int_eq(close(fds[way]), 0);
        else
            ask(fds[way], "GET /who", way == 0 ? as("end") : "", &answer);
        pause_ms(100); /* for the server to see the end of a connection */
        ask(fd, "GET /who", as("begin:alice"), &answer);
        ck_assert_int_eq(answer.status, 401);
        if (way == 2)
            break;
        ask(fds[way], "GET /who", as("begin:bob"), &answer); /* full again */
        ck_assert_int_eq(answer.status, 503);
        ask(fd, "GET /who", as("end"), &answer);
        ck_assert_int_eq(answer.status, 200);
        ask(fds[way], "GET /who", as("begin:bob"), &answer);
        ck_assert_int_eq(answer.status, 401);
    }
    ck_assert_int_eq(close(fds[0]), 0);
    ck_assert_int_eq(close(fds[1]), 0);
    stop();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("server_rates");
    TCase *tests = tcase_create("server_rates");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_user_who_asks_too_often);
    tcase_add_test(tests, a_session_is_its_user);
    tcase_add_test(tests, an_address_that_fails_too_often);
    tcase_add_test(tests, handshakes_that_are_half_done);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
