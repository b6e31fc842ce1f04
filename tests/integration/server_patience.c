/* Who is slow, stops, or leaves in the middle: for how long does the server wait? */
#include "site.h"
#include "support/pause.h"
#include "support/suite.h"
#include "wire.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define ECHO                                                                                                 \
    "POST /echo HTTP/1.1\r\nHost: h\r\nAuthorization: Negotiate YWxpY2U=\r\nContent-Type: application/json\r\n"

enum { STEP_MS = 100, ENOUGH_MS = 10000, BIG = 8 << 20, LEAVERS = 20 };

static void start(struct site *site, unsigned idle_s, unsigned request_s, unsigned answer_s)
{
    struct server_settings settings = site_settings();
    settings.timeout_s = idle_s;
    settings.request_timeout_s = request_s;
    settings.answer_timeout_s = answer_s;
    settings.body_bytes_max = BIG;
    site_start(&settings, site);
}

/* Sends a byte a STEP_MS until the server has closed; how long that took. */
static unsigned trickle(int fd, char byte)
{
    struct pollfd ended = {.fd = fd, .events = POLLIN};
    for (unsigned ms = 0; ms < ENOUGH_MS; ms += STEP_MS) {
        if (poll(&ended, 1, STEP_MS) != 0 || !wire_send_bytes(fd, &byte, 1))
            return ms;
    }
    return ENOUGH_MS;
}

/* Each byte is traffic, and yet none goes on for ever. */
static const struct {
    const char *begun;
    char byte;
    unsigned idle_s;
    unsigned request_s;
} slow_rows[] = {
    {"GET /", 'a', 1, 30},                                /* no request line comes to an end */
    {"GET /open HTTP/1.1\r\nHost: h\r\nX: ", 'a', 30, 1}, /* no header */
    {ECHO "Content-Length: 1000\r\n\r\n", '1', 30, 1},
    {ECHO "Transfer-Encoding: chunked\r\n\r\nfff\r\n", '1', 30, 1},
    {"POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n", '1', 30,
     1}, /* whose body nobody wants */
};

START_TEST(slow_row)
{
    struct site site;
    start(&site, slow_rows[_i].idle_s, slow_rows[_i].request_s, 0);
    int fd = wire_connect(site.port);
    ck_assert(wire_send(fd, slow_rows[_i].begun));
    unsigned took_ms = trickle(fd, slow_rows[_i].byte);
    ck_assert_uint_ge(took_ms, 500);
    ck_assert_uint_lt(took_ms, ENOUGH_MS);
    ck_assert_int_eq(close(fd), 0);
    site_stop(&site);
}
END_TEST

/* Time is counted for each request, and the server's own does not count. */
START_TEST(in_time)
{
    struct site site;
    struct wire_answer answer;
    start(&site, 30, 2, 2);
    int fd = wire_connect(site.port);
    for (int i = 0; i < 5; i++) {
        ck_assert(wire_send(fd, ECHO "Content-Length: 4\r\n\r\n[1"));
        pause_ms(300);
        ck_assert(wire_send(fd, "7]"));
        ck_assert(wire_read(fd, false, &answer));
        ck_assert_str_eq(answer.body, "[17]");
        pause_ms(300);
    }
    ck_assert_int_eq(close(fd), 0);
    site_stop(&site);
}
END_TEST

static char *big(void)
{
    char *body = malloc(BIG);
    ck_assert_ptr_nonnull(body);
    memset(body, '7', BIG);
    return body;
}

/* A little of the answer now and then is traffic too. */
START_TEST(an_answer_that_is_not_taken)
{
    struct site site;
    start(&site, 30, 30, 1);
    int fd = wire_connect(site.port);
    const int small = 65536;
    char piece[1024];
    char *body = big();
    size_t got = 0;
    ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small), 0);
    ck_assert(wire_send(fd, ECHO "Content-Length: 8388608\r\n\r\n"));
    ck_assert(wire_send_bytes(fd, body, BIG));
    for (unsigned ms = 0; ms < 3000; ms += STEP_MS) {
        ssize_t size = recv(fd, piece, sizeof piece, 0);
        got += size > 0 ? (size_t)size : 0;
        pause_ms(STEP_MS);
    }
    long rest = wire_until_close(fd, 10);
    ck_assert_int_ge(rest, 0); /* it is closed … */
    ck_assert_uint_gt(got, 0);
    ck_assert_uint_lt(got + (size_t)rest, BIG); /* … before its end */
    free(body);
    ck_assert_int_eq(close(fd), 0);
    site_stop(&site);
}
END_TEST

/* The same answer to somebody who takes it. */
START_TEST(an_answer_that_is_taken)
{
    struct site site;
    start(&site, 30, 30, 20);
    int fd = wire_connect(site.port);
    char *body = big();
    ck_assert(wire_send(fd, ECHO "Connection: close\r\nContent-Length: 8388608\r\n\r\n"));
    ck_assert(wire_send_bytes(fd, body, BIG));
    ck_assert_int_gt(wire_until_close(fd, 20), BIG);
    free(body);
    ck_assert_int_eq(close(fd), 0);
    site_stop(&site);
}
END_TEST

/* The last bytes and the end come together, which edges of epoll tell once. */
static const char *const left[] = {
    "GET /op",
    "GET /open HTTP/1.1\r\nHost",
    ECHO "Content-Length: 9\r\n\r\n[1",
    ECHO "Transfer-Encoding: chunked\r\n\r\n5\r\n[1",
};

START_TEST(who_leaves_is_let_go)
{
    struct site site;
    start(&site, 60, 60, 60);
    int fds[LEAVERS];
    for (size_t i = 0; i < LEAVERS; i++) {
        fds[i] = wire_connect(site.port);
        ck_assert(wire_send(fds[i], left[_i]));
        ck_assert_int_eq(shutdown(fds[i], SHUT_WR), 0);
    }
    for (size_t i = 0; i < LEAVERS; i++) {
        ck_assert_msg(wire_until_close(fds[i], 10) >= 0, "%zu is still there", i);
        ck_assert_int_eq(close(fds[i]), 0);
    }
    site_stop(&site);
}
END_TEST

/* Who has asked and says no more is answered all the same. */
static const char *const asked[] = {
    "GET /open HTTP/1.1\r\nHost: h\r\n\r\n",
    "GET /slow HTTP/1.1\r\nHost: h\r\n\r\n",
    ECHO "Content-Length: 5\r\n\r\nhello",
};

START_TEST(who_says_no_more_is_answered)
{
    struct site site;
    struct wire_answer answer;
    start(&site, 60, 60, 60);
    int fd = wire_connect(site.port);
    ck_assert(wire_send(fd, asked[_i]));
    ck_assert_int_eq(shutdown(fd, SHUT_WR), 0);
    ck_assert(wire_read(fd, false, &answer));
    ck_assert_int_eq(answer.status, 200);
    ck_assert_str_eq(answer.body, "hello");
    ck_assert_int_eq(wire_until_close(fd, 10), 0);
    ck_assert_int_eq(close(fd), 0);
    site_stop(&site);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("server_patience");
    TCase *tests = tcase_create("server_patience");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, slow_row, 0, (int)(sizeof slow_rows / sizeof slow_rows[0]));
    tcase_add_test(tests, in_time);
    tcase_add_test(tests, an_answer_that_is_not_taken);
    tcase_add_test(tests, an_answer_that_is_taken);
    tcase_add_loop_test(tests, who_leaves_is_let_go, 0, (int)(sizeof left / sizeof left[0]));
    tcase_add_loop_test(tests, who_says_no_more_is_answered, 0, (int)(sizeof asked / sizeof asked[0]));
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
