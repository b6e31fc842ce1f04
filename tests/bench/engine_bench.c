/* engine_bench: what an access check costs, beside a plain evaluator and a lower bound, in one run. See README.md. */
#include "rounds.h"
#include "workloads.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS_DEFAULT = 25, SLICE_NS = 300000, ARENA = 10000000 };
enum contender { ENGINE, VALIDATION, COMPARE, BOUND, CONTENDERS };

static uint32_t run_engine(struct bench *bench)
{
    struct access_answer answer;
    if (decide_access(&bench->token, &bench->request, &answer) != ERR_NONE)
        abort();
    return answer.granted;
}

static uint32_t run_validation(struct bench *bench)
{
    if (descriptor_parse(bench->raw, &bench->descriptor) != ERR_NONE)
        abort();
    return bench->descriptor.control;
}

static uint32_t run_compare(struct bench *bench)
{
    return bench->request.nodes != NULL
               ? peers_compare_tree(&bench->token, bench->raw, bench->nodes, bench->request.node_count)
               : peers_compare(&bench->token, bench->raw, bench->request.desired);
}

static uint32_t run_bound(struct bench *bench)
{
    return bench->request.nodes != NULL
               ? peers_bound_tree(&bench->set, bench->raw, bench->nodes, bench->request.node_count)
               : peers_bound(&bench->token, &bench->set, bench->raw, bench->request.desired);
}

typedef uint32_t (*runner)(struct bench *bench);
static const runner runners[CONTENDERS] = {
    [ENGINE] = run_engine, [VALIDATION] = run_validation, [COMPARE] = run_compare, [BOUND] = run_bound};

/* CPU time of this thread, so that other programs on the machine disturb less. */
static double now_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static volatile uint32_t sink;

/* Nanoseconds for one call, of as many calls as fill a slice. */
static double measure(runner run, struct bench *bench, unsigned *calls)
{
    for (;;) {
        double start = now_ns();
        for (unsigned i = 0; i < *calls; i++)
            sink = run(bench);
        double spent = now_ns() - start;
        if (spent >= SLICE_NS)
            return spent / *calls;
        *calls *= 2;
    }
}

/* Nanoseconds of each contender in each round. */
struct race {
    double ns[CONTENDERS][ROUNDS_MAX];
    size_t rounds;
};

static void run_race(const struct workload *workload, struct race *race)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA);
    static struct bench bench; /* as far from the stack as what a service decides on */
    workload_make(&arena, workload, &bench);
    const uint32_t answer = run_bound(&bench);
    if (run_engine(&bench) != answer || run_compare(&bench) != answer)
        abort(); /* no race between different answers */
    unsigned calls[CONTENDERS] = {1, 1, 1, 1};
    for (size_t round = 0; round < race->rounds; round++) {
        for (size_t i = 0; i < CONTENDERS; i++)
            race->ns[i][round] = measure(runners[i], &bench, &calls[i]);
    }
}

static double ns_of(const struct race *race, enum contender contender)
{
    return rounds_median(race->ns[contender], race->rounds);
}

static double ratio_of(const struct race *race, enum contender contender, enum contender base)
{
    return rounds_median_ratio(race->ns[contender], race->ns[base], race->rounds);
}

static void print_checks(size_t rounds)
{
    printf("access check, ns (CPU) and ratios, medians of %zu alternated rounds\n", rounds);
    printf("%-4s %8s %8s %10s %8s %13s %15s %17s\n", "", "engine", "validate", "compare", "bound",
           "engine/bound", "compare/engine", "validate/engine");
    for (size_t i = 0; i < workload_count; i++) {
        static struct race race;
        race.rounds = rounds;
        run_race(&workloads[i], &race);
        printf("%-4s %8.0f %8.0f %10.0f %8.0f %12.2fx %14.1fx %16.2fx  %s\n", workloads[i].name,
               ns_of(&race, ENGINE), ns_of(&race, VALIDATION), ns_of(&race, COMPARE), ns_of(&race, BOUND),
               ratio_of(&race, ENGINE, BOUND), ratio_of(&race, COMPARE, ENGINE),
               ratio_of(&race, VALIDATION, ENGINE), workloads[i].what);
    }
}

static void print_ace_cost(size_t rounds)
{
    printf("\nnanoseconds per ACE (100 ACEs, no match): engine, compare, bound\n");
    const unsigned sids[] = {100, 1000};
    static struct race races[2];
    for (size_t i = 0; i < 2; i++) {
        const struct workload workload = {.aces = 100, .sids = sids[i]};
        races[i].rounds = rounds;
        run_race(&workload, &races[i]);
        printf("%5u SIDs: %6.2f %9.2f %6.2f\n", sids[i], ns_of(&races[i], ENGINE) / 100,
               ns_of(&races[i], COMPARE) / 100, ns_of(&races[i], BOUND) / 100);
    }
    printf("the engine's with 1,000 against that with 100: %.2fx\n",
           rounds_median_ratio(races[1].ns[ENGINE], races[0].ns[ENGINE], rounds));
}

static double index_ns(struct token *token)
{
    enum { CALLS = 100 };
    double start = now_ns();
    for (unsigned call = 0; call < CALLS; call++) {
        AUTO_ARENA fresh;
        arena_init(&fresh, ARENA);
        if (token_index(token, &fresh, workload_key) != ERR_NONE)
            abort();
    }
    return (now_ns() - start) / CALLS;
}

static void print_index_cost(size_t rounds)
{
    printf("\nmaking the index of a token, once per token: ns\n");
    const unsigned sids[] = {20, 100, 1000};
    double times[ROUNDS_MAX];
    for (size_t i = 0; i < sizeof sids / sizeof sids[0]; i++) {
        AUTO_ARENA arena;
        arena_init(&arena, ARENA);
        struct token token;
        workload_token(&arena, sids[i], &token);
        for (size_t round = 0; round < rounds; round++)
            times[round] = index_ns(&token);
        printf("%5u SIDs: %7.0f\n", sids[i], rounds_median(times, rounds));
    }
}

int main(int argc, char **argv)
{
    if (argc > 2) {
        (void)fprintf(stderr, "usage: engine_bench [ROUNDS, %d to %d]\n", ROUNDS_MIN, ROUNDS_MAX);
        return EXIT_FAILURE;
    }
    const size_t rounds = rounds_wanted(argc > 1 ? argv[1] : NULL, ROUNDS_DEFAULT);
    print_checks(rounds);
    print_ace_cost(rounds);
    print_index_cost(rounds);
    return EXIT_SUCCESS;
}
