/* scarce: each allocation in the way of a request fails in turn, once and from then on, in a server with a real platform and a log:
 * the answer is the right one or none, nothing is lost, and afterwards all is as it was. */
#include "integration/fixture.h"
#include "scarcity.h"
#include "wire.h"

#include "api/service.h"
#include "base/base64.h"
#include "bench/tokens.h"
#include "http/server.h"
#include "support/pause.h"
#include "support/subset.h"
#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    REQUEST_MAX = 1 << 16,
    BEARER_MAX = 64,
    TOKEN_MAX = 1 << 15,
    ALLOCATIONS_MAX = 5000,
    TRIES = 100,
    FEWER = 8,
    TRY_MS = 100
};

#define DROP                                                                                                 \
    "{\"subsystem\":\"build\",\"objectTypeName\":\"Share\",\"objectName\":\"drop\",\"handleId\":\"0x1f4\"}"

enum proof { IN_SESSION, WITH_TICKET, AS_NOBODY };

static const struct row {
    const char *line;
    const char *body;
    enum proof proof;
    enum fixture_person person;
    int status;
    const char *expected; /* fits the answer */
    bool undo;            /* a change that is to be taken back before the next try */
} rows[] = {
    {"POST /access-check",
     "{\"securityDescriptor\":\"O:BAG:BAD:(D;;FW;;;AU)(A;;FA;;;BA)\",\"desiredAccess\":[\"FILE_READ_DATA\","
     "\"FILE_WRITE_DATA\"],\"objectType\":\"file\",\"explain\":true}",
     IN_SESSION, ADMIN, 200,
     "{\"allowed\":false,\"win32Error\":5,\"explanation\":{\"rights\":[{\"right\":\"FILE_READ_DATA\",\"granted\":"
     "true},{\"right\":\"FILE_WRITE_DATA\",\"granted\":false}],\"aces\":{\"$size\":2}}}",
     false},
    {"POST /access-check/batch",
     "{\"objectType\":\"file\",\"checks\":[{\"securityDescriptor\":\"O:BAG:BAD:(A;;FA;;;BA)\",\"desiredAccess\":1},"
     "{\"securityDescriptor\":\"O:BAG:BAD:(D;;FA;;;BA)\",\"desiredAccess\":1},{\"desiredAccess\":1}]}",
     IN_SESSION, ADMIN, 200,
     "{\"results\":[{\"allowed\":true},{\"allowed\":false,\"win32Error\":5},{\"problem\":{\"status\":400}}]}",
     false},
    {"POST /access-check",
     "{\"securityDescriptor\":\"O:BAG:BAD:(A;;FR;;;AU)S:(AU;SAFA;FA;;;WD)\",\"desiredAccess\":[\"FILE_WRITE_DATA\"],"
     "\"objectType\":\"file\",\"audit\":" DROP "}",
     IN_SESSION, ADMIN, 200, "{\"allowed\":false,\"win32Error\":5,\"events\":{\"$size\":1}}", false},
    {"POST /access-check",
     "{\"securityDescriptor\":\"O:BAG:BAD:(XA;;FA;;;AU;(@USER.ad://ext/department Contains \\\"ops\\\"))\","
     "\"desiredAccess\":[\"FILE_READ_DATA\"],\"objectType\":\"file\"}",
     WITH_TICKET, ALICE, 200, "{\"allowed\":true,\"grantedAccess\":{\"mask\":\"0x00000001\"}}", false},
    {"POST /access-check",
     "{\"securityDescriptor\":\"O:BAG:BAD:(XD;;FA;;;AU;(@USER.ad://ext/department Contains \\\"ops\\\"))(A;;FA;;;AU)\","
     "\"desiredAccess\":[\"FILE_READ_DATA\"],\"objectType\":\"file\"}",
     WITH_TICKET, ALICE, 200, "{\"allowed\":false,\"win32Error\":5}", false},
    {"PATCH /privileges", "{\"disable\":[\"SeSecurityPrivilege\"]}", IN_SESSION, ADMIN, 200,
     "{\"previousState\":[{\"name\":\"SeSecurityPrivilege\"}],\"notAllAssigned\":false}", true},
    {"POST /privileges/check", "{\"privileges\":[\"SeSecurityPrivilege\"]}", IN_SESSION, ADMIN, 200,
     "{\"held\":true}", false},
    {"POST /session", NULL, WITH_TICKET, BOB, 201, "{\"user\":{\"sid\":\"" FIXTURE_DOMAIN "-1105\"}}", true},
    {"GET /token", NULL, WITH_TICKET, ADMIN, 200, "{\"user\":{\"sid\":\"" FIXTURE_DOMAIN "-1106\"}}", false},
    {"GET /token/primary", NULL, WITH_TICKET, BOB, 403, "{\"type\":\"urn:ntokend:problem:forbidden\"}",
     false},
    {"GET /token", NULL, AS_NOBODY, BOB, 401, "{\"type\":\"urn:ntokend:problem:unauthenticated\"}", false},
    {"GET /audit?limit=5&text=drop", NULL, IN_SESSION, ADMIN, 200,
     "{\"events\":{\"$any\":true},\"next\":{\"$any\":true}}", false} /* a page may be short */,
    {"POST /security-descriptor", "{\"securityDescriptor\":\"O:BAG:BAD:(A;;FA;;;BA)\"}", IN_SESSION, ADMIN,
     200, "{\"sddl\":\"O:BAG:BAD:(A;;FA;;;BA)\"}", false},
};
enum { ROWS = sizeof rows / sizeof rows[0] };

