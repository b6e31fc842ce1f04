/* Durable events a second from 64 threads, beside a bare loop of inserts with the same durability; and pages of a large log.
 *
 *   eventlog_bench [EVENTS] [sqlite|postgres]     a million in SQLite, under TMPDIR or /tmp */
#include "bench/bare_insert.h"
#include "bench/bare_postgres.h"
#include "support/events.h"
#include "support/postgres_server.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { THREADS = 64, ARENA_MAX = 64 << 20, ROUND_EVENTS = 64000, ROUNDS = 5, PAGE = 100, TRIES = 7 };

struct appender {
    struct event_store *store;
    uint64_t first;
    size_t count;
};

static double now(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void must(bool right, const char *what)
{
    if (right)
        return;
    (void)fprintf(stderr, "eventlog_bench: %s failed\n", what);
    exit(1);
}

static struct event_store *open_store(const char *url)
{
    struct event_store_settings settings = {.url = url, .queue_max = 20000};
    struct event_store *store = NULL;
    const char *problem = NULL;
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_MAX);
    must(event_store_open(&settings, &arena, &store, &problem) == ERR_NONE, "opening the log");
    return store;
}

/* As a request does: one event, and no answer before it is durable. */
static void *append(void *context)
{
    const struct appender *appender = context;
    struct events_wait wait;
    struct events_text text;
    events_wait_init(&wait);
    for (uint64_t i = 0; i < appender->count; i++) {
        struct event event = events_make(appender->first + i, &text);
        must(events_post(appender->store, &wait, &event) == ERR_NONE && events_join(&wait) == ERR_NONE,
             "an append");
    }
    events_wait_done(&wait);
    return NULL;
}

static double from_threads(struct event_store *store, uint64_t first)
{
    pthread_t threads[THREADS];
    struct appender appenders[THREADS];
    double start = now();
    for (size_t i = 0; i < THREADS; i++) {
        appenders[i] = (struct appender){store, first + i * (ROUND_EVENTS / THREADS), ROUND_EVENTS / THREADS};
        must(pthread_create(&threads[i], NULL, append, &appenders[i]) == 0, "a thread");
    }
    for (size_t i = 0; i < THREADS; i++)
        (void)pthread_join(threads[i], NULL);
    return ROUND_EVENTS / (now() - start);
}

static int compare(const void *left, const void *right)
{
    double difference = *(const double *)left - *(const double *)right;
    return (difference > 0) - (difference < 0);
}

/* Where the log is. */
struct place {
    struct folder folder;
    struct postgres_server server;
    char url[POSTGRES_URL_SIZE];
    bool in_postgres;
};

static bool bare_loop(const struct place *place, size_t round)
{
    char path[FOLDER_PATH_SIZE + 32];
    if (place->in_postgres)
        return bare_postgres(place->url, ROUND_EVENTS, THREADS);
    (void)snprintf(path, sizeof path, "%s/bare%zu.db", place->folder.path, round);
    return bare_insert(path, ROUND_EVENTS, THREADS);
}

static void race(const struct place *place, struct event_store *store, uint64_t *number)
{
    double ours[ROUNDS];
    double bare[ROUNDS];
    for (size_t i = 0; i < ROUNDS; i++) {
        ours[i] = from_threads(store, *number);
        *number += ROUND_EVENTS;
        double start = now();
        must(bare_loop(place, i), "the bare loop");
        bare[i] = ROUND_EVENTS / (now() - start);
    }
    qsort(ours, ROUNDS, sizeof ours[0], compare);
    qsort(bare, ROUNDS, sizeof bare[0], compare);
    printf(
        "durable events a second, 64 at a time (median of %d): the store from 64 threads %.0f, bare inserts %.0f\n",
        ROUNDS, ours[ROUNDS / 2], bare[ROUNDS / 2]);
}

static const struct {
    const char *name;
    struct event_filter filter;
} queries[] = {
    {"no condition", {0}},
    {"event ID, one of 8", {.event_id = 4703}},
    {"event ID, none", {.event_id = 5000}},
    {"SID, one of 97", {.user = "S-1-5-21-1-2-3-1005"}},
    {"name, one of 97", {.user = "corp\\user5"}},
    {"name, none", {.user = "nobody"}},
    {"session, 50 old events", {.session = "0x10007"}},
    {"object, one old event", {.object = "report0000501"}},
    {"object, one of 31", {.object = "\\team7\\"}},
    {"object, none", {.object = "budget"}},
    {"text, one old event", {.text = "0x7d4"}},
    {"text, hexadecimal", {.text = "0xdead"}},
    {"text, two letters", {.text = "zq"}},
    {"text, none", {.text = "no such thing"}},
    {"oldest hour", {.until_ns = (EVENTS_BASE_S + INT64_C(3600)) * 1000000000}},
    {"ID and name and failure", {.event_id = 4656, .user = "user5", .outcome = EVENT_FAILURE}},
    {"ID and session, none", {.event_id = 4703, .session = "0x1"}},
};

static void read_pages(struct event_store *store)
{
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
        double times[TRIES];
        struct event_page page;
        for (size_t k = 0; k < TRIES; k++) {
            AUTO_ARENA arena;
            arena_init(&arena, ARENA_MAX);
            double start = now();
            must(event_store_read(store, &queries[i].filter, NULL, PAGE, &arena, &page) == ERR_NONE,
                 "a page");
            times[k] = (now() - start) * 1000;
        }
        qsort(times, TRIES, sizeof times[0], compare);
        printf("  %-26s %6.2f ms, at most %6.2f: %zu events%s\n", queries[i].name, times[TRIES / 2],
               times[TRIES - 1], page.count,
               page.next == NULL    ? ""
               : page.count == PAGE ? ", more"
                                    : ", to be continued");
    }
}

static void place_make(struct place *place)
{
    if (place->in_postgres) {
        postgres_server_make(&place->server);
        postgres_server_start(&place->server);
        postgres_server_url(&place->server, "public", place->url);
        return;
    }
    folder_make(&place->folder);
    (void)snprintf(place->url, sizeof place->url, "sqlite:%s/audit.db", place->folder.path);
}

static void place_remove(struct place *place)
{
    if (place->in_postgres)
        postgres_server_remove(&place->server);
    else
        folder_remove(&place->folder);
}

int main(int argc, char **argv)
{
    uint64_t wanted = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000;
    static struct place place;
    uint64_t number = 1;
    place.in_postgres = argc > 2 && strcmp(argv[2], "postgres") == 0;
    place_make(&place);
    struct event_store *store = open_store(place.url);
    for (; number < wanted; number += 10000)
        must(events_append(store, number, 10000) == ERR_NONE, "filling");
    printf("first page of %d in a log of %llu events (median of %d):\n", PAGE, (unsigned long long)number - 1,
           TRIES);
    read_pages(store);
    (void)fflush(stdout);
    race(&place, store, &number);
    event_store_close(store);
    place_remove(&place);
    return 0;
}
