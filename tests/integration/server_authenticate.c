/* Whose request is it? Every failure is the same 401, and an identity never outlives its request. */
#include "site.h"
#include "support/suite.h"
#include "wire.h"

#include "base/base64.h"

#include <stdio.h>
#include <unistd.h>

#define REFUSAL                                                                                              \
    "{\"type\":\"urn:ntokend:problem:unauthenticated\",\"title\":\"Authentication is needed\",\"status\":401}"

static struct site site;

static void start(void)
{
    struct server_settings settings = site_settings();
    site_start(&settings, &site);
}

static void stop(void)
{
    site_stop(&site);
}

/* Asks for /who with these lines of headers. */
static void ask(int fd, const char *lines, struct wire_answer *ret)
{
    char request[2048];
    int size = snprintf(request, sizeof request, "GET /who HTTP/1.1\r\nHost: h\r\n%s\r\n", lines);
    ck_assert(size > 0 && (size_t)size < sizeof request);
    ck_assert(wire_send(fd, request));
    ck_assert(wire_read(fd, false, ret));
}

/* The same with a Negotiate token of plain text; NULL for no Authorization at all. */
static void ask_as(int fd, const char *token, struct wire_answer *ret)
{
    AUTO_ARENA arena;
    arena_init(&arena, 10000);
    const char *lines = "";
    if (token != NULL)
        lines = arena_printf(&arena, "Authorization: Negotiate %s\r\n",
                             base64_encode(&arena, bytes_of_string(token)));
    ask(fd, lines, ret);
}

static void is_refused(const struct wire_answer *answer)
{
    char challenge[256];
    ck_assert_int_eq(answer->status, 401);
    ck_assert(wire_header(answer, "WWW-Authenticate", challenge, sizeof challenge));
    ck_assert_str_eq(challenge, "Negotiate");
    ck_assert_str_eq(answer->body, REFUSAL);
}

static void is_answered_for(const struct wire_answer *answer, const char *name)
{
    char body[128];
    char challenge[256];
    char mutual[256];
    AUTO_ARENA arena;
    arena_init(&arena, 10000);
    (void)snprintf(body, sizeof body, "{\"name\":\"%s\",\"path\":\"/who\"}", name);
    ck_assert_int_eq(answer->status, 200);
    ck_assert_str_eq(answer->body, body);
    (void)snprintf(mutual, sizeof mutual, "mutual:%s", name);
    (void)snprintf(body, sizeof body, "Negotiate %s", base64_encode(&arena, bytes_of_string(mutual)));
    ck_assert(wire_header(answer, "WWW-Authenticate", challenge, sizeof challenge));
    ck_assert_str_eq(challenge, body);
}

/* YWxpY2U= is alice, Ym9i is bob, bm9sb2dvbg== is nologon, ZW5k is end. */
static const char *const refused_rows[] = {
    "",
    "Authorization:\r\n",
    "Authorization: \r\n",
    "Authorization: Negotiate\r\n",
    "Authorization: Negotiate \r\n",
    "Authorization: Negotiate ====\r\n",
    "Authorization: Negotiate YWxpY2U\r\n",
    "Authorization: Negotiate YWxpY2U==\r\n",
    "Authorization: Negotiate YWxp Y2U=\r\n",
    "Authorization: Negotiate YWxpY2U=,\r\n",
    "Authorization: Negotiate *garbage*\r\n",
    "Authorization: Negotiate YWxpY2UA\r\n",
    "Authorization: Negotiate ZW5k\r\n",
    "Authorization: Negotiate bm9sb2dvbg==\r\n",
    "Authorization: Negotiate\tYWxpY2U=\r\n",
    "Authorization: NegotiateYWxpY2U=\r\n",
    "Authorization: NegotiateX YWxpY2U=\r\n",
    "Authorization: YWxpY2U=\r\n",
    "Authorization: Basic YWxpY2U6cGFzc3dvcmQ=\r\n",
    "Authorization: Bearer YWxpY2U=\r\n",
    "Authorization: NTLM TlRMTVNTUAABAAAA\r\n",
    "Authorization: Kerberos YWxpY2U=\r\n",
    "Authorization: Negotiate YWxpY2U=\r\nAuthorization: Negotiate YWxpY2U=\r\n",
    "Authorization: Negotiate YWxpY2U=\r\nAuthorization: Negotiate Ym9i\r\n",
    "Authorization: Basic eDp5\r\nauthorization: Negotiate YWxpY2U=\r\n",
    "Authorization: Negotiate Ym9i\r\nAuthorization:\r\n",
    "Proxy-Authorization: Negotiate YWxpY2U=\r\n",
    "X-Remote-User: alice\r\n",
    "Cookie: session=alice\r\n",
};

