/* redaction: secrets in every place of a request, and strange bytes, and what the log then holds: none of them, and whole lines of JSON. */
#include "integration/visitor.h"
#include "integration/wire.h"
#include "support/pause.h"
#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECRET "SeCrEt"
#define HEAD   "Host: h\r\n"
#define TRACE  "0af7651916cd43dd8448eb211c80319c"

enum { LOG_MAX = 4 << 20, WAIT_STEPS = 100, STEP_MS = 50 };

static struct fixture fixture;
static char text[LOG_MAX];

static void read_log(void)
{
    FILE *file = fopen(fixture.service.log, "re");
    ck_assert_ptr_nonnull(file);
    const size_t size = fread(text, 1, sizeof text - 1, file);
    text[size] = 0;
    ck_assert_int_eq(fclose(file), 0);
}

/* The log once it tells of the request with this id. */
static void wait_for(const char *id)
{
    char words[64];
    (void)snprintf(words, sizeof words, "\"event\":\"request\",\"id\":\"%s\"", id);
    read_log();
    for (int i = 0; i < WAIT_STEPS && strstr(text, words) == NULL; i++) {
        pause_ms(STEP_MS);
        read_log();
    }
    ck_assert_msg(strstr(text, words) != NULL, "%s is not in %s", words, text);
}

static const char *const requests[] = {
    "GET /" SECRET " HTTP/1.1\r\n" HEAD,
    "GET /token/" SECRET "%22%0a%00 HTTP/1.1\r\n" HEAD,
    "GET /livez%0a{%22level%22:%22error%22}" SECRET " HTTP/1.1\r\n" HEAD,
    "GET /livez%1b[31m%ff%fe" SECRET " HTTP/1.1\r\n" HEAD,
    "GET /token?" SECRET "=1&token=" SECRET " HTTP/1.1\r\n" HEAD,
    "GET /" SECRET "?" SECRET " HTTP/1.1\r\n" HEAD,
    SECRET " /livez HTTP/1.1\r\n" HEAD,
    "GET /livez HTTP/1.1\r\nHost: " SECRET "\r\n",
    "GET /token HTTP/1.1\r\n" HEAD "Authorization: " SECRET "\r\n",
    "GET /token HTTP/1.1\r\n" HEAD "Authorization: Basic " SECRET "\r\n",
    "GET /token HTTP/1.1\r\n" HEAD "Authorization: Bearer " SECRET "\r\n",
    "GET /token HTTP/1.1\r\n" HEAD "Authorization: Negotiate " SECRET "\r\n",
    "GET /token HTTP/1.1\r\n" HEAD "Authorization: Negotiate U2VDckV0U2VDckV0\r\n",
    "GET /token HTTP/1.1\r\n" HEAD "Authorization: Negotiate " SECRET "\r\nAuthorization: Bearer " SECRET
    "\r\n",
    "GET /token HTTP/1.1\r\n" HEAD "Cookie: ntokend-session=" SECRET "; other=" SECRET "\r\n",
    "GET /livez HTTP/1.1\r\n" HEAD "User-Agent: " SECRET "\r\nReferer: http://" SECRET "/\r\nX-" SECRET
    ": 1\r\n",
    "GET /livez HTTP/1.1\r\n" HEAD "Accept: " SECRET "\r\nOrigin: http://" SECRET "\r\n",
    "GET /livez HTTP/1.1\r\n" HEAD "X-Forwarded-For: " SECRET "\r\nForwarded: for=" SECRET "\r\n",
    "GET /livez HTTP/1.1\r\n" HEAD "traceparent: " SECRET "\r\ntracestate: " SECRET "=" SECRET "\r\n",
    "GET /livez HTTP/1.1\r\n" HEAD "traceparent: 00-" TRACE
    "-b7ad6b7169203331-01\r\ntracestate: secret=" SECRET "\r\n",
    "GET /livez HTTP/1.1\r\n" HEAD "X-Request-Id: " SECRET "\"\r\n",
    "GET /livez HTTP/1.1\r\n" HEAD "X-Request-Id: " SECRET " " SECRET "\r\n",
    "GET /livez HTTP/1.1\r\n" HEAD "Transfer-Encoding: " SECRET "\r\n",
    "POST /access-check HTTP/1.1\r\n" HEAD "Content-Type: text/" SECRET "\r\nContent-Length: 6\r\n",
    "GET /livez HTTP/" SECRET "\r\n" HEAD,
    SECRET "\r\n",
};

