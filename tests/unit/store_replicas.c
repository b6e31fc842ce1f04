/* Several processes write one log in PostgreSQL: nobody misses an event, and what is old goes once. */
#include "support/events.h"
#include "support/pause.h"
#include "support/postgres_stand.h"
#include "support/suite.h"

#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { ARENA_MAX = POSTGRES_STAND_ARENA_MAX, REPLICAS = 4, EACH = 500, TOGETHER = 10 };

START_TEST(retention_by_age)
{
    struct events_wait wait;
    struct events_text text;
    postgres_stand_open((struct event_store_settings){.retention_s = 3600});
    events_wait_init(&wait);
    for (uint64_t i = 0; i < 3000; i++) {
        struct event event = events_make(i, &text);
        event.time_ns = ((int64_t)time(NULL) - (i < 2500 ? 5000 : 10)) * 1000000000;
        ck_assert_int_eq(events_post(postgres_stand.store, &wait, &event), ERR_NONE);
    }
    ck_assert_int_eq(events_join(&wait), ERR_NONE);
    events_wait_done(&wait);
    long long count = 3000;
    for (unsigned i = 0; i < 80 && count > 500; i++) {
        pause_ms(100);
        count = postgres_stand_number("SELECT count(*) FROM ntokend_event");
    }
    ck_assert_int_eq(count, 500);
}
END_TEST

START_TEST(retention_by_size)
{
    postgres_stand_open((struct event_store_settings){.retention_bytes = 1 << 20});
    for (uint64_t i = 0; i < 4; i++)
        ck_assert_int_eq(events_append(postgres_stand.store, 1 + i * 2000, 2000), ERR_NONE);
    long long count = 8000;
    long long before = 0;
    for (unsigned i = 0; i < 80 && count != before; i++) {
        (void)sleep(2);
        before = count;
        count = postgres_stand_number("SELECT count(*) FROM ntokend_event");
    }
    ck_assert_int_gt(count, 500);
    ck_assert_int_lt(count, 2000);
    ck_assert_int_eq(postgres_stand_number("SELECT max(record_id) FROM ntokend_event"), 8000);
    ck_assert_int_eq(postgres_stand_number("SELECT min(record_id) FROM ntokend_event"), 8001 - count);
}
END_TEST

struct replica {
    struct event_store *store;
    uint64_t first;
    enum err err;
};

/* An event is the same one when its number is. */
static enum err append_ten(struct event_store *store, uint64_t first)
{
    struct events_wait wait;
    struct events_text text;
    enum err err = ERR_NONE;
    events_wait_init(&wait);
    for (uint64_t number = first; number < first + TOGETHER && err == ERR_NONE; number++) {
        struct event event = events_make(number, &text);
        memset(event.uuid.bytes, 7, sizeof event.uuid.bytes);
        le64_store(event.uuid.bytes, number);
        err = events_post(store, &wait, &event);
    }
    enum err joined = events_join(&wait);
    events_wait_done(&wait);
    return err == ERR_NONE ? joined : err;
}

static void *append_some(void *context)
{
    struct replica *replica = context;
    replica->err = ERR_NONE;
    for (uint64_t i = 0; i < EACH && replica->err == ERR_NONE; i += TOGETHER)
        replica->err = append_ten(replica->store, replica->first + i);
    return NULL;
}

/* How many it sees after `last`, each later than the one before. */
static size_t follow(uint64_t *last)
{
    struct event_filter filter = {0};
    struct event_page page;
    uint64_t reached = *last;
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_MAX);
    ck_assert_int_eq(
        event_store_read_after(postgres_stand.store, &filter, *last, 100, &arena, &page, &reached), ERR_NONE);
    for (size_t i = 0; i < page.count; i++) {
        ck_assert_uint_gt(page.events[i].record_id, *last);
        *last = page.events[i].record_id;
    }
    ck_assert_uint_ge(reached, *last);
    *last = reached;
    return page.count;
}

static const struct {
    const char *isolation; /* as in the URL; within "options" a blank is escaped */
    uint64_t step;         /* between the first events of two replicas; 0: all write the same ones */
    size_t expected;
} replica_rows[] = {
    {"read%5C%20committed", 100000, (size_t)REPLICAS *EACH},
    {"repeatable%5C%20read", 100000, (size_t)REPLICAS *EACH},
    {"serializable", 100000, (size_t)REPLICAS *EACH},
    {"read%5C%20committed", 0, EACH},
    {"serializable", 0, EACH},
};

/* Replicas write side by side and one follows meanwhile: it misses none, whatever the administrator made the default. */
START_TEST(replica_row)
{
    char where[POSTGRES_URL_SIZE + 100];
    const char *problem = "";
    struct replica replicas[REPLICAS];
    pthread_t threads[REPLICAS];
    uint64_t last = 0;
    size_t seen = 0;
    (void)snprintf(where, sizeof where, "%s%%20-cdefault_transaction_isolation%%3D%s", postgres_stand.url,
                   replica_rows[_i].isolation);
    postgres_stand_open((struct event_store_settings){0});
    for (size_t i = 0; i < REPLICAS; i++) {
        replicas[i] = (struct replica){.first = 1 + i * replica_rows[_i].step};
        ck_assert_int_eq(
            postgres_stand_open_at(where, (struct event_store_settings){0}, &replicas[i].store, &problem),
            ERR_NONE);
        ck_assert_int_eq(pthread_create(&threads[i], NULL, append_some, &replicas[i]), 0);
    }
    double end = postgres_stand_now() + 30;
    while (seen < replica_rows[_i].expected && postgres_stand_now() < end)
        seen += follow(&last);
    for (size_t i = 0; i < REPLICAS; i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
        ck_assert_int_eq(replicas[i].err, ERR_NONE);
        event_store_close(replicas[i].store);
    }
    ck_assert_uint_eq(seen, replica_rows[_i].expected);
    ck_assert_uint_eq(follow(&last), 0);
    ck_assert_int_eq(postgres_stand_number("SELECT count(*) FROM ntokend_event"), (long long)seen);
}
END_TEST

static void count_wake(void *context)
{
    atomic_fetch_add((_Atomic unsigned *)context, 1);
}

START_TEST(a_watch_sees_what_another_replica_wrote)
{
    _Atomic unsigned wakes = 0;
    struct event_store *other = NULL;
    const char *problem = "";
    postgres_stand_open((struct event_store_settings){0});
    ck_assert_int_eq(
        postgres_stand_open_at(postgres_stand.url, (struct event_store_settings){0}, &other, &problem),
        ERR_NONE);
    ck_assert_int_eq(event_store_watch(postgres_stand.store, count_wake, &wakes), ERR_NONE);
    ck_assert_int_eq(events_append(other, 1, 10), ERR_NONE);
    event_store_close(other);
    for (unsigned i = 0; i < 50 && atomic_load(&wakes) == 0; i++)
        pause_ms(100);
    ck_assert_uint_gt(atomic_load(&wakes), 0);
    ck_assert_uint_eq(postgres_stand_health().newest_record_id, 10);
    ck_assert_int_eq(event_store_watch(postgres_stand.store, NULL, NULL), ERR_NONE);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

int main(void)
{
    Suite *suite = suite_create("store_replicas");
    TCase *tests = tcase_create("store_replicas");
    tcase_add_test(tests, retention_by_age);
    tcase_add_test(tests, retention_by_size);
    tcase_add_loop_test(tests, replica_row, 0, COUNT(replica_rows));
    tcase_add_test(tests, a_watch_sees_what_another_replica_wrote);
    return postgres_stand_run(suite, tests);
}
