/* metrics: what /metrics says is what was done. openmetrics_check.py reads what was recorded with a strict parser. */
#include "integration/samples.h"
#include "integration/visitor.h"
#include "support/pause.h"
#include "support/suite.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#define FR "O:BAG:BAD:(A;;FR;;;AU)"

enum { WAIT_STEPS = 100, STEP_MS = 50 };

static struct fixture fixture;

static void post(enum fixture_person person, const char *target, const char *body, long status)
{
    AUTO_ANSWER answer;
    const struct visit visit = {
        .by = BY_TICKET, .person = person, .method = "POST", .target = target, .body = body};
    visitor_send(&fixture, &visit, &answer);
    ck_assert_msg(answer.status == status, "%s %s: %ld %s", target, body, answer.status, answer.body);
}

static void get_with(const char *target, const char *header, const char *ccache, long status)
{
    const char *const headers[] = {header, NULL};
    const struct client_request request = {
        .method = "GET", .target = target, .ccache = ccache, .headers = header == NULL ? NULL : headers};
    AUTO_ANSWER answer;
    ck_assert(client_send(&fixture.client, &request, &answer));
    ck_assert_msg(answer.status == status, "%s: %ld %s", target, answer.status, answer.body);
}

#define CHECK(sddl_, more_)                                                                                  \
    "{\"securityDescriptor\":\"" sddl_                                                                       \
    "\",\"objectType\":\"file\",\"desiredAccess\":[\"FILE_READ_DATA\"]" more_ "}"
#define WHAT_IF ",\"subject\":{\"token\":{\"user\":\"S-1-5-21-1-2-3-1001\",\"groups\":[\"S-1-5-11\"]}}"
#define DENIED  "O:BAG:BAD:(A;;FR;;;BG)"
#define BY_TYPE ",\"objectTypes\":[{\"level\":0,\"guid\":\"bf967aba-0de6-11d0-a285-00aa003049e2\"}]"

static void check_allowed(void)
{
    post(ALICE, "/access-check", CHECK(FR, ""), 200);
}

static void check_denied(void)
{
    post(ALICE, "/access-check?onDeny=403", CHECK(DENIED, ""), 403);
}

static void check_failed(void)
{
    post(ALICE, "/access-check", CHECK("D:(A;;FR;;;AU)", ""), 422);
}

static void check_by_type(void)
{
    post(ALICE, "/access-check", CHECK(FR, BY_TYPE), 200);
}

static void check_what_if(void)
{
    post(ALICE, "/access-check", CHECK(FR, WHAT_IF), 200);
}

#define ITEM(sddl_)                                                                                          \
    "{\"securityDescriptor\":\"" sddl_ "\",\"objectType\":\"file\",\"desiredAccess\":[\"FILE_READ_DATA\"]}"

static void check_batch(void)
{
    post(ALICE, "/access-check/batch", "{\"checks\":[" ITEM(FR) "," ITEM(FR) "," ITEM(DENIED) ",{}]}", 200);
}

static void check_privileges(void)
{
    post(ALICE, "/privileges/check", "{\"privileges\":[\"SeChangeNotifyPrivilege\"]}", 200);
    post(ALICE, "/privileges/check?onDeny=403", "{\"privileges\":[\"SeTcbPrivilege\"]}", 403);
}

static void guarded(void)
{
    get_with("/token/primary", NULL, fixture_ccache(&fixture, ALICE), 403);
}

static void nothing_shown(void)
{
    get_with("/token", NULL, NULL, 401);
}

static void unknown_session(void)
{
    get_with("/token", "Authorization: Bearer AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", NULL, 401);
}

static void malformed_credentials(void)
{
    get_with("/token", "Authorization: Basic YTpi", NULL, 401);
}

static void malformed_token(void)
{
    get_with("/token", "Authorization: Negotiate YWJj", NULL, 401);
}

static void expired_ticket(void)
{
    const struct mint_order order = {.starts_in = -7200, .ends_in = -3600};
    get_with("/token", NULL, fixture_forge(&fixture, BOB, &order, "old.ccache"), 401);
}

static void accepted_ticket(void)
{
    get_with("/token", NULL, fixture_ccache(&fixture, ALICE), 200);
}

static void foreign_page(void)
{
    AUTO_ANSWER answer;
    const struct visit visit = {.by = BY_TICKET,
                                .person = ALICE,
                                .method = "POST",
                                .target = "/access-check",
                                .body = CHECK(FR, ""),
                                .header = "Origin: http://elsewhere.example"};
    visitor_send(&fixture, &visit, &answer);
    ck_assert_int_eq(answer.status, 403);
}

static void no_route(void)
{
    get_with("/livez/S-1-5-21-1-2-3-1001", NULL, fixture_ccache(&fixture, ALICE), 404);
}

