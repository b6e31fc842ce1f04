/* audit_read: pages of events that are large or many, and whatever memory runs out: what comes is the true beginning of the page,
 * with a cursor to what is missing, or no page at all. */
#include "api/routes.h"
#include "http/json_memory.h"
#include "support/events.h"
#include "support/inprocess.h"
#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>

enum { ARENA_BYTES = 48 << 20, SMALL = 12, LARGE = 24, LARGE_BYTES = 1 << 20, STEP = 512 };

static struct inprocess inprocess;
static long allocations_left;

static const struct inprocess_pair as_xml[] = {{"Accept", "application/xml"}, {NULL, NULL}};

static void committed(void *context, enum err err)
{
    struct events_wait *wait = context;
    (void)pthread_mutex_lock(&wait->lock);
    wait->waiting--;
    wait->err = err;
    (void)pthread_cond_broadcast(&wait->changed);
    (void)pthread_mutex_unlock(&wait->lock);
}

static void keep(struct event event)
{
    struct events_wait wait;
    struct audit_trail trail = {.events = &event, .count = 1};
    events_wait_init(&wait);
    wait.waiting = 1;
    ck_assert_int_eq(platform_audit_commit(inprocess.platform, &trail, committed, &wait), ERR_NONE);
    ck_assert_int_eq(events_join(&wait), ERR_NONE);
    events_wait_done(&wait);
}

/* Events with one value of so many characters, each of which JSON writes as six and XML as six. */
static void keep_large(uint64_t first, size_t count)
{
    struct events_text text;
    char *value = malloc(LARGE_BYTES + 1);
    ck_assert_ptr_nonnull(value);
    for (size_t i = 0; i < LARGE_BYTES; i++)
        value[i] = i % 2 == 0 ? '\x01' : '"';
    value[LARGE_BYTES] = 0;
    for (uint64_t number = first; number < first + count; number++) {
        struct event event = events_make(number, &text);
        event.event_id = 1;
        event.fields[6].value = value;
        keep(event);
    }
    free(value);
}

START_TEST(filled)
{
    struct events_text text;
    for (uint64_t number = 1; number <= SMALL; number++) {
        struct event event = events_make(number, &text);
        event.event_id = 2;
        keep(event);
    }
}
END_TEST

static void ask(const struct inprocess_pair *query, const struct inprocess_pair *headers, size_t limit,
                struct inprocess_answer *ret)
{
    const struct inprocess_asked asked = {.query = query, .headers = headers};
    inprocess_ask(&inprocess, audit_get, &asked, limit, ret);
}

/* Every event comes, in its order, in pages that fit. */
START_TEST(large_events)
{
    char cursor[128] = "";
    struct inprocess_pair query[] = {{"eventId", "1"}, {NULL, NULL}, {NULL, NULL}};
    uint64_t expected = SMALL + LARGE;
    size_t pages = 0;
    keep_large(SMALL + 1, LARGE);
    for (; expected > SMALL; pages++) {
        struct inprocess_answer answer;
        ask(query, NULL, ARENA_BYTES, &answer);
        json_memory_watch(); /* what the answer took is not ours to pay */
        inprocess_parse(&answer);
        ck_assert_uint_eq(answer.status, 200);
        const json_t *events = json_object_get(answer.body, "events");
        ck_assert_uint_gt(json_array_size(events), 0);
        for (size_t i = 0; i < json_array_size(events); i++)
            ck_assert_int_eq(json_integer_value(json_object_get(json_array_get(events, i), "recordId")),
                             (json_int_t)expected--);
        const char *next = json_string_value(json_object_get(answer.body, "next"));
        ck_assert((next == NULL) == (expected == SMALL));
        (void)snprintf(cursor, sizeof cursor, "%s", next == NULL ? "" : next);
        query[1] = (struct inprocess_pair){"cursor", cursor};
        inprocess_answer_done(&answer);
    }
    ck_assert_uint_gt(pages, 1);
}
END_TEST

START_TEST(large_events_in_xml)
{
    static const struct inprocess_pair query[] = {{"eventId", "1"}, {NULL, NULL}};
    struct inprocess_answer answer;
    ask(query, as_xml, ARENA_BYTES, &answer);
    ck_assert_uint_eq(answer.status, 200);
    ck_assert_ptr_nonnull(answer.link);
    ck_assert_ptr_nonnull(strstr(answer.text, "<EventRecordID>36<"));
    ck_assert_ptr_null(strstr(answer.text, "<EventRecordID>13<"));
    inprocess_answer_done(&answer);
}
END_TEST

static const struct inprocess_pair small_query[] = {{"eventId", "2"}, {NULL, NULL}};

