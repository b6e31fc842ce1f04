/* rates: the running service with bounds that are soon reached: each is tried on both sides of its edge. */
#include "integration/samples.h"
#include "integration/visitor.h"
#include "support/pause.h"
#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>

enum { BURST = 8, FAILURES_BURST = 10, TRIES_MAX = 60, DEPTH_MAX = 16, MANY = 1 << 20 };

static struct fixture fixture;

static void expect_busy(const struct client_answer *answer)
{
    json_auto_t *expected =
        json_pack("{s:s, s:i}", "type", "urn:ntokend:problem:too-many-requests", "status", 429);
    fixture_expect("busy", answer, 429, expected);
    ck_assert_ptr_nonnull(client_header(answer, "retry-after"));
}

/* Requests until one is 429: so many were not, and all of these had the status. */
static unsigned until_busy(const struct client_request *request, long status)
{
    for (unsigned count = 0; count < TRIES_MAX; count++) {
        AUTO_ANSWER answer;
        ck_assert(client_send(&fixture.client, request, &answer));
        if (answer.status == 429) {
            expect_busy(&answer);
            return count;
        }
        fixture_expect("not busy", &answer, status, NULL);
    }
    ck_abort_msg("never busy");
    return 0;
}

/* With tickets, whose events are written all the same. */
START_TEST(a_user)
{
    const struct client_request request = {
        .method = "GET", .target = "/token", .ccache = fixture_ccache(&fixture, ALICE)};
    AUTO_ANSWER answer;
    ck_assert_uint_ge(until_busy(&request, 200), BURST);
    fixture_get(&fixture, BOB, "/token", &answer);
    fixture_expect("somebody else", &answer, 200, NULL);
}
END_TEST

START_TEST(an_address)
{
    const struct mint_order order = {.foreign_key = true};
    const char *forged = fixture_forge(&fixture, BOB, &order, "forged.ccache");
    const struct client_request request = {.method = "GET", .target = "/token", .ccache = forged};
    unsigned failed = until_busy(&request, 401);
    ck_assert_uint_ge(failed, FAILURES_BURST);
    pause_ms(1100);
    AUTO_ANSWER answer;
    fixture_get(&fixture, ADMIN, "/token", &answer);
    fixture_expect("again", &answer, 200, NULL);
}
END_TEST

/* Who was turned away is in the metrics, by the setting. */
START_TEST(metrics)
{
    static const char *const samples[] = {"ntokend_limit_refusals_total{limit=\"requests_per_second\"}",
                                          "ntokend_limit_refusals_total{limit=\"failures_per_second\"}"};
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++)
        ck_assert(samples_now(&fixture, samples[i]) >= 1);
    ck_assert(samples_now(&fixture, "ntokend_limit_refusals_total{limit=\"handshakes_max\"}") == 0);
}
END_TEST

static void post(const char *body, struct client_answer *ret)
{
    const struct client_request request = {.method = "POST",
                                           .target = "/access-check",
                                           .body = body,
                                           .body_size = strlen(body),
                                           .ccache = fixture_ccache(&fixture, ADMIN)};
    ck_assert(client_send(&fixture.client, &request, ret));
    ck_assert_int_ne(ret->status, 429);
}

/* What is not too deep is refused for what it says. */
START_TEST(depth)
{
    char body[128];
    AUTO_ANSWER deep;
    AUTO_ANSWER deeper;
    json_auto_t *field = json_pack("{s:s}", "type", "urn:ntokend:problem:invalid-field");
    json_auto_t *json = json_pack("{s:s, s:s}", "type", "urn:ntokend:problem:invalid-json", "detail",
                                  "the maximum parsing depth of 16 is exceeded");
    (void)snprintf(body, sizeof body, "{\"desiredAccess\":%.*s%.*s}", DEPTH_MAX - 1, "[[[[[[[[[[[[[[[[[[[[",
                   DEPTH_MAX - 1, "]]]]]]]]]]]]]]]]]]]]");
    post(body, &deep);
    fixture_expect("deep", &deep, 400, field);
    (void)snprintf(body, sizeof body, "{\"desiredAccess\":%.*s%.*s}", DEPTH_MAX, "[[[[[[[[[[[[[[[[[[[[",
                   DEPTH_MAX, "]]]]]]]]]]]]]]]]]]]]");
    post(body, &deeper);
    fixture_expect("deeper", &deeper, 400, json);
}
END_TEST

START_TEST(values)
{
    char *body = malloc(MANY);
    ck_assert_ptr_nonnull(body);
    for (size_t count = 1000; count <= 10000; count *= 10) {
        AUTO_ANSWER answer;
        size_t size = (size_t)snprintf(body, MANY, "{\"desiredAccess\":[[]");
        for (size_t i = 1; i < count; i++)
            size += (size_t)snprintf(body + size, MANY - size, ",[]");
        (void)snprintf(body + size, MANY - size, "]}");
        post(body, &answer);
        fixture_expect("many values", &answer, count == 1000 ? 400 : 413, NULL);
    }
    free(body);
}
END_TEST

int main(void)
{
    const char *const options[] = {"--requests_per_second",
                                   "1",
                                   "--requests_burst",
                                   "8",
                                   "--failures_per_second",
                                   "1",
                                   "--json_depth_max",
                                   "16",
                                   "--json_values_max",
                                   "5000",
                                   "--domain_sid",
                                   FIXTURE_DOMAIN,
                                   NULL};
    fixture_open(&fixture, "rates", options);
    Suite *suite = suite_create("rates");
    TCase *tests = tcase_create("rates");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_user);
    tcase_add_test(tests, an_address);
    tcase_add_test(tests, metrics);
    tcase_add_test(tests, depth);
    tcase_add_test(tests, values);
    suite_add_tcase(suite, tests);
    int status = suite_run(suite);
    return fixture_close(&fixture) ? status : 1;
}
