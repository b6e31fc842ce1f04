/* Does the program itself start, answer, reload and stop as its manual says, where that needs no ticket? */
#include "integration/wire.h"
#include "support/folder.h"
#include "support/pause.h"
#include "support/service.h"
#include "support/suite.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIVEZ "GET /livez HTTP/1.1\r\nHost: h\r\n\r\n"

enum { MOST = 384, OUTPUT_MAX = 16384, ARGUMENTS_MAX = 8 };

static struct folder folder;
static struct service_process service;

static void make(void)
{
    char path[SERVICE_PATH_SIZE];
    folder_make(&folder);
    (void)snprintf(path, sizeof path, "%s/krb5.conf", folder.path);
    FILE *file = fopen(path, "we");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fclose(file), 0);
}

static void clean(void)
{
    folder_remove(&folder);
}

static void is_alive(void)
{
    struct wire_answer answer;
    int fd = wire_connect(service.port);
    ck_assert(wire_send(fd, LIVEZ));
    ck_assert(wire_read(fd, false, &answer));
    ck_assert_int_eq(answer.status, 200);
    ck_assert_int_eq(close(fd), 0);
}

static const struct {
    const char *threads;
    size_t connections;
} ready_rows[] = {{"1", 127}, {"1", 128}, {"1", 129}, {"1", 256}, {"1", 384}, {"2", 384}};

static void hold(void)
{
    int status = 0;
    ck_assert_int_eq(kill(service.pid, SIGSTOP), 0);
    ck_assert_int_eq(waitpid(service.pid, &status, WUNTRACED), service.pid);
    ck_assert(WIFSTOPPED(status));
}

/* A process that is held finds all of them ready when it goes on. With the library's own epoll thread in place of ours, the
 * multiples of 128 have no answer here. */
START_TEST(connections_ready_at_once)
{
    struct wire_answer answer;
    int fds[MOST] = {0};
    service_start(folder.path, (const char *const[]){"--threads", ready_rows[_i].threads, NULL}, &service);
    for (size_t i = 0; i < ready_rows[_i].connections; i++) {
        fds[i] = wire_connect(service.port);
        ck_assert(wire_send(fds[i], LIVEZ));
        ck_assert(wire_read(fds[i], false, &answer));
    }
    hold();
    for (size_t i = 0; i < ready_rows[_i].connections; i++)
        ck_assert(wire_send(fds[i], LIVEZ));
    ck_assert_int_eq(kill(service.pid, SIGCONT), 0);
    for (size_t i = 0; i < ready_rows[_i].connections; i++) {
        ck_assert_msg(wire_read(fds[i], false, &answer), "connection %zu has no answer", i);
        ck_assert_int_eq(answer.status, 200);
        ck_assert_int_eq(close(fds[i]), 0);
    }
    ck_assert(service_stop(&service));
}
END_TEST

static const int end_rows[] = {SIGTERM, SIGINT};

START_TEST(a_signal_ends_it_well)
{
    int status = -1;
    service_start(folder.path, NULL, &service);
    is_alive();
    ck_assert_int_eq(kill(service.pid, end_rows[_i]), 0);
    ck_assert_int_eq(waitpid(service.pid, &status, 0), service.pid);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 0);
    ck_assert(service_logged(&service, "stopping", 0));
    ck_assert(service_logged(&service, "stopped", 0));
    ck_assert_int_eq(wire_connect(service.port), -1);
}
END_TEST

START_TEST(hangup_reloads_and_serves_on)
{
    service_start(folder.path, NULL, &service);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(kill(service.pid, SIGHUP), 0);
        is_alive();
    }
    ck_assert(service_stop(&service));
}
END_TEST

START_TEST(what_is_under_way_is_answered_at_the_end)
{
    struct wire_answer answer;
    char value[64];
    int status = -1;
    service_start(folder.path, NULL, &service);
    int fd = wire_connect(service.port);
    ck_assert(wire_send(fd, "POST /access-check HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\n{"));
    pause_ms(100);
    ck_assert_int_eq(kill(service.pid, SIGTERM), 0);
    pause_ms(200);
    ck_assert(wire_send(fd, "   "));
    ck_assert(wire_read(fd, false, &answer));
    ck_assert_int_eq(answer.status, 401);
    ck_assert(wire_header(&answer, "Connection", value, sizeof value));
    ck_assert_str_eq(value, "close");
    ck_assert_int_eq(close(fd), 0);
    ck_assert_int_eq(waitpid(service.pid, &status, 0), service.pid);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}
END_TEST

START_TEST(the_log_has_the_request_and_not_its_token)
{
    struct wire_answer answer;
    service_start(folder.path, NULL, &service);
    int fd = wire_connect(service.port);
    ck_assert(wire_send(fd, "GET /token?secretquery HTTP/1.1\r\nHost: h\r\nX-Request-Id: me-17\r\n"
                            "Authorization: Negotiate c2VjcmV0IHRva2Vu\r\n\r\n"));
    ck_assert(wire_read(fd, false, &answer));
    ck_assert_int_eq(answer.status, 401);
    ck_assert_int_eq(close(fd), 0);
    ck_assert(service_logged(&service, "request", 1000));
    ck_assert(service_logged(&service, "authentication-refused", 0));
    ck_assert(
        service_log_has(&service, "\"id\":\"me-17\",\"method\":\"GET\",\"path\":\"/token\",\"status\":401"));
    ck_assert(!service_log_has(&service, "c2VjcmV0"));
    ck_assert(!service_log_has(&service, "secret"));
    ck_assert(service_stop(&service));
}
END_TEST