static void judge(const struct inprocess_answer *whole, struct inprocess_answer *answer)
{
    inprocess_parse(answer);
    if (answer->status == 500 || answer->status == 503)
        return;
    ck_assert_uint_eq(answer->status, 200);
    const json_t *all = json_object_get(whole->body, "events");
    const json_t *some = json_object_get(answer->body, "events");
    ck_assert_uint_gt(json_array_size(some), 0);
    for (size_t i = 0; i < json_array_size(some); i++)
        ck_assert(json_equal(json_array_get(all, i), json_array_get(some, i)));
    ck_assert((json_object_get(answer->body, "next") == NULL) ==
              (json_array_size(some) == json_array_size(all)));
}

START_TEST(short_of_arena)
{
    struct inprocess_answer whole;
    size_t pages = 0;
    ask(small_query, NULL, ARENA_BYTES, &whole);
    inprocess_parse(&whole);
    ck_assert_uint_eq(json_array_size(json_object_get(whole.body, "events")), SMALL);
    for (size_t limit = 0; limit <= whole.arena_used; limit += STEP) {
        struct inprocess_answer answer;
        ask(small_query, NULL, limit, &answer);
        judge(&whole, &answer);
        pages += answer.status == 200;
        inprocess_answer_done(&answer);
    }
    ck_assert_uint_gt(pages, 0);
    inprocess_answer_done(&whole);
}
END_TEST

static void *scarce_malloc(size_t size)
{
    return allocations_left-- == 0 ? NULL : malloc(size);
}

/* The nth allocation of jansson fails and no other. */
START_TEST(short_of_jansson)
{
    struct inprocess_answer whole;
    bool enough = false;
    ask(small_query, NULL, ARENA_BYTES, &whole);
    inprocess_parse(&whole);
    for (long count = 0; !enough; count++) {
        struct inprocess_answer answer;
        json_memory_use(scarce_malloc);
        allocations_left = count;
        ask(small_query, NULL, ARENA_BYTES, &answer);
        enough = allocations_left >= 0;
        json_memory_use(malloc);
        judge(&whole, &answer);
        inprocess_answer_done(&answer);
    }
    inprocess_answer_done(&whole);
}
END_TEST

START_TEST(xml_short_of_arena)
{
    struct inprocess_answer whole;
    ask(small_query, as_xml, ARENA_BYTES, &whole);
    ck_assert_uint_eq(whole.status, 200);
    ck_assert_ptr_null(whole.link);
    for (size_t limit = 0; limit <= whole.arena_used; limit += STEP) {
        struct inprocess_answer answer;
        ask(small_query, as_xml, limit, &answer);
        bool page = answer.status == 200;
        ck_assert(page || answer.status == 500 || answer.status == 503);
        ck_assert(!page || strstr(answer.text, "</Events>\n") != NULL);
        ck_assert(!page || (answer.link == NULL) == (strcmp(answer.text, whole.text) == 0));
        inprocess_answer_done(&answer);
    }
    inprocess_answer_done(&whole);
}
END_TEST

/* All that was asked, as it was, but for the cursor. */
START_TEST(links)
{
    static const struct inprocess_pair query[] = {
        {"text", "a&b=c \"<\xff>"}, {"eventId", "2"}, {"limit", "1"}, {NULL, NULL}};
    static const struct inprocess_pair known[] = {
        {"text", "TEAM"}, {"eventId", "2"}, {"limit", "1"}, {NULL, NULL}};
    struct inprocess_answer answer;
    ask(query, as_xml, ARENA_BYTES, &answer);
    ck_assert_uint_eq(answer.status, 200);
    ck_assert_ptr_null(answer.link);
    inprocess_answer_done(&answer);
    ask(known, as_xml, ARENA_BYTES, &answer);
    static const char start[] = "</audit?text=TEAM&eventId=2&limit=1&cursor=";
    ck_assert_int_eq(strncmp(answer.link, start, strlen(start)), 0);
    ck_assert_str_eq(answer.link + strlen(start) + 64, ">; rel=\"next\"");
    inprocess_answer_done(&answer);
}
END_TEST

int main(void)
{
    inprocess_open(&inprocess);
    Suite *suite = suite_create("audit_read");
    TCase *tests = tcase_create("audit_read");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, filled);
    tcase_add_test(tests, short_of_arena);
    tcase_add_test(tests, short_of_jansson);
    tcase_add_test(tests, xml_short_of_arena);
    tcase_add_test(tests, links);
    tcase_add_test(tests, large_events); /* which makes every page slow from here on */
    tcase_add_test(tests, large_events_in_xml);
    suite_add_tcase(suite, tests);
    int status = suite_run(suite);
    inprocess_close(&inprocess);
    return status;
}
