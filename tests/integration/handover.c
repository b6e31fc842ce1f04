/* Does the service keep its word to whoever starts it: tells that it is ready, reloads and stops, falls silent when a thread hangs, listens
 * on what it inherits, and finds what it was passed? */
#include "starter.h"

#include "support/pause.h"
#include "support/suite.h"
#include "wire.h"

#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIVEZ "GET /livez HTTP/1.1\r\nHost: h\r\n\r\n"

enum { WATCHDOG_PINGS = 2, SILENCE_MS = 2500 };

static struct starter starter;

static void set_up(void)
{
    starter_open(&starter);
}

static void tear_down(void)
{
    starter_close(&starter);
}

static void is_alive(unsigned port)
{
    struct wire_answer answer;
    int fd = wire_connect(port);
    ck_assert_int_ge(fd, 0);
    ck_assert(wire_send(fd, LIVEZ));
    ck_assert(wire_read(fd, false, &answer));
    ck_assert_int_eq(answer.status, 200);
    ck_assert_int_eq(close(fd), 0);
}

START_TEST(it_tells_how_it_is)
{
    struct service_process service;
    char said[STARTER_MESSAGE_SIZE];
    starter_spawn(&starter, NULL, &service);
    ck_assert(starter_hears(&starter, "READY=1", said));
    service_wait(&service);
    is_alive(service.port);
    ck_assert(starter_hears(&starter, "STATUS=Serving", said));
    ck_assert_int_eq(kill(service.pid, SIGHUP), 0);
    ck_assert(starter_hears(&starter, "RELOADING=1", said));
    const char *when = strstr(said, "\nMONOTONIC_USEC=");
    ck_assert_ptr_nonnull(when);
    ck_assert_uint_gt(strtoull(when + sizeof "\nMONOTONIC_USEC=" - 1, NULL, 10), 0);
    ck_assert(starter_hears(&starter, "READY=1", said));
    ck_assert(service_stop(&service));
    ck_assert(starter_hears(&starter, "STOPPING=1", said));
    ck_assert_ptr_nonnull(strstr(said, "\nEXTEND_TIMEOUT_USEC="));
}
END_TEST

START_TEST(it_says_when_it_refuses_everybody)
{
    struct service_process service;
    char said[STARTER_MESSAGE_SIZE];
    char keytab[SERVICE_PATH_SIZE];
    (void)snprintf(keytab, sizeof keytab, "%s/http.keytab", starter.path);
    ck_assert_int_eq(unlink(keytab), 0);
    starter_spawn(&starter, NULL, &service);
    ck_assert(starter_hears(&starter, "STATUS=Refusing everybody", said));
    ck_assert(service_stop(&service));
}
END_TEST

/* One thread of the process is held, and none of the others. */
static void hold(pid_t thread)
{
    ck_assert_int_eq(ptrace(PTRACE_SEIZE, thread, NULL, NULL), 0);
    ck_assert_int_eq(ptrace(PTRACE_INTERRUPT, thread, NULL, NULL), 0);
    ck_assert_int_eq(waitpid(thread, NULL, __WALL), thread);
}

/* Whether there are no more signs of life while one thread is held. */
static bool is_silent_without(pid_t thread)
{
    char said[STARTER_MESSAGE_SIZE];
    for (unsigned i = 0; i < WATCHDOG_PINGS; i++)
        ck_assert(starter_hears(&starter, "WATCHDOG=1", said));
    hold(thread);
    pause_ms(SILENCE_MS);
    starter_forget(&starter); /* what was said before it was noticed */
    pause_ms(SILENCE_MS);
    const bool silent = !starter_has_heard(&starter, "WATCHDOG=1");
    ck_assert_int_eq(ptrace(PTRACE_DETACH, thread, NULL, NULL), 0);
    return silent;
}

/* Each in turn: without one of the two that answer there are no more signs of life, though the other answers. A sanitizer may have a
 * thread of its own, which counts for nothing. */
START_TEST(a_thread_that_hangs_silences_it)
{
    struct service_process service;
    char said[STARTER_MESSAGE_SIZE];
    pid_t threads[STARTER_THREADS_MAX];
    unsigned silent = 0;
    starter.watchdog_us = "3000000";
    starter_spawn(&starter, NULL, &service);
    service_wait(&service);
    const size_t count = starter_threads(service.pid, threads);
    for (size_t i = 0; i < count; i++)
        silent += is_silent_without(threads[i]);
    ck_assert_uint_eq(silent, 2);
    ck_assert(starter_hears(&starter, "WATCHDOG=1", said));
    ck_assert(service_stop(&service));
}
END_TEST

START_TEST(nobody_watches)
{
    struct service_process service;
    starter_spawn(&starter, NULL, &service);
    service_wait(&service);
    pause_ms(SILENCE_MS);
    ck_assert(!starter_has_heard(&starter, "WATCHDOG=1"));
    ck_assert(service_stop(&service));
}
END_TEST