/* Runs the program to its end; the value is its exit status, and `ret` what it wrote. */
static int run(const char *const *options, char ret[OUTPUT_MAX])
{
    const char *program = getenv("NTOKEND");
    const char *arguments[ARGUMENTS_MAX + 2] = {program};
    for (size_t i = 0; i < ARGUMENTS_MAX && options[i] != NULL; i++)
        arguments[i + 1] = options[i];
    int ends[2];
    int status = -1;
    ck_assert_ptr_nonnull(program);
    ck_assert_int_eq(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        (void)dup2(ends[1], STDOUT_FILENO);
        (void)dup2(ends[1], STDERR_FILENO);
        (void)execv(program, (char *const *)(uintptr_t)arguments);
        _exit(98);
    }
    (void)close(ends[1]);
    size_t size = 0;
    ssize_t got = 0;
    while ((got = read(ends[0], ret + size, OUTPUT_MAX - 1 - size)) > 0)
        size += (size_t)got;
    ret[size] = 0;
    (void)close(ends[0]);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static const struct {
    const char *options[ARGUMENTS_MAX];
    int status; /* 0 clean, 1 cannot run, 2 a mistake in the configuration */
    const char *says;
} run_rows[] = {
    {{"--help"}, 0, "--config FILE"},
    {{"--version"}, 0, "ntokend 0."},
    {{"--threads", "0"}, 2, "command line: threads: is out of range"},
    {{"--colour", "red"}, 2, "command line: colour: is not a setting"},
    {{"--config", "/nonexistent"}, 2, "/nonexistent: file: cannot be read (No such file"},
    {{"--listen", "0.0.0.0:0"}, 2, "cleartext = anywhere"},
    {{"--check", "--policy", "/nonexistent"}, 2, "policy: /nonexistent cannot be read"},
    {{"--check", "--domain-sid", "S-1-5-32"}, 2, "domain-sid: is not the SID of a domain"},
    {{"--check", "--keytab", "/nonexistent"}, 2, "keytab: /nonexistent is missing"},
    {{"--listen", "192.0.2.1:0", "--cleartext", "anywhere"}, 1, "listen-failed"},
};

START_TEST(run_row)
{
    static char output[OUTPUT_MAX];
    int status = run(run_rows[_i].options, output);
    ck_assert_msg(status == run_rows[_i].status, "%d, not %d: %s", status, run_rows[_i].status, output);
    ck_assert_msg(strstr(output, run_rows[_i].says) != NULL, "%s is not in %s", run_rows[_i].says, output);
}
END_TEST

/* --check names the line of a mistake in the files that the configuration names. */
START_TEST(check_names_the_line)
{
    static char output[OUTPUT_MAX];
    char path[SERVICE_PATH_SIZE];
    (void)snprintf(path, sizeof path, "%s/central.ini", folder.path);
    FILE *file = fopen(path, "we");
    ck_assert_ptr_nonnull(file);
    (void)fputs("# a comment\n[rule A]\neffective = D:(A;;FA;;;XY)\n", file);
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_int_eq(run((const char *const[]){"--check", "--central-policies", path, NULL}, output), 2);
    ck_assert_msg(strstr(output, "central_policies: ") != NULL && strstr(output, "central.ini:3: ") != NULL,
                  "%s", output);
}
END_TEST

START_TEST(a_second_one_on_the_port_ends)
{
    static char output[OUTPUT_MAX];
    char listen[64];
    service_start(folder.path, NULL, &service);
    (void)snprintf(listen, sizeof listen, "127.0.0.1:%u", service.port);
    ck_assert_int_eq(run((const char *const[]){"--listen", listen, NULL}, output), 1);
    ck_assert_ptr_nonnull(strstr(output, "stop the program that has the port"));
    is_alive();
    ck_assert(service_stop(&service));
}
END_TEST

/* Standard error is closed: what is opened next must not be what the log is written to. */
START_TEST(a_closed_standard_error)
{
    const char *program = getenv("NTOKEND");
    char path[64];
    char file[64] = "";
    int status = 0;
    ck_assert_ptr_nonnull(program);
    pid_t pid = fork();
    if (pid == 0) {
        (void)close(STDERR_FILENO);
        (void)execl(program, program, "--listen", "127.0.0.1:0", NULL);
        _exit(98);
    }
    (void)snprintf(path, sizeof path, "/proc/%d/fd/2", (int)pid);
    for (unsigned waited = 0; strcmp(file, "/dev/null") != 0 && waited < SERVICE_WAIT_MS; waited += 10) {
        pause_ms(10);
        const ssize_t size = readlink(path, file, sizeof file - 1);
        file[size < 0 ? 0 : size] = 0;
    }
    ck_assert_int_eq(kill(pid, SIGKILL), 0);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_str_eq(file, "/dev/null");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("daemon");
    TCase *tests = tcase_create("daemon");
    tcase_add_checked_fixture(tests, make, clean);
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, connections_ready_at_once, 0, (int)(sizeof ready_rows / sizeof ready_rows[0]));
    tcase_add_loop_test(tests, a_signal_ends_it_well, 0, (int)(sizeof end_rows / sizeof end_rows[0]));
    tcase_add_test(tests, hangup_reloads_and_serves_on);
    tcase_add_test(tests, what_is_under_way_is_answered_at_the_end);
    tcase_add_test(tests, the_log_has_the_request_and_not_its_token);
    tcase_add_loop_test(tests, run_row, 0, (int)(sizeof run_rows / sizeof run_rows[0]));
    tcase_add_test(tests, check_names_the_line);
    tcase_add_test(tests, a_second_one_on_the_port_ends);
    tcase_add_test(tests, a_closed_standard_error);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
