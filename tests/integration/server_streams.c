/* Answers that come piece by piece: woken from any thread, bounded in number, and gone when their clients are. */
#include "audit_double.h"
#include "site.h"
#include "stream_double.h"
#include "support/pause.h"
#include "support/suite.h"
#include "wire.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define GET(path) "GET " path " HTTP/1.1\r\nHost: h\r\n"

enum { STREAMS = 4 }; /* as many as the site takes */

static struct site site;

static void start(void)
{
    struct server_settings settings = site_settings();
    settings.timeout_s = 2;
    audit_double_set(AUDIT_DOUBLE_NONE, ERR_NONE, NULL);
    stream_double_publish(0);
    site_start(&settings, &site);
}

static void stop(void)
{
    site_stop(&site);
}

static double seconds(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Reads on until the text came; everything that was read stays in `ret`. */
struct heard {
    char text[65536];
    size_t size;
};

static bool hears(int fd, struct heard *heard, const char *text)
{
    while (strstr(heard->text, text) == NULL) {
        ssize_t got = recv(fd, heard->text + heard->size, sizeof heard->text - 1 - heard->size, 0);
        if (got <= 0)
            return false;
        heard->size += (size_t)got;
        heard->text[heard->size] = 0;
    }
    return true;
}

static int open_stream(const char *request, struct heard *heard)
{
    *heard = (struct heard){.size = 0};
    int fd = wire_connect(site.port);
    ck_assert(wire_send(fd, request));
    ck_assert(hears(fd, heard, "\r\n\r\n"));
    return fd;
}

static void wait_for_open(int count)
{
    for (int i = 0; i < 500 && stream_double_open() != count; i++)
        pause_ms(10);
    ck_assert_int_eq(stream_double_open(), count);
}

static void publish(unsigned last)
{
    stream_double_publish(last);
    server_wake_streams(site.server);
}

START_TEST(what_is_published_comes_at_once)
{
    static struct heard heard;
    int fd = open_stream(GET("/numbers") "\r\n", &heard);
    ck_assert(strstr(heard.text, "HTTP/1.1 200") != NULL);
    ck_assert(strstr(heard.text, "Content-Type: text/event-stream") != NULL);
    ck_assert(strstr(heard.text, "Cache-Control: no-store") != NULL);
    for (unsigned i = 1; i <= 200; i++) {
        char line[16];
        (void)snprintf(line, sizeof line, "\n%u\n", i);
        double before = seconds();
        publish(i);
        ck_assert(hears(fd, &heard, line));
        ck_assert(seconds() - before < 0.5);
    }
    ck_assert_int_eq(close(fd), 0);
}
END_TEST

/* Longer than a connection without traffic may stay; and nobody is asked in between. */
START_TEST(a_quiet_stream_has_a_heartbeat)
{
    static struct heard heard;
    int fd = open_stream(GET("/numbers") "\r\n", &heard);
    unsigned before = stream_double_asked();
    ck_assert(hears(fd, &heard, "beat\n"));
    for (int i = 0; i < 3; i++) {
        heard = (struct heard){.size = 0};
        ck_assert(hears(fd, &heard, "beat\n"));
    }
    ck_assert_uint_lt(stream_double_asked() - before, 20);
    publish(1);
    ck_assert(hears(fd, &heard, "\n1\n"));
    ck_assert_int_eq(close(fd), 0);
}
END_TEST

/* Past the bound others are refused, until one ends. */
START_TEST(streams_are_bounded)
{
    static struct heard heard;
    struct wire_answer answer;
    char value[32];
    int fds[STREAMS];
    for (int i = 0; i < STREAMS; i++)
        fds[i] = open_stream(GET("/numbers") "\r\n", &heard);
    int fd = wire_connect(site.port);
    for (int i = 0; i < 3; i++) {
        ck_assert(wire_send(fd, GET("/numbers") "\r\n"));
        ck_assert(wire_read(fd, false, &answer));
        ck_assert_int_eq(answer.status, 503);
        ck_assert(wire_header(&answer, "Retry-After", value, sizeof value));
        ck_assert_int_eq(stream_double_open(), STREAMS);
    }
    ck_assert_int_eq(close(fds[0]), 0);
    wait_for_open(STREAMS - 1); /* the next heartbeat finds it gone */
    ck_assert(wire_send(fd, GET("/numbers") "\r\n"));
    ck_assert(hears(fd, &heard, "200"));
    for (int i = 1; i < STREAMS; i++)
        ck_assert_int_eq(close(fds[i]), 0);
    ck_assert_int_eq(close(fd), 0);
    wait_for_open(0);
}
END_TEST

static const char *const head_rows[] = {"HEAD /numbers HTTP/1.1\r\nHost: h\r\n\r\n",
                                        "HEAD /flood HTTP/1.1\r\nHost: h\r\n\r\n"};

START_TEST(head_has_no_body)
{
    struct wire_answer answer;
    char value[32];
    int fd = wire_connect(site.port);
    ck_assert(wire_send(fd, head_rows[_i]));
    ck_assert(wire_read(fd, true, &answer));
    ck_assert_int_eq(answer.status, 200);
    ck_assert(wire_header(&answer, "Connection", value, sizeof value));
    ck_assert_str_eq(value, "close");
    ck_assert_int_eq(wire_until_close(fd, 5), 0);
    ck_assert_int_eq(close(fd), 0);
    wait_for_open(0);
}
END_TEST

/* HTTP/1.0 knows no chunks: the body is what comes until the end. */
START_TEST(an_old_client_gets_it_whole)
{
    int fd = wire_connect(site.port);
    ck_assert(wire_send(fd, "GET /flood HTTP/1.0\r\n\r\n"));
    long size = wire_until_close(fd, 10);
    ck_assert_msg(size > FLOOD_BYTES && size < FLOOD_BYTES + 2000, "%ld bytes", size);
    ck_assert_int_eq(close(fd), 0);
}
END_TEST

/* Who reads slowly holds up nobody, and the source is not asked for what cannot be sent. */
START_TEST(a_slow_reader_holds_up_nobody)
{
    static char bytes[1 << 16];
    struct wire_answer answer;
    long size = 0;
    int slow = wire_connect(site.port);
    unsigned before = stream_double_asked();
    int other = wire_connect(site.port);
    ck_assert(wire_send(slow, GET("/flood") "\r\n"));
    for (int i = 0; i < 20; i++) {
        size += recv(slow, bytes, 1000, 0);
        ck_assert(wire_send(other, GET("/open") "\r\n"));
        ck_assert(wire_read(other, false, &answer));
        ck_assert_int_eq(answer.status, 200);
        pause_ms(50);
    }
    ck_assert_uint_lt(stream_double_asked() - before, 200);
    for (ssize_t got = 1; got > 0 && size < FLOOD_BYTES; size += got)
        got = recv(slow, bytes, sizeof bytes, 0);
    ck_assert_int_ge(size, FLOOD_BYTES);
    ck_assert_int_eq(close(slow), 0);
    ck_assert_int_eq(close(other), 0);
    wait_for_open(0);
}
END_TEST

/* The logon of who follows is in the log before the stream begins. */
START_TEST(a_stream_waits_for_the_log)
{
    static struct heard heard;
    struct wire_answer answer;
    int fd = wire_connect(site.port);
    publish(3);
    audit_double_set(AUDIT_DOUBLE_REFUSE, ERR_IO, NULL);
    unsigned before = stream_double_asked();
    ck_assert(wire_send(fd, GET("/mine") "Authorization: Negotiate YWxpY2U=\r\n\r\n"));
    ck_assert(wire_read(fd, false, &answer));
    ck_assert_int_eq(answer.status, 503);
    ck_assert_uint_eq(stream_double_asked(), before);
    ck_assert_int_eq(stream_double_open(), 0);
    audit_double_set(AUDIT_DOUBLE_KEEP, ERR_NONE, NULL);
    ck_assert(wire_send(fd, GET("/mine") "Authorization: Negotiate YWxpY2U=\r\n\r\n"));
    while (audit_double_kept() == 0)
        pause_ms(10);
    ck_assert_uint_eq(stream_double_asked(), before);
    ck_assert_uint_eq(audit_double_answer(ERR_NONE), 1);
    ck_assert(hears(fd, &heard, "\n3\n"));
    ck_assert_int_eq(close(fd), 0);
}
END_TEST

START_TEST(stopping_ends_streams)
{
    static struct heard heard[STREAMS];
    struct server_settings settings = site_settings();
    settings.drain_s = 30;
    stop();
    site_start(&settings, &site);
    int fds[STREAMS];
    for (int i = 0; i < STREAMS - 1; i++)
        fds[i] = open_stream(GET("/numbers") "\r\n", &heard[i]);
    fds[STREAMS - 1] = open_stream(GET("/flood") "\r\n", &heard[STREAMS - 1]);
    ck_assert_int_eq(close(fds[STREAMS - 1]), 0);
    double before = seconds();
    site_stop(&site);
    ck_assert(seconds() - before < 3);
    for (int i = 0; i < STREAMS - 1; i++) {
        ck_assert(hears(fds[i], &heard[i], "last\n"));
        ck_assert(hears(fds[i], &heard[i], "\r\n0\r\n\r\n")); /* whole */
        ck_assert_int_eq(close(fds[i]), 0);
    }
    start();
}
END_TEST

/* One that nobody reads cannot be told, so it is cut off when the time is over. */
START_TEST(stopping_gives_up_who_does_not_read)
{
    static struct heard heard;
    struct server_settings settings = site_settings();
    settings.drain_s = 1;
    stop();
    site_start(&settings, &site);
    int fd = open_stream(GET("/flood") "\r\n", &heard);
    pause_ms(200);
    double before = seconds();
    site_stop(&site);
    ck_assert(seconds() - before < 4);
    ck_assert_int_eq(close(fd), 0);
    start();
}
END_TEST

static atomic_bool over;

static void *wake(void *context)
{
    (void)context;
    while (!atomic_load(&over)) {
        server_wake_streams(site.server);
        pause_us(200);
    }
    return NULL;
}

/* Many wake while streams come and go; nothing that was published is missed. */
START_TEST(no_wake_is_lost)
{
    enum { WAKERS = 3, ROUNDS = 60 };
    static struct heard heard;
    pthread_t threads[WAKERS];
    atomic_store(&over, false);
    for (int i = 0; i < WAKERS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, wake, NULL), 0);
    for (unsigned round = 1; round <= ROUNDS; round++) {
        char line[16];
        (void)snprintf(line, sizeof line, "\n%u\n", round);
        stream_double_publish(round - 1);
        int fd = open_stream(GET("/numbers") "\r\n", &heard);
        publish(round);
        double before = seconds();
        ck_assert(hears(fd, &heard, line));
        ck_assert(seconds() - before < 0.9); /* and not by the heartbeat */
        ck_assert_int_eq(close(fd), 0);
    }
    atomic_store(&over, true);
    for (int i = 0; i < WAKERS; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("server_streams");
    TCase *tests = tcase_create("server_streams");
    tcase_add_checked_fixture(tests, start, stop);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, what_is_published_comes_at_once);
    tcase_add_test(tests, a_quiet_stream_has_a_heartbeat);
    tcase_add_test(tests, streams_are_bounded);
    tcase_add_loop_test(tests, head_has_no_body, 0, (int)(sizeof head_rows / sizeof head_rows[0]));
    tcase_add_test(tests, an_old_client_gets_it_whole);
    tcase_add_test(tests, a_slow_reader_holds_up_nobody);
    tcase_add_test(tests, a_stream_waits_for_the_log);
    tcase_add_test(tests, stopping_ends_streams);
    tcase_add_test(tests, stopping_gives_up_who_does_not_read);
    tcase_add_test(tests, no_wake_is_lost);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
