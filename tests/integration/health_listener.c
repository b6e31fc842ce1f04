/* health_listener: a listener for operators alone (listen_health) serves them, without asking who they are, and nobody else. */
#include "http/admission.h"
#include "integration/samples.h"
#include "integration/wire.h"
#include "support/pause.h"
#include "support/suite.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct fixture fixture;

static const struct {
    bool health; /* asked there */
    const char *request;
    int status;
} rows[] = {
    {true, "GET /metrics", 200},  {true, "HEAD /metrics", 200},      {true, "GET /livez", 200},
    {true, "GET /readyz", 200},   {true, "GET /version", 200},       {true, "GET /token", 404},
    {true, "GET /session", 404},  {true, "POST /access-check", 404}, {true, "GET /openapi.yaml", 404},
    {true, "GET /nothing", 404},  {true, "POST /metrics", 404},      {true, "OPTIONS /token", 404},
    {false, "GET /metrics", 404}, {false, "HEAD /metrics", 404},     {false, "GET /livez", 200},
    {false, "GET /readyz", 200},  {false, "GET /version", 200},      {false, "GET /token", 401},
};

START_TEST(a_listener)
{
    char request[256];
    char value[64];
    struct wire_answer answer;
    int fd = wire_connect(rows[_i].health ? samples_port : fixture.service.port);
    (void)snprintf(request, sizeof request, "%s HTTP/1.1\r\nHost: h\r\nAuthorization: Negotiate YWJj\r\n\r\n",
                   rows[_i].request);
    ck_assert(wire_send(fd, request));
    ck_assert(wire_read(fd, strncmp(rows[_i].request, "HEAD", 4) == 0, &answer));
    ck_assert_msg(answer.status == rows[_i].status, "%s: %d", rows[_i].request, answer.status);
    if (rows[_i].health) /* nobody is asked for a ticket, nor is one looked at */
        ck_assert(!wire_header(&answer, "WWW-Authenticate", value, sizeof value));
    ck_assert_int_eq(close(fd), 0);
}
END_TEST

START_TEST(with_reasons)
{
    /* the rows have shown one such ticket where tickets are looked at */
    ck_assert(samples_now(&fixture, "ntokend_handshakes_total{outcome=\"refused\",reason=\"malformed\"}") ==
              1);
}
END_TEST

enum { CONNECTIONS_MAX = 30 };

/* A connection that is told nothing and not closed is open. */
static bool is_answered(int fd)
{
    struct wire_answer answer;
    return wire_send(fd, "GET /livez HTTP/1.1\r\nHost: h\r\n\r\n") && wire_read(fd, false, &answer) &&
           answer.status == 200;
}

/* Until the service has seen that the others are gone, the one that asks may be turned away too. */
static bool are_open(double count)
{
    bool found = false;
    for (int i = 0; i < 250 && !found; i++) {
        AUTO_ANSWER answer;
        found = samples_try(&fixture, SAMPLES_OPENMETRICS, &answer) && answer.status == 200 &&
                samples_value(answer.body, "ntokend_connections_open") == count;
        pause_ms(found ? 0 : 20);
    }
    return found;
}

/* Whoever holds all connections that strangers may have does not keep the monitoring out. */
START_TEST(strangers_hold_all)
{
    int strangers[CONNECTIONS_MAX];
    int operators[ADMISSION_OPERATORS_MAX];
    for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
        strangers[i] = wire_connect(fixture.service.port);
        ck_assert(is_answered(strangers[i]));
    }
    int fd = wire_connect(fixture.service.port);
    ck_assert(!is_answered(fd));
    ck_assert_int_eq(close(fd), 0);
    for (size_t i = 0; i < ADMISSION_OPERATORS_MAX; i++) {
        operators[i] = wire_connect(samples_port);
        ck_assert(is_answered(operators[i]));
    }
    fd = wire_connect(samples_port);
    ck_assert(!is_answered(fd)); /* these are of a number too */
    ck_assert_int_eq(close(fd), 0);
    for (size_t i = 0; i < ADMISSION_OPERATORS_MAX; i++)
        ck_assert_int_eq(close(operators[i]), 0);
    ck_assert(are_open(CONNECTIONS_MAX + 1)); /* and the one that asks */
    for (size_t i = 0; i < CONNECTIONS_MAX; i++)
        ck_assert_int_eq(close(strangers[i]), 0);
    ck_assert(are_open(1));
}
END_TEST

START_TEST(service_ends_well)
{
    ck_assert(fixture_close(&fixture));
}
END_TEST

int main(void)
{
    fixture_open(&fixture, "health_listener",
                 (const char *const[]){"--listen-health", "127.0.0.1:0", "--connections-max", "30", NULL});
    samples_find_port(&fixture);
    Suite *suite = suite_create("health_listener");
    TCase *tests = tcase_create("health_listener");
    tcase_add_test(tests, strangers_hold_all);
    tcase_add_loop_test(tests, a_listener, 0, (int)(sizeof rows / sizeof rows[0]));
    tcase_add_test(tests, with_reasons);
    tcase_add_test(tests, service_ends_well);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
