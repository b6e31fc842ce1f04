/* server_cors: what does a page of another origin get? Only what the operator named may ask, and read. */
#include "site.h"
#include "support/suite.h"
#include "wire.h"

#include <stdio.h>
#include <unistd.h>

#define HOST    "Host: h\r\n"
#define ALICE   "Authorization: Negotiate YWxpY2U=\r\n"
#define NOBODY  ""
#define GOOD    "https://dash.example:8443"
#define ALSO    "http://[::1]:81"
#define EVIL    "https://evil.example"
#define NONE    NULL
#define ANY     ""
#define METHODS "GET, HEAD, OPTIONS"
#define HEADERS "Authorization, Traceparent, Tracestate, X-Request-Id"

static struct site site;
static struct arena arena;

static void start(void)
{
    struct server_settings settings = site_settings();
    arena_init(&arena, 10000);
    ck_assert_ptr_null(origin_list_add(&settings.origins, &arena, GOOD));
    ck_assert_ptr_null(origin_list_add(&settings.origins, &arena, ALSO));
    site_start(&settings, &site);
}

static void stop(void)
{
    site_stop(&site);
    arena_done(&arena);
}

static void header_is(const struct wire_answer *answer, const char *name, const char *expected)
{
    char value[256] = "";
    bool found = wire_header(answer, name, value, sizeof value);
    ck_assert_msg(found == (expected != NULL), "%s: %s in %s", name, found ? value : "none", answer->head);
    if (expected != NULL && expected[0] != 0)
        ck_assert_str_eq(value, expected);
}

static void ask(const char *method, const char *path, const char *lines, struct wire_answer *ret)
{
    char request[2048];
    int fd = wire_connect(site.port);
    (void)snprintf(request, sizeof request, "%s %s HTTP/1.1\r\n" HOST "%sConnection: close\r\n\r\n", method,
                   path, lines);
    ck_assert(wire_send(fd, request));
    ck_assert(wire_read(fd, strcmp(method, "HEAD") == 0, ret));
    ck_assert_int_eq(close(fd), 0);
}

/* Requests of pages. `allowed`: what the answer says is the page's origin; NONE: its browser shows it nothing. */
static const struct {
    const char *method;
    const char *path;
    const char *lines;
    int status;
    const char *allowed;
} page_rows[] = {
    {"GET", "/who", ALICE "Origin: " GOOD "\r\n", 200, GOOD},
    {"GET", "/who", ALICE "Origin: " ALSO "\r\n", 200, ALSO},
    {"HEAD", "/who", ALICE "Origin: " GOOD "\r\n", 200, GOOD},
    {"GET", "/open", "Origin: " GOOD "\r\n", 200, GOOD},
    /* refusals too, so that the page learns why */
    {"GET", "/who", "Origin: " GOOD "\r\n", 401, GOOD},
    {"GET", "/nowhere", ALICE "Origin: " GOOD "\r\n", 404, GOOD},
    {"PUT", "/who", ALICE "Origin: " GOOD "\r\n", 405, GOOD},
    {"GET", "/silent", "Origin: " GOOD "\r\n", 500, GOOD},
    {"GET", "/open%00", "Origin: " GOOD "\r\n", 400, GOOD},
    {"POST", "/end", ALICE "Origin: " GOOD "\r\n", 204, GOOD},
    /* what only looks like a preflight */
    {"PUT", "/who", "Access-Control-Request-Method: GET\r\nOrigin: " GOOD "\r\n", 401, GOOD},
    /* others: what they may read is nothing, and they change nothing */
    {"GET", "/who", ALICE "Origin: " EVIL "\r\n", 200, NONE},
    {"GET", "/who", ALICE "Origin: null\r\n", 200, NONE},
    {"GET", "/who", ALICE, 200, NONE},
    {"GET", "/who", ALICE "Origin: " GOOD ".evil\r\n", 200, NONE},
    {"GET", "/who", ALICE "Origin: https://dash.example\r\n", 200, NONE},
    {"GET", "/who", ALICE "Origin: http://dash.example:8443\r\n", 200, NONE},
    {"GET", "/who", ALICE "Origin: HTTPS://dash.example:8443\r\n", 200, NONE},
    {"GET", "/who", ALICE "Origin: " GOOD "/\r\n", 200, NONE},
    {"GET", "/who", ALICE "Origin: " GOOD ", " EVIL "\r\n", 200, NONE},
    {"GET", "/who", ALICE "Origin: " GOOD "\r\nOrigin: " GOOD "\r\n", 200, NONE},
    {"GET", "/who", ALICE "Origin: " EVIL "\r\nOrigin: " GOOD "\r\n", 200, NONE},
    {"GET", "/who", ALICE "Origin: " GOOD "\r\nOrigin: " EVIL "\r\n", 200, NONE},
    {"GET", "/who", ALICE "Origin:\r\n", 200, NONE},
    {"POST", "/end", ALICE "Origin: " EVIL "\r\n", 403, NONE},
    {"POST", "/end", ALICE "Origin: null\r\n", 403, NONE},
    {"POST", "/end", ALICE "Origin: " GOOD "\r\nOrigin: " EVIL "\r\n", 403, NONE},
    {"POST", "/end", ALICE "Origin: " GOOD "\r\nOrigin: " GOOD "\r\n", 403, NONE},
    {"POST", "/end", "Origin: " EVIL "\r\n", 401, NONE},
    /* a page of the service itself needs no word, and a request without a page neither */
    {"POST", "/end", ALICE "Origin: http://h\r\n", 204, NONE},
    {"POST", "/end", ALICE, 204, NONE},
    /* browsers that keep Origin to themselves */
    {"POST", "/end", ALICE "Sec-Fetch-Site: same-origin\r\n", 204, NONE},
    {"POST", "/end", ALICE "Sec-Fetch-Site: none\r\n", 204, NONE},
    {"POST", "/end", ALICE "Sec-Fetch-Site: same-site\r\n", 403, NONE},
    {"POST", "/end", ALICE "Sec-Fetch-Site: cross-site\r\n", 403, NONE},
    {"POST", "/end", ALICE "Sec-Fetch-Site: cross-site\r\nOrigin: " GOOD "\r\n", 204, GOOD},
};

