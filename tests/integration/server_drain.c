/* Does the server, when it stops, finish what is under way and take nothing new? */
#include "site.h"
#include "support/pause.h"
#include "support/suite.h"
#include "wire.h"

#include <pthread.h>
#include <time.h>
#include <unistd.h>

#define ECHO                                                                                                 \
    "POST /echo HTTP/1.1\r\nHost: h\r\nAuthorization: Negotiate YWxpY2U=\r\nContent-Type: application/json\r\n"

static void *stop_site(void *site)
{
    site_stop(site);
    return NULL;
}

static double seconds(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Starts a site, sends `request`, and stops the site while that is under way. */
static int stop_during(const char *request, unsigned drain_s, struct site *site, pthread_t *thread)
{
    struct server_settings settings = site_settings();
    settings.threads = 1;
    settings.drain_s = drain_s;
    site_start(&settings, site);
    int fd = wire_connect(site->port);
    ck_assert(wire_send(fd, request));
    pause_ms(100);
    ck_assert_int_eq(pthread_create(thread, NULL, stop_site, site), 0);
    pause_ms(100);
    return fd;
}

static void ends_with_close(int fd, const char *body)
{
    struct wire_answer answer;
    char value[64];
    ck_assert(wire_read(fd, false, &answer));
    ck_assert_int_eq(answer.status, 200);
    ck_assert_str_eq(answer.body, body);
    ck_assert(wire_header(&answer, "Connection", value, sizeof value));
    ck_assert_str_eq(value, "close");
    ck_assert_int_eq(wire_until_close(fd, 2), 0);
    ck_assert_int_eq(close(fd), 0);
}

START_TEST(a_handler_under_way_is_finished)
{
    struct site site;
    pthread_t thread;
    int fd = stop_during("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n", 5, &site, &thread);
    ends_with_close(fd, "hello");
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
}
END_TEST

START_TEST(a_body_under_way_is_finished)
{
    struct site site;
    pthread_t thread;
    int fd = stop_during(ECHO "Content-Length: 4\r\n\r\n[1", 5, &site, &thread);
    pause_ms(300);
    ck_assert_int_eq(wire_connect(site.port), -1); /* nobody new */
    ck_assert(wire_send(fd, "7]"));
    ends_with_close(fd, "[17]");
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
}
END_TEST

START_TEST(a_client_that_does_not_finish_is_given_up)
{
    struct site site;
    pthread_t thread;
    double start = seconds();
    int fd = stop_during(ECHO "Content-Length: 4\r\n\r\n[1", 1, &site, &thread);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    double took = seconds() - start;
    ck_assert_msg(took > 0.9 && took < 4, "%f seconds", took);
    ck_assert_int_eq(wire_until_close(fd, 2), 0);
    ck_assert_int_eq(close(fd), 0);
}
END_TEST

START_TEST(an_idle_connection_does_not_hold_the_server)
{
    struct site site;
    pthread_t thread;
    struct wire_answer answer;
    int fd = stop_during("GET /open HTTP/1.1\r\nHost: h\r\n\r\n", 30, &site, &thread);
    double start = seconds();
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert(seconds() - start < 3);
    ck_assert(wire_read(fd, false, &answer));
    ck_assert_int_eq(wire_until_close(fd, 2), 0);
    ck_assert_int_eq(close(fd), 0);
}
END_TEST

/* Who has just had an answer, and was not told to close, may send one more request. */
START_TEST(a_kept_connection_may_bring_one_more)
{
    struct site site;
    pthread_t thread;
    struct wire_answer answer;
    int fd = stop_during("GET /open HTTP/1.1\r\nHost: h\r\n\r\n", 30, &site, &thread);
    ck_assert(wire_read(fd, false, &answer));
    ck_assert_int_eq(answer.status, 200);
    pause_ms(100);
    ck_assert(wire_send(fd, "GET /open HTTP/1.1\r\nHost: h\r\n\r\n"));
    ends_with_close(fd, answer.body);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
}
END_TEST

START_TEST(stopping_at_once_is_quick)
{
    struct site site;
    struct server_settings settings = site_settings();
    double start = seconds();
    for (int i = 0; i < 5; i++) {
        site_start(&settings, &site);
        site_stop(&site);
    }
    ck_assert(seconds() - start < 3);
}
END_TEST

/* A port that somebody has is not shared in silence, though SO_REUSEPORT would. */
START_TEST(a_taken_port_is_an_error)
{
    struct site site;
    struct server_settings settings = site_settings();
    site_start(&settings, &site);
    char listen[64];
    (void)snprintf(listen, sizeof listen, "127.0.0.1:%u", site.port);
    settings.listen[0] = listen;
    struct server *second = NULL;
    static const struct route_table none = {0};
    ck_assert_int_eq(server_new(&settings, NULL, &none, NULL, NULL, &second), ERR_IO);
    ck_assert_ptr_null(second);
    site_stop(&site);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("server_drain");
    TCase *tests = tcase_create("server_drain");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_handler_under_way_is_finished);
    tcase_add_test(tests, a_body_under_way_is_finished);
    tcase_add_test(tests, a_client_that_does_not_finish_is_given_up);
    tcase_add_test(tests, an_idle_connection_does_not_hold_the_server);
    tcase_add_test(tests, a_kept_connection_may_bring_one_more);
    tcase_add_test(tests, stopping_at_once_is_quick);
    tcase_add_test(tests, a_taken_port_is_an_error);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