static void head_of_a_route(void)
{
    const struct client_request request = {.method = "HEAD", .target = "/livez"};
    AUTO_ANSWER answer;
    ck_assert(client_send(&fixture.client, &request, &answer));
    ck_assert_int_eq(answer.status, 200);
}

static void too_large(void)
{
    static char text[65537];
    const struct client_request request = {.method = "POST",
                                           .target = "/access-check",
                                           .body = text,
                                           .body_size = sizeof text,
                                           .ccache = fixture_ccache(&fixture, ALICE)};
    AUTO_ANSWER answer;
    memset(text, ' ', sizeof text);
    ck_assert(client_send(&fixture.client, &request, &answer));
    ck_assert_int_eq(answer.status, 413);
}

static void open_session(void)
{
    char token[VISITOR_TOKEN_MAX];
    visitor_open(&fixture, BOB, token);
}

static void use_and_end_session(void)
{
    char token[VISITOR_TOKEN_MAX];
    AUTO_ANSWER used;
    AUTO_ANSWER ended;
    visitor_open(&fixture, BOB, token);
    visitor_send(&fixture,
                 &(struct visit){.by = BY_BEARER, .token = token, .method = "GET", .target = "/token"},
                 &used);
    ck_assert_int_eq(used.status, 200);
    visitor_send(&fixture,
                 &(struct visit){.by = BY_BEARER, .token = token, .method = "DELETE", .target = "/session"},
                 &ended);
    ck_assert_int_eq(ended.status, 204);
}

static void reload(void)
{
    ck_assert_int_eq(kill(fixture.service.pid, SIGHUP), 0);
}

static void reload_nothing(void)
{
    char path[SERVICE_PATH_SIZE];
    char aside[SERVICE_PATH_SIZE];
    (void)snprintf(path, sizeof path, "%s/" MINT_KEYTAB, fixture.folder.path);
    (void)snprintf(aside, sizeof aside, "%s/aside.keytab", fixture.folder.path);
    ck_assert_int_eq(rename(path, aside), 0);
    for (int i = 0; i < WAIT_STEPS && samples_now(&fixture, "ntokend_ready") != 0; i++)
        pause_ms(STEP_MS);
    ck_assert(samples_now(&fixture, "ntokend_file_usable{file=\"keytab\"}") == 0);
    ck_assert_int_eq(rename(aside, path), 0);
    for (int i = 0; i < WAIT_STEPS && samples_now(&fixture, "ntokend_ready") != 1; i++)
        pause_ms(STEP_MS);
    ck_assert(samples_now(&fixture, "ntokend_file_usable{file=\"keytab\"}") == 1);
}

#define DECISION(kind_, subject_, in_, outcome_)                                                             \
    "ntokend_decisions_total{kind=\"" kind_ "\",subject=\"" subject_ "\",in=\"" in_ "\",outcome=\"" outcome_ \
    "\"}"
#define REQUESTS(route_, method_, status_)                                                                   \
    "ntokend_http_requests_total{route=\"" route_ "\",method=\"" method_ "\",status=\"" status_ "\"}"
#define HANDSHAKES(outcome_, reason_)                                                                        \
    "ntokend_handshakes_total{outcome=\"" outcome_ "\",reason=\"" reason_ "\"}"

