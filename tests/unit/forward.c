/* Events of a real log to real receivers over TCP and TLS that stop, cut, are slow or are not to be trusted: exactly the log's
 * events arrive, in its order. */
#include "forward/forward.h"
#include "support/authority.h"
#include "support/events.h"
#include "support/folder.h"
#include "support/pause.h"
#include "support/receiver.h"
#include "support/suite.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    ARENA_MAX = 64 << 20,
    WAIT_MS = 30000,
    STEP_MS = 20,
    REFUSED_MS = 900,
    URL_SIZE = 2 * FOLDER_PATH_SIZE
};

static struct folder folder;
static char log_url[FOLDER_PATH_SIZE + 32];
static struct event_store *store;
static struct received received;
static struct receiver receiver;
static struct forward *forward;

static struct event_store *open_store(void)
{
    struct event_store_settings settings = {.url = log_url, .queue_max = 10000};
    struct event_store *opened = NULL;
    const char *problem = "";
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_MAX);
    ck_assert_int_eq(event_store_open(&settings, &arena, &opened, &problem), ERR_NONE);
    return opened;
}

static void set_up(void)
{
    folder_make(&folder);
    authority_make(folder.path);
    (void)snprintf(log_url, sizeof log_url, "sqlite:%s/audit.db", folder.path);
    store = open_store();
    received_init(&received);
}

static void tear_down(void)
{
    forward_stop(forward);
    forward = NULL;
    event_store_close(store);
    received_done(&received);
    folder_remove(&folder);
}

static enum err read_after(void *context, uint64_t record_id, size_t limit, struct arena *arena,
                           struct event_page *ret, uint64_t *ret_last)
{
    static const struct event_filter all = {.since_ns = INT64_MIN};
    return event_store_read_after(context, &all, record_id, limit, arena, ret, ret_last);
}

static uint64_t newest(void *context)
{
    struct event_store_health health;
    event_store_health(context, &health);
    return health.newest_record_id;
}

static void start_forward(const char *target)
{
    struct forward_settings settings = {.targets = {target}, .count = 1, .folder = folder.path};
    struct forward_source source = {
        .context = store, .read_after = read_after, .newest = newest, .computer = "test.example"};
    const char *problem = "";
    ck_assert_int_eq(forward_start(&settings, &source, &forward, &problem), ERR_NONE);
}

static void stop_forward(void)
{
    forward_stop(forward);
    forward = NULL;
}

static void wait_for_some(size_t count)
{
    for (unsigned ms = 0; ms < WAIT_MS && received_count(&received) < count; ms += STEP_MS)
        pause_ms(STEP_MS);
    ck_assert_uint_ge(received_count(&received), count);
}

struct due {
    struct event_uuid *uuids;
    size_t count;
};

static struct due all_events(struct arena *arena)
{
    struct due all = {.count = 0};
    uint64_t count = newest(store);
    all.uuids = arena_alloc_array(arena, count + 1, sizeof *all.uuids);
    ck_assert_ptr_nonnull(all.uuids);
    for (uint64_t last = 0; all.count < count;) {
        struct event_page page;
        ck_assert_int_eq(read_after(store, last, 1000, arena, &page, &last), ERR_NONE);
        for (size_t i = 0; i < page.count; i++)
            all.uuids[all.count++] = page.events[i].uuid;
    }
    return all;
}

/* All, in order, when those that came again are left out. Gives how many did. */
static size_t expect_all(void)
{
    size_t repeats = 0;
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_MAX);
    struct due all = all_events(&arena);
    ck_assert_uint_gt(all.count, 0);
    ck_assert_msg(received_ends_with(&received, &all.uuids[all.count - 1]), "%zu messages of %zu came",
                  received_count(&received), all.count);
    ck_assert_uint_eq(received_in_order(&received, all.uuids, all.count, &repeats), all.count);
    ck_assert_uint_eq(received.wrong, 0);
    return repeats;
}

static void target_of(bool tls, const char *ca, char ret[URL_SIZE])
{
    if (tls)
        (void)snprintf(ret, URL_SIZE, "syslog+tls://localhost:%u?ca=%s/%s", receiver.port, folder.path, ca);
    else
        (void)snprintf(ret, URL_SIZE, "syslog+tcp://127.0.0.1:%u", receiver.port);
}

