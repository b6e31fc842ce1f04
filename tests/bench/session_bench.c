/* session_bench [ROUNDS]: finding a session among 1,000, 10,000 and 100,000, on one thread and on two, and what a session of a
 * person in 100 groups keeps in memory. Sessions are asked for in an order that has nothing to do with that of their beginning; the
 * texts stand in that order, since a request brings its own. */
#include "rounds.h"

#include "http/session.h"
#include "support/pac_build.h"
#include "support/station.h"

#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    GROUPS = 100,
    SIZES = 3,
    THREADS_MAX = 2,
    RACES = SIZES * THREADS_MAX,
    FINDS = 200000,
    ARENA = 1 << 20,
    ROUNDS_STANDARD = 9
};

static const size_t sizes[SIZES] = {1000, 10000, 100000};

struct crowd {
    struct sessions *sessions;
    char (*texts)[SESSION_TOKEN_MAX];
    size_t count;
    double bytes; /* for each session: token, table entry and what malloc adds */
};

struct racer {
    pthread_t thread;
    const struct crowd *crowd;
    size_t first;
    size_t found;
};

static double seconds_of(clockid_t clock)
{
    struct timespec at;
    (void)clock_gettime(clock, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static void open_one(struct crowd *crowd, struct platform *platform, const struct security_context *proof,
                     size_t at)
{
    struct security_context context = *proof;
    struct platform_token *token = NULL;
    struct session_opened opened;
    if (platform_token_open_client(platform, &context, &token) != ERR_NONE ||
        sessions_open(crowd->sessions, token, session_time_now(), &opened) != ERR_NONE ||
        opened.outcome != SESSION_OPENED)
        abort();
    memcpy(crowd->texts[at], opened.text, SESSION_TOKEN_MAX);
    platform_token_free(token);
}

static void shuffle(struct crowd *crowd)
{
    uint64_t seed = 88172645463325252U; /* xorshift64 */
    for (size_t i = crowd->count - 1; i > 0; i--) {
        char text[SESSION_TOKEN_MAX];
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        size_t other = seed % (i + 1);
        memcpy(text, crowd->texts[i], sizeof text);
        memcpy(crowd->texts[i], crowd->texts[other], sizeof text);
        memcpy(crowd->texts[other], text, sizeof text);
    }
}

static void gather(struct crowd *crowd, struct platform *platform, const struct security_context *proof,
                   size_t count)
{
    const struct session_settings settings = {
        .max = count, .per_user = count, .idle_s = 86400, .lifetime_s = 86400};
    crowd->count = count;
    crowd->texts = calloc(count, SESSION_TOKEN_MAX);
    size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
    if (crowd->texts == NULL || sessions_new(&settings, &crowd->sessions) != ERR_NONE)
        abort();
    for (size_t i = 0; i < count; i++)
        open_one(crowd, platform, proof, i);
    size_t after = mallinfo2().uordblks + mallinfo2().hblkhd;
    crowd->bytes = (double)(after - before) / (double)count;
    shuffle(crowd);
}

static void *race(void *context)
{
    struct racer *racer = context;
    const struct crowd *crowd = racer->crowd;
    struct session_time now = session_time_now();
    for (size_t i = 0; i < FINDS; i++) {
        struct session_use use;
        const char *text = crowd->texts[(racer->first + i) % crowd->count];
        racer->found += sessions_find(crowd->sessions, bytes_of(text, SESSION_TOKEN_SIZE), now, &use);
        session_use_done(&use);
    }
    return NULL;
}

static void run(const struct crowd *crowd, size_t threads, struct rounds *rounds)
{
    struct racer racers[THREADS_MAX];
    double cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    double start = seconds_of(CLOCK_MONOTONIC);
    for (size_t i = 0; i < threads; i++) {
        racers[i] = (struct racer){.crowd = crowd, .first = i * crowd->count / threads};
        if (pthread_create(&racers[i].thread, NULL, race, &racers[i]) != 0)
            abort();
    }
    for (size_t i = 0; i < threads; i++) {
        (void)pthread_join(racers[i].thread, NULL);
        if (racers[i].found != FINDS)
            abort();
    }
    double finds = (double)FINDS * (double)threads;
    rounds_add(rounds, finds, seconds_of(CLOCK_MONOTONIC) - start,
               seconds_of(CLOCK_PROCESS_CPUTIME_ID) - cpu);
}

static void measure(struct crowd crowds[SIZES], size_t round_count)
{
    static char names[RACES][48];
    static struct rounds rounds[RACES];
    for (size_t round = 0; round < round_count; round++) {
        for (size_t i = 0; i < RACES; i++)
            run(&crowds[i % SIZES], i / SIZES + 1, &rounds[i]);
    }
    for (size_t i = 0; i < RACES; i++) {
        (void)snprintf(names[i], sizeof names[i], "%zu sessions, %zu thread%s", crowds[i % SIZES].count,
                       i / SIZES + 1, i < SIZES ? "" : "s");
        rounds[i].name = names[i];
    }
    rounds_print(rounds, RACES, "finds");
    for (size_t i = 0; i < SIZES; i++)
        (void)printf("%zu sessions of a person in %d groups: %.0f bytes each\n", crowds[i].count, GROUPS,
                     crowds[i].bytes);
}

int main(int argc, char **argv)
{
    static struct pac_build_group groups[GROUPS];
    static struct crowd crowds[SIZES];
    AUTO_ARENA arena;
    arena_init(&arena, ARENA);
    for (uint32_t i = 0; i < GROUPS; i++)
        groups[i] = (struct pac_build_group){1600 + 3 * i, 7};
    const struct pac_build pac = {.account_name = "alice",
                                  .domain_name = "CORP",
                                  .domain_sid = STATION_DOMAIN,
                                  .user_rid = 1104,
                                  .primary_group_rid = 513,
                                  .groups = groups,
                                  .group_count = GROUPS};
    station_setup();
    struct platform *platform = station_start(false, STATION_DOMAIN, NULL);
    struct security_context proof = station_context(&arena, "alice@EXAMPLE.TEST", true);
    proof.pac = pac_build(&arena, &pac);
    for (size_t i = 0; i < SIZES; i++)
        gather(&crowds[i], platform, &proof, sizes[i]);
    measure(crowds, rounds_wanted(argc > 1 ? argv[1] : NULL, ROUNDS_STANDARD));
    for (size_t i = 0; i < SIZES; i++) {
        sessions_free(crowds[i].sessions);
        free(crowds[i].texts);
    }
    platform_stop(platform);
    station_teardown();
    return 0;
}
