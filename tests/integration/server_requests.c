/* What does the server make of requests of every shape, sound and malformed? */
#include "site.h"
#include "support/suite.h"
#include "wire.h"

#include <microhttpd.h>
#include <unistd.h>

#define HOST    "Host: h\r\n"
#define ALICE   "Authorization: Negotiate YWxpY2U=\r\n"
#define JSON    "Content-Type: application/json\r\n"
#define EMPTY   "Content-Length: 0\r\n"
#define CLOSES  true
#define PROBLEM "application/problem+json"

#if MHD_VERSION >= 0x01000000
/* refused by the library itself, in its own words */
#define FRAMING_PROBLEM NULL
#else
#define FRAMING_PROBLEM ":bad-request\""
#endif

static const struct {
    const char *request;
    int status; /* 0: closed without an answer */
    /* A part of it. NULL: libmicrohttpd answers by itself, in HTML, and 0.9.75 sends its head twice. */
    const char *body;
    bool closes;
} rows[] = {
    {"GET /open HTTP/1.1\r\n" HOST "\r\n", 200, "hello", false},
    {"GET /open HTTP/1.0\r\n\r\n", 200, "hello", CLOSES},
    {"GET /open HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n", 200, "hello", CLOSES},
    {"GET /op%65n HTTP/1.1\r\n" HOST "\r\n", 200, "hello", false},
    {"GET /open HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc", 200, "hello", false},
    {"GET /open HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 200, "hello",
     SITE_CHUNKS_CLOSE},
    {"GET /silent HTTP/1.1\r\n" HOST "\r\n", 500, ":internal\"", false},
    /* the query */
    {"GET /query HTTP/1.1\r\n" HOST "\r\n", 200, "{\"a\":null,\"count\":0,\"names\":0}", false},
    {"GET /query?a=1 HTTP/1.1\r\n" HOST "\r\n", 200, "{\"a\":\"1\",\"count\":1,\"names\":1}", false},
    {"GET /query?a=1&a=2&b HTTP/1.1\r\n" HOST "\r\n", 200, "{\"a\":\"1\",\"count\":2,\"names\":3}", false},
    {"GET /query?a HTTP/1.1\r\n" HOST "\r\n", 200, "{\"a\":\"\",\"count\":1,\"names\":1}", false},
    {"GET /query?A=1 HTTP/1.1\r\n" HOST "\r\n", 200, "{\"a\":null,\"count\":0,\"names\":1}", false},
    {"GET /query?a=%41+%2b%26 HTTP/1.1\r\n" HOST "\r\n", 200, "{\"a\":\"A +&\"", false},
    /* methods and paths */
    {"POST /open HTTP/1.1\r\n" HOST EMPTY "\r\n", 405, ":method-not-allowed\"", false},
    {"BREW /open HTTP/1.1\r\n" HOST "\r\n", 405, ":method-not-allowed\"", false},
    {"get /open HTTP/1.1\r\n" HOST "\r\n", 405, ":method-not-allowed\"", false},
    {"OPTIONS /open HTTP/1.1\r\n" HOST "\r\n", 204, "", false},
    {"OPTIONS /who HTTP/1.1\r\n" HOST "\r\n", 401, ":unauthenticated\"", false},
    {"OPTIONS /who HTTP/1.1\r\n" HOST ALICE "\r\n", 204, "", false},
    {"DELETE /who HTTP/1.1\r\n" HOST ALICE "\r\n", 405, ":method-not-allowed\"", false},
    {"GET /nowhere HTTP/1.1\r\n" HOST "\r\n", 401, ":unauthenticated\"", false},
    {"GET /nowhere HTTP/1.1\r\n" HOST ALICE "\r\n", 404, ":not-found\"", false},
    {"GET /open/ HTTP/1.1\r\n" HOST ALICE "\r\n", 404, ":not-found\"", false},
    {"GET //open HTTP/1.1\r\n" HOST ALICE "\r\n", 404, ":not-found\"", false},
    {"OPTIONS * HTTP/1.1\r\n" HOST ALICE "\r\n", 404, ":not-found\"", false},
    {"GET /open%2f..%2fwho HTTP/1.1\r\n" HOST "\r\n", 401, ":unauthenticated\"", false},
    /* bodies and their types */
    {"POST /echo HTTP/1.1\r\n" HOST ALICE JSON "Content-Length: 4\r\n\r\n[17]", 200, "[17]", false},
    {"POST /echo HTTP/1.1\r\n" HOST ALICE JSON
     "Transfer-Encoding: chunked\r\n\r\n2\r\n[1\r\n2\r\n7]\r\n0\r\n\r\n",
     200, "[17]", SITE_CHUNKS_CLOSE},
    {"POST /echo HTTP/1.1\r\n" HOST ALICE JSON "Expect: 100-continue\r\nContent-Length: 4\r\n\r\n[17]", 200,
     "[17]", false},
    {"POST /echo HTTP/1.1\r\n" HOST ALICE
     "content-type: Application/JSON ; Charset=UTF-8\r\nContent-Length: 2\r\n\r\n{}",
     200, "{}", false},
    {"POST /echo HTTP/1.1\r\n" HOST ALICE
     "Content-Type: application/json;charset=\"utf-8\"\r\nContent-Length: 2\r\n\r\n{}",
     200, "{}", false},
    {"POST /echo HTTP/1.1\r\n" HOST ALICE JSON "Content-Encoding: identity\r\nContent-Length: 2\r\n\r\n{}",
     200, "{}", false},
    {"POST /echo HTTP/1.1\r\n" HOST ALICE "Content-Length: 2\r\n\r\n{}", 415, ":unsupported-media-type\"",
     false},
    {"POST /echo HTTP/1.1\r\n" HOST ALICE JSON JSON "Content-Length: 2\r\n\r\n{}", 415, "", false},
    {"POST /echo HTTP/1.1\r\n" HOST ALICE "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}", 415, "",
     false},
    {"POST /echo HTTP/1.1\r\n" HOST ALICE "Content-Type: application/jsonx\r\nContent-Length: 2\r\n\r\n{}",
     415, "", false},
    {"POST /echo HTTP/1.1\r\n" HOST ALICE "Content-Type: application/jsox\r\nContent-Length: 2\r\n\r\n{}",
     415, "", false},
    {"POST /echo HTTP/1.1\r\n" HOST ALICE "Content-Type: application/json,charset=utf-8\r\n" EMPTY "\r\n",
     415, "", false},
    {"POST /echo HTTP/1.1\r\n" HOST ALICE "Content-Type: application/json; charset=utf-81\r\n" EMPTY "\r\n",
     415, "", false},
    {"POST /echo HTTP/1.1\r\n" HOST ALICE "Content-Type: application/json; charset=latin1\r\n" EMPTY "\r\n",
     415, "", false},
    {"POST /echo HTTP/1.1\r\n" HOST ALICE JSON "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", 415,
     "", false},
    {"POST /echo HTTP/1.1\r\n" HOST ALICE JSON
     "Content-Encoding: identity\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
     415, "", false},
    {"POST /echo HTTP/1.1\r\n" HOST JSON "Content-Length: 2\r\n\r\n{}", 401, ":unauthenticated\"", false},
    /* framing that two readers could understand differently */
    {"POST /echo HTTP/1.1\r\n" HOST ALICE JSON
     "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     400, FRAMING_PROBLEM, CLOSES},
    {"POST /echo HTTP/1.1\r\n" HOST ALICE JSON "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", 400,
     ":bad-request\"", CLOSES},
    {"POST /echo HTTP/1.1\r\n" HOST ALICE JSON "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400,
     FRAMING_PROBLEM, CLOSES},
    {"POST /echo HTTP/1.1\r\n" HOST ALICE JSON "Transfer-Encoding: identity\r\n\r\n", 400, FRAMING_PROBLEM,
     CLOSES},
    {"POST /echo HTTP/1.1\r\n" HOST ALICE JSON "Content-Length: -1\r\n\r\n", 400, NULL, CLOSES},
    {"POST /echo HTTP/1.1\r\n" HOST ALICE JSON "Content-Length: 2, 2\r\n\r\n{}", 400, NULL, CLOSES},
    {"POST /echo HTTP/1.1\r\n" HOST ALICE JSON "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400, NULL, CLOSES},
    {"POST /echo HTTP/1.1\r\n" HOST ALICE JSON "Content-Length : 32\r\n\r\nGET /open HTTP/1.1\r\n" HOST
     "\r\n",
     400, FRAMING_PROBLEM, CLOSES},
    {"POST /echo HTTP/1.1\r\n" HOST ALICE JSON "Transfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n", 400,
     FRAMING_PROBLEM, CLOSES},
    {"GET /open HTTP/1.1\r\n Content-Length: 5\r\n" HOST "\r\n", 400, FRAMING_PROBLEM, CLOSES},
    {"POST /echo HTTP/1.1\r\n" HOST ALICE JSON "Content-Length: 4\r\n 0\r\n\r\nabcd", 400, FRAMING_PROBLEM,
     CLOSES},
    {"POST /echo HTTP/1.1\r\n" HOST ALICE JSON "transfer-encoding:\r\n chunked\r\n\r\n0\r\n\r\n", 400,
     FRAMING_PROBLEM, CLOSES},
    {"POST /echo HTTP/1.0\r\n" HOST ALICE JSON
     "Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
     400, FRAMING_PROBLEM, CLOSES},
    {"GET /open HTTP/1.1\r\n" HOST "A b: c\r\n\r\n", 400, FRAMING_PROBLEM, CLOSES},
    {"GET /open HTTP/1.1\r\n" HOST "A\x01: c\r\n\r\n", 400, ":bad-request\"", CLOSES},
    {"GET /open HTTP/1.1\r\n" HOST "A: b\rContent-Length: 5\r\n\r\n", 400, FRAMING_PROBLEM, CLOSES},
    {"GET /open HTTP/1.1\r\n" HOST "A: b\x7f\r\n\r\n", 400, ":bad-request\"", CLOSES},
    {"GET /open HTTP/1.1\r\n" HOST "A:b\tc \xc3\xa9\r\n!#$%&'*+-.^_`|~0aZ:\r\n\r\n", 200, "hello", false},
    {"GET /open HTTP/1.1\r\n" HOST ": x\r\nGET: /open HTTP/1.1\r\n" HOST "\r\n", 400, FRAMING_PROBLEM,
     CLOSES},
    {"GET /open HTTP/1.1\r\n: x\r\n" HOST "\r\n", 400, FRAMING_PROBLEM, CLOSES},
    {"GET /open HTTP/1.1\r\n" HOST "A: b\nContent-Length: 5\r\n\r\n", 400, FRAMING_PROBLEM, CLOSES},
    {"GET /open HTTP/1.1\n" HOST "\r\n", 400, FRAMING_PROBLEM, CLOSES},
    {"GET /open HTTP/1.1\r\n" HOST "\n", 400, FRAMING_PROBLEM, CLOSES},
    {"GET /open HTTP/1.1\r\n" HOST HOST "\r\n", 400, ":bad-request\"", CLOSES},
    {"GET /open HTTP/1.1\r\n\r\n", 400, NULL, CLOSES},
    {"GET /open HTTP/1.2\r\n" HOST "\r\n", 400, ":bad-request\"", CLOSES},
    {"GET /open HTTP/3.0\r\n" HOST "\r\n", 0, "", CLOSES},
    {"GET /open%00 HTTP/1.1\r\n" HOST "\r\n", 400, ":bad-request\"", CLOSES},
    {"GET /open%0 HTTP/1.1\r\n" HOST "\r\n", 400, ":bad-request\"", CLOSES},
    {"GET /open%6z HTTP/1.1\r\n" HOST "\r\n", 400, ":bad-request\"", CLOSES},
    {"GET /open%zz HTTP/1.1\r\n" HOST "\r\n", 400, ":bad-request\"", CLOSES},
    {"GET /query?a=%00 HTTP/1.1\r\n" HOST "\r\n", 400, ":bad-request\"", CLOSES},
    {"GET /query?%=1 HTTP/1.1\r\n" HOST "\r\n", 400, ":bad-request\"", CLOSES},
    {"\x16\x03\x01\x02\r\n\r\n", 0, "", CLOSES},
};

START_TEST(request_row)
{
    struct site site;
    struct server_settings settings = site_settings();
    settings.drain_s = 1;
    site_start(&settings, &site);
    struct wire_answer answer;
    int fd = wire_connect(site.port);
    ck_assert(wire_send(fd, rows[_i].request));
    bool answered = wire_read(fd, false, &answer);
    ck_assert_msg(rows[_i].status == 0 || answered, "no answer to %s", rows[_i].request);
    if (rows[_i].status != 0)
        ck_assert_msg(answer.status == rows[_i].status, "%d for %s", answer.status, rows[_i].request);
    if (rows[_i].body != NULL && answered)
        ck_assert_msg(strstr(answer.body, rows[_i].body) != NULL, "%s lacks %s", answer.body, rows[_i].body);
    if (rows[_i].closes) {
        long more = wire_until_close(fd, 2);
        ck_assert_msg(more >= 0, "still open after %s", rows[_i].request);
        ck_assert_msg(more == 0 || rows[_i].body == NULL, "%ld bytes more after %s", more, rows[_i].request);
    } else {
        ck_assert(wire_send(fd, "GET /open HTTP/1.1\r\n" HOST "\r\n"));
        ck_assert_msg(wire_read(fd, false, &answer), "the connection did not survive %s", rows[_i].request);
        ck_assert_int_eq(answer.status, 200);
    }
    ck_assert_int_eq(close(fd), 0);
    site_stop(&site);
}
END_TEST

#define CHUNKED "POST /echo HTTP/1.1\r\n" HOST ALICE JSON "Transfer-Encoding: chunked\r\n\r\n"

/* One message for whoever holds to RFC 9112 7.1, where a chunk's line ends with CR LF and a trailer's name is a token. */
static const char *const one_message_rows[] = {
    CHUNKED
    "5;\nxxxxx\r\n0\r\n\r\n\r\n1f;x /open HTTP/1.1\r\nHost: twenty-one-characters\r\n\r\n\r\n0\r\n\r\n",
    CHUNKED "2\r\n{}\r\n0\r\nA: b\r\n: x\r\nGET: /open HTTP/1.1\r\n" HOST "\r\n",
};

START_TEST(one_message_has_one_answer)
{
    struct site site;
    struct server_settings settings = site_settings();
    site_start(&settings, &site);
    struct wire_answer answer;
    int fd = wire_connect(site.port);
    ck_assert(wire_send(fd, one_message_rows[_i]));
    ck_assert(wire_read(fd, false, &answer));
    ck_assert_int_eq(wire_until_close(fd, 2), 0);
    ck_assert_int_eq(close(fd), 0);
    site_stop(&site);
}
END_TEST

#define WITH_NUL(text_)                                                                                      \
    {                                                                                                        \
        (text_), sizeof(text_) - 1                                                                           \
    }

static const struct {
    const char *request;
    size_t size;
} nul_rows[] = {
    WITH_NUL("GET /open HTTP/1.1\r\n" HOST "A: b\0c\r\n\r\n"),
    WITH_NUL("GET /open HTTP/1.1\r\n" HOST "A: b\0\0\r\n\r\n"),
    WITH_NUL("GET /open HTTP/1.1\r\nHost: h\0h\r\n\r\n"),
    WITH_NUL("GET /open HTTP/1.1\r\n" HOST "Content-Length: 0\0"
             "5\r\n\r\n"),
    WITH_NUL("GET /open HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\0, gzip\r\n\r\n0\r\n\r\n"),
    WITH_NUL("GET /open HTTP/1.1\r\n" HOST "A\0B: c\r\n\r\n"),
    WITH_NUL("GET /open HTTP/1.1\r\n" HOST "\0A: c\r\nGET: /open HTTP/1.1\r\n" HOST "\r\n"),
    WITH_NUL("GET /open\0x HTTP/1.1\r\n" HOST "\r\n"),
    WITH_NUL("GET /query?a=1\0&a=2 HTTP/1.1\r\n" HOST "\r\n"),
    WITH_NUL("GET\0 /open HTTP/1.1\r\n" HOST "\r\n"),
};

/* Whoever stops reading at a NUL reads something else than who does not. */
START_TEST(nul_row)
{
    struct site site;
    struct server_settings settings = site_settings();
    site_start(&settings, &site);
    struct wire_answer answer;
    int fd = wire_connect(site.port);
    ck_assert(wire_send_bytes(fd, nul_rows[_i].request, nul_rows[_i].size));
    if (wire_read(fd, false, &answer))
        ck_assert_msg(answer.status == 400, "%d for row %d", answer.status, _i);
    ck_assert_int_ge(wire_until_close(fd, 2), 0);
    ck_assert_int_eq(close(fd), 0);
    site_stop(&site);
}
END_TEST

static const struct {
    const char *request;
    const char *type;
    const char *vary;
} header_rows[] = {
    {"GET /open HTTP/1.1\r\n" HOST "\r\n", "text/plain", "Origin"},
    {"HEAD /open HTTP/1.1\r\n" HOST "\r\n", "text/plain", "Origin"},
    {"GET /who HTTP/1.1\r\n" HOST ALICE "\r\n", "application/json", "Origin, Authorization, Cookie"},
    {"GET /who HTTP/1.1\r\n" HOST "\r\n", PROBLEM, "Origin, Authorization, Cookie"},
    {"GET /mine HTTP/1.1\r\n" HOST "\r\n", PROBLEM, "Origin, Authorization, Cookie, Accept"},
    {"PUT /open HTTP/1.1\r\n" HOST EMPTY "\r\n", PROBLEM, "Origin"},
    {"GET /silent HTTP/1.1\r\n" HOST "\r\n", PROBLEM, "Origin"},
    {"GET /open%00 HTTP/1.1\r\n" HOST "\r\n", PROBLEM, "Origin, Authorization, Cookie"},
};

static void header_is(const struct wire_answer *answer, const char *name, const char *expected)
{
    char value[256];
    ck_assert_msg(wire_header(answer, name, value, sizeof value), "no %s", name);
    ck_assert_str_eq(value, expected);
}

START_TEST(every_reply_has_its_headers)
{
    struct site site;
    struct server_settings settings = site_settings();
    site_start(&settings, &site);
    struct wire_answer answer;
    char id[128];
    int fd = wire_connect(site.port);
    ck_assert(wire_send(fd, header_rows[_i].request));
    ck_assert(wire_read(fd, header_rows[_i].request[0] == 'H', &answer));
    header_is(&answer, "Content-Type", header_rows[_i].type);
    header_is(&answer, "Cache-Control", "no-store");
    header_is(&answer, "X-Content-Type-Options", "nosniff");
    header_is(&answer, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    header_is(&answer, "X-Frame-Options", "DENY");
    header_is(&answer, "Cross-Origin-Resource-Policy", "same-origin");
    header_is(&answer, "Referrer-Policy", "no-referrer");
    header_is(&answer, "Vary", header_rows[_i].vary);
    ck_assert(!wire_header(&answer, "Strict-Transport-Security", id, sizeof id));
    ck_assert(wire_header(&answer, "X-Request-Id", id, sizeof id));
    ck_assert_uint_ge(strlen(id), 16);
    ck_assert_int_eq(close(fd), 0);
    site_stop(&site);
}
END_TEST

static const struct {
    const char *given;
    bool echoed;
} id_rows[] = {
    {"a", true},
    {"018f-AZ_az.09", true},
    {"0123456789012345678901234567890123456789012345678901234567890123", true},
    {"01234567890123456789012345678901234567890123456789012345678901234", false},
    {"with blank", false},
    {"\"quoted\"", false},
    {"", false},
};

START_TEST(request_id_row)
{
    struct site site;
    struct server_settings settings = site_settings();
    site_start(&settings, &site);
    struct wire_answer answer;
    char request[256];
    char id[128];
    int fd = wire_connect(site.port);
    (void)snprintf(request, sizeof request, "GET /open HTTP/1.1\r\n" HOST "X-Request-Id: %s\r\n\r\n",
                   id_rows[_i].given);
    ck_assert(wire_send(fd, request));
    ck_assert(wire_read(fd, false, &answer));
    ck_assert(wire_header(&answer, "X-Request-Id", id, sizeof id));
    ck_assert_int_eq(strcmp(id, id_rows[_i].given) == 0, id_rows[_i].echoed);
    ck_assert_int_eq(close(fd), 0);
    site_stop(&site);
}
END_TEST

START_TEST(allow_lists_the_methods)
{
    struct site site;
    struct server_settings settings = site_settings();
    site_start(&settings, &site);
    struct wire_answer answer;
    int fd = wire_connect(site.port);
    ck_assert(
        wire_send(fd, "OPTIONS /open HTTP/1.1\r\n" HOST "\r\nPUT /open HTTP/1.1\r\n" HOST EMPTY "\r\n"));
    ck_assert(wire_read(fd, false, &answer));
    header_is(&answer, "Allow", "GET, HEAD, OPTIONS");
    ck_assert(wire_read(fd, false, &answer));
    header_is(&answer, "Allow", "GET, HEAD, OPTIONS");
    ck_assert_int_eq(close(fd), 0);
    site_stop(&site);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("server_requests");
    TCase *tests = tcase_create("server_requests");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, request_row, 0, (int)(sizeof rows / sizeof rows[0]));
    tcase_add_loop_test(tests, one_message_has_one_answer, 0,
                        (int)(sizeof one_message_rows / sizeof one_message_rows[0]));
    tcase_add_loop_test(tests, nul_row, 0, (int)(sizeof nul_rows / sizeof nul_rows[0]));
    tcase_add_loop_test(tests, every_reply_has_its_headers, 0,
                        (int)(sizeof header_rows / sizeof header_rows[0]));
    tcase_add_loop_test(tests, request_id_row, 0, (int)(sizeof id_rows / sizeof id_rows[0]));
    tcase_add_test(tests, allow_lists_the_methods);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
