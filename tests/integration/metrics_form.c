/* metrics_form: in which form /metrics comes, that its gauges are sane, and that it says nothing of anybody. */
#include "integration/samples.h"
#include "integration/visitor.h"
#include "support/pause.h"
#include "support/suite.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { WAIT_STEPS = 100, STEP_MS = 50 };

static struct fixture fixture;

static const struct {
    const char *accept;
    long status;
    const char *type;
} accept_rows[] = {
    {NULL, 200, "application/openmetrics-text; version=1.0.0; charset=utf-8"},
    {SAMPLES_OPENMETRICS, 200, "application/openmetrics-text; version=1.0.0; charset=utf-8"},
    {"Accept: text/plain", 200, "text/plain; version=0.0.4; charset=utf-8"},
    {"Accept: text/plain;version=\"0.0.4\"", 200, "text/plain; version=0.0.4; charset=utf-8"},
    {"Accept: text/html,*/*;q=0.8", 200, "application/openmetrics-text; version=1.0.0; charset=utf-8"},
    /* Prometheus 2.42 and 3 */
    {"Accept: application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
     "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
     200, "application/openmetrics-text; version=1.0.0; charset=utf-8"},
    {"Accept: application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=1.0.0;q=0.6,"
     "text/plain;version=0.0.4;q=0.5",
     200, "text/plain; version=0.0.4; charset=utf-8"},
    {"Accept: application/json", 406, "application/problem+json"},
    {"Accept: text/plain;version=9.9", 406, "application/problem+json"},
};

START_TEST(the_format_is_as_accepted)
{
    AUTO_ANSWER answer;
    samples_ask(&fixture, accept_rows[_i].accept, &answer);
    ck_assert_int_eq(answer.status, accept_rows[_i].status);
    ck_assert_str_eq(client_header(&answer, "content-type"), accept_rows[_i].type);
    const char *end = strstr(answer.body, "# EOF\n");
    if (strstr(accept_rows[_i].type, "openmetrics") != NULL)
        ck_assert(end != NULL && end[6] == 0);
    else
        ck_assert_ptr_null(end);
}
END_TEST

/* What is no counter. */
static const struct {
    const char *sample;
    double least;
    double most;
} gauge_rows[] = {
    {"ntokend_ready", 1, 1},
    {"ntokend_build_info{version=\"" NTOKEND_VERSION "\"}", 1, 1},
    {"ntokend_audit_writable", 1, 1},
    {"ntokend_audit_queue_max_events", 16384, 16384},
    {"ntokend_audit_log_size_bytes", 4096, 1e9},
    {"ntokend_connections_open", 1, 10},
    {"ntokend_http_requests_under_way", 1, 10}, /* this one */
    {"ntokend_streams_open", 0, 0},
    {"ntokend_worker_threads", 1, 256},
    {"ntokend_file_usable{file=\"keytab\"}", 1, 1},
    {"process_resident_memory_bytes", 1e6, 4e9},
    {"process_open_fds", 5, 1000},
    {"process_max_fds", 64, 1e9},
    {"process_threads", 2, 300},
    {"process_cpu_seconds_total", 0.001, 600},
};

/* The log is looked at once a second. */
START_TEST(a_gauge_is_sane)
{
    double value = -1;
    bool sane = false;
    for (int i = 0; i < WAIT_STEPS && !sane; i++) {
        if (i != 0)
            pause_ms(STEP_MS);
        value = samples_now(&fixture, gauge_rows[_i].sample);
        sane = value >= gauge_rows[_i].least && value <= gauge_rows[_i].most;
    }
    ck_assert_msg(sane, "%s is %g", gauge_rows[_i].sample, value);
}
END_TEST

START_TEST(times_are_of_now)
{
    const double wall = (double)time(NULL);
    const double started = samples_now(&fixture, "process_start_time_seconds");
    const double modified = samples_now(&fixture, "ntokend_file_modified_timestamp_seconds{file=\"keytab\"}");
    ck_assert_msg(started > wall - 600 && started < wall + 2, "%f", started);
    ck_assert_msg(modified > wall - 600 && modified < wall + 2, "%f", modified);
    ck_assert(samples_now(&fixture, "process_start_time_seconds") == started);
}
END_TEST

/* Whoever reaches a listener for all sees that tickets were refused, and not why. */
START_TEST(no_reason_for_strangers)
{
    const char *const headers[] = {"Authorization: Negotiate YWJj", NULL};
    const struct client_request request = {.method = "GET", .target = "/token", .headers = headers};
    AUTO_ANSWER refused;
    AUTO_ANSWER answer;
    ck_assert(client_send(&fixture.client, &request, &refused));
    ck_assert_int_eq(refused.status, 401);
    samples_ask(&fixture, NULL, &answer);
    ck_assert(samples_value(answer.body,
                            "ntokend_handshakes_total{outcome=\"refused\",reason=\"undisclosed\"}") == 1);
    ck_assert_ptr_null(strstr(answer.body, "reason=\"malformed\"} 1"));
    ck_assert_ptr_null(strstr(answer.body, "reason=\"wrong-key\""));
}
END_TEST

static const char *const secrets[] = {"alice", "bob", "S-1-", "mallory", "http.keytab", "/tmp", "elsewhere"};

START_TEST(nothing_of_anybody)
{
    AUTO_ANSWER answer;
    const struct client_request query = {.method = "GET", .target = "/metrics?all"};
    AUTO_ANSWER refused;
    AUTO_ANSWER known;
    fixture_get(&fixture, ALICE, "/token", &known); /* so that there is somebody to tell of */
    samples_ask(&fixture, NULL, &answer);
    for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++)
        ck_assert_msg(strstr(answer.body, secrets[i]) == NULL, "%s: %s", secrets[i], answer.body);
    ck_assert_ptr_null(strstr(answer.body, fixture.folder.path));
    ck_assert(client_send(&fixture.client, &query, &refused));
    ck_assert_int_eq(refused.status, 400);
}
END_TEST

/* The last of all, since this address is not listened to any more for a while. */
START_TEST(failures_past_the_limit)
{
    const char *const headers[] = {"Authorization: Negotiate YWJj", NULL};
    const struct client_request request = {.method = "GET", .target = "/token", .headers = headers};
    long status = 0;
    for (int i = 0; i < 50 && status != 429; i++) {
        AUTO_ANSWER answer;
        ck_assert(client_send(&fixture.client, &request, &answer));
        status = answer.status;
    }
    ck_assert_int_eq(status, 429);
    ck_assert(samples_now(&fixture, "ntokend_limit_refusals_total{limit=\"failures_per_second\"}") == 1);
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
    fixture_open(&fixture, "metrics_form",
                 (const char *const[]){"--audit", url, "--failures-per-second", "3", NULL});
    Suite *suite = suite_create("metrics_form");
    TCase *tests = tcase_create("metrics_form");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, the_format_is_as_accepted, 0,
                        (int)(sizeof accept_rows / sizeof accept_rows[0]));
    tcase_add_loop_test(tests, a_gauge_is_sane, 0, (int)(sizeof gauge_rows / sizeof gauge_rows[0]));
    tcase_add_test(tests, times_are_of_now);
    tcase_add_test(tests, no_reason_for_strangers);
    tcase_add_test(tests, nothing_of_anybody);
    tcase_add_test(tests, failures_past_the_limit);
    tcase_add_test(tests, service_ends_well);
    suite_add_tcase(suite, tests);
    const int status = suite_run(suite);
    folder_remove(&folder);
    return status;
}
