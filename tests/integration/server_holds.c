/* No decision leaves before its events are durable, whatever the log does, and whatever the client does meanwhile. */
#include "audit_double.h"
#include "site.h"
#include "support/pause.h"
#include "support/suite.h"
#include "wire.h"

#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define ALICE        "Authorization: Negotiate YWxpY2U=\r\n"
#define MALLORY      "Authorization: Negotiate bWFsbG9yeQ==\r\n"
#define NOLOGON      "Authorization: Negotiate bm9sb2dvbg==\r\n"
#define GARBAGE      "Authorization: Negotiate Z2FyYmFnZQ==\r\n"
#define FIRST_LEG    "Authorization: Negotiate YmVnaW46Ym9i\r\n"
#define GET(path)    "GET " path " HTTP/1.1\r\nHost: h\r\n"
#define POST(path)   "POST " path " HTTP/1.1\r\nHost: h\r\n"
#define JSON         "Content-Type: application/json\r\n"
#define BODY(length) "Content-Length: " #length "\r\n\r\n"
#define CHUNKED      "Transfer-Encoding: chunked\r\n\r\n"
#define RECORD       POST("/record") ALICE JSON BODY(4) "[17]"

static struct site site;

static void start(void)
{
    struct server_settings settings = site_settings();
    settings.threads = 1;
    settings.timeout_s = 1;
    audit_double_set(AUDIT_DOUBLE_NONE, ERR_NONE, NULL);
    site_start(&settings, &site);
}

static void stop(void)
{
    site_stop(&site);
}

/* What a request is answered, and which events it causes. A request without events is answered whatever the log does. */
static const struct {
    const char *name;
    const char *request;
    int status;
    unsigned logons, failures, refusals, records;
} rows[] = {
    {"a body", RECORD, 201, 1, 0, 0, 1},
    {"a body in chunks", POST("/record") ALICE JSON CHUNKED "2\r\n[1\r\n2\r\n7]\r\n0\r\n\r\n", 201, 1, 0, 0,
     1},
    {"no body", GET("/who") ALICE "\r\n", 200, 1, 0, 0, 0},
    {"HEAD", "HEAD /who HTTP/1.1\r\nHost: h\r\n" ALICE "\r\n", 200, 1, 0, 0, 0},
    {"the guard", GET("/who") MALLORY "\r\n", 403, 1, 0, 1, 0},
    {"the guard, with a body", POST("/record") MALLORY JSON BODY(4) "[17]", 403, 1, 0, 1, 0},
    {"a token that is none", GET("/who") GARBAGE "\r\n", 401, 0, 1, 0, 0},
    {"the same with a body", POST("/record") GARBAGE JSON BODY(4) "[17]", 401, 0, 1, 0, 0},
    {"no logon right", GET("/who") NOLOGON "\r\n", 401, 0, 1, 0, 0},
    {"no such route", GET("/nowhere") ALICE "\r\n", 404, 1, 0, 0, 0},
    {"refused at the headers", POST("/record") ALICE "Content-Type: text/plain\r\n" BODY(4) "[17]", 415, 1, 0,
     0, 0},
    {"a session is begun", POST("/begin") ALICE "Content-Length: 0\r\n\r\n", 200, 1, 0, 0, 0},
    {"nothing shown", GET("/who") "\r\n", 401, 0, 0, 0, 0},
    {"nothing that can be tried", GET("/who") "Authorization: Negotiate *\r\n\r\n", 401, 0, 0, 0, 0},
    {"an unknown session", GET("/who") "Authorization: Bearer YWxpY2U=\r\n\r\n", 401, 0, 0, 0, 0},
    {"a leg that is not the last", GET("/who") FIRST_LEG "\r\n", 401, 0, 0, 0, 0},
    {"a public route", GET("/open") ALICE "\r\n", 200, 0, 0, 0, 0},
    {"a body without end", POST("/record") ALICE JSON BODY(1000000), 413, 0, 0, 0, 0},
    {"a malformed request", GET("/who%") ALICE "\r\n", 400, 0, 0, 0, 0},
};
enum { ROWS = sizeof rows / sizeof rows[0] };

static bool is_audited(int row)
{
    return rows[row].logons + rows[row].failures != 0;
}

static void ask(int fd, int row, struct wire_answer *ret)
{
    ck_assert(wire_send(fd, rows[row].request));
    ck_assert_msg(wire_read(fd, rows[row].request[0] == 'H', ret), "%s: no answer", rows[row].name);
}

static bool has_header(const struct wire_answer *answer, const char *name)
{
    char value[1024];
    return wire_header(answer, name, value, sizeof value);
}

/* The request's own answer. */
static void is_answered(int row, const struct wire_answer *answer)
{
    ck_assert_msg(answer->status == rows[row].status, "%s: %d", rows[row].name, answer->status);
    ck_assert_msg(rows[row].status != 201 ||
                      (strcmp(answer->body, "[17]") == 0 && has_header(answer, "Set-Cookie")),
                  "%s: %s", rows[row].name, answer->body);
}