static const struct row {
    const char *name;
    bool tls;
    size_t cut_bytes;
    unsigned pause_us;
    uint64_t events;
    bool restart_receiver;
    bool restart_forward;
} rows[] = {
    {"tcp", false, 0, 0, 3000, false, false},
    {"tls", true, 0, 0, 3000, false, false},
    {"tcp, slow", false, 0, 300, 600, false, false},
    {"tcp, cutting", false, 400000, 0, 900, false, false},
    {"tls, cutting", true, 400000, 0, 900, false, false},
    {"tcp, stopped meanwhile", false, 0, 0, 3000, true, false},
    {"tls, stopped meanwhile", true, 0, 0, 3000, true, false},
    {"tcp, we are stopped meanwhile", false, 0, 0, 3000, false, true},
    {"tls, slow, all stop meanwhile", true, 0, 300, 1000, true, true},
};

static struct receiver_manner manner_of(const struct row *row)
{
    static char certificate[FOLDER_PATH_SIZE + 32];
    static char key[FOLDER_PATH_SIZE + 32];
    (void)snprintf(certificate, sizeof certificate, "%s/server.pem", folder.path);
    (void)snprintf(key, sizeof key, "%s/server.key", folder.path);
    return (struct receiver_manner){.certificate = row->tls ? certificate : NULL,
                                    .key = key,
                                    .cut_bytes = row->cut_bytes,
                                    .cuts = row->cut_bytes == 0 ? 0 : 3,
                                    .pause_us = row->pause_us};
}

START_TEST(receiver_row)
{
    const struct row *row = &rows[_i];
    struct receiver_manner manner = manner_of(row);
    char target[URL_SIZE];
    receiver_start(&receiver, 0, &manner, &received);
    target_of(row->tls, "ca.pem", target);
    start_forward(target);
    ck_assert_int_eq(events_append(store, 1, row->events / 2), ERR_NONE);
    wait_for_some(row->events / 5);
    if (row->restart_forward) {
        stop_forward();
        start_forward(target);
    }
    if (row->restart_receiver)
        receiver_stop(&receiver);
    ck_assert_int_eq(events_append(store, row->events / 2 + 1, row->events / 2), ERR_NONE);
    if (row->restart_receiver)
        receiver_start(&receiver, receiver.port, &manner, &received);
    size_t repeats = expect_all();
    ck_assert_uint_eq(newest(store), row->events / 2 * 2);
    /* Only what a connection broke under comes again; a clean end on either side is known as one. */
    ck_assert(repeats == 0 || row->cut_bytes != 0 || row->restart_receiver);
    stop_forward();
    receiver_stop(&receiver);
}
END_TEST

START_TEST(a_clean_stop_repeats_nothing)
{
    struct receiver_manner manner = {.certificate = NULL};
    char target[URL_SIZE];
    receiver_start(&receiver, 0, &manner, &received);
    target_of(false, "", target);
    for (uint64_t i = 0; i < 5; i++) {
        start_forward(target);
        ck_assert_int_eq(events_append(store, 1 + i * 100, 100), ERR_NONE);
        wait_for_some((i + 1) * 100);
        stop_forward();
    }
    ck_assert_uint_eq(expect_all(), 0);
    receiver_stop(&receiver);
}
END_TEST

static const struct {
    const char *name;
    const char *certificate; /* the receiver's; NULL: no TLS */
    const char *key;
    const char *host;
    const char *ca;
} distrusted_rows[] = {
    {"another authority", "server.pem", "server.key", "localhost", "other.pem"},
    {"another host", "elsewhere.pem", "elsewhere.key", "localhost", "ca.pem"},
    {"another address", "elsewhere.pem", "elsewhere.key", "127.0.0.1", "ca.pem"},
    {"no TLS", NULL, NULL, "localhost", "ca.pem"},
    {"no file of authorities", "server.pem", "server.key", "localhost", "none.pem"},
};