START_TEST(page_row)
{
    struct wire_answer answer;
    ask(page_rows[_i].method, page_rows[_i].path, page_rows[_i].lines, &answer);
    const char *allowed = page_rows[_i].allowed;
    ck_assert_int_eq(answer.status, page_rows[_i].status);
    header_is(&answer, "Access-Control-Allow-Origin", allowed);
    header_is(&answer, "Access-Control-Allow-Credentials", allowed == NULL ? NONE : "true");
    header_is(&answer, "Access-Control-Expose-Headers",
              allowed == NULL ? NONE : "Link, Retry-After, X-Request-Id");
    header_is(&answer, "Access-Control-Allow-Methods", NONE);
    header_is(&answer, "Vary", ANY);
    ck_assert_ptr_nonnull(strstr(answer.head, "Vary: Origin"));
    header_is(&answer, "Cache-Control", "no-store");
    header_is(&answer, "Cross-Origin-Resource-Policy", "same-origin");
    if (answer.status == 403)
        ck_assert_ptr_nonnull(strstr(answer.body, ":forbidden\""));
}
END_TEST

#define ASKS(method) "Access-Control-Request-Method: " method "\r\n"

static const struct {
    const char *path;
    const char *lines;
    int status;
    const char *allowed;
    const char *methods;
    const char *headers;
} preflight_rows[] = {
    {"/who", ASKS("GET") "Origin: " GOOD "\r\n", 204, GOOD, METHODS, HEADERS},
    {"/who", ASKS("HEAD") "Origin: " GOOD "\r\n", 204, GOOD, METHODS, HEADERS},
    {"/who", ASKS("GET") "Access-Control-Request-Headers: authorization\r\nOrigin: " ALSO "\r\n", 204, ALSO,
     METHODS, HEADERS},
    {"/open", ASKS("GET") "Origin: " GOOD "\r\n", 204, GOOD, METHODS, HEADERS},
    {"/echo", ASKS("POST") "Origin: " GOOD "\r\n", 204, GOOD, "POST, OPTIONS", HEADERS ", Content-Type"},
    {"/end", ASKS("POST") "Origin: " GOOD "\r\n", 204, GOOD, "POST, OPTIONS", HEADERS ", Content-Type"},
    {"/mine", ASKS("GET") "Origin: " GOOD "\r\n", 204, GOOD, METHODS, HEADERS ", Last-Event-ID"},
    /* a ticket that comes all the same is not even looked at */
    {"/who", ASKS("GET") "Origin: " GOOD "\r\nAuthorization: Negotiate ====\r\n", 204, GOOD, METHODS,
     HEADERS},
    /* a method that the path does not have: the browser sees it in the list */
    {"/who", ASKS("POST") "Origin: " GOOD "\r\n", 204, GOOD, METHODS, NONE},
    {"/who", ASKS("BREW") "Origin: " GOOD "\r\n", 204, GOOD, METHODS, NONE},
    {"/who", ASKS("get") "Origin: " GOOD "\r\n", 204, GOOD, METHODS, NONE},
    {"/who", ASKS("") "Origin: " GOOD "\r\n", 204, GOOD, METHODS, NONE},
    /* no preflight, so somebody unknown */
    {"/nowhere", ASKS("GET") "Origin: " GOOD "\r\n", 401, GOOD, NONE, NONE},
    {"/who", "Origin: " GOOD "\r\n", 401, GOOD, NONE, NONE},
    {"/who", ASKS("GET") ASKS("POST") "Origin: " GOOD "\r\n", 401, GOOD, NONE, NONE},
    {"/who", ASKS("GET") "Origin: " EVIL "\r\n", 401, NONE, NONE, NONE},
    {"/who", ASKS("GET") "Origin: null\r\n", 401, NONE, NONE, NONE},
    {"/who", ASKS("GET") "Origin: http://h\r\n", 401, NONE, NONE, NONE},
    {"/who", ASKS("GET") "Origin: " GOOD "\r\nOrigin: " GOOD "\r\n", 401, NONE, NONE, NONE},
    {"/who", ASKS("GET"), 401, NONE, NONE, NONE},
    {"/open", ASKS("GET") "Origin: " EVIL "\r\n", 204, NONE, NONE, NONE},
};

