/* audit_follow: who follows the log sees each event exactly once, in order, while 64 clients write; and nothing after their
 * session ended. */
#include "auditors.h"
#include "follower.h"
#include "visitor.h"

#include "support/pause.h"
#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>

enum { WAIT_S = 30, FOLLOWERS = 4, EVENTS = 2000, PART = 300 };

static struct folder folder;
static struct fixture fixture;
static struct auditors auditors;
static char token[VISITOR_TOKEN_MAX];

static int compare(const void *left, const void *right)
{
    return memcmp(left, right, sizeof(struct event_uuid));
}

/* Of two sorted lists: how many of the second are not in the first. */
static size_t missing(const struct event_uuid *seen, size_t seen_count, const struct event_uuid *told,
                      size_t told_count)
{
    size_t lost = 0;
    for (size_t i = 0; i < told_count; i++)
        lost += bsearch(&told[i], seen, seen_count, sizeof *seen, compare) == NULL;
    return lost;
}

static void sort_once(struct event_uuid *uuids, size_t count)
{
    qsort(uuids, count, sizeof *uuids, compare);
    for (size_t i = 1; i < count; i++)
        ck_assert_int_ne(compare(&uuids[i - 1], &uuids[i]), 0);
}

static void write_some(unsigned events)
{
    auditors_start(&auditors, fixture.service.port, token);
    unsigned from = atomic_load(&auditors.answered);
    for (unsigned i = 0; i < 100 * WAIT_S && atomic_load(&auditors.answered) - from < events; i++)
        pause_ms(10);
    auditors_stop(&auditors);
    ck_assert_uint_ge(atomic_load(&auditors.answered) - from, events);
    ck_assert_uint_eq(atomic_load(&auditors.wrong), 0);
}

static size_t written(void)
{
    return auditors.count;
}

START_TEST(opened)
{
    visitor_open(&fixture, ADMIN, token);
}
END_TEST

/* Some from before the writers begin, some from in the midst of them; each filters all that they write in. */
START_TEST(each_event_once)
{
    static struct follower followers[FOLLOWERS];
    auditors.count = 0;
    for (size_t i = 0; i < FOLLOWERS; i++)
        follower_start(&followers[i], fixture.service.port, token,
                       i % 2 == 0 ? "" : "?user=ADMIN&text=build");
    for (size_t i = 0; i < FOLLOWERS; i++)
        ck_assert(follower_wait(&followers[i], 0, WAIT_S));
    write_some(EVENTS);
    qsort(auditors.uuids, written(), sizeof *auditors.uuids, compare);
    for (size_t i = 0; i < FOLLOWERS; i++) {
        struct follower *follower = &followers[i];
        ck_assert(follower_wait(follower, written(), WAIT_S));
        ck_assert(!follower->ended);
        follower_join(follower, 0);
        ck_assert_pstr_eq(follower->mistake, NULL);
        ck_assert_uint_eq(follower->count, written());
        sort_once(follower->uuids, follower->count);
        ck_assert_uint_eq(missing(follower->uuids, follower->count, auditors.uuids, written()), 0);
        follower_done(follower);
    }
}
END_TEST

/* A connection that breaks every so many events, while others write: what the pieces say is everything, once. */
START_TEST(resumed)
{
    struct follower follower = {.leave_after = PART};
    size_t count = 0;
    auditors.count = 0;
    /* the very first piece says where it stands, so nothing is lost before the first event either */
    follower_start(&follower, fixture.service.port, token, "?text=build");
    ck_assert(follower_wait(&follower, 0, WAIT_S));
    follower_join(&follower, 0);
    ck_assert_uint_gt(follower.last_id, 0);
    follower_done(&follower);
    write_some(EVENTS);
    struct event_uuid *seen = calloc(written(), sizeof *seen);
    ck_assert_ptr_nonnull(seen);
    while (count < written()) {
        if (written() - count < PART)
            follower.leave_after = written() - count;
        follower_start(&follower, fixture.service.port, token, "?text=build");
        follower_join(&follower, WAIT_S);
        ck_assert_pstr_eq(follower.mistake, NULL);
        ck_assert_uint_eq(follower.count, follower.leave_after);
        memcpy(seen + count, follower.uuids, follower.count * sizeof *seen);
        count += follower.count;
        follower_done(&follower);
    }
    sort_once(seen, count);
    qsort(auditors.uuids, written(), sizeof *auditors.uuids, compare);
    ck_assert_uint_eq(missing(seen, count, auditors.uuids, written()), 0);
    free(seen);
}
END_TEST

static const struct {
    const char *query;
    size_t count; /* of the three kinds of the auditors, how many of 3 * n it is */
} filter_rows[] = {
    {"?eventId=4673", 1}, {"?outcome=failure", 2}, {"?object=dro", 1},
    {"?user=alice", 0},   {"?text=nowhere", 0},
};