START_TEST(refused_row)
{
    struct wire_answer answer;
    int fd = wire_connect(site.port);
    ask(fd, refused_rows[_i], &answer);
    is_refused(&answer);
    /* and the connection is as good as new */
    ask_as(fd, "alice", &answer);
    is_answered_for(&answer, "alice");
    ask(fd, refused_rows[_i], &answer);
    is_refused(&answer);
    ck_assert_int_eq(close(fd), 0);
}
END_TEST

static const char *const accepted_rows[] = {
    "Authorization: Negotiate YWxpY2U=\r\n",
    "authorization: NEGOTIATE YWxpY2U=\r\n",
    "AUTHORIZATION: negotiate    YWxpY2U=\r\n",
};

START_TEST(accepted_row)
{
    struct wire_answer answer;
    int fd = wire_connect(site.port);
    ask(fd, accepted_rows[_i], &answer);
    is_answered_for(&answer, "alice");
    ck_assert_int_eq(close(fd), 0);
}
END_TEST

/* Requests on one connection, in order; each is answered for its own caller or refused. */
static const struct {
    const char *token; /* NULL: none */
    const char *name;  /* NULL: refused */
} mixed_rows[] = {
    {"alice", "alice"}, {"bob", "bob"}, {NULL, NULL},   {"alice", "alice"},
    {"nobody", NULL},   {NULL, NULL},   {"bob", "bob"}, {"end", NULL},
    {"nologon", NULL},  {NULL, NULL},   {"bob", "bob"}, {"alice", "alice"},
};

START_TEST(users_on_one_connection_never_mix)
{
    struct wire_answer answer;
    int fd = wire_connect(site.port);
    for (size_t i = 0; i < sizeof mixed_rows / sizeof mixed_rows[0]; i++) {
        ask_as(fd, mixed_rows[i].token, &answer);
        if (mixed_rows[i].name == NULL)
            is_refused(&answer);
        else
            is_answered_for(&answer, mixed_rows[i].name);
    }
    ck_assert_int_eq(close(fd), 0);
}
END_TEST

START_TEST(pipelined_users_never_mix)
{
    static const char requests[] = "GET /who HTTP/1.1\r\nHost: h\r\nAuthorization: Negotiate YWxpY2U=\r\n\r\n"
                                   "GET /who HTTP/1.1\r\nHost: h\r\n\r\n"
                                   "GET /who HTTP/1.1\r\nHost: h\r\nAuthorization: Negotiate Ym9i\r\n\r\n";
    struct wire_answer answer;
    int fd = wire_connect(site.port);
    ck_assert(wire_send(fd, requests));
    ck_assert(wire_read(fd, false, &answer));
    is_answered_for(&answer, "alice");
    ck_assert(wire_read(fd, false, &answer));
    is_refused(&answer);
    ck_assert(wire_read(fd, false, &answer));
    is_answered_for(&answer, "bob");
    ck_assert_int_eq(close(fd), 0);
}
END_TEST

static void begin(int fd, const char *token)
{
    struct wire_answer answer;
    char challenge[256];
    ask_as(fd, token, &answer);
    ck_assert_int_eq(answer.status, 401);
    ck_assert(wire_header(&answer, "WWW-Authenticate", challenge, sizeof challenge));
    ck_assert_str_eq(challenge, "Negotiate bW9yZQ==");
    ck_assert_str_eq(answer.body, REFUSAL);
}

START_TEST(two_legs_make_one_caller)
{
    struct wire_answer answer;
    int fd = wire_connect(site.port);
    begin(fd, "begin:bob");
    ask_as(fd, "end", &answer);
    is_answered_for(&answer, "bob");
    ask_as(fd, "end", &answer);
    is_refused(&answer);
    ck_assert_int_eq(close(fd), 0);
}
END_TEST