START_TEST(preflight_row)
{
    struct wire_answer answer;
    ask("OPTIONS", preflight_rows[_i].path, preflight_rows[_i].lines, &answer);
    const char *methods = preflight_rows[_i].methods;
    ck_assert_int_eq(answer.status, preflight_rows[_i].status);
    header_is(&answer, "Access-Control-Allow-Origin", preflight_rows[_i].allowed);
    header_is(&answer, "Access-Control-Allow-Methods", methods);
    header_is(&answer, "Access-Control-Allow-Headers", preflight_rows[_i].headers);
    header_is(&answer, "Access-Control-Max-Age", methods == NULL ? NONE : "7200");
    header_is(&answer, "WWW-Authenticate", answer.status == 401 ? "Negotiate" : NONE);
    header_is(&answer, "Vary", "Origin, Access-Control-Request-Method, Authorization, Cookie");
    ck_assert(answer.status == 401 || answer.body_size == 0);
}
END_TEST

/* What the first leg of a handshake left behind goes with a preflight between the legs, as with every other request. */
START_TEST(a_preflight_ends_a_handshake)
{
    struct wire_answer answer;
    int fd = wire_connect(site.port);
    ck_assert(
        wire_send(fd, "GET /who HTTP/1.1\r\n" HOST "Authorization: Negotiate YmVnaW46YWxpY2Uu\r\n\r\n"));
    ck_assert(wire_read(fd, false, &answer));
    ck_assert_int_eq(answer.status, 401);
    header_is(&answer, "WWW-Authenticate", "Negotiate bW9yZQ==");
    ck_assert(wire_send(fd, "OPTIONS /who HTTP/1.1\r\n" HOST ASKS("GET") "Origin: " GOOD "\r\n\r\n"));
    ck_assert(wire_read(fd, true, &answer));
    ck_assert_int_eq(answer.status, 204);
    ck_assert(wire_send(fd, "GET /who HTTP/1.1\r\n" HOST "Authorization: Negotiate ZW5k\r\n\r\n"));
    ck_assert(wire_read(fd, false, &answer));
    ck_assert_int_eq(answer.status, 401);
    header_is(&answer, "WWW-Authenticate", "Negotiate");
    ck_assert_int_eq(close(fd), 0);
}
END_TEST

/* Without a list there is no CORS at all. */
START_TEST(nobody_is_let_in_by_default)
{
    struct wire_answer answer;
    struct server_settings settings = site_settings();
    site_start(&settings, &site);
    ask("GET", "/open", "Origin: " GOOD "\r\n", &answer);
    ck_assert_int_eq(answer.status, 200);
    ck_assert_ptr_null(strstr(answer.head, "Access-Control"));
    ask("OPTIONS", "/who", ASKS("GET") "Origin: " GOOD "\r\n", &answer);
    ck_assert_int_eq(answer.status, 401);
    ck_assert_ptr_null(strstr(answer.head, "Access-Control-Allow"));
    site_stop(&site);
}
END_TEST