/* What is done, and by how much a sample grows. */
static const struct {
    void (*act)(void);
    const char *sample;
    double growth;
} rows[] = {
    {check_allowed, DECISION("access-check", "caller", "request", "allowed"), 1},
    {check_allowed, DECISION("access-check", "caller", "request", "denied"), 0},
    {check_allowed, REQUESTS("/access-check", "POST", "200"), 1},
    {check_allowed, "ntokend_http_request_duration_seconds_count{route=\"/access-check\",method=\"POST\"}",
     1},
    {check_allowed, "ntokend_http_request_body_bytes_total", sizeof CHECK(FR, "") - 1},
    {check_denied, DECISION("access-check", "caller", "request", "denied"), 1},
    {check_denied, DECISION("access-check", "caller", "request", "allowed"), 0},
    {check_denied, REQUESTS("/access-check", "POST", "403"), 1},
    {check_failed, DECISION("access-check", "caller", "request", "failed"), 1},
    {check_failed, REQUESTS("/access-check", "POST", "422"), 1},
    {check_by_type, DECISION("access-check-by-type", "caller", "request", "allowed"), 1},
    {check_by_type, DECISION("access-check", "caller", "request", "allowed"), 0},
    {check_what_if, DECISION("access-check", "described", "request", "allowed"), 1},
    {check_batch, DECISION("access-check", "caller", "batch", "allowed"), 2},
    {check_batch, DECISION("access-check", "caller", "batch", "denied"), 1},
    {check_batch, DECISION("access-check", "caller", "request", "allowed"), 0},
    {check_privileges, DECISION("privilege-check", "caller", "request", "allowed"), 1},
    {check_privileges, DECISION("privilege-check", "caller", "request", "denied"), 1},
    {guarded, "ntokend_guard_refusals_total", 1},
    {guarded, REQUESTS("/token/primary", "GET", "403"), 1},
    {nothing_shown, "ntokend_unauthenticated_requests_total{reason=\"nothing\"}", 1},
    {nothing_shown, REQUESTS("/token", "GET", "401"), 1},
    {unknown_session, "ntokend_unauthenticated_requests_total{reason=\"unknown-session\"}", 1},
    {malformed_credentials, "ntokend_unauthenticated_requests_total{reason=\"malformed\"}", 1},
    {malformed_token, HANDSHAKES("refused", "malformed"), 1},
    {expired_ticket, HANDSHAKES("refused", "expired"), 1},
    {expired_ticket, HANDSHAKES("accepted", "ok"), 0},
    {accepted_ticket, HANDSHAKES("accepted", "ok"), 1},
    {foreign_page, "ntokend_origin_refusals_total", 1},
    {no_route, REQUESTS("none", "GET", "404"), 1},
    {head_of_a_route, REQUESTS("/livez", "HEAD", "200"), 1},
    {head_of_a_route, REQUESTS("/livez", "GET", "200"), 0},
    {open_session, "ntokend_sessions_opened_total", 1},
    {open_session, "ntokend_sessions_open", 1},
    {use_and_end_session, "ntokend_sessions_open", 0},
    {use_and_end_session, "ntokend_sessions_ended_total{reason=\"closed\"}", 1},
    {use_and_end_session, "ntokend_session_uses_total", 2},
    {accepted_ticket, "ntokend_audit_events_total{outcome=\"durable\"}", 2}, /* 4624 and 4627 */
    {accepted_ticket, "ntokend_answer_hold_duration_seconds_count", 1},
    {accepted_ticket, "ntokend_answers_held", 0},
    {accepted_ticket, "ntokend_audit_queue_events", 0},
    {reload, "ntokend_file_loads_total{file=\"keytab\",outcome=\"ok\"}", 1},
    {reload_nothing, "ntokend_file_loads_total{file=\"keytab\",outcome=\"failed\"}", 1},
    {too_large, "ntokend_limit_refusals_total{limit=\"body_bytes_max\"}", 1},
};

/* Until the only request under way is the one that asks. */
static void wait_for_rest(void)
{
    for (int i = 0; i < WAIT_STEPS && samples_now(&fixture, "ntokend_http_requests_under_way") > 1; i++)
        pause_ms(STEP_MS);
}

/* Another thread may end the request that the client has the answer of. */
START_TEST(a_sample_grows)
{
    wait_for_rest();
    const double before = samples_now(&fixture, rows[_i].sample);
    rows[_i].act();
    double growth = samples_now(&fixture, rows[_i].sample) - before;
    for (int i = 0; i < WAIT_STEPS && growth < rows[_i].growth; i++) {
        pause_ms(STEP_MS);
        growth = samples_now(&fixture, rows[_i].sample) - before;
    }
    ck_assert_msg(growth == rows[_i].growth, "%s grew from %g by %g", rows[_i].sample, before, growth);
}
END_TEST

START_TEST(not_on_the_others)
{
    const struct client_request request = {.method = "GET", .target = "/metrics"};
    AUTO_ANSWER answer;
    ck_assert(client_send(&fixture.client, &request, &answer));
    fixture_expect("metrics", &answer, 404, NULL);
}
END_TEST

START_TEST(service_ends_well)
{
    ck_assert(fixture_close(&fixture));
}
END_TEST

int main(void)
{
    char url[FOLDER_PATH_SIZE + sizeof "sqlite:/audit.db"];
    struct folder folder;
    folder_make(&folder);
    (void)snprintf(url, sizeof url, "sqlite:%s/audit.db", folder.path);
    fixture_open(&fixture, "metrics",
                 (const char *const[]){"--body-bytes-max", "65536", "--audit", url, "--listen-health",
                                       "127.0.0.1:0", NULL});
    samples_find_port(&fixture);
    Suite *suite = suite_create("metrics");
    TCase *tests = tcase_create("metrics");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, a_sample_grows, 0, (int)(sizeof rows / sizeof rows[0]));
    tcase_add_test(tests, not_on_the_others);
    tcase_add_test(tests, service_ends_well);
    suite_add_tcase(suite, tests);
    const int status = suite_run(suite);
    folder_remove(&folder);
    return status;
}