/* What does not meet the filter does not come, and the position goes on all the same. */
START_TEST(filter_row)
{
    struct follower follower = {0};
    struct follower all = {0};
    follower_start(&follower, fixture.service.port, token, filter_rows[_i].query);
    follower_start(&all, fixture.service.port, token, "");
    ck_assert(follower_wait(&follower, 0, WAIT_S) && follower_wait(&all, 0, WAIT_S));
    auditors.count = 0;
    write_some(10);
    ck_assert(follower_wait(&all, written(), WAIT_S));
    pause_ms(200);
    follower_join(&follower, 0);
    follower_join(&all, 0);
    ck_assert_pstr_eq(follower.mistake, NULL);
    ck_assert(filter_rows[_i].count == 0 ? follower.count == 0
                                         : follower.count > 0 && follower.count < all.count);
    follower_done(&follower);
    follower_done(&all);
}
END_TEST

static void end_session(const char *bearer)
{
    AUTO_ANSWER answer;
    const struct visit visit = {.by = BY_BEARER, .token = bearer, .method = "DELETE", .target = "/session"};
    visitor_send(&fixture, &visit, &answer);
    ck_assert_int_eq(answer.status, 204);
}

/* The events that come after do not reach who may no longer see them. */
START_TEST(the_session_ends_it)
{
    char own[VISITOR_TOKEN_MAX];
    struct follower follower = {0};
    visitor_open(&fixture, ADMIN, own);
    follower_start(&follower, fixture.service.port, own, "?text=build");
    ck_assert(follower_wait(&follower, 0, WAIT_S));
    end_session(own);
    write_some(100);
    follower_join(&follower, WAIT_S);
    ck_assert(follower.ended && follower.whole);
    ck_assert_int_eq(follower.status, 200);
    ck_assert_uint_eq(follower.count, 0);
    follower_done(&follower);
}
END_TEST

struct recorded {
    struct client client;
    struct client_answer answer;
    const char *const *headers;
    bool came;
};

static void *ask_and_record(void *context)
{
    struct recorded *recorded = context;
    const struct client_request request = {.method = "GET", .target = "/audit", .headers = recorded->headers};
    recorded->came = client_send(&recorded->client, &request, &recorded->answer);
    return NULL;
}

/* One whole stream for openapi_check.py. */
START_TEST(as_described)
{
    char own[VISITOR_TOKEN_MAX];
    char bearer[VISITOR_TOKEN_MAX + 32];
    pthread_t thread;
    visitor_open(&fixture, ADMIN, own);
    (void)snprintf(bearer, sizeof bearer, "Authorization: Bearer %s", own);
    const char *const headers[] = {"Accept: text/event-stream;q=0.9, application/json;q=0.5", bearer,
                                   "Last-Event-ID: 1", NULL};
    struct recorded recorded = {.client = {.curl = curl_easy_init(), .port = fixture.service.port},
                                .headers = headers};
    ck_assert_int_eq(pthread_create(&thread, NULL, ask_and_record, &recorded), 0);
    pause_ms(500);
    const struct client_request end = {.method = "DELETE", .target = "/session", .headers = headers};
    struct client other = {.curl = curl_easy_init(), .port = fixture.service.port};
    AUTO_ANSWER ended;
    ck_assert(client_send(&other, &end, &ended));
    ck_assert_int_eq(ended.status, 204);
    write_some(1); /* they are woken, and so it ends */
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert(recorded.came);
    ck_assert_int_eq(recorded.answer.status, 200);
    ck_assert_str_eq(client_header(&recorded.answer, "content-type"), "text/event-stream");
    ck_assert_ptr_nonnull(strstr(recorded.answer.body, "\nid: 2\nevent: audit\ndata: {\"id\":\""));
    client_answer_done(&recorded.answer);
    curl_easy_cleanup(recorded.client.curl);
    curl_easy_cleanup(other.curl);
}
END_TEST

/* A service that stops ends its streams. */
START_TEST(service_ends_well)
{
    struct follower follower = {0};
    follower_start(&follower, fixture.service.port, token, "");
    ck_assert(follower_wait(&follower, 0, WAIT_S));
    ck_assert(fixture_close(&fixture));
    follower_join(&follower, WAIT_S);
    ck_assert(follower.ended && follower.whole);
    follower_done(&follower);
}
END_TEST

int main(void)
{
    static const char *const options[] = {"--domain-sid", FIXTURE_DOMAIN, NULL};
    folder_make(&folder);
    (void)setenv("STATE_DIRECTORY", folder.path, 1);
    auditors_init(&auditors);
    fixture_open(&fixture, "audit_follow", options);
    Suite *suite = suite_create("audit_follow");
    TCase *tests = tcase_create("audit_follow");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, opened);
    tcase_add_test(tests, each_event_once);
    tcase_add_test(tests, resumed);
    tcase_add_loop_test(tests, filter_row, 0, (int)(sizeof filter_rows / sizeof filter_rows[0]));
    tcase_add_test(tests, the_session_ends_it);
    tcase_add_test(tests, as_described);
    tcase_add_test(tests, service_ends_well);
    suite_add_tcase(suite, tests);
    int status = suite_run(suite);
    auditors_done(&auditors);
    folder_remove(&folder);
    return status;
}