/* With a body, which nobody stores before its sender is known, the connection and the handshake survive. */
START_TEST(two_legs_with_a_body)
{
    static const char leg[] =
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 4\r\n"
        "Authorization: Negotiate %s\r\n\r\n[17]";
    struct wire_answer answer;
    char request[512];
    int fd = wire_connect(site.port);
    (void)snprintf(request, sizeof request, leg, "YmVnaW46Ym9i");
    ck_assert(wire_send(fd, request));
    ck_assert(wire_read(fd, false, &answer));
    ck_assert_int_eq(answer.status, 401);
    (void)snprintf(request, sizeof request, leg, "ZW5k");
    ck_assert(wire_send(fd, request));
    ck_assert(wire_read(fd, false, &answer));
    ck_assert_int_eq(answer.status, 200);
    ck_assert_str_eq(answer.body, "[17]");
    ck_assert_int_eq(close(fd), 0);
}
END_TEST

/* What comes between the legs of bob's handshake ends it. */
static const char *const between_rows[] = {
    "GET /who HTTP/1.1\r\nHost: h\r\n\r\n",
    "GET /open HTTP/1.1\r\nHost: h\r\n\r\n",
    "GET /nowhere HTTP/1.1\r\nHost: h\r\n\r\n",
    "PUT /open HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n",
    "GET /who HTTP/1.1\r\nHost: h\r\nAuthorization: Negotiate YWxpY2U=\r\n\r\n",
    "GET /who HTTP/1.1\r\nHost: h\r\nAuthorization: Negotiate Z2FyYmFnZQ==\r\n\r\n",
    "GET /who HTTP/1.1\r\nHost: h\r\nAuthorization: Negotiate *\r\n\r\n",
    "GET /who HTTP/1.1\r\nHost: h\r\nAuthorization: Basic eDp5\r\n\r\n",
};

START_TEST(a_request_between_the_legs_ends_the_handshake)
{
    struct wire_answer answer;
    int fd = wire_connect(site.port);
    begin(fd, "begin:bob");
    ck_assert(wire_send(fd, between_rows[_i]));
    ck_assert(wire_read(fd, false, &answer));
    ask_as(fd, "end", &answer);
    is_refused(&answer);
    ck_assert_int_eq(close(fd), 0);
}
END_TEST

START_TEST(a_handshake_stays_on_its_connection)
{
    struct wire_answer answer;
    int first = wire_connect(site.port);
    int second = wire_connect(site.port);
    begin(first, "begin:bob");
    ask_as(second, "end", &answer);
    is_refused(&answer);
    begin(second, "begin:alice");
    ask_as(first, "end", &answer);
    is_answered_for(&answer, "bob");
    ck_assert_int_eq(close(first), 0);
    ask_as(second, "end", &answer);
    is_answered_for(&answer, "alice");
    begin(second, "begin:alice"); /* left half done: site_stop finds what leaks */
    ck_assert_int_eq(close(second), 0);
}
END_TEST

START_TEST(the_guard_refuses_who_is_known)
{
    struct wire_answer answer;
    int fd = wire_connect(site.port);
    ask_as(fd, "mallory", &answer);
    ck_assert_int_eq(answer.status, 403);
    ck_assert_ptr_nonnull(strstr(answer.body, "urn:ntokend:problem:forbidden"));
    ask_as(fd, "alice", &answer);
    is_answered_for(&answer, "alice");
    ck_assert_int_eq(close(fd), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("server_authenticate");
    TCase *tests = tcase_create("server_authenticate");
    tcase_add_checked_fixture(tests, start, stop);
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, refused_row, 0, (int)(sizeof refused_rows / sizeof refused_rows[0]));
    tcase_add_loop_test(tests, accepted_row, 0, (int)(sizeof accepted_rows / sizeof accepted_rows[0]));
    tcase_add_test(tests, users_on_one_connection_never_mix);
    tcase_add_test(tests, pipelined_users_never_mix);
    tcase_add_test(tests, two_legs_make_one_caller);
    tcase_add_test(tests, two_legs_with_a_body);
    tcase_add_loop_test(tests, a_request_between_the_legs_ends_the_handshake, 0,
                        (int)(sizeof between_rows / sizeof between_rows[0]));
    tcase_add_test(tests, a_handshake_stays_on_its_connection);
    tcase_add_test(tests, the_guard_refuses_who_is_known);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