START_TEST(distrusted_row)
{
    char certificate[FOLDER_PATH_SIZE + 32];
    char key[FOLDER_PATH_SIZE + 32];
    char target[URL_SIZE];
    (void)snprintf(certificate, sizeof certificate, "%s/%s", folder.path, distrusted_rows[_i].certificate);
    (void)snprintf(key, sizeof key, "%s/%s", folder.path, distrusted_rows[_i].key);
    struct receiver_manner manner = {
        .certificate = distrusted_rows[_i].certificate == NULL ? NULL : certificate, .key = key};
    receiver_start(&receiver, 0, &manner, &received);
    (void)snprintf(target, sizeof target, "syslog+tls://%s:%u?ca=%s/%s", distrusted_rows[_i].host,
                   receiver.port, folder.path, distrusted_rows[_i].ca);
    start_forward(target);
    ck_assert_int_eq(events_append(store, 1, 10), ERR_NONE);
    pause_ms(REFUSED_MS);
    stop_forward();
    receiver_stop(&receiver);
    ck_assert_uint_eq(received.count, 0);
    ck_assert(received.connections > 0 || _i == 4);
    /* and once it is to be trusted, it gets everything */
    struct receiver_manner right = manner_of(&rows[1]);
    receiver_start(&receiver, receiver.port, &right, &received);
    target_of(true, "ca.pem", target);
    received.wrong = 0; /* a greeting of TLS is no frame */
    start_forward(target);
    (void)expect_all();
    stop_forward();
    receiver_stop(&receiver);
}
END_TEST

/* The process with the log, until it is killed. */
static void run_and_append(const char *target, uint64_t first)
{
    store = open_store();
    start_forward(target);
    for (uint64_t number = first; events_append(store, number, 10) == ERR_NONE;)
        number += 10;
}

START_TEST(killed_again_and_again)
{
    struct receiver_manner manner = {.certificate = NULL};
    char target[URL_SIZE];
    const unsigned kills = 5;
    event_store_close(store);
    receiver_start(&receiver, 0, &manner, &received);
    receiver_stop(&receiver);
    target_of(false, "", target);
    for (unsigned i = 0; i < kills; i++) { /* no other thread runs when the child is made */
        size_t before = received_count(&received);
        pid_t child = fork();
        if (child == 0) {
            run_and_append(target, 1 + (uint64_t)i * 1000000);
            _exit(1);
        }
        receiver_start(&receiver, receiver.port, &manner, &received);
        wait_for_some(before + 100);
        (void)kill(child, SIGKILL);
        (void)waitpid(child, NULL, 0);
        receiver_stop(&receiver);
    }
    receiver_start(&receiver, receiver.port, &manner, &received);
    store = open_store();
    start_forward(target);
    (void)expect_all();
    stop_forward();
    receiver_stop(&receiver);
}
END_TEST

START_TEST(another_log_in_the_same_place_is_sent_whole)
{
    struct receiver_manner manner = {.certificate = NULL};
    char target[URL_SIZE];
    char path[FOLDER_PATH_SIZE + 32];
    static const char *const ends[] = {"", "-wal", "-shm"};
    receiver_start(&receiver, 0, &manner, &received);
    target_of(false, "", target);
    start_forward(target);
    ck_assert_int_eq(events_append(store, 1, 50), ERR_NONE);
    wait_for_some(50);
    stop_forward();
    event_store_close(store);
    for (size_t i = 0; i < 3; i++) {
        (void)snprintf(path, sizeof path, "%s/audit.db%s", folder.path, ends[i]);
        (void)unlink(path);
    }
    store = open_store();
    ck_assert_int_eq(events_append(store, 1000, 80), ERR_NONE);
    (void)pthread_mutex_lock(&received.lock);
    received.count = 0;
    (void)pthread_mutex_unlock(&received.lock);
    start_forward(target);
    ck_assert_uint_eq(expect_all(), 0);
    stop_forward();
    receiver_stop(&receiver);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

int main(void)
{
    Suite *suite = suite_create("forward");
    TCase *tests = tcase_create("forward");
    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, receiver_row, 0, COUNT(rows));
    tcase_add_test(tests, a_clean_stop_repeats_nothing);
    tcase_add_loop_test(tests, distrusted_row, 0, COUNT(distrusted_rows));
    tcase_add_test(tests, killed_again_and_again);
    tcase_add_test(tests, another_log_in_the_same_place_is_sent_whole);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
