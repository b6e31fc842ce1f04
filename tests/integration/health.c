/* health: keys that are missing, come, go and come again; limits of a request. */
#include "integration/fixture.h"
#include "support/pause.h"
#include "support/suite.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WAIT_STEPS = 100, STEP_MS = 100, BODY_MAX = 65536 };

static struct fixture fixture;
static char keytab[SERVICE_PATH_SIZE];
static char aside[SERVICE_PATH_SIZE];

static void ask_ready(struct client_answer *ret)
{
    const struct client_request request = {.method = "GET", .target = "/readyz"};
    ck_assert(client_send(&fixture.client, &request, ret));
}

static void wait_ready(long status, const char *keys)
{
    json_auto_t *expected = json_pack("{s:{s:s}}", "checks", "keys", keys);
    for (int i = 0; i < WAIT_STEPS; i++) {
        AUTO_ANSWER answer;
        ask_ready(&answer);
        if (answer.status == status) {
            fixture_expect(keys, &answer, status, expected);
            return;
        }
        pause_ms(STEP_MS);
    }
    ck_abort_msg("/readyz never answered %ld", status);
}

static long status_of_token(void)
{
    AUTO_ANSWER answer;
    fixture_get(&fixture, ALICE, "/token", &answer);
    return answer.status;
}

START_TEST(ready_follows_the_keytab)
{
    wait_ready(200, "ok");
    ck_assert_int_eq(status_of_token(), 200);
    ck_assert_int_eq(rename(keytab, aside), 0);
    ck_assert_int_eq(kill(fixture.service.pid, SIGHUP), 0);
    wait_ready(503, "missing");
    ck_assert_int_eq(status_of_token(), 401);
    /* nobody says SIGHUP: the file is looked for */
    ck_assert_int_eq(rename(aside, keytab), 0);
    wait_ready(200, "ok");
    ck_assert_int_eq(status_of_token(), 200);
}
END_TEST

START_TEST(not_ready_says_when_to_come_again)
{
    ck_assert_int_eq(rename(keytab, aside), 0);
    wait_ready(503, "missing");
    AUTO_ANSWER answer;
    ask_ready(&answer);
    ck_assert_str_eq(client_header(&answer, "content-type"), "application/problem+json");
    ck_assert_ptr_nonnull(client_header(&answer, "retry-after"));
    ck_assert_ptr_null(strstr(answer.body, fixture.folder.path));
    const struct client_request alive = {.method = "GET", .target = "/livez"};
    AUTO_ANSWER living;
    ck_assert(client_send(&fixture.client, &alive, &living));
    ck_assert_int_eq(living.status, 200);
    ck_assert_int_eq(rename(aside, keytab), 0);
    wait_ready(200, "ok");
}
END_TEST

/* What a body of blanks at the limit is answered with: without a session PATCH does not look at it. */
static const struct {
    const char *method;
    const char *target;
    long status;
} bodies[] = {
    {"POST", "/access-check", 400},
    {"POST", "/access-check/batch", 400},
    {"POST", "/security-descriptor", 400},
    {"POST", "/privileges/check", 400},
    {"PATCH", "/privileges", 409},
    {"POST", "/audit/object-open", 400},
    {"POST", "/audit/object-close", 400},
    {"POST", "/audit/object-delete", 400},
    {"POST", "/audit/object-privilege", 400},
    {"POST", "/audit/privileged-service", 400},
};

/* One byte beyond the limit is refused, the limit itself is read (and is no JSON). */
START_TEST(a_body_has_its_limit)
{
    static char text[BODY_MAX + 1];
    memset(text, ' ', sizeof text);
    struct client_request request = {.method = bodies[_i].method,
                                     .target = bodies[_i].target,
                                     .body = text,
                                     .body_size = BODY_MAX + 1,
                                     .ccache = fixture_ccache(&fixture, ADMIN)};
    AUTO_ANSWER answer;
    ck_assert(client_send(&fixture.client, &request, &answer));
    fixture_expect("too large", &answer, 413, NULL);
    request.body_size = BODY_MAX;
    AUTO_ANSWER at_limit;
    ck_assert(client_send(&fixture.client, &request, &at_limit));
    fixture_expect("at the limit", &at_limit, bodies[_i].status, NULL);
}
END_TEST

/* Just beyond the limit the answer is ours; far beyond it the library's, which only the status tells. */
static const struct {
    size_t header_bytes;
    long status;
    bool ours;
} header_rows[] = {{97000, 200, true}, {99000, 431, true}, {300000, 431, false}};

START_TEST(headers_have_their_limit)
{
    size_t size = header_rows[_i].header_bytes;
    char *header = malloc(size + 1);
    ck_assert_ptr_nonnull(header);
    memset(header, 'a', size);
    memcpy(header, "X-Big: ", 7);
    header[size] = '\0';
    const char *const headers[] = {header, NULL};
    const struct client_request request = {.method = "GET", .target = "/livez", .headers = headers};
    AUTO_ANSWER answer;
    bool sent = client_send(&fixture.client, &request, &answer);
    free(header);
    ck_assert(sent);
    ck_assert_int_eq(answer.status, header_rows[_i].status);
    ck_assert(header_rows[_i].ours == (client_header(&answer, "x-request-id") != NULL));
    client_forget_connection(&fixture.client);
}
END_TEST

START_TEST(service_ends_well)
{
    ck_assert(fixture_close(&fixture));
}
END_TEST

int main(void)
{
    static const char *const options[] = {"--body-bytes-max", "65536", NULL};
    fixture_open(&fixture, "health", options);
    (void)snprintf(keytab, sizeof keytab, "%s/" MINT_KEYTAB, fixture.folder.path);
    (void)snprintf(aside, sizeof aside, "%s/aside.keytab", fixture.folder.path);
    Suite *suite = suite_create("health");
    TCase *tests = tcase_create("health");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, ready_follows_the_keytab);
    tcase_add_test(tests, not_ready_says_when_to_come_again);
    tcase_add_loop_test(tests, a_body_has_its_limit, 0, (int)(sizeof bodies / sizeof bodies[0]));
    tcase_add_loop_test(tests, headers_have_their_limit, 0,
                        (int)(sizeof header_rows / sizeof header_rows[0]));
    tcase_add_test(tests, service_ends_well);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
