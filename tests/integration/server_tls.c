/* Does the server speak TLS as docs/tls.md says, and does it stay well with clients that do not? */
#include "audit_double.h"
#include "certificate_double.h"
#include "secure.h"
#include "site.h"
#include "stream_double.h"
#include "support/folder.h"
#include "support/pause.h"
#include "support/suite.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define OPEN      "GET /open HTTP/1.1\r\nHost: h\r\n\r\n"
#define COUNT(a)  ((int)(sizeof(a) / sizeof(a)[0]))
#define TLS(what) "NORMAL:-VERS-ALL:+VERS-TLS" what

enum { MOST = 256, PIPELINED = 40, BODY = 60000, PIECES = 7 };

static struct folder folder;
static struct site site;
static const struct secure_order plain_order = {.priorities = NULL};

static void make(void)
{
    folder_make(&folder);
    certificate_double_make(&folder);
}

static void clean(void)
{
    certificate_double_done();
    folder_remove(&folder);
}

static void start(unsigned threads, unsigned timeout_s)
{
    struct server_settings settings = site_settings();
    settings.listen_tls[0] = true;
    settings.threads = threads;
    settings.timeout_s = timeout_s;
    site_start(&settings, &site);
}

static void is_alive(void)
{
    struct secure secure;
    struct wire_answer answer;
    ck_assert(secure_open(site.port, &plain_order, &secure));
    ck_assert(secure_send(&secure, OPEN));
    ck_assert(secure_read(&secure, false, &answer));
    ck_assert_int_eq(answer.status, 200);
    secure_close(&secure);
}

static const struct {
    const char *name;
    struct secure_order order;
    bool spoken;
    const char *protocol; /* that was chosen */
} order_rows[] = {
    {"as it comes", {.priorities = NULL}, true, NULL},
    {"1.3", {.priorities = TLS("1.3")}, true, NULL},
    {"1.2", {.priorities = TLS("1.2")}, true, NULL},
    {"1.1", {.priorities = TLS("1.1")}, false, NULL},
    {"1.0", {.priorities = TLS("1.0")}, false, NULL},
    {"1.2 without forward secrecy", {.priorities = TLS("1.2:-KX-ALL:+RSA")}, false, NULL},
    {"1.2 with finite fields", {.priorities = TLS("1.2:-KX-ALL:+DHE-RSA")}, false, NULL},
    {"1.2 with CBC", {.priorities = TLS("1.2:-CIPHER-ALL:+AES-128-CBC:+AES-256-CBC")}, false, NULL},
    {"1.3 with finite fields", {.priorities = TLS("1.3:-GROUP-ALL:+GROUP-FFDHE2048")}, false, NULL},
    {"ChaCha20", {.priorities = TLS("1.3:-CIPHER-ALL:+CHACHA20-POLY1305")}, true, NULL},
    {"a name", {.name = "localhost"}, true, NULL},
    {"another name", {.name = "elsewhere.example"}, true, NULL},
    {"HTTP/1.1", {.protocols = {"http/1.1"}}, true, "http/1.1"},
    {"HTTP/2 or 1.1", {.protocols = {"h2", "http/1.1"}}, true, "http/1.1"},
    {"HTTP/2 alone", {.protocols = {"h2"}}, false, NULL},
    {"another protocol", {.protocols = {"ftp"}}, false, NULL},
};

START_TEST(order_row)
{
    struct secure secure;
    struct wire_answer answer;
    gnutls_datum_t protocol = {.data = NULL};
    start(1, 30);
    const bool spoken = secure_open(site.port, &order_rows[_i].order, &secure) &&
                        secure_send(&secure, OPEN) && secure_read(&secure, false, &answer);
    ck_assert_msg(spoken == order_rows[_i].spoken, "%s", order_rows[_i].name);
    if (order_rows[_i].protocol != NULL) {
        ck_assert_int_eq(gnutls_alpn_get_selected_protocol(secure.session, &protocol), 0);
        ck_assert(
            bytes_equal(bytes_of(protocol.data, protocol.size), bytes_of_string(order_rows[_i].protocol)));
    }
    secure_close(&secure);
    is_alive();
    site_stop(&site);
}
END_TEST

