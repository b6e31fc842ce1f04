/* The service sends its log to a receiver of syslog that goes away and comes back while 64 clients audit: what was answered is in the log,
 * and what is in the log arrives, in order. */
#include "audited.h"

#include "integration/samples.h"
#include "support/pause.h"
#include "support/receiver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SOME = 200, STEPS = 600, STEP_MS = 50 };

static struct folder folder;
static struct received received;
static struct receiver receiver;
static const struct receiver_manner manner = {.certificate = NULL};
static char path[FOLDER_PATH_SIZE + 16];
static struct auditors *const auditors = &audited.auditors;

static void some_more_arrive(void)
{
    size_t enough = received_count(&received) + SOME;
    for (int i = 0; i < STEPS && received_count(&received) < enough; i++)
        pause_ms(STEP_MS);
    ck_assert_uint_ge(received_count(&received), enough);
}

/* Gives how many events there are. */
static size_t all_arrive(size_t *ret_repeats)
{
    size_t count = 0;
    struct event_uuid *log = auditors_log(path, &count);
    ck_assert_uint_gt(count, auditors->count); /* the logon too */
    ck_assert_msg(received_ends_with(&received, &log[count - 1]), "%zu messages of %zu came",
                  received_count(&received), count);
    ck_assert_uint_eq(received_in_order(&received, log, count, ret_repeats), count);
    ck_assert_uint_eq(received.wrong, 0);
    free(log);
    return count;
}

#define OF_TARGET "{target=\"1\",kind=\"syslog+tcp\"}"

static double sample(const char *name)
{
    return samples_now(&audited.fixture, name);
}

static bool readyz_says(const char *forward)
{
    char words[64];
    const struct client_request request = {.method = "GET", .target = "/readyz"};
    AUTO_ANSWER answer;
    (void)snprintf(words, sizeof words, "\"forward\":\"%s\"", forward);
    ck_assert(client_send(&audited.fixture.client, &request, &answer));
    return answer.status == 200 && strstr(answer.body, words) != NULL;
}

/* The receiver is away, and there is something that it lacks. */
static void metrics_tell_of_the_outage(void)
{
    for (int i = 0; i < STEPS && (sample("ntokend_forward_connected" OF_TARGET) != 0 ||
                                  sample("ntokend_forward_lag_seconds" OF_TARGET) == 0);
         i++)
        pause_ms(STEP_MS);
    ck_assert(sample("ntokend_forward_connected" OF_TARGET) == 0);
    ck_assert(sample("ntokend_forward_lag_events" OF_TARGET) > 0);
    ck_assert(sample("ntokend_forward_lag_seconds" OF_TARGET) > 0);
    ck_assert(readyz_says("failing"));
}

static void metrics_tell_that_all_arrived(size_t count, size_t repeats)
{
    for (int i = 0; i < STEPS && sample("ntokend_forward_lag_events" OF_TARGET) != 0; i++)
        pause_ms(STEP_MS);
    ck_assert(sample("ntokend_forward_lag_events" OF_TARGET) == 0);
    ck_assert(sample("ntokend_forward_lag_seconds" OF_TARGET) == 0);
    ck_assert(sample("ntokend_forward_connected" OF_TARGET) == 1);
    ck_assert(sample("ntokend_forward_outages_total" OF_TARGET) == 2);
    ck_assert(sample("ntokend_forward_events_sent_total" OF_TARGET) >= (double)(count + repeats));
    ck_assert(sample("ntokend_audit_events_total{outcome=\"durable\"}") == (double)count);
    ck_assert(readyz_says("ok"));
}

START_TEST(what_was_answered_arrives)
{
    size_t repeats = 0;
    ck_assert(
        service_logged(&audited.fixture.service, "forward-stopped", SERVICE_WAIT_MS)); /* there is none yet */
    receiver_start(&receiver, receiver.port, &manner, &received);
    audited_start();
    some_more_arrive();
    ck_assert(service_logged(&audited.fixture.service, "forward-resumed", SERVICE_WAIT_MS));
    receiver_stop(&receiver);
    ck_assert(audited_goes_on()); /* nobody waits for a receiver */
    metrics_tell_of_the_outage();
    receiver_start(&receiver, receiver.port, &manner, &received);
    some_more_arrive();
    auditors_stop(auditors);
    ck_assert_uint_eq(auditors->wrong, 0);
    ck_assert_uint_eq(auditors->refused, 0);
    ck_assert_uint_eq(auditors->deserted, 0);
    ck_assert_uint_eq(auditors_missing(auditors, path), 0);
    size_t count = all_arrive(&repeats);
    metrics_tell_that_all_arrived(count, repeats);
    receiver_stop(&receiver);
    printf("# %u answers, %zu events arrived, %zu of them again\n", auditors->answered, count, repeats);
}
END_TEST

int main(void)
{
    char url[FOLDER_PATH_SIZE + 32];
    char target[64];
    folder_make(&folder);
    (void)snprintf(path, sizeof path, "%s/audit.db", folder.path);
    (void)snprintf(url, sizeof url, "sqlite:%s", path);
    received_init(&received);
    receiver_start(&receiver, 0, &manner, &received);
    receiver_stop(&receiver); /* a port to name; the fixture's child would hold it open */
    (void)snprintf(target, sizeof target, "syslog+tcp://127.0.0.1:%u", receiver.port);
    const char *const options[] = {"--audit", url, "--audit-forward", target, NULL};
    int status = audited_run("audited_forwarded", what_was_answered_arrives, options);
    received_done(&received);
    folder_remove(&folder);
    return status;
}
