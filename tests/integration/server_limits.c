/* Are the limits where they are said to be? Each is tried on both sides of its edge. */
#include "site.h"
#include "support/suite.h"
#include "wire.h"

#include "base/base64.h"
#include "support/pause.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define ECHO                                                                                                 \
    "POST /echo HTTP/1.1\r\nHost: h\r\nAuthorization: Negotiate YWxpY2U=\r\nContent-Type: application/json\r\n"

#define HEADER_MAX ((size_t)128 << 10)
#define BODY_MAX   ((size_t)64 << 10)
#define BODY_EDGE  ((size_t)60 << 10) /* of which wire reads the echo */

static char *filled(size_t size, char with)
{
    char *text = malloc(size + 1);
    ck_assert_ptr_nonnull(text);
    memset(text, with, size);
    text[size] = 0;
    return text;
}

static const struct {
    size_t bytes; /* of the request line and headers */
    int status;
} header_rows[] = {
    {1000, 200},       {33000, 200},          {HEADER_MAX - 1, 200},
    {HEADER_MAX, 200}, {HEADER_MAX + 1, 431}, {2 * HEADER_MAX, 431},
};

START_TEST(header_row)
{
    static const char head[] = "GET /open HTTP/1.1\r\nHost: h\r\nX-Long: ";
    struct site site;
    struct server_settings settings = site_settings();
    site_start(&settings, &site);
    struct wire_answer answer;
    char *filler = filled(header_rows[_i].bytes - (sizeof head - 1) - 4, 'x');
    int fd = wire_connect(site.port);
    /* the server may answer and close before it has read all of it */
    (void)(wire_send(fd, head) && wire_send(fd, filler) && wire_send(fd, "\r\n\r\n"));
    ck_assert(wire_read(fd, false, &answer));
    ck_assert_int_eq(answer.status, header_rows[_i].status);
    free(filler);
    ck_assert_int_eq(close(fd), 0);
    site_stop(&site);
}
END_TEST

/* A Negotiate token of 64 KiB is 86 KiB of base64; [MS-KILE] lets MaxTokenSize be 65,535. */
START_TEST(a_large_token_passes)
{
    struct site site;
    struct server_settings settings = site_settings();
    site_start(&settings, &site);
    struct wire_answer answer;
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    char *token = filled(65535, '.');
    for (size_t i = 0; i < 5; i++)
        token[i] = "alice"[i];
    const char *text = base64_encode(&arena, bytes_of_string(token));
    int fd = wire_connect(site.port);
    for (int i = 0; i < 3; i++) {
        ck_assert(wire_send(fd, "GET /who HTTP/1.1\r\nHost: h\r\nAuthorization: Negotiate "));
        ck_assert(wire_send(fd, text));
        ck_assert(wire_send(fd, "\r\n\r\n"));
        ck_assert(wire_read(fd, false, &answer));
        ck_assert_int_eq(answer.status, 200);
    }
    free(token);
    ck_assert_int_eq(close(fd), 0);
    site_stop(&site);
}
END_TEST

static const struct {
    size_t bytes;
    bool chunked;
    const char *user; /* base64, NULL for nobody */
    int status;       /* 0: closed without an answer */
    bool survives;    /* the connection */
} body_rows[] = {
    {0, false, "YWxpY2U=", 200, true},
    {1, false, "YWxpY2U=", 200, true},
    {BODY_EDGE - 1, false, "YWxpY2U=", 200, true},
    {BODY_EDGE - 1, true, "YWxpY2U=", 200, true},
    {BODY_EDGE, false, "YWxpY2U=", 200, true},
    {BODY_EDGE, true, "YWxpY2U=", 200, true},
    {BODY_EDGE + 1, false, "YWxpY2U=", 413, true},
    {BODY_EDGE + 1, true, "YWxpY2U=", 413, true},
    {2 * BODY_EDGE, false, "YWxpY2U=", 413, true},
    {2 * BODY_EDGE, true, "YWxpY2U=", 413, true},
    {2 * BODY_EDGE + 1, false, "YWxpY2U=", 413, false},
    {2 * BODY_EDGE + 1, true, "YWxpY2U=", 0, false},
    {BODY_EDGE + 1, false, NULL, 401, true},
    {2 * BODY_EDGE, true, NULL, 401, true},
    {2 * BODY_EDGE + 1, false, NULL, 413, false}, /* nobody is asked who they are */
    {2 * BODY_EDGE + 1, true, NULL, 0, false},
};