/* Of requests that change something, over TLS. */
static const struct {
    const char *lines;
    int status;
} page_rows[] = {
    {"", 200},
    {"Origin: https://h\r\n", 200},
    {"Origin: http://h\r\n", 403}, /* which anybody on the way can be */
    {"Origin: https://evil.example\r\n", 403},
    {"Origin: null\r\n", 403},
};

START_TEST(page_row)
{
    char request[512];
    struct secure secure;
    struct wire_answer answer;
    start(1, 30);
    ck_assert(secure_open(site.port, &plain_order, &secure));
    (void)snprintf(request, sizeof request,
                   "POST /begin HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n%s"
                   "Authorization: Negotiate YWxpY2U=\r\n\r\n",
                   page_rows[_i].lines);
    ck_assert(secure_send(&secure, request));
    ck_assert(secure_read(&secure, false, &answer));
    ck_assert_msg(answer.status == page_rows[_i].status, "%s: %d", page_rows[_i].lines, answer.status);
    secure_close(&secure);
    site_stop(&site);
}
END_TEST

/* All in one record, so that GnuTLS holds what libmicrohttpd has not read yet. */
START_TEST(requests_in_one_record)
{
    static char text[PIPELINED * sizeof OPEN];
    struct secure secure;
    struct wire_answer answer;
    text[0] = '\0';
    for (size_t i = 0; i < PIPELINED; i++)
        memcpy(text + i * (sizeof OPEN - 1), OPEN, sizeof OPEN);
    start(1, 30);
    ck_assert(secure_open(site.port, &plain_order, &secure));
    ck_assert(secure_send(&secure, text));
    for (size_t i = 0; i < PIPELINED; i++) {
        ck_assert_msg(secure_read(&secure, false, &answer), "answer %zu did not come", i);
        ck_assert_int_eq(answer.status, 200);
    }
    secure_close(&secure);
    site_stop(&site);
}
END_TEST

START_TEST(a_body_of_many_records)
{
    static char body[BODY];
    struct secure secure;
    struct wire_answer answer;
    char head[256];
    memset(body, 'x', sizeof body);
    (void)snprintf(head, sizeof head,
                   "POST /echo HTTP/1.1\r\nHost: h\r\nAuthorization: Negotiate YWxpY2U=\r\n"
                   "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n",
                   BODY);
    start(1, 30);
    ck_assert(secure_open(site.port, &plain_order, &secure));
    ck_assert(secure_send(&secure, head));
    for (size_t at = 0; at < BODY; at += BODY / PIECES + 1) {
        const size_t left = BODY - at;
        ck_assert(secure_send_bytes(&secure, body + at, left < BODY / PIECES + 1 ? left : BODY / PIECES + 1));
    }
    ck_assert(secure_read(&secure, false, &answer));
    ck_assert_int_eq(answer.status, 200);
    ck_assert_uint_eq(answer.body_size, BODY);
    secure_close(&secure);
    site_stop(&site);
}
END_TEST

static const struct {
    unsigned threads;
    size_t connections;
} ready_rows[] = {{1, 127}, {1, 128}, {1, 256}, {2, 256}};

