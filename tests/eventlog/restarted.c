/* A PostgreSQL server is stopped and started again and again while 64 threads append: what was answered is in the log, exactly
 * once; what could not be written was said to have failed; and it goes on by itself.
 *
 *   restarted [ROUNDS]     3 rounds, or as many as told */
#include "support/events.h"
#include "support/pause.h"
#include "support/postgres_seen.h"
#include "support/postgres_server.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { THREADS = 64, EACH_MAX = 200000, ARENA_MAX = 1 << 20, ROUNDS = 3, WAIT_MS = 15000 };

struct appender {
    struct event_store *store;
    uint64_t first;
    struct event_uuid *answered;
    _Atomic size_t count;
    _Atomic size_t refused;
};

static _Atomic bool ended;
static struct appender appenders[THREADS];

static void *append(void *context)
{
    struct appender *appender = context;
    struct events_wait wait;
    struct events_text text;
    events_wait_init(&wait);
    for (uint64_t i = 0; !ended && appender->count < EACH_MAX; i++) {
        struct event event = events_make(appender->first + i, &text);
        if (events_post(appender->store, &wait, &event) == ERR_NONE && events_join(&wait) == ERR_NONE) {
            appender->answered[appender->count] = event.uuid;
            appender->count++;
        } else {
            appender->refused++;
            pause_ms(10); /* as a client that was told 503 */
        }
    }
    events_wait_done(&wait);
    return NULL;
}

static size_t answered_of(void)
{
    size_t answered = 0;
    for (size_t i = 0; i < THREADS; i++)
        answered += appenders[i].count;
    return answered;
}

static size_t refused_of(void)
{
    size_t refused = 0;
    for (size_t i = 0; i < THREADS; i++)
        refused += appenders[i].refused;
    return refused;
}

/* Whether events are answered again, by themselves. */
static bool goes_on(void)
{
    size_t before = answered_of();
    for (unsigned ms = 0; ms < WAIT_MS && answered_of() < before + THREADS; ms += 10)
        pause_ms(10);
    return answered_of() >= before + THREADS;
}

static bool one_round(struct postgres_server *server, unsigned round)
{
    static const int signals[] = {SIGINT, SIGQUIT, SIGKILL};
    if (!goes_on())
        return false;
    pause_ms(round * 37 % 100 * 2);
    size_t refused = refused_of();
    postgres_server_stop(server, signals[round % 3]);
    pause_ms(200 + round * 53 % 100 * 3);
    postgres_server_start(server);
    return goes_on() && refused_of() > refused;
}

static size_t missing_of(const char *url)
{
    size_t missing = 0;
    PGconn *seen = postgres_seen_open(url);
    for (size_t i = 0; i < THREADS; i++)
        missing += postgres_seen_missing(seen, appenders[i].answered, appenders[i].count);
    postgres_seen_close(seen);
    return missing;
}

static bool start(struct event_store *store, pthread_t threads[THREADS])
{
    for (size_t i = 0; i < THREADS; i++) {
        appenders[i].store = store;
        appenders[i].first = 1 + i * 10000000;
        appenders[i].answered = calloc(EACH_MAX, sizeof(struct event_uuid));
        if (appenders[i].answered == NULL || pthread_create(&threads[i], NULL, append, &appenders[i]) != 0)
            return false;
    }
    return true;
}

static bool run(struct postgres_server *server, const char *url, unsigned rounds)
{
    struct event_store_settings settings = {.url = url, .queue_max = 1000};
    struct event_store *store = NULL;
    const char *problem = NULL;
    pthread_t threads[THREADS];
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_MAX);
    if (event_store_open(&settings, &arena, &store, &problem) != ERR_NONE || !start(store, threads))
        exit(99);
    bool right = true;
    for (unsigned round = 0; round < rounds && right; round++) {
        right = one_round(server, round);
        if (!right)
            printf("# round %u: it did not go on by itself, or nothing was refused meanwhile\n", round);
    }
    ended = true;
    for (size_t i = 0; i < THREADS; i++)
        (void)pthread_join(threads[i], NULL);
    event_store_close(store);
    return right;
}

int main(int argc, char **argv)
{
    unsigned rounds = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : ROUNDS;
    static struct postgres_server server;
    char url[POSTGRES_URL_SIZE];
    postgres_server_make(&server);
    postgres_server_start(&server);
    postgres_server_url(&server, "public", url);
    bool right = run(&server, url, rounds);
    size_t missing = missing_of(url);
    size_t answered = answered_of();
    postgres_server_remove(&server);
    for (size_t i = 0; i < THREADS; i++)
        free(appenders[i].answered);
    right = right && missing == 0 && answered > rounds;
    printf(
        "1..1\n%s 1 - stopped %u times: %zu events answered, %zu missing or twice, %zu refused meanwhile\n",
        right ? "ok" : "not ok", rounds, answered, missing, refused_of());
    return 0;
}