/* Of a server that goes by "h" and "[::1]". */
static const struct {
    const char *request;
    int status;
} host_rows[] = {
    {"GET /who HTTP/1.1\r\nHost: h\r\n" ALICE, 200},
    {"GET /who HTTP/1.1\r\nHost: H:8080\r\n" ALICE, 200},
    {"GET /who HTTP/1.1\r\nHost: [::1]:1\r\n" ALICE, 200},
    {"GET /who HTTP/1.1\r\nHost: h\r\n", 401},
    {"GET /who HTTP/1.1\r\nHost: evil.example\r\n" ALICE, 403},
    {"GET /who HTTP/1.1\r\nHost: evil.example\r\nOrigin: http://evil.example\r\n" ALICE, 403},
    {"GET /who HTTP/1.1\r\nHost: h\r\nOrigin: http://evil.example\r\n" ALICE,
     200}, /* whose page cannot read it */
    {"POST /begin HTTP/1.1\r\nHost: evil.example\r\nOrigin: http://evil.example\r\nContent-Length: 0\r\n" ALICE,
     403},
    {"POST /begin HTTP/1.1\r\nHost: h\r\nOrigin: http://h\r\nContent-Length: 0\r\n" ALICE, 200},
    {"GET /who HTTP/1.1\r\nHost: evil.example\r\n", 403},     /* nobody is asked for a ticket */
    {"GET /nowhere HTTP/1.1\r\nHost: evil.example\r\n", 403}, /* nor told what there is */
    {"OPTIONS /who HTTP/1.1\r\nHost: evil.example\r\nOrigin: " GOOD
     "\r\nAccess-Control-Request-Method: GET\r\n",
     403},
    {"OPTIONS /who HTTP/1.1\r\nHost: h\r\nOrigin: " GOOD "\r\nAccess-Control-Request-Method: GET\r\n", 204},
    {"GET /who HTTP/1.0\r\n" ALICE, 403},
    {"GET /open HTTP/1.1\r\nHost: evil.example\r\n", 200}, /* the same for everybody */
};

START_TEST(other_names_are_refused)
{
    struct server_settings settings = site_settings();
    struct wire_answer answer;
    arena_init(&arena, 10000);
    ck_assert_ptr_null(origin_list_add(&settings.origins, &arena, GOOD));
    ck_assert_ptr_null(host_list_add(&settings.hosts, &arena, "h"));
    ck_assert_ptr_null(host_list_add(&settings.hosts, &arena, "[::1]"));
    site_start(&settings, &site);
    for (size_t i = 0; i < sizeof host_rows / sizeof host_rows[0]; i++) {
        int fd = wire_connect(site.port);
        ck_assert(wire_send(fd, host_rows[i].request));
        ck_assert(wire_send(fd, "Connection: close\r\n\r\n"));
        ck_assert(wire_read(fd, false, &answer));
        ck_assert_msg(answer.status == host_rows[i].status, "%d for %s", answer.status, host_rows[i].request);
        ck_assert_int_eq(close(fd), 0);
    }
    stop();
}
END_TEST

/* Nor does a handshake go on behind a name that the server does not go by. */
START_TEST(another_name_ends_a_handshake)
{
    struct server_settings settings = site_settings();
    struct wire_answer answer;
    arena_init(&arena, 10000);
    ck_assert_ptr_null(host_list_add(&settings.hosts, &arena, "h"));
    site_start(&settings, &site);
    int fd = wire_connect(site.port);
    ck_assert(
        wire_send(fd, "GET /who HTTP/1.1\r\n" HOST "Authorization: Negotiate YmVnaW46YWxpY2Uu\r\n\r\n"));
    ck_assert(wire_read(fd, false, &answer));
    header_is(&answer, "WWW-Authenticate", "Negotiate bW9yZQ==");
    ck_assert(wire_send(fd, "GET /who HTTP/1.1\r\nHost: evil.example\r\n\r\n"));
    ck_assert(wire_read(fd, false, &answer));
    ck_assert_int_eq(answer.status, 403);
    ck_assert(wire_send(fd, "GET /who HTTP/1.1\r\n" HOST "Authorization: Negotiate ZW5k\r\n\r\n"));
    ck_assert(wire_read(fd, false, &answer));
    ck_assert_int_eq(answer.status, 401);
    ck_assert_int_eq(close(fd), 0);
    stop();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("server_cors");
    TCase *tests = tcase_create("server_cors");
    TCase *alone = tcase_create("alone");
    tcase_set_timeout(tests, 60);
    tcase_add_unchecked_fixture(tests, start, stop);
    tcase_add_loop_test(tests, page_row, 0, (int)(sizeof page_rows / sizeof page_rows[0]));
    tcase_add_loop_test(tests, preflight_row, 0, (int)(sizeof preflight_rows / sizeof preflight_rows[0]));
    tcase_add_test(tests, a_preflight_ends_a_handshake);
    tcase_add_test(alone, nobody_is_let_in_by_default);
    tcase_add_test(alone, other_names_are_refused);
    tcase_add_test(alone, another_name_ends_a_handshake);
    suite_add_tcase(suite, tests);
    suite_add_tcase(suite, alone);
    return suite_run(suite);
}