/* As server_stall: a slow request holds the thread while all become ready. */
START_TEST(ready_at_once)
{
    static struct secure secures[MOST];
    const size_t count = ready_rows[_i].connections;
    struct secure slow;
    struct wire_answer answer;
    start(ready_rows[_i].threads, 30);
    for (size_t i = 0; i < count; i++)
        ck_assert(secure_open(site.port, &plain_order, &secures[i]));
    ck_assert(secure_open(site.port, &plain_order, &slow));
    ck_assert(secure_send(&slow, "GET /slow HTTP/1.1\r\nHost: h\r\n\r\n"));
    pause_ms(20);
    for (size_t i = 0; i < count; i++)
        ck_assert(secure_send(&secures[i], OPEN));
    for (size_t i = 0; i < count; i++) {
        ck_assert_msg(secure_read(&secures[i], false, &answer), "connection %zu has no answer", i);
        ck_assert_int_eq(answer.status, 200);
        secure_close(&secures[i]);
    }
    ck_assert(secure_read(&slow, false, &answer));
    secure_close(&slow);
    site_stop(&site);
}
END_TEST

/* The beginning of a hello: a record of 512 bytes is announced, 50 come. */
static const char half_hello[] = "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03";

static int64_t cpu_ms(void)
{
    struct timespec used;
    ck_assert_int_eq(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used), 0);
    return (int64_t)used.tv_sec * 1000 + used.tv_nsec / 1000000;
}

/* libmicrohttpd by itself would try again without a pause: all of a second. */
START_TEST(a_handshake_that_waits_costs_nothing)
{
    start(1, 30);
    int fd = wire_connect(site.port);
    ck_assert(wire_send_bytes(fd, half_hello, sizeof half_hello - 1));
    pause_ms(100);
    const int64_t before = cpu_ms();
    pause_ms(1000);
    ck_assert_int_lt(cpu_ms() - before, 100);
    is_alive();
    ck_assert_int_eq(close(fd), 0);
    is_alive();
    site_stop(&site);
}
END_TEST

/* Also when each byte comes just in time. */
START_TEST(a_handshake_has_its_end)
{
    start(1, 1);
    int fd = wire_connect(site.port);
    bool open = true;
    for (unsigned i = 0; i < sizeof half_hello - 1 && open; i++) {
        open = wire_send_bytes(fd, half_hello + i, 1) && wire_until_close(fd, 0) < 0;
        pause_ms(400);
    }
    ck_assert_int_eq(wire_until_close(fd, 5), 0);
    ck_assert_int_eq(close(fd), 0);
    is_alive();
    site_stop(&site);
}
END_TEST

START_TEST(cleartext_gets_nothing)
{
    struct secure other;
    struct wire_answer answer;
    start(1, 30);
    ck_assert(secure_open(site.port, &plain_order, &other));
    int fd = wire_connect(site.port);
    ck_assert(wire_send(fd, OPEN));
    char bytes[512];
    const ssize_t got = read(fd, bytes, sizeof bytes);
    ck_assert(got <= 0 || bytes[0] == 0x15); /* an alert at most */
    ck_assert_int_eq(close(fd), 0);
    ck_assert(secure_send(&other, OPEN));
    ck_assert(secure_read(&other, false, &answer));
    secure_close(&other);
    site_stop(&site);
}
END_TEST

START_TEST(nothing_is_renegotiated)
{
    const struct secure_order order = {.priorities = TLS("1.2")};
    struct secure secure;
    struct wire_answer answer;
    start(1, 30);
    ck_assert(secure_open(site.port, &order, &secure));
    ck_assert_int_ne(gnutls_handshake(secure.session), 0);
    ck_assert(!secure_send(&secure, OPEN) || !secure_read(&secure, false, &answer));
    secure_close(&secure);
    is_alive();
    site_stop(&site);
}
END_TEST

START_TEST(nothing_is_resumed)
{
    static const char *const versions[] = {TLS("1.2"), TLS("1.3")};
    struct secure_order order = {.priorities = versions[_i]};
    struct secure secure;
    struct wire_answer answer;
    gnutls_datum_t session = {.data = NULL};
    start(1, 30);
    ck_assert(secure_open(site.port, &order, &secure));
    ck_assert(secure_send(&secure, OPEN));
    ck_assert(secure_read(&secure, false, &answer));
    ck_assert_int_eq(gnutls_session_get_data2(secure.session, &session), 0);
    secure_close(&secure);
    order.resume = &session;
    ck_assert(secure_open(site.port, &order, &secure));
    ck_assert_int_eq(gnutls_session_is_resumed(secure.session), 0);
    secure_close(&secure);
    gnutls_free(session.data);
    site_stop(&site);
}
END_TEST

