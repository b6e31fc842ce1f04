/* session_bounds: sessions that are too many or too old, and guards that the operator wrote. */
#include "integration/visitor.h"
#include "support/pause.h"
#include "support/suite.h"

#include <stdlib.h>

enum { IDLE_S = 4 };

static struct fixture fixture;

static void try_open(enum fixture_person person, struct client_answer *ret)
{
    const struct visit visit = {.by = BY_TICKET, .person = person, .method = "POST", .target = "/session"};
    visitor_send(&fixture, &visit, ret);
}

static void expect_too_many(const struct client_answer *answer, const char *words)
{
    json_auto_t *expected = json_pack("{s:s, s:{s:s}}", "type", "urn:ntokend:problem:too-many-sessions",
                                      "detail", "$contains", words);
    fixture_expect(words, answer, 429, expected);
    ck_assert_str_eq(client_header(answer, "retry-after"), "4");
    ck_assert_ptr_null(client_header(answer, "set-cookie"));
}

static long ask(const char *token)
{
    AUTO_ANSWER answer;
    const struct visit visit = {.by = BY_BEARER, .token = token, .method = "GET", .target = "/session"};
    visitor_send(&fixture, &visit, &answer);
    return answer.status;
}

/* Two for each user, three in all; ended or expired ones make room. */
START_TEST(bounds)
{
    char tokens[3][VISITOR_TOKEN_MAX];
    AUTO_ANSWER third;
    AUTO_ANSWER fourth;
    visitor_open(&fixture, ALICE, tokens[0]);
    visitor_open(&fixture, ALICE, tokens[1]);
    try_open(ALICE, &third);
    expect_too_many(&third, "DELETE /session");
    visitor_open(&fixture, ADMIN, tokens[2]);
    try_open(ADMIN, &fourth);
    expect_too_many(&fourth, "a ticket for each request");
    AUTO_ANSWER ended;
    const struct visit end = {.by = BY_BEARER, .token = tokens[0], .method = "DELETE", .target = "/session"};
    visitor_send(&fixture, &end, &ended);
    ck_assert_int_eq(ended.status, 204);
    visitor_open(&fixture, ALICE, tokens[0]);
    /* used now and then the first one outlives the others */
    for (int i = 0; i < 2 * IDLE_S; i++) {
        ck_assert_int_eq(ask(tokens[0]), 200);
        pause_ms(700);
    }
    ck_assert_int_eq(ask(tokens[0]), 200);
    ck_assert_int_eq(ask(tokens[1]), 401);
    ck_assert_int_eq(ask(tokens[2]), 401);
    visitor_open(&fixture, ADMIN, tokens[1]);
    visitor_open(&fixture, ADMIN, tokens[2]);
}
END_TEST

/* A session never outlives its ticket. */
START_TEST(the_ticket_ends_it)
{
    const struct mint_order order = {.starts_in = -60, .ends_in = 3};
    pause_ms((IDLE_S + 1) * 1000); /* the sessions before are over */
    const struct client_request request = {.method = "POST",
                                           .target = "/session",
                                           .ccache = fixture_forge(&fixture, BOB, &order, "short.ccache")};
    AUTO_ANSWER answer;
    ck_assert(client_send(&fixture.client, &request, &answer));
    ck_assert_msg(answer.status == 201, "%ld %s", answer.status, answer.body);
    const char *token = json_string_value(json_object_get(answer.json, "token"));
    ck_assert_int_eq(ask(token), 200);
    for (int i = 0; i < 6; i++) {
        pause_ms(700);
        (void)ask(token);
    }
    ck_assert_int_eq(ask(token), 401);
}
END_TEST

static const struct {
    enum fixture_person person;
    const char *target;
    long status;
} guard_rows[] = {
    {ALICE, "/token", 403},         {BOB, "/token", 200},   {ADMIN, "/token", 403},
    {ALICE, "/privileges", 200},    {ALICE, "/livez", 200}, {BOB, "/token/primary", 200},
    {ADMIN, "/token/primary", 403},
};

START_TEST(guard_row)
{
    AUTO_ANSWER answer;
    fixture_get(&fixture, guard_rows[_i].person, guard_rows[_i].target, &answer);
    fixture_expect(guard_rows[_i].target, &answer, guard_rows[_i].status, NULL);
}
END_TEST

START_TEST(service_ends_well)
{
    ck_assert(fixture_close(&fixture));
}
END_TEST

static const char bob_alone[] = "GET /token O:SYG:SYD:(A;;CC;;;" FIXTURE_DOMAIN "-1105)";
static const char users_no_more[] = "GET /token/primary O:SYG:SYD:(D;;CC;;;DA)(A;;CC;;;DU)";

int main(void)
{
    static const char *const options[] = {"--domain-sid",
                                          FIXTURE_DOMAIN,
                                          "--session-max",
                                          "3",
                                          "--session-per-user",
                                          "2",
                                          "--session-idle",
                                          "4",
                                          "--guard",
                                          bob_alone,
                                          "--guard",
                                          users_no_more,
                                          NULL};
    fixture_open(&fixture, "session_bounds", options);
    Suite *suite = suite_create("session_bounds");
    TCase *tests = tcase_create("session_bounds");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, bounds);
    tcase_add_test(tests, the_ticket_ends_it);
    tcase_add_loop_test(tests, guard_row, 0, (int)(sizeof guard_rows / sizeof guard_rows[0]));
    tcase_add_test(tests, service_ends_well);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