/* Nothing of it, and no word about who asked. */
static void is_withheld(int row, const struct wire_answer *answer)
{
    ck_assert_msg(answer->status == 503, "%s: %d", rows[row].name, answer->status);
    ck_assert(has_header(answer, "Retry-After"));
    ck_assert(!has_header(answer, "Set-Cookie"));
    ck_assert(!has_header(answer, "WWW-Authenticate"));
    ck_assert(strstr(answer->body, "[17]") == NULL);
    ck_assert(rows[row].request[0] == 'H' || strstr(answer->body, "urn:ntokend:problem:unavailable") != NULL);
}

static const struct {
    enum audit_double_kind kind;
    enum err answer;
} logs[] = {
    {AUDIT_DOUBLE_AT_ONCE, ERR_NONE},
    {AUDIT_DOUBLE_AT_ONCE, ERR_IO},
    {AUDIT_DOUBLE_REFUSE, ERR_TOO_LARGE},
    {AUDIT_DOUBLE_BROKEN, ERR_NO_MEMORY},
};
enum { LOGS = sizeof logs / sizeof logs[0] };

START_TEST(row_with_log)
{
    int row = _i / LOGS;
    int log = _i % LOGS;
    struct wire_answer answer;
    unsigned before = site_withdrawn();
    bool good = logs[log].answer == ERR_NONE;
    audit_double_set(logs[log].kind, logs[log].answer, NULL);
    int fd = wire_connect(site.port);
    ask(fd, row, &answer);
    if (good || !is_audited(row))
        is_answered(row, &answer);
    else
        is_withheld(row, &answer);
    bool made = logs[log].kind != AUDIT_DOUBLE_BROKEN;
    ck_assert_uint_eq(audit_double_count(4624), made ? rows[row].logons : 0);
    ck_assert_uint_eq(audit_double_count(4625), made ? rows[row].failures : 0);
    ck_assert_uint_eq(audit_double_count(4656), made ? rows[row].refusals : 0);
    ck_assert_uint_eq(audit_double_count(4663), made ? rows[row].records : 0);
    ck_assert_uint_eq(site_withdrawn() - before, made && !good ? rows[row].records : 0);
    if (!has_header(&answer, "Connection")) { /* and the connection is as good as new */
        audit_double_set(AUDIT_DOUBLE_AT_ONCE, ERR_NONE, NULL);
        ask(fd, 0, &answer);
        is_answered(0, &answer);
    }
    ck_assert_int_eq(close(fd), 0);
}
END_TEST

static void wait_for_kept(size_t count)
{
    for (int i = 0; i < 500 && audit_double_kept() < count; i++)
        pause_ms(10);
    ck_assert_uint_eq(audit_double_kept(), count);
}

static bool is_silent(int fd)
{
    char byte;
    return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0;
}

/* The one thread answers others; and the connection, without traffic for longer than it may, is not closed. */
START_TEST(a_held_reply_waits)
{
    struct wire_answer answer;
    enum err err = _i == 0 ? ERR_NONE : ERR_IO;
    audit_double_set(AUDIT_DOUBLE_KEEP, ERR_NONE, NULL);
    int held = wire_connect(site.port);
    int other = wire_connect(site.port);
    ck_assert(wire_send(held, RECORD));
    wait_for_kept(1);
    for (int i = 0; i < 25; i++) {
        ck_assert(wire_send(other, GET("/open") "\r\n"));
        ck_assert(wire_read(other, false, &answer));
        ck_assert_int_eq(answer.status, 200);
        ck_assert(is_silent(held));
        pause_ms(100);
    }
    ck_assert_uint_eq(audit_double_answer(err), 1);
    ck_assert(wire_read(held, false, &answer));
    if (err == ERR_NONE)
        is_answered(0, &answer);
    else
        is_withheld(0, &answer);
    ck_assert_int_eq(close(held), 0);
    ck_assert_int_eq(close(other), 0);
}
END_TEST

START_TEST(pipelined_requests_are_held_one_after_the_other)
{
    struct wire_answer answer;
    int fd = wire_connect(site.port);
    audit_double_set(AUDIT_DOUBLE_KEEP, ERR_NONE, NULL);
    ck_assert(wire_send(fd, RECORD RECORD GET("/open") "\r\n" RECORD));
    for (int i = 0; i < 3; i++) {
        wait_for_kept(1);
        pause_ms(50);
        ck_assert(is_silent(fd));
        ck_assert_uint_eq(audit_double_answer(i == 1 ? ERR_IO : ERR_NONE), 1);
        ck_assert(wire_read(fd, false, &answer));
        if (i == 1)
            is_withheld(0, &answer);
        else
            is_answered(0, &answer);
        if (i == 1) {
            ck_assert(wire_read(fd, false, &answer));
            ck_assert_str_eq(answer.body, "hello");
        }
    }
    ck_assert_uint_eq(audit_double_count(4663), 3);
    ck_assert_int_eq(close(fd), 0);
}
END_TEST