/* Held for its event, and sent when that is durable. */
START_TEST(an_answer_that_waits_for_the_log)
{
    struct secure secure;
    struct wire_answer answer;
    audit_double_set(AUDIT_DOUBLE_KEEP, ERR_NONE, NULL);
    start(1, 30);
    ck_assert(secure_open(site.port, &plain_order, &secure));
    for (unsigned i = 0; i < 3; i++) {
        ck_assert(secure_send(&secure,
                              "POST /record HTTP/1.1\r\nHost: h\r\nAuthorization: Negotiate YWxpY2U=\r\n"
                              "Content-Type: application/json\r\nContent-Length: 4\r\n\r\nabcd"));
        while (audit_double_kept() == 0)
            pause_ms(1);
        ck_assert_uint_eq(audit_double_answer(ERR_NONE), 1);
        ck_assert(secure_read(&secure, false, &answer));
        ck_assert_int_eq(answer.status, 201);
    }
    secure_close(&secure);
    site_stop(&site);
    audit_double_set(AUDIT_DOUBLE_NONE, ERR_NONE, NULL);
}
END_TEST

/* close_notify comes before the end of the connection, and must not hide it. */
START_TEST(a_stream_ends_when_its_reader_leaves)
{
    struct secure secure;
    struct wire_answer answer;
    start(1, 30);
    ck_assert(secure_open(site.port, &plain_order, &secure));
    ck_assert(secure_send(&secure, "GET /numbers HTTP/1.1\r\nHost: h\r\n\r\n"));
    ck_assert(secure_read(&secure, true, &answer));
    ck_assert_int_eq(stream_double_open(), 1);
    ck_assert_int_eq(gnutls_bye(secure.session, GNUTLS_SHUT_WR), 0);
    secure_close(&secure);
    for (unsigned i = 0; i < 500 && stream_double_open() != 0; i++)
        pause_ms(10);
    ck_assert_int_eq(stream_double_open(), 0);
    site_stop(&site);
}
END_TEST

/* Stopped while some wait in their handshake and others between requests. */
START_TEST(an_end_with_open_connections)
{
    struct secure secure;
    start(2, 30);
    int fds[8];
    for (size_t i = 0; i < 8; i++) {
        fds[i] = wire_connect(site.port);
        ck_assert(wire_send_bytes(fds[i], half_hello, i % 2 == 0 ? sizeof half_hello - 1 : 1));
    }
    ck_assert(secure_open(site.port, &plain_order, &secure));
    site_stop(&site);
    for (size_t i = 0; i < 8; i++)
        ck_assert_int_eq(close(fds[i]), 0);
    secure_close(&secure);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("server_tls");
    TCase *tests = tcase_create("server_tls");
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, make, clean);
    tcase_add_loop_test(tests, order_row, 0, COUNT(order_rows));
    tcase_add_loop_test(tests, page_row, 0, (int)(sizeof page_rows / sizeof page_rows[0]));
    tcase_add_test(tests, requests_in_one_record);
    tcase_add_test(tests, a_body_of_many_records);
    tcase_add_loop_test(tests, ready_at_once, 0, COUNT(ready_rows));
    tcase_add_test(tests, a_handshake_that_waits_costs_nothing);
    tcase_add_test(tests, a_handshake_has_its_end);
    tcase_add_test(tests, cleartext_gets_nothing);
    tcase_add_test(tests, nothing_is_renegotiated);
    tcase_add_loop_test(tests, nothing_is_resumed, 0, 2);
    tcase_add_test(tests, an_answer_that_waits_for_the_log);
    tcase_add_test(tests, a_stream_ends_when_its_reader_leaves);
    tcase_add_test(tests, an_end_with_open_connections);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