static struct fixture fixture;
static struct platform *platform;
static struct service service;
static struct tokens *tickets[FIXTURE_PERSONS];
static char bearer[BEARER_MAX];

static const char *proof_of(const struct row *row)
{
    static char line[TOKEN_MAX];
    AUTO_ARENA arena;
    arena_init(&arena, 2 * (size_t)TOKEN_MAX);
    line[0] = '\0';
    if (row->proof == IN_SESSION)
        (void)snprintf(line, sizeof line, "Authorization: Bearer %s\r\n", bearer);
    else if (row->proof == WITH_TICKET)
        (void)snprintf(line, sizeof line, "Authorization: Negotiate %s\r\n",
                       base64_encode(&arena, tokens_next(tickets[row->person])));
    return line;
}

/* On a connection of its own. False when there is no answer. */
static bool ask(const struct row *row, struct wire_answer *ret)
{
    static char request[REQUEST_MAX];
    char body[96] = "";
    if (row->body != NULL)
        (void)snprintf(body, sizeof body, "Content-Type: application/json\r\nContent-Length: %zu\r\n",
                       strlen(row->body));
    (void)snprintf(request, sizeof request, "%s HTTP/1.1\r\nHost: h\r\nConnection: close\r\n%s%s\r\n%s",
                   row->line, proof_of(row), body, row->body == NULL ? "" : row->body);
    int fd = wire_connect(server_port(service.server, 0));
    bool answered = wire_send(fd, request) && wire_read(fd, false, ret);
    ck_assert_int_eq(close(fd), 0);
    return answered;
}

static bool is_right(const struct row *row, const struct wire_answer *answer)
{
    char where[512];
    json_auto_t *expected = json_loads(row->expected, 0, NULL);
    json_auto_t *given = json_loads(answer->body, 0, NULL);
    ck_assert_ptr_nonnull(expected);
    return answer->status == row->status && given != NULL && subset_fits(expected, given, where);
}

/* An item of a batch may say by itself that there was no memory for it; then the others must be right, and none may be more than that. */
static bool is_right_in_part(const struct row *row, const struct wire_answer *answer)
{
    json_auto_t *expected = json_loads(row->expected, 0, NULL);
    json_auto_t *given = json_loads(answer->body, 0, NULL);
    const json_t *wanted = json_object_get(expected, "results");
    const json_t *results = json_object_get(given, "results");
    bool right = wanted != NULL && json_array_size(wanted) == json_array_size(results);
    for (size_t i = 0; right && i < json_array_size(wanted); i++) {
        char where[512];
        json_t *item = json_array_get(results, i);
        const json_t *status = json_object_get(json_object_get(item, "problem"), "status");
        right = json_integer_value(status) == 503 || subset_fits(json_array_get(wanted, i), item, where);
    }
    return right;
}

static bool is_gone(const struct row *row, const struct wire_answer *answer)
{
    return row->proof == IN_SESSION && answer->status == 401;
}

static bool is_an_error(const struct wire_answer *answer)
{
    return (answer->status == 500 || answer->status == 503) && strstr(answer->body, "\"allowed\"") == NULL &&
           strstr(answer->body, "\"token\"") == NULL;
}

static void open_session(void)
{
    static const struct row row = {"POST /session", NULL, WITH_TICKET, ADMIN, 201, "{}", false};
    struct wire_answer answer;
    ck_assert(ask(&row, &answer));
    json_auto_t *opened = json_loads(answer.body, 0, NULL);
    const char *token = json_string_value(json_object_get(opened, "token"));
    ck_assert_ptr_nonnull(token);
    (void)snprintf(bearer, sizeof bearer, "%s", token);
}

/* A change that could not be recorded has ended its session. */
static void expect_right(const struct row *row)
{
    struct wire_answer answer = {0};
    for (int i = 0; i < TRIES; i++) { /* the log may be down for a moment, after memory was for longer */
        bool answered = ask(row, &answer);
        if (answered && is_right(row, &answer))
            return;
        if (answered && is_gone(row, &answer))
            open_session();
        pause_ms(TRY_MS);
    }
    ck_abort_msg("%s: %d %.1000s", row->line, answer.status, answer.body);
}