/* Each is ended by a request that is known in the log, on a connection of its own. */
START_TEST(a_place)
{
    char request[2048];
    char id[32];
    struct wire_answer answer;
    int fd = wire_connect(fixture.service.port);
    (void)snprintf(request, sizeof request, "%s\r\n" SECRET, requests[_i]);
    ck_assert(wire_send(fd, request));
    (void)wire_read(fd, false, &answer); /* some are no HTTP: then the connection just ends */
    ck_assert_int_eq(close(fd), 0);
    (void)snprintf(id, sizeof id, "after-%d", _i);
    (void)snprintf(request, sizeof request, "GET /livez HTTP/1.1\r\n" HEAD "X-Request-Id: %s\r\n\r\n", id);
    fd = wire_connect(fixture.service.port);
    ck_assert(wire_send(fd, request));
    ck_assert(wire_read(fd, false, &answer));
    ck_assert_int_eq(answer.status, 200);
    ck_assert_int_eq(close(fd), 0);
    wait_for(id);
    ck_assert_msg(strstr(text, SECRET) == NULL, "%s: %s", requests[_i], strstr(text, SECRET));
}
END_TEST

static const char *const bodies[] = {
    SECRET,
    "{\"" SECRET "\":1}",
    "{\"securityDescriptor\":\"" SECRET "\",\"objectType\":\"file\",\"desiredAccess\":[\"FILE_READ_DATA\"]}",
    "{\"securityDescriptor\":\"O:BAG:BAD:(XA;;FR;;;AU;(@USER." SECRET
    "==1))\",\"objectType\":\"file\",\"desiredAccess\":[\"FILE_READ_DATA\"]}",
    "{\"securityDescriptor\":\"O:BAG:BAD:(A;;FR;;;AU)\",\"objectType\":\"" SECRET
    "\",\"desiredAccess\":[\"" SECRET "\"]}",
};

START_TEST(a_body_and_a_ticket)
{
    AUTO_ANSWER answer;
    const struct visit visit = {.by = BY_TICKET,
                                .person = ALICE,
                                .method = "POST",
                                .target = "/access-check",
                                .body = bodies[_i],
                                .header = "X-Request-Id: with-a-body"};
    visitor_send(&fixture, &visit, &answer);
    wait_for("with-a-body");
    ck_assert_ptr_null(strstr(text, SECRET));
    ck_assert_ptr_null(strstr(text, "YII")); /* how every ticket begins in base64 */
}
END_TEST

static void use_session(enum visitor_proof by, const char *token, const char *header)
{
    AUTO_ANSWER answer;
    const struct visit visit = {
        .by = by, .token = token, .method = "GET", .target = "/token", .header = header};
    visitor_send(&fixture, &visit, &answer);
    ck_assert_int_eq(answer.status, 200);
}

START_TEST(a_session)
{
    char token[VISITOR_TOKEN_MAX];
    visitor_open(&fixture, BOB, token);
    use_session(BY_BEARER, token, "X-Request-Id: by-bearer");
    use_session(BY_COOKIE, token, "X-Request-Id: by-cookie");
    wait_for("by-bearer");
    wait_for("by-cookie");
    ck_assert_ptr_null(strstr(text, token));
    ck_assert_ptr_nonnull(strstr(text, "\"by\":\"cookie\""));
}
END_TEST

