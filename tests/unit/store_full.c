/* What happens when the log is full, broken or too slow, by policy, and that it mends by itself; and what retention removes. */
#include "support/events.h"
#include "support/folder.h"
#include "support/pause.h"
#include "support/suite.h"

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { ARENA_MAX = 4 << 20, QUEUE = 100, FILE_BYTES_MAX = 2 << 20 };

static struct folder folder;
static char url[FOLDER_PATH_SIZE + 32];
static struct event_store *store;

static void open_store(struct event_store_settings settings)
{
    settings.url = url;
    store = events_open(&settings);
}

/* No file grows beyond: the same as a full disk, for this process alone. */
static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void set_up(void)
{
    (void)signal(SIGXFSZ, SIG_IGN);
    folder_make(&folder);
    (void)snprintf(url, sizeof url, "sqlite:%s/audit.db", folder.path);
}

static void tear_down(void)
{
    limit_files(RLIM_INFINITY);
    event_store_close(store);
    store = NULL;
    folder_remove(&folder);
}

/* Appends until it fails; the number that were durable. */
static uint64_t fill(uint64_t first, uint64_t most)
{
    uint64_t number = first;
    while (number < first + most && events_append(store, number, 50) == ERR_NONE)
        number += 50;
    return number - first;
}

START_TEST(fails_closed_and_recovers)
{
    open_store((struct event_store_settings){.queue_max = QUEUE});
    limit_files(FILE_BYTES_MAX);
    uint64_t kept = fill(1, 100000);
    ck_assert_uint_gt(kept, 0);
    ck_assert_uint_lt(kept, 100000);
    ck_assert(!events_health(store).writable);
    ck_assert_uint_eq(events_health(store).dropped + events_health(store).overwritten, 0);
    limit_files(RLIM_INFINITY);
    for (unsigned i = 0; i < 50 && !events_health(store).writable; i++)
        pause_ms(100);
    ck_assert(events_health(store).writable); /* without any event: readiness comes back by itself */
    ck_assert_int_eq(events_append(store, 500000, 50), ERR_NONE);
    struct event_verdict verdict = events_verify(url);
    ck_assert(verdict.sound);
    ck_assert_uint_eq(verdict.count, events_health(store).written);
    ck_assert_uint_ge(verdict.count, kept + 50);
}
END_TEST

START_TEST(drops_and_counts)
{
    open_store((struct event_store_settings){.queue_max = QUEUE, .policy = EVENT_DROP});
    limit_files(FILE_BYTES_MAX);
    ck_assert_uint_eq(fill(1, 10000), 10000);
    ck_assert_uint_gt(events_health(store).dropped, 0);
    ck_assert_uint_eq(events_health(store).dropped + events_health(store).written, 10000);
    limit_files(RLIM_INFINITY);
    ck_assert_uint_eq(events_verify(url).count, events_health(store).written);
}
END_TEST

/* Holds the writer's thread, so that the queue fills. */
static void hold(void *context, enum err err)
{
    pthread_barrier_t *barrier = context;
    ck_assert_int_eq(err, ERR_NONE);
    (void)pthread_barrier_wait(barrier);
    (void)pthread_barrier_wait(barrier);
}

static const struct {
    enum event_store_policy policy;
    enum err err;
    uint64_t dropped;
} queue_rows[] = {
    {EVENT_FAIL_CLOSED, ERR_TOO_LARGE, 0},
    {EVENT_OVERWRITE, ERR_TOO_LARGE, 0},
    {EVENT_DROP, ERR_NONE, 1},
};

START_TEST(queue_row)
{
    pthread_barrier_t barrier;
    struct events_wait wait;
    struct events_text text;
    struct event event = events_make(0, &text);
    ck_assert_int_eq(pthread_barrier_init(&barrier, NULL, 2), 0);
    open_store((struct event_store_settings){.queue_max = QUEUE, .policy = queue_rows[_i].policy});
    ck_assert_int_eq(event_store_append(store, &event, 1, hold, &barrier), ERR_NONE);
    (void)pthread_barrier_wait(&barrier);
    events_wait_init(&wait);
    for (uint64_t i = 1; i <= QUEUE; i++) {
        event = events_make(i, &text);
        ck_assert_int_eq(events_post(store, &wait, &event), ERR_NONE);
    }
    ck_assert_uint_eq(events_health(store).queued, QUEUE);
    event = events_make(QUEUE + 1, &text);
    ck_assert_int_eq(events_post(store, &wait, &event), queue_rows[_i].err);
    ck_assert_uint_eq(events_health(store).dropped, queue_rows[_i].dropped);
    (void)pthread_barrier_wait(&barrier);
    ck_assert_int_eq(events_join(&wait), ERR_NONE);
    events_wait_done(&wait);
    ck_assert_uint_eq(events_health(store).written, QUEUE + 1);
    ck_assert_uint_eq(events_health(store).queued, 0);
    ck_assert_int_eq(events_append(store, 1000, 1), ERR_NONE);
    event_store_close(store);
    store = NULL;
    (void)pthread_barrier_destroy(&barrier);
}
END_TEST

static void count_wake(void *context)
{
    atomic_fetch_add((_Atomic unsigned *)context, 1);
}

START_TEST(watch_wakes_until_it_ends)
{
    _Atomic unsigned wakes = 0;
    open_store((struct event_store_settings){.queue_max = QUEUE});
    ck_assert_int_eq(event_store_watch(store, count_wake, &wakes), ERR_NONE);
    ck_assert_int_eq(events_append(store, 1, 10), ERR_NONE);
    for (unsigned i = 0; i < 50 && atomic_load(&wakes) == 0; i++)
        pause_ms(10);
    ck_assert_uint_gt(atomic_load(&wakes), 0);
    ck_assert_int_eq(event_store_watch(store, NULL, NULL), ERR_NONE);
    unsigned before = atomic_load(&wakes);
    ck_assert_int_eq(events_append(store, 11, 10), ERR_NONE);
    event_store_close(store);
    store = NULL;
    ck_assert_uint_eq(atomic_load(&wakes), before);
}
END_TEST

