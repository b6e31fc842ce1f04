/* Are 128, 256 and 384 connections that are ready at once all answered? libmicrohttpd's own epoll loop answers none. */
#include "http/clock.h"
#include "site.h"
#include "support/pause.h"
#include "support/suite.h"
#include "wire.h"

#include <poll.h>
#include <unistd.h>

enum { MOST = 384 };

static const struct {
    unsigned threads;
    size_t connections;
} rows[] = {{1, 127}, {1, 128}, {1, 129}, {1, 255}, {1, 256},
            {1, 257}, {1, 384}, {2, 128}, {2, 256}, {2, 384}};

static void connect_all(const struct site *site, int *fds, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        fds[i] = wire_connect(site->port);
        ck_assert_int_ge(fds[i], 0);
    }
}

static void ask_all(const int *fds, size_t count)
{
    for (size_t i = 0; i < count; i++)
        ck_assert(wire_send(fds[i], "GET /open HTTP/1.1\r\nHost: h\r\n\r\n"));
}

static void answers_all(const int *fds, size_t count)
{
    struct wire_answer answer;
    for (size_t i = 0; i < count; i++) {
        ck_assert_msg(wire_read(fds[i], false, &answer), "connection %zu of %zu has no answer", i, count);
        ck_assert_int_eq(answer.status, 200);
    }
}

/* The slow request holds a thread while all others become ready; then it finds them all in one go. */
START_TEST(ready_at_once)
{
    struct site site;
    struct server_settings settings = site_settings();
    settings.threads = rows[_i].threads;
    site_start(&settings, &site);
    int fds[MOST] = {0};
    int slow[4] = {0};
    /* with two threads the kernel chooses which one has a connection; of four, hardly all on one */
    size_t slow_count = rows[_i].threads == 1 ? 1 : sizeof slow / sizeof slow[0];
    struct wire_answer answer;
    connect_all(&site, fds, rows[_i].connections);
    connect_all(&site, slow, slow_count);
    ask_all(fds, rows[_i].connections);
    answers_all(fds, rows[_i].connections);
    for (size_t i = 0; i < slow_count; i++)
        ck_assert(wire_send(slow[i], "GET /slow HTTP/1.1\r\nHost: h\r\n\r\n"));
    pause_ms(20);
    ask_all(fds, rows[_i].connections);
    answers_all(fds, rows[_i].connections);
    for (size_t i = 0; i < slow_count; i++) {
        ck_assert(wire_read(slow[i], false, &answer));
        ck_assert_int_eq(close(slow[i]), 0);
    }
    for (size_t i = 0; i < rows[_i].connections; i++)
        ck_assert_int_eq(close(fds[i]), 0);
    site_stop(&site);
}
END_TEST

/* Connections that are accepted and have their request in one go. */
START_TEST(connected_at_once)
{
    struct site site;
    struct server_settings settings = site_settings();
    settings.threads = rows[_i].threads;
    site_start(&settings, &site);
    int fds[MOST] = {0};
    struct wire_answer answer;
    int slow = wire_connect(site.port);
    ck_assert(wire_send(slow, "GET /slow HTTP/1.1\r\nHost: h\r\n\r\n"));
    pause_ms(20);
    connect_all(&site, fds, rows[_i].connections);
    ask_all(fds, rows[_i].connections);
    answers_all(fds, rows[_i].connections);
    ck_assert(wire_read(slow, false, &answer));
    ck_assert_int_eq(close(slow), 0);
    for (size_t i = 0; i < rows[_i].connections; i++)
        ck_assert_int_eq(close(fds[i]), 0);
    site_stop(&site);
}
END_TEST

static bool have_answers(const int *fds, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct pollfd answered = {.fd = fds[i], .events = POLLIN};
        if (poll(&answered, 1, 0) == 0)
            return false;
    }
    return true;
}

/* Requests that take long and are all ready in one round: whoever watches sees that the thread moves while it answers them. */
START_TEST(a_long_round_moves)
{
    enum { SLOW = 8, LOOK_US = 5000 };
    struct site site;
    struct server_settings settings = site_settings();
    settings.threads = 1;
    site_start(&settings, &site);
    int fds[SLOW] = {0};
    struct wire_answer answer;
    connect_all(&site, fds, SLOW);
    for (size_t i = 0; i < SLOW; i++)
        ck_assert(wire_send(fds[i], "GET /slow HTTP/1.1\r\nHost: h\r\n\r\n"));
    const int64_t begin = clock_us();
    int64_t moved = begin;
    int64_t longest = 0;
    while (!have_answers(fds, SLOW)) {
        pause_us(LOOK_US);
        const int64_t now = clock_us();
        if (server_moves(site.server))
            moved = now;
        if (now - moved > longest)
            longest = now - moved;
    }
    const int64_t all = clock_us() - begin;
    ck_assert_msg(longest < all / 2, "still for %lld of %lld us", (long long)longest, (long long)all);
    for (size_t i = 0; i < SLOW; i++) {
        ck_assert(wire_read(fds[i], false, &answer));
        ck_assert_int_eq(close(fds[i]), 0);
    }
    site_stop(&site);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("server_stall");
    TCase *tests = tcase_create("server_stall");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, ready_at_once, 0, (int)(sizeof rows / sizeof rows[0]));
    tcase_add_loop_test(tests, connected_at_once, 0, (int)(sizeof rows / sizeof rows[0]));
    tcase_add_test(tests, a_long_round_moves);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