/* It listens there, and nowhere else but where a setting says so too. */
START_TEST(it_listens_on_what_it_inherits)
{
    struct service_process service;
    const unsigned port = starter_listen(&starter, htonl(INADDR_LOOPBACK));
    starter_spawn(&starter, (const char *const[]){"--threads", "4", NULL}, &service);
    service_wait(&service);
    for (unsigned i = 0; i < 16; i++)
        is_alive(port);
    ck_assert(service_stop(&service));
    int fd = wire_connect(port); /* it waits for the next process */
    ck_assert_int_ge(fd, 0);
    starter_spawn(&starter, NULL, &service);
    ck_assert(wire_send(fd, LIVEZ));
    struct wire_answer answer;
    ck_assert(wire_read(fd, false, &answer));
    ck_assert_int_eq(answer.status, 200);
    ck_assert_int_eq(close(fd), 0);
    ck_assert(service_stop(&service));
}
END_TEST

START_TEST(a_socket_for_another_process_is_none_of_its)
{
    struct service_process service;
    const unsigned port = starter_listen(&starter, htonl(INADDR_LOOPBACK));
    starter.foreign = true;
    starter_spawn(&starter, NULL, &service);
    service_wait(&service);
    ck_assert_uint_ne(service.port, port);
    is_alive(service.port);
    ck_assert(service_stop(&service));
}
END_TEST

static const struct {
    int (*make)(struct starter *starter);
    const char *says;
} socket_rows[] = {
    {starter_udp, "inherited socket: listen: are to listen with TCP"},
    {starter_unix, "inherited socket: listen: are to listen with TCP"},
    {starter_deaf, "inherited socket: listen: are to listen with TCP"},
    {starter_both_families, "inherited socket: listen: are to take one family each"},
    {starter_anywhere, "inherited socket: listen: would serve without TLS beyond this machine"},
    {starter_no_socket, "inherited socket: listen: are to listen with TCP"},
};

START_TEST(a_socket_that_cannot_be)
{
    struct service_process service;
    int status = 0;
    starter.listener = socket_rows[_i].make(&starter);
    starter_spawn(&starter, NULL, &service);
    ck_assert_int_eq(waitpid(service.pid, &status, 0), service.pid);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 2);
    ck_assert(service_log_has(&service, socket_rows[_i].says));
}
END_TEST

/* The keytab that systemd passed, by itself and by name. */
START_TEST(credentials_are_found)
{
    static const char *const by_name[] = {"--keytab", "credential:keytab", NULL};
    struct service_process service;
    char configuration[SERVICE_PATH_SIZE];
    char from[SERVICE_PATH_SIZE];
    char to[SERVICE_PATH_SIZE];
    (void)snprintf(configuration, sizeof configuration, "%s/bare.conf", starter.path);
    (void)snprintf(from, sizeof from, "%s/http.keytab", starter.path);
    (void)snprintf(to, sizeof to, "%s/credentials/keytab", starter.path);
    FILE *file = fopen(configuration, "we");
    ck_assert_ptr_nonnull(file);
    (void)fprintf(file, "listen = 127.0.0.1:0\nreplay_cache = %s/rcache2\n", starter.path);
    ck_assert_int_eq(fclose(file), 0);
    starter.configuration = configuration;
    (void)snprintf(starter.credentials, sizeof starter.credentials, "%s/credentials", starter.path);
    ck_assert_int_eq(mkdir(starter.credentials, 0700), 0);
    ck_assert_int_eq(rename(from, to), 0);
    starter_spawn(&starter, _i == 0 ? NULL : by_name, &service);
    service_wait(&service);
    ck_assert(service_log_has(&service, "\"event\":\"keytab-loaded\""));
    ck_assert(service_log_has(&service, to));
    ck_assert(service_stop(&service));
}
END_TEST

/* While the first signal waits for a request that does not end. */
START_TEST(a_second_signal_ends_it_at_once)
{
    struct service_process service;
    char said[STARTER_MESSAGE_SIZE];
    int status = 0;
    starter_spawn(&starter, (const char *const[]){"--drain", "600", NULL}, &service);
    service_wait(&service);
    int fd = wire_connect(service.port);
    ck_assert(wire_send(fd, "POST /access-check HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\n{"));
    pause_ms(100);
    ck_assert_int_eq(kill(service.pid, SIGTERM), 0);
    ck_assert(starter_hears(&starter, "STOPPING=1", said));
    pause_ms(100);
    ck_assert_int_eq(waitpid(service.pid, &status, WNOHANG), 0);
    ck_assert_int_eq(kill(service.pid, SIGTERM), 0);
    ck_assert_int_eq(waitpid(service.pid, &status, 0), service.pid);
    ck_assert(WIFSIGNALED(status));
    ck_assert_int_eq(WTERMSIG(status), SIGTERM);
    ck_assert_int_eq(close(fd), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("handover");
    TCase *tests = tcase_create("handover");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, it_tells_how_it_is);
    tcase_add_test(tests, it_says_when_it_refuses_everybody);
    tcase_add_test(tests, a_thread_that_hangs_silences_it);
    tcase_add_test(tests, nobody_watches);
    tcase_add_test(tests, it_listens_on_what_it_inherits);
    tcase_add_test(tests, a_socket_for_another_process_is_none_of_its);
    tcase_add_loop_test(tests, a_socket_that_cannot_be, 0, (int)(sizeof socket_rows / sizeof socket_rows[0]));
    tcase_add_loop_test(tests, credentials_are_found, 0, 2);
    tcase_add_test(tests, a_second_signal_ends_it_at_once);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