/* Events `age_s` old. */
static void append_old(uint64_t first, size_t count, int64_t age_s)
{
    struct events_wait wait;
    struct events_text text;
    events_wait_init(&wait);
    for (uint64_t number = first; number < first + count; number++) {
        struct event event = events_make(number, &text);
        event.time_ns = ((int64_t)time(NULL) - age_s) * 1000000000;
        ck_assert_int_eq(events_post(store, &wait, &event), ERR_NONE);
        ck_assert_int_eq(events_join(&wait), ERR_NONE);
    }
    events_wait_done(&wait);
}

START_TEST(retention_removes_the_old_under_a_reader)
{
    struct event_filter filter = {0};
    struct event_page page;
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_MAX);
    open_store((struct event_store_settings){.queue_max = QUEUE});
    append_old(1, 700, 5000);
    append_old(701, 50, 10);
    ck_assert_int_eq(event_store_read(store, &filter, NULL, 20, &arena, &page), ERR_NONE);
    event_store_close(store);
    open_store((struct event_store_settings){.queue_max = QUEUE, .retention_s = 3600});
    for (unsigned i = 0; i < 50 && events_verify(url).count > 50; i++)
        pause_ms(100);
    struct event_verdict verdict = events_verify(url);
    ck_assert(verdict.sound);
    ck_assert_uint_eq(verdict.count, 50);
    ck_assert_int_eq(event_store_read(store, &filter, page.next, 100, &arena, &page), ERR_NONE);
    ck_assert_uint_eq(page.count, 30);
    ck_assert_uint_eq(page.events[0].record_id, 730);
    ck_assert_uint_eq(page.events[29].record_id, 701);
    ck_assert_ptr_null(page.next);
    ck_assert_int_eq(events_append(store, 800, 50), ERR_NONE);
    verdict = events_verify(url);
    ck_assert(verdict.sound);
    ck_assert_uint_eq(verdict.last_record_id, 800);
}
END_TEST

START_TEST(retention_keeps_the_size)
{
    open_store((struct event_store_settings){.queue_max = 4000, .retention_bytes = 1 << 20});
    for (uint64_t i = 0; i < 4; i++)
        ck_assert_int_eq(events_append(store, 1 + i * 2000, 2000), ERR_NONE);
    uint64_t count = 8000;
    for (unsigned i = 0; i < 50 && count > 2000; i++) {
        pause_ms(100);
        count = events_verify(url).count;
    }
    ck_assert_uint_le(count, 2000);
    ck_assert_uint_gt(count, 0);
    ck_assert(events_verify(url).sound);
    ck_assert_uint_eq(events_verify(url).last_record_id, 8000);
}
END_TEST

static bool becomes_writable(bool writable)
{
    for (unsigned i = 0; i < 50 && events_health(store).writable != writable; i++)
        pause_ms(100);
    return events_health(store).writable == writable;
}

/* What a script that tidies up takes away: the file, or its write-ahead log. */
static const char *const taken_rows[] = {"", "-wal"};

/* SQLite writes on into a file that has no name any more, and with its last process all of it is gone. */
START_TEST(a_file_that_is_taken_away)
{
    char path[sizeof url + 8];
    char away[sizeof url + 16];
    open_store((struct event_store_settings){.queue_max = QUEUE});
    ck_assert_int_eq(events_append(store, 1, 10), ERR_NONE);
    (void)snprintf(path, sizeof path, "%s/audit.db%s", folder.path, taken_rows[_i]);
    (void)snprintf(away, sizeof away, "%s/away", folder.path);
    ck_assert_int_eq(rename(path, away), 0);
    ck_assert_int_eq(events_append(store, 11, 10), ERR_IO);
    ck_assert(becomes_writable(false));
    ck_assert_int_eq(rename(away, path), 0);
    ck_assert(becomes_writable(true));
    ck_assert_int_eq(events_append(store, 21, 10), ERR_NONE);
    ck_assert(events_verify(url).sound);
}
END_TEST

START_TEST(a_file_behind_a_link)
{
    char link[sizeof url + 16];
    char target[sizeof url + 16];
    (void)snprintf(link, sizeof link, "%s/audit.db", folder.path);
    (void)snprintf(target, sizeof target, "%s/elsewhere.db", folder.path);
    ck_assert_int_eq(close(open(target, O_WRONLY | O_CREAT | O_CLOEXEC, 0600)), 0);
    ck_assert_int_eq(symlink(target, link), 0);
    open_store((struct event_store_settings){.queue_max = QUEUE});
    ck_assert_int_eq(events_append(store, 1, 10), ERR_NONE);
    ck_assert(events_health(store).writable);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

int main(void)
{
    Suite *suite = suite_create("store_full");
    TCase *tests = tcase_create("store_full");
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, fails_closed_and_recovers);
    tcase_add_test(tests, drops_and_counts);
    tcase_add_loop_test(tests, a_file_that_is_taken_away, 0, COUNT(taken_rows));
    tcase_add_test(tests, a_file_behind_a_link);
    tcase_add_loop_test(tests, queue_row, 0, COUNT(queue_rows));
    tcase_add_test(tests, watch_wakes_until_it_ends);
    tcase_add_test(tests, retention_removes_the_old_under_a_reader);
    tcase_add_test(tests, retention_keeps_the_size);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