static void send_body(int fd, size_t bytes, bool chunked)
{
    char *body = filled(bytes, '7');
    char line[64];
    if (!chunked) {
        (void)snprintf(line, sizeof line, "Content-Length: %zu\r\n\r\n", bytes);
        (void)(wire_send(fd, line) && wire_send_bytes(fd, body, bytes));
        free(body);
        return;
    }
    bool open = wire_send(fd, "Transfer-Encoding: chunked\r\n\r\n");
    for (size_t at = 0; at < bytes && open; at += 10000) {
        size_t size = bytes - at < 10000 ? bytes - at : 10000;
        (void)snprintf(line, sizeof line, "%zx\r\n", size);
        open = wire_send(fd, line) && wire_send_bytes(fd, body + at, size) && wire_send(fd, "\r\n");
    }
    (void)(open && wire_send(fd, "0\r\n\r\n"));
    free(body);
}

START_TEST(body_row)
{
    struct site site;
    struct server_settings settings = site_settings();
    settings.body_bytes_max = BODY_EDGE;
    site_start(&settings, &site);
    struct wire_answer answer;
    char head[256];
    const char *user = body_rows[_i].user;
    int fd = wire_connect(site.port);
    (void)snprintf(head, sizeof head,
                   "POST /echo HTTP/1.1\r\nHost: h\r\n%s%s%sContent-Type: application/json\r\n",
                   user == NULL ? "" : "Authorization: Negotiate ", user == NULL ? "" : user,
                   user == NULL ? "" : "\r\n");
    ck_assert(wire_send(fd, head));
    send_body(fd, body_rows[_i].bytes, body_rows[_i].chunked);
    bool answered = wire_read(fd, false, &answer);
    ck_assert_int_eq(answered ? answer.status : 0, body_rows[_i].status);
    if (body_rows[_i].status == 200)
        ck_assert_uint_eq(answer.body_size, body_rows[_i].bytes);
    if (body_rows[_i].survives && !(body_rows[_i].chunked && SITE_CHUNKS_CLOSE)) {
        ck_assert(wire_send(fd, "GET /open HTTP/1.1\r\nHost: h\r\n\r\n"));
        ck_assert(wire_read(fd, false, &answer));
    } else {
        ck_assert_int_eq(wire_until_close(fd, 2), 0);
    }
    ck_assert_int_eq(close(fd), 0);
    site_stop(&site);
}
END_TEST

/* A large body until the answer has that status: what another one holds is taken, and given back, a moment after it is seen. */
static void ask_until(int fd, const char *body, int status, struct wire_answer *ret)
{
    enum { TRIES = 250, PAUSE_MS = 20 };
    ret->status = 0;
    for (int i = 0; i < TRIES && ret->status != status; i++) {
        if (i > 0)
            pause_ms(PAUSE_MS);
        ck_assert(wire_send(fd, ECHO "Content-Length: 65535\r\n\r\n"));
        ck_assert(wire_send_bytes(fd, body, BODY_MAX - 1));
        ck_assert(wire_read(fd, false, ret));
    }
    ck_assert_int_eq(ret->status, status);
}

/* A connection whose large body lacks its last byte. */
static int begin_body(const struct site *site, const char *body)
{
    int fd = wire_connect(site->port);
    ck_assert(wire_send(fd, ECHO "Content-Length: 65535\r\n\r\n"));
    ck_assert(wire_send_bytes(fd, body, BODY_MAX - 2));
    return fd;
}

/* Such a one that holds what there is: on a busy machine another body may have been first, and this one is refused. */
static int hold_memory(const struct site *site, const char *body, int other)
{
    struct wire_answer answer = {.status = 0};
    char byte = 0;
    int fd = begin_body(site, body);
    for (int i = 0; i < 250 && answer.status != 503; i++) {
        pause_ms(20);
        if (recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0) {
            ck_assert_int_eq(close(fd), 0);
            fd = begin_body(site, body);
            continue;
        }
        ck_assert(wire_send(other, ECHO "Content-Length: 65535\r\n\r\n"));
        ck_assert(wire_send_bytes(other, body, BODY_MAX - 1));
        ck_assert(wire_read(other, false, &answer));
    }
    ck_assert_int_eq(answer.status, 503);
    return fd;
}