static void undo(const struct row *row, const struct wire_answer *answer)
{
    static const struct row enable = {"PATCH /privileges",
                                      "{\"enable\":[\"SeSecurityPrivilege\"]}",
                                      IN_SESSION,
                                      ADMIN,
                                      200,
                                      "{\"notAllAssigned\":false}",
                                      false};
    if (!row->undo)
        return;
    if (row->proof == IN_SESSION) {
        expect_right(&enable);
        return;
    }
    json_auto_t *opened = json_loads(answer->body, 0, NULL);
    const char *token = json_string_value(json_object_get(opened, "token"));
    char end[256];
    struct wire_answer ended;
    if (token == NULL)
        return;
    int fd = wire_connect(server_port(service.server, 0));
    (void)snprintf(end, sizeof end, "DELETE /session HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer %s\r\n\r\n",
                   token);
    ck_assert(wire_send(fd, end) && wire_read(fd, false, &ended));
    ck_assert_int_eq(ended.status, 204);
    ck_assert_int_eq(close(fd), 0);
}

/* How many allocations there were. */
static long try_without(const struct row *row, long nth, bool lasts)
{
    static struct wire_answer answer;
    answer.status = 0;
    answer.body[0] = '\0';
    scarcity_begin(nth, lasts);
    bool answered = ask(row, &answer);
    long count = scarcity_end();
    ck_assert_msg(!answered || is_right(row, &answer) || is_an_error(&answer) ||
                      (answer.status == row->status && is_right_in_part(row, &answer)),
                  "%s without allocation %ld%s: %d %.1000s", row->line, nth, lasts ? " and all after" : "",
                  answer.status, answer.body);
    undo(row, &answer);
    return count;
}

START_TEST(each_in_turn)
{
    static const struct wire_answer none;
    const struct row *row = &rows[_i / 2];
    const bool lasts = _i % 2 != 0;
    long nth = 0;
    expect_right(row);
    undo(row, &none);
    long count = try_without(row, 0, false);
    ck_assert_int_gt(count, 5);
    while (nth < count) { /* those of other threads come and go: as many as there were at the last try */
        nth += lasts ? 1 + nth / FEWER : 1; /* what lasts is much the same from one to the next */
        long now = try_without(row, nth, lasts);
        count = lasts || now < count ? count : now;
        ck_assert_int_lt(count, ALLOCATIONS_MAX);
    }
    ck_assert_int_ge(try_without(row, 0, false), 0); /* and all is as it was */
    printf("# %s: %ld allocations\n", row->line, nth);
}
END_TEST

static void start(void)
{
    static char keytab[FOLDER_PATH_SIZE + 32];
    static char cache[FOLDER_PATH_SIZE + 32];
    static char url[FOLDER_PATH_SIZE + 32];
    (void)snprintf(keytab, sizeof keytab, "%s/" MINT_KEYTAB, fixture.folder.path);
    (void)snprintf(cache, sizeof cache, "%s/rcache2", fixture.folder.path);
    (void)snprintf(url, sizeof url, "sqlite:%s/audit.db", fixture.folder.path);
    const struct platform_settings settings = {
        .keytab = keytab,
        .replay_cache = cache,
        .domain_sid = FIXTURE_DOMAIN,
        .audit = {.store = {.url = url, .queue_max = 4096}, .privilege = true}};
    const struct session_settings bounds = {.max = 1000, .per_user = 1000, .idle_s = 600, .lifetime_s = 600};
    const struct server_settings server = {.listen = {"127.0.0.1:0"},
                                           .listen_count = 1,
                                           .threads = 1,
                                           .connections_max = 100,
                                           .timeout_s = 30,
                                           .header_bytes_max = 128 << 10,
                                           .body_bytes_max = 1 << 20,
                                           .drain_s = 5,
                                           .streams_max = 4};
    ck_assert_int_eq(platform_start(&settings, &platform), ERR_NONE);
    service = (struct service){.platform = platform, .audit_required = true, .batch_max = 1000};
    ck_assert_int_eq(sessions_new(&bounds, &service.sessions), ERR_NONE);
    ck_assert_int_eq(server_new(&server, platform, routes_all(), service.sessions, &service, &service.server),
                     ERR_NONE);
    ck_assert_int_eq(server_start(service.server), ERR_NONE);
    for (enum fixture_person person = 0; person < FIXTURE_PERSONS; person++)
        tickets[person] = tokens_open(fixture_ccache(&fixture, person));
    open_session();
}

static void stop(void)
{
    server_stop(service.server);
    sessions_free(service.sessions);
    platform_stop(platform);
    for (enum fixture_person person = 0; person < FIXTURE_PERSONS; person++)
        tokens_close(tickets[person]);
}

int main(void)
{
    scarcity_exempt();
    fixture_mint(&fixture);
    Suite *suite = suite_create("scarce");
    TCase *tests = tcase_create("scarce");
    tcase_set_timeout(tests, 120);
    tcase_add_unchecked_fixture(tests, start, stop);
    tcase_add_loop_test(tests, each_in_turn, 0, 2 * ROWS);
    suite_add_tcase(suite, tests);
    int status = suite_run(suite);
    fixture_forget(&fixture);
    return status;
}
