/* session: the life of sessions in the running service: who is who, what a change of privileges turns, what a foreign page may
 * not do. The rows run in order on three sessions: two of admin's, one of alice's. */
#include "integration/visitor.h"
#include "support/suite.h"

#include <string.h>

enum { FIRST, SECOND, ALICES, SESSIONS };

static struct fixture fixture;
static char tokens[SESSIONS][VISITOR_TOKEN_MAX];

#define SYSTEM_SECURITY                                                                                      \
    "{\"securityDescriptor\": \"O:BAG:BAD:(A;;FA;;;BA)\", \"desiredAccess\": \"ACCESS_SYSTEM_SECURITY\","    \
    " \"objectType\": \"file\""
#define CHECK         SYSTEM_SECURITY "}"
#define CHECK_ENABLED SYSTEM_SECURITY ", \"enablePrivileges\": [\"SeSecurityPrivilege\"]}"
#define BOTH          "{\"privileges\": [\"SeSecurityPrivilege\", \"SeBackupPrivilege\"]"
#define YES           "{\"allowed\": true, \"privilegesUsed\": [\"SeSecurityPrivilege\"]}"
#define NO            "{\"allowed\": false, \"win32Error\": 1314}"
#define ADMINS        "{\"user\": {\"sid\": \"" FIXTURE_DOMAIN "-1106\"}}"
#define ALICE_IS      "{\"user\": {\"sid\": \"" FIXTURE_DOMAIN "-1104\"}}"
#define MASKED        "{\"type\": \"urn:ntokend:problem:forbidden\", \"missingAccess\": {\"$absent\": true}}"

struct row {
    const char *name;
    enum visitor_proof by;
    int session; /* or the person, for a ticket alone */
    const char *method;
    const char *target;
    const char *body;
    const char *type;
    const char *header;
    long status;
    const char *expected;
};