/* Closed, or reset with what was not read. */
START_TEST(a_client_that_left_is_no_harm)
{
    struct wire_answer answer;
    struct linger at_once = {.l_onoff = 1};
    audit_double_set(AUDIT_DOUBLE_KEEP, ERR_NONE, NULL);
    for (size_t i = 0; i < 8; i++) {
        int fd = wire_connect(site.port);
        ck_assert(wire_send(fd, RECORD));
        wait_for_kept(i + 1);
        if (i % 2 == 0)
            ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), 0);
        ck_assert_int_eq(close(fd), 0);
    }
    ck_assert_uint_eq(audit_double_answer(_i == 0 ? ERR_NONE : ERR_IO), 8);
    audit_double_set(AUDIT_DOUBLE_AT_ONCE, ERR_NONE, NULL);
    int fd = wire_connect(site.port);
    ask(fd, 0, &answer);
    is_answered(0, &answer);
    ck_assert_int_eq(close(fd), 0);
}
END_TEST

/* Who logged on and left before an answer stood has logged on all the same. */
START_TEST(an_unanswered_logon_is_in_the_log)
{
    audit_double_set(AUDIT_DOUBLE_AT_ONCE, ERR_NONE, NULL);
    int fd = wire_connect(site.port);
    ck_assert(wire_send(fd, POST("/record") ALICE JSON BODY(4) "[1"));
    pause_ms(100);
    ck_assert_uint_eq(audit_double_count(4624), 0);
    ck_assert_int_eq(close(fd), 0);
    for (int i = 0; i < 500 && audit_double_count(4624) == 0; i++)
        pause_ms(10);
    ck_assert_uint_eq(audit_double_count(4624), 1);
    ck_assert_uint_eq(audit_double_count(4663), 0);
}
END_TEST

START_TEST(a_session_is_no_new_logon)
{
    struct wire_answer answer;
    char request[512];
    audit_double_set(AUDIT_DOUBLE_AT_ONCE, ERR_NONE, NULL);
    int fd = wire_connect(site.port);
    ck_assert(wire_send(fd, POST("/begin") ALICE "Content-Length: 0\r\n\r\n"));
    ck_assert(wire_read(fd, false, &answer));
    (void)snprintf(request, sizeof request, GET("/who") "Authorization: Bearer %.200s\r\n\r\n", answer.body);
    audit_double_set(AUDIT_DOUBLE_REFUSE, ERR_IO, NULL);
    ck_assert(wire_send(fd, request));
    ck_assert(wire_read(fd, false, &answer));
    ck_assert_int_eq(answer.status, 200);
    ck_assert_int_eq(close(fd), 0);
}
END_TEST

static void *stop_site(void *context)
{
    site_stop(context);
    return NULL;
}

/* When the log answers: in time, with an error, or after the server is gone, which then said nothing. */
static const struct {
    bool in_time;
    enum err err;
} stop_rows[] = {{true, ERR_NONE}, {true, ERR_IO}, {false, ERR_NONE}, {false, ERR_IO}};

START_TEST(stopping_waits_for_the_log_but_not_for_ever)
{
    enum { COUNT = 5 };
    struct server_settings settings = site_settings();
    struct site own;
    struct wire_answer answer;
    pthread_t thread;
    int fds[COUNT];
    settings.drain_s = stop_rows[_i].in_time ? 10 : 1;
    site_start(&settings, &own);
    audit_double_set(AUDIT_DOUBLE_KEEP, ERR_NONE, NULL);
    for (size_t i = 0; i < COUNT; i++) {
        fds[i] = wire_connect(own.port);
        ck_assert(wire_send(fds[i], RECORD));
        wait_for_kept(i + 1);
    }
    ck_assert_int_eq(pthread_create(&thread, NULL, stop_site, &own), 0);
    pause_ms(300);
    if (!stop_rows[_i].in_time)
        ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_uint_eq(audit_double_answer(stop_rows[_i].err), COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        if (stop_rows[_i].in_time)
            ck_assert(wire_read(fds[i], false, &answer));
        if (stop_rows[_i].in_time)
            ck_assert_int_eq(answer.status, stop_rows[_i].err == ERR_NONE ? 201 : 503);
        ck_assert_int_eq(wire_until_close(fds[i], 5), 0);
        ck_assert_int_eq(close(fds[i]), 0);
    }
    if (stop_rows[_i].in_time)
        ck_assert_int_eq(pthread_join(thread, NULL), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("server_holds");
    TCase *tests = tcase_create("server_holds");
    tcase_add_checked_fixture(tests, start, stop);
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, row_with_log, 0, ROWS * LOGS);
    tcase_add_loop_test(tests, a_held_reply_waits, 0, 2);
    tcase_add_test(tests, pipelined_requests_are_held_one_after_the_other);
    tcase_add_loop_test(tests, a_client_that_left_is_no_harm, 0, 2);
    tcase_add_test(tests, an_unanswered_logon_is_in_the_log);
    tcase_add_test(tests, a_session_is_no_new_logon);
    tcase_add_loop_test(tests, stopping_waits_for_the_log_but_not_for_ever, 0,
                        (int)(sizeof stop_rows / sizeof stop_rows[0]));
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