/* What one body holds, another cannot have; then it has gone. */
START_TEST(the_memory_of_all)
{
    struct site site;
    struct server_settings settings = site_settings();
    settings.body_bytes_max = BODY_MAX;
    settings.memory_max = BODY_MAX;
    site_start(&settings, &site);
    struct wire_answer answer;
    char *body = filled(BODY_MAX, '7');
    int second = wire_connect(site.port);
    int first = hold_memory(&site, body, second);
    for (int i = 0; i < 2; i++) {
        char wait[32];
        ask_until(second, body, i == 0 ? 503 : 200, &answer);
        ck_assert(wire_header(&answer, "Retry-After", wait, sizeof wait) == (i == 0));
        ck_assert(wire_send(second, ECHO "Content-Length: 4\r\n\r\n[17]")); /* what is small has its own */
        ck_assert(wire_read(second, false, &answer));
        ck_assert_int_eq(answer.status, 200);
        if (i == 0) {
            ck_assert(wire_send(first, "7"));
            ck_assert(wire_read(first, false, &answer));
            ck_assert_int_eq(answer.status, 200);
        }
    }
    free(body);
    ck_assert_int_eq(close(first), 0);
    ck_assert_int_eq(close(second), 0);
    site_stop(&site);
}
END_TEST

/* Connects until one is turned away; a request on each proves that the others are served. */
static size_t served_connections(const struct site *site, int *fds, size_t count)
{
    struct wire_answer answer;
    size_t served = 0;
    for (size_t i = 0; i < count; i++) {
        fds[i] = wire_connect(site->port);
        if (fds[i] >= 0 && wire_send(fds[i], "GET /open HTTP/1.1\r\nHost: h\r\n\r\n") &&
            wire_read(fds[i], false, &answer))
            served++;
    }
    return served;
}

static const struct {
    unsigned threads;
    unsigned max;
    unsigned per_ip;
    size_t served;
} connection_rows[] = {{1, 5, 0, 5},   {2, 5, 0, 5},   {4, 5, 100, 5},
                       {1, 100, 7, 7}, {4, 100, 7, 7}, {1, 1, 1, 1}};

START_TEST(connection_row)
{
    struct site site;
    struct server_settings settings = site_settings();
    settings.threads = connection_rows[_i].threads;
    settings.connections_max = connection_rows[_i].max;
    settings.connections_per_ip = connection_rows[_i].per_ip;
    site_start(&settings, &site);
    int fds[12];
    for (int again = 0; again < 2; again++) {
        ck_assert_uint_eq(served_connections(&site, fds, 12), connection_rows[_i].served);
        for (size_t i = 0; i < 12; i++)
            ck_assert_int_eq(close(fds[i]), 0);
        pause_ms(100); /* for the server to see that they are gone */
    }
    site_stop(&site);
}
END_TEST

START_TEST(an_idle_connection_is_closed)
{
    static const char *const begun[] = {"", "GET /op", "GET /open HTTP/1.1\r\nHost",
                                        ECHO "Content-Length: 9\r\n\r\n[1"};
    struct site site;
    struct server_settings settings = site_settings();
    settings.timeout_s = 1;
    site_start(&settings, &site);
    int fd = wire_connect(site.port);
    ck_assert(wire_send(fd, begun[_i]));
    ck_assert_int_eq(wire_until_close(fd, 4), 0);
    ck_assert_int_eq(close(fd), 0);
    site_stop(&site);
}
END_TEST

/* Slow and steady is no mistake: every byte is traffic. */
START_TEST(a_slow_body_arrives)
{
    struct site site;
    struct server_settings settings = site_settings();
    settings.timeout_s = 1;
    site_start(&settings, &site);
    struct wire_answer answer;
    int fd = wire_connect(site.port);
    ck_assert(wire_send(fd, ECHO "Content-Length: 6\r\n\r\n"));
    for (size_t i = 0; i < 6; i++) {
        pause_ms(300);
        ck_assert(wire_send_bytes(fd, &"[1234]"[i], 1));
    }
    ck_assert(wire_read(fd, false, &answer));
    ck_assert_int_eq(answer.status, 200);
    ck_assert_str_eq(answer.body, "[1234]");
    ck_assert_int_eq(close(fd), 0);
    site_stop(&site);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("server_limits");
    TCase *tests = tcase_create("server_limits");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, header_row, 0, (int)(sizeof header_rows / sizeof header_rows[0]));
    tcase_add_test(tests, a_large_token_passes);
    tcase_add_loop_test(tests, body_row, 0, (int)(sizeof body_rows / sizeof body_rows[0]));
    tcase_add_test(tests, the_memory_of_all);
    tcase_add_loop_test(tests, connection_row, 0, (int)(sizeof connection_rows / sizeof connection_rows[0]));
    tcase_add_loop_test(tests, an_idle_connection_is_closed, 0, 4);
    tcase_add_test(tests, a_slow_body_arrives);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