static const struct {
    const char *id;
    const char *headers;
    const char *says;
} trace_rows[] = {
    {"traced", "traceparent: 00-" TRACE "-b7ad6b7169203331-01\r\n",
     "\"trace_id\":\"" TRACE "\",\"parent_id\":\"b7ad6b7169203331\",\"trace_flags\":1}"},
    {"stated", "traceparent: 00-" TRACE "-b7ad6b7169203331-00\r\ntracestate: a=1,b=2\r\n",
     "\"trace_id\":\"" TRACE
     "\",\"parent_id\":\"b7ad6b7169203331\",\"trace_flags\":0,\"tracestate_members\":2}"},
    {"unsound", "traceparent: 00-" TRACE "-b7ad6b7169203331\r\ntracestate: a=1\r\n",
     "\"parent_id\":null,\"trace_flags\":0}"},
    {"twice",
     "traceparent: 00-" TRACE "-b7ad6b7169203331-01\r\ntraceparent: 00-" TRACE "-b7ad6b7169203331-01\r\n",
     "\"parent_id\":null,\"trace_flags\":0}"},
    {"none", "", "\"parent_id\":null,\"trace_flags\":0}"},
};

START_TEST(a_trace)
{
    char request[512];
    char value[256];
    struct wire_answer answer;
    int fd = wire_connect(fixture.service.port);
    (void)snprintf(request, sizeof request, "GET /livez HTTP/1.1\r\n" HEAD "X-Request-Id: %s\r\n%s\r\n",
                   trace_rows[_i].id, trace_rows[_i].headers);
    ck_assert(wire_send(fd, request));
    ck_assert(wire_read(fd, false, &answer));
    ck_assert(!wire_header(&answer, "traceparent", value, sizeof value));
    ck_assert(!wire_header(&answer, "tracestate", value, sizeof value));
    ck_assert_int_eq(close(fd), 0);
    wait_for(trace_rows[_i].id);
    (void)snprintf(value, sizeof value, "\"id\":\"%s\"", trace_rows[_i].id);
    char *line = strstr(text, value);
    line[strcspn(line, "\n")] = 0;
    ck_assert_msg(strstr(line, trace_rows[_i].says) != NULL, "%s", line);
}
END_TEST

/* A ticket that is refused: the answer says nothing, the line of the request a code. */
START_TEST(a_reason)
{
    const struct mint_order order = {.starts_in = -7200, .ends_in = -3600};
    static const char *const headers[] = {"X-Request-Id: expired-one", NULL};
    const struct client_request request = {.method = "GET",
                                           .target = "/token",
                                           .ccache = fixture_forge(&fixture, BOB, &order, "old.ccache"),
                                           .headers = headers};
    AUTO_ANSWER answer;
    ck_assert(client_send(&fixture.client, &request, &answer));
    ck_assert_int_eq(answer.status, 401);
    ck_assert_ptr_null(strstr(answer.body, "expired"));
    wait_for("expired-one");
    ck_assert_ptr_nonnull(strstr(text, "\"reason\":\"expired\"}"));
}
END_TEST

/* In the end: every line is JSON, and has what a line must have. */
START_TEST(every_line_is_whole)
{
    size_t count = 0;
    read_log();
    ck_assert(fixture_close(&fixture));
    for (const char *at = text; strchr(at, '\n') != NULL; count++) {
        const size_t size = strcspn(at, "\n");
        json_error_t error;
        json_auto_t *line = json_loadb(at, size, JSON_REJECT_DUPLICATES, &error);
        ck_assert_msg(line != NULL, "%s: %.*s", error.text, (int)size, at);
        ck_assert(json_is_string(json_object_get(line, "time")) &&
                  json_is_string(json_object_get(line, "level")) &&
                  json_is_string(json_object_get(line, "event")));
        at += size + 1;
    }
    ck_assert_uint_gt(count, 30);
}
END_TEST

int main(void)
{
    fixture_open(&fixture, "redaction", NULL);
    Suite *suite = suite_create("redaction");
    TCase *tests = tcase_create("redaction");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, a_place, 0, (int)(sizeof requests / sizeof requests[0]));
    tcase_add_loop_test(tests, a_body_and_a_ticket, 0, (int)(sizeof bodies / sizeof bodies[0]));
    tcase_add_test(tests, a_session);
    tcase_add_loop_test(tests, a_trace, 0, (int)(sizeof trace_rows / sizeof trace_rows[0]));
    tcase_add_test(tests, a_reason);
    tcase_add_test(tests, every_line_is_whole);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