static const struct row rows[] = {
    {"whose it is", BY_BEARER, FIRST, "GET", "/session", NULL, NULL, NULL, 200,
     "{\"user\": {\"sid\": \"" FIXTURE_DOMAIN "-1106\", \"name\": \"MINT\\\\admin\"}, \"idleTimeout\": 900}"},
    {"by cookie", BY_COOKIE, ALICES, "GET", "/session", NULL, NULL, NULL, 200, ALICE_IS},
    {"the token of the session", BY_BEARER, FIRST, "GET", "/token", NULL, NULL, NULL, 200, ADMINS},
    {"both the same", BY_BOTH, ALICES, "GET", "/token", NULL, NULL, NULL, 200, ALICE_IS},
    {"a guard in a session", BY_BEARER, FIRST, "GET", "/token/primary", NULL, NULL, NULL, 200, NULL},
    {"a guard that refuses", BY_BEARER, ALICES, "GET", "/token/primary", NULL, NULL, NULL, 403,
     "{\"missingAccess\": {\"mask\": \"0x00000001\", \"rights\": [\"ROUTE_CALL\"]}}"},
    {"without a session", BY_TICKET, ALICE, "GET", "/session", NULL, NULL, NULL, 409,
     "{\"type\": \"urn:ntokend:problem:conflict\", \"detail\": {\"$contains\": \"POST /session\"}}"},
    {"nothing to end", BY_TICKET, ALICE, "DELETE", "/session", NULL, NULL, NULL, 409, NULL},
    {"nothing to change", BY_TICKET, ADMIN, "PATCH", "/privileges", "{\"disableAll\": true}", NULL, NULL, 409,
     "{\"detail\": {\"$contains\": \"POST /session\"}}"},
    {"a session of a session", BY_BEARER, FIRST, "POST", "/session", NULL, NULL, NULL, 409, NULL},
    {"a query for it", BY_BEARER, FIRST, "GET", "/session?a=b", NULL, NULL, NULL, 400, NULL},

    {"before", BY_BEARER, FIRST, "POST", "/access-check", CHECK, NULL, NULL, 200, YES},
    {"held", BY_BEARER, FIRST, "POST", "/privileges/check", BOTH ", \"all\": true}", NULL, NULL, 200,
     "{\"held\": true, \"privileges\": [{\"name\": \"SeSecurityPrivilege\", \"attributes\": {\"$has\": "
     "[\"ENABLED\", \"USED_FOR_ACCESS\"]}}, {\"name\": \"SeBackupPrivilege\"}]}"},
    {"dropped", BY_BEARER, FIRST, "PATCH", "/privileges", "{\"disable\": [\"SeSecurityPrivilege\"]}", NULL,
     NULL, 200,
     "{\"previousState\": [{\"name\": \"SeSecurityPrivilege\", \"attributes\": {\"$has\": [\"ENABLED\"]}}],"
     " \"notAllAssigned\": false, \"win32Error\": {\"$absent\": true}}"},
    {"the check turned", BY_BEARER, FIRST, "POST", "/access-check", CHECK, NULL, NULL, 200, NO},
    {"by cookie too", BY_COOKIE, FIRST, "POST", "/access-check", CHECK, NULL, NULL, 200, NO},
    {"in this session alone", BY_BEARER, SECOND, "POST", "/access-check", CHECK, NULL, NULL, 200, YES},
    {"not for a ticket", BY_TICKET, ADMIN, "POST", "/access-check", CHECK, NULL, NULL, 200, YES},
    {"not all are enabled", BY_BEARER, FIRST, "POST", "/privileges/check", BOTH "}", NULL, NULL, 200,
     "{\"held\": false, \"privileges\": [{\"attributes\": [\"ENABLED_BY_DEFAULT\"]}, {\"attributes\": {\"$has\": "
     "[\"USED_FOR_ACCESS\"]}}]}"},
    {"one is", BY_BEARER, FIRST, "POST", "/privileges/check", BOTH ", \"all\": false}", NULL, NULL, 200,
     "{\"held\": true}"},
    {"a refusal as a status", BY_BEARER, FIRST, "POST", "/privileges/check?onDeny=403", BOTH "}", NULL, NULL,
     403, "{\"held\": false}"},
    {"for one request", BY_BEARER, FIRST, "POST", "/access-check", CHECK_ENABLED, NULL, NULL, 200, YES},
    {"for one request, asked", BY_BEARER, FIRST, "POST", "/privileges/check",
     BOTH ", \"enablePrivileges\": [\"SeSecurityPrivilege\"]}", NULL, NULL, 200,
     "{\"held\": true, \"notAllAssigned\": false}"},
    {"and no longer", BY_BEARER, FIRST, "POST", "/access-check", CHECK, NULL, NULL, 200, NO},
    {"enabled", BY_BEARER, FIRST, "PATCH", "/privileges", "{\"enable\": [\"SeSecurityPrivilege\"]}", NULL,
     NULL, 200, "{\"previousState\": [{\"name\": \"SeSecurityPrivilege\"}]}"},
    {"turned back", BY_BEARER, FIRST, "POST", "/access-check", CHECK, NULL, NULL, 200, YES},
    {"all off", BY_BEARER, FIRST, "PATCH", "/privileges", "{\"disableAll\": true}", NULL, NULL, 200,
     "{\"privileges\": {\"$has\": [{\"name\": \"SeSecurityPrivilege\", \"attributes\": [\"ENABLED_BY_DEFAULT\"]}]}}"},
    {"removed", BY_BEARER, FIRST, "PATCH", "/privileges",
     "{\"remove\": [\"SeSecurityPrivilege\"], \"enable\": [\"SeBackupPrivilege\"]}", NULL, NULL, 200,
     "{\"previousState\": [{\"name\": \"SeBackupPrivilege\"}], \"notAllAssigned\": false}"},
    {"for good", BY_BEARER, FIRST, "PATCH", "/privileges", "{\"enable\": [\"SeSecurityPrivilege\"]}", NULL,
     NULL, 200,
     "{\"previousState\": [], \"notAllAssigned\": true, \"win32Error\": 1300,"
     " \"win32ErrorName\": \"ERROR_NOT_ALL_ASSIGNED\"}"},
    {"also for one request", BY_BEARER, FIRST, "POST", "/access-check", CHECK_ENABLED, NULL, NULL, 200,
     "{\"allowed\": false, \"win32Error\": 1314, \"notAllAssigned\": true}"},
    {"not held, and the other", BY_BEARER, FIRST, "POST", "/privileges/check", BOTH "}", NULL, NULL, 200,
     "{\"held\": false, \"privileges\": [{\"attributes\": []}, {\"attributes\": {\"$has\": [\"ENABLED\"]}}]}"},
    {"alice never had it", BY_BEARER, ALICES, "PATCH", "/privileges",
     "{\"enable\": [\"SeSecurityPrivilege\"]}", NULL, NULL, 200, "{\"notAllAssigned\": true}"},

    {"nothing of all", BY_BEARER, ALICES, "POST", "/privileges/check", "{\"privileges\": []}", NULL, NULL,
     200, "{\"held\": true, \"privileges\": []}"},
    {"nothing of any", BY_BEARER, ALICES, "POST", "/privileges/check", "{\"privileges\": [], \"all\": false}",
     NULL, NULL, 200, "{\"held\": false}"},
    {"a what-if", BY_BEARER, ALICES, "POST", "/privileges/check",
     BOTH
     ", \"subject\": {\"token\": {\"user\": \"BA\", \"integrityLevel\": \"HI\", \"privileges\": [\"SeSecurityPrivilege\", "
     "\"SeBackupPrivilege\"]}}}",
     NULL, NULL, 200, "{\"held\": true, \"hypothetical\": true}"},
    {"not below High", BY_BEARER, ALICES, "POST", "/privileges/check",
     "{\"privileges\": [\"SeBackupPrivilege\"], \"enablePrivileges\": [\"SeBackupPrivilege\"], \"subject\": "
     "{\"token\": {\"user\": \"BA\", \"integrityLevel\": \"ME\", \"privileges\": [\"SeBackupPrivilege\"]}}}",
     NULL, NULL, 200, "{\"held\": false}"},
    {"nobody may know", BY_BEARER, ALICES, "POST", "/privileges/check",
     BOTH ", \"subject\": {\"token\": {\"user\": \"BA\", \"impersonationLevel\": \"anonymous\"}}}", NULL,
     NULL, 422, "{\"win32Error\": 1346, \"pointer\": \"/subject/token/impersonationLevel\"}"},
    {"no privileges", BY_BEARER, ALICES, "POST", "/privileges/check", "{}", NULL, NULL, 400,
     "{\"pointer\": \"/privileges\"}"},
    {"no such privilege", BY_BEARER, ALICES, "POST", "/privileges/check", "{\"privileges\": [\"SeNone\"]}",
     NULL, NULL, 400, "{\"pointer\": \"/privileges/0\"}"},
    {"all is no word", BY_BEARER, ALICES, "POST", "/privileges/check", BOTH ", \"all\": 1}", NULL, NULL, 400,
     "{\"pointer\": \"/all\"}"},
    {"a form", BY_BEARER, ALICES, "POST", "/privileges/check", "a=b", "application/x-www-form-urlencoded",
     NULL, 415, NULL},
    {"a form for the change", BY_BEARER, ALICES, "PATCH", "/privileges", "a=b", "text/plain", NULL, 415,
     NULL},
    {"no change", BY_BEARER, ALICES, "PATCH", "/privileges", "{}", NULL, NULL, 400, "{\"pointer\": \"\"}"},
    {"no change said", BY_BEARER, ALICES, "PATCH", "/privileges", "{\"disableAll\": false}", NULL, NULL, 400,
     NULL},
    {"all and some", BY_BEARER, ALICES, "PATCH", "/privileges", "{\"disableAll\": true, \"enable\": []}",
     NULL, NULL, 400, "{\"pointer\": \"/disableAll\"}"},
    {"on and off", BY_BEARER, ALICES, "PATCH", "/privileges",
     "{\"enable\": [\"SeBackupPrivilege\"], \"disable\": [\"SeBackupPrivilege\"]}", NULL, NULL, 400,
     "{\"pointer\": \"/disable\"}"},
    {"on and away", BY_BEARER, ALICES, "PATCH", "/privileges",
     "{\"enable\": [\"SeBackupPrivilege\"], \"remove\": [\"SeBackupPrivilege\"]}", NULL, NULL, 400,
     "{\"pointer\": \"/remove\"}"},
    {"off and away", BY_BEARER, ALICES, "PATCH", "/privileges",
     "{\"disable\": [\"SeBackupPrivilege\"], \"remove\": [\"SeBackupPrivilege\"]}", NULL, NULL, 400,
     "{\"pointer\": \"/remove\"}"},

    {"a foreign page with a cookie", BY_COOKIE, FIRST, "POST", "/access-check", CHECK, NULL,
     "Origin: http://evil:1", 403, MASKED},
    {"a page without an origin", BY_COOKIE, FIRST, "POST", "/access-check", CHECK, NULL, "Origin: null", 403,
     MASKED},
    {"a foreign page with a ticket", BY_TICKET, ADMIN, "POST", "/session", NULL, NULL,
     "Origin: http://evil:1", 403, MASKED},
    {"a foreign page that ends", BY_COOKIE, FIRST, "DELETE", "/session", NULL, NULL, "Origin: http://evil:1",
     403, MASKED},
    {"a page of our own", BY_COOKIE, SECOND, "POST", "/access-check", CHECK, NULL,
     "Origin: http://localhost:%u", 200, YES},
    {"a page of another port", BY_COOKIE, SECOND, "POST", "/access-check", CHECK, NULL,
     "Origin: http://localhost:1%u", 403, MASKED},
    {"reading changes nothing", BY_COOKIE, SECOND, "GET", "/token", NULL, NULL, "Origin: http://evil:1", 200,
     ADMINS},
    {"a bearer token is no browser's", BY_BEARER, SECOND, "POST", "/access-check", CHECK, NULL,
     "Origin: http://evil:1", 200, YES},
    {"a form with a cookie", BY_COOKIE, SECOND, "POST", "/access-check", "a=b", "text/plain", NULL, 403,
     MASKED},
    {"no type with a cookie", BY_COOKIE, SECOND, "POST", "/access-check", CHECK, "", NULL, 403, MASKED},
    {"no type and no body with a cookie", BY_COOKIE, SECOND, "POST", "/session", NULL, NULL, NULL, 403,
     MASKED},
    {"ending with a form", BY_COOKIE, SECOND, "DELETE", "/session", "a=b", "text/plain", NULL, 403, MASKED},
    {"ending with a body of no type", BY_COOKIE, SECOND, "DELETE", "/session", "{}", "", NULL, 403, MASKED},
    {"ending with chunks of no type", BY_COOKIE, SECOND, "DELETE", "/session", "{}", "",
     "Transfer-Encoding: chunked", 403, MASKED},
    {"ending with two types", BY_COOKIE, SECOND, "DELETE", "/session", "{}", NULL, "Content-Type: text/plain",
     403, MASKED},
    {"a session by cookie cannot open one", BY_COOKIE, SECOND, "POST", "/session", "{}", NULL, NULL, 409,
     NULL},
    {"the ticket counts", BY_TICKET_AND_COOKIE, SECOND, "GET", "/token", NULL, NULL, NULL, 200, ALICE_IS},

    {"another cookie beside it", BY_BEARER, FIRST, "GET", "/token", NULL, NULL, "Cookie: ntokend=x", 401,
     NULL},
    {"the cookie twice", BY_COOKIE, FIRST, "GET", "/token", NULL, NULL, "Cookie: ntokend=x", 401, NULL},
    {"a stranger's token", BY_NOBODY, 0, "GET", "/token", NULL, NULL,
     "Authorization: Bearer AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 401, NULL},
    {"a stranger's cookie", BY_NOBODY, 0, "GET", "/token", NULL, NULL,
     "Cookie: ntokend=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 401, NULL},
    {"the cookie of TLS", BY_NOBODY, 0, "GET", "/token", NULL, NULL,
     "Cookie: __Host-ntokend=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 401, NULL},
    {"no token", BY_NOBODY, 0, "GET", "/token", NULL, NULL, "Authorization: Bearer", 401, NULL},

    {"ended", BY_COOKIE, SECOND, "DELETE", "/session", NULL, NULL, "Content-Length: 0", 204, NULL},
    {"gone", BY_COOKIE, SECOND, "GET", "/session", NULL, NULL, NULL, 401, NULL},
    {"gone for good", BY_BEARER, SECOND, "DELETE", "/session", NULL, NULL, NULL, 401, NULL},
    {"the other one lives", BY_BEARER, FIRST, "GET", "/session", NULL, NULL, NULL, 200, ADMINS},
    {"ended by its bearer", BY_BEARER, FIRST, "DELETE", "/session", NULL, NULL, NULL, 204, NULL},
    {"that one too", BY_BEARER, FIRST, "PATCH", "/privileges", "{\"disableAll\": true}", NULL, NULL, 401,
     NULL},
};

START_TEST(session_row)
{
    const struct row *row = &rows[_i];
    bool ticket = row->by == BY_TICKET;
    const struct visit visit = {.by = row->by,
                                .person = ticket ? (enum fixture_person)row->session : ALICE,
                                .token = tokens[ticket ? 0 : row->session],
                                .method = row->method,
                                .target = row->target,
                                .body = row->body,
                                .type = row->type,
                                .header = row->header};
    json_auto_t *expected = row->expected == NULL ? NULL : json_loads(row->expected, 0, NULL);
    ck_assert(row->expected == NULL || expected != NULL);
    AUTO_ANSWER answer;
    visitor_send(&fixture, &visit, &answer);
    fixture_expect(row->name, &answer, row->status, expected);
    const char *challenge = client_header(&answer, "www-authenticate");
    if (row->status == 401)
        ck_assert_str_eq(challenge, "Negotiate");
}
END_TEST

/* What is told once, and to nobody else. */
START_TEST(opened)
{
    AUTO_ANSWER answer;
    const struct visit visit = {.by = BY_TICKET, .person = ALICE, .method = "POST", .target = "/session"};
    visitor_send(&fixture, &visit, &answer);
    fixture_expect("open", &answer, 201, NULL);
    const char *token = json_string_value(json_object_get(answer.json, "token"));
    const char *cookie = client_header(&answer, "set-cookie");
    ck_assert_uint_eq(strlen(token), 43);
    ck_assert_uint_eq(json_object_size(answer.json), 3);
    ck_assert_ptr_nonnull(cookie);
    ck_assert_int_eq(strncmp(cookie, "ntokend=", 8), 0);
    ck_assert_int_eq(strncmp(cookie + 8, token, 43), 0);
    ck_assert_ptr_nonnull(strstr(cookie, "; Path=/; Max-Age=28800;")); /* as long as a session may be */
    ck_assert_ptr_nonnull(strstr(cookie, "; HttpOnly; SameSite=Strict"));
    ck_assert(!service_log_has(&fixture.service, token));
    visitor_open(&fixture, ADMIN, tokens[FIRST]);
    visitor_open(&fixture, ADMIN, tokens[SECOND]);
    visitor_open(&fixture, ALICE, tokens[ALICES]);
}
END_TEST

START_TEST(the_log_keeps_tokens)
{
    for (size_t i = 0; i < SESSIONS; i++)
        ck_assert(!service_log_has(&fixture.service, tokens[i]));
    ck_assert(service_log_has(&fixture.service, "\"by\":\"cookie\""));
}
END_TEST

START_TEST(service_ends_well)
{
    ck_assert(fixture_close(&fixture));
}
END_TEST

int main(void)
{
    static const char *const options[] = {"--domain-sid", FIXTURE_DOMAIN, NULL};
    fixture_open(&fixture, "session", options);
    Suite *suite = suite_create("session");
    TCase *tests = tcase_create("session");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, opened);
    tcase_add_loop_test(tests, session_row, 0, (int)(sizeof rows / sizeof rows[0]));
    tcase_add_test(tests, the_log_keeps_tokens);
    tcase_add_test(tests, service_ends_well);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
