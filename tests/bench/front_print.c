#include "front.h"

#include <stdio.h>

struct target {
    const char *what;
    double aim;
    double reached;
    double cpu; /* the same ratio by CPU time of the servers; 0: does not apply */
    bool at_most;
    bool there;
};

static void print_target(const struct target *target)
{
    char cpu[16] = "";
    char reached[16] = "-";
    bool met = target->at_most ? target->reached <= target->aim : target->reached >= target->aim;
    if (target->there)
        (void)snprintf(reached, sizeof reached, "%.2f", target->reached);
    if (target->there && target->cpu > 0)
        (void)snprintf(cpu, sizeof cpu, "%.2f", target->cpu);
    (void)printf("| %-74s | %s %7.2f | %8s | %6s | %-12s |\n", target->what,
                 target->at_most ? "<=" : ">=", target->aim, reached, cpu,
                 !target->there ? "not measured"
                 : met          ? "yes"
                                : "**no**");
}

static struct target ratio(const struct front_rounds *rounds, const char *what, double aim,
                           enum front_race mine, enum front_race other)
{
    const struct rounds *a = &rounds->races[mine];
    const struct rounds *b = &rounds->races[other];
    struct target target = {.what = what, .aim = aim, .there = a->count > 0 && a->count == b->count};
    if (target.there) {
        target.reached = rounds_median_ratio(a->per_second, b->per_second, a->count);
        target.cpu = rounds_median_ratio(b->cpu_us, a->cpu_us, a->count);
    }
    return target;
}

static void print_ratios(const struct front_rounds *rounds)
{
    const struct target targets[] = {
        ratio(rounds, "session, small descriptor / libmicrohttpd and jansson", 1.0, RACE_SESSION,
              RACE_JANSSON),
        ratio(rounds, "the same / libmicrohttpd and jansson, 104 KB a connection, as here", 1.0, RACE_SESSION,
              RACE_JANSSON_LARGE),
        ratio(rounds, "the same with header_bytes_max = 24576 / libmicrohttpd and jansson", 1.0,
              RACE_SESSION_SMALL, RACE_JANSSON),
        ratio(rounds, "session, small descriptor / libmicrohttpd, a static answer", 0.6, RACE_SESSION,
              RACE_STATIC),
        ratio(rounds, "the same with header_bytes_max = 24576 / libmicrohttpd, a static answer", 0.6,
              RACE_SESSION_SMALL, RACE_STATIC),
        ratio(rounds, "session, 20 ACEs, 100 groups / libmicrohttpd and jansson, same body", 0.75,
              RACE_SESSION_ACES, RACE_JANSSON_ACES),
        ratio(rounds, "checks/s in batches of 1,000 / in single requests", 25, RACE_BATCH, RACE_SESSION),
        ratio(rounds, "the same, about one descriptor / in single requests", 25, RACE_SHARED, RACE_SESSION),
        ratio(rounds, "Negotiate / libmicrohttpd, jansson and GSSAPI", 0.8, RACE_NEGOTIATE, RACE_GSS),
        ratio(rounds, "Negotiate / Apache, Negotiate, a static file", 2.0, RACE_NEGOTIATE,
              RACE_APACHE_NEGOTIATE),
        ratio(rounds, "session / Apache, session cookie, a static file", 4.0, RACE_SESSION,
              RACE_APACHE_SESSION),
    };
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++)
        print_target(&targets[i]);
}

static void print_limits(const struct front_rounds *rounds, const struct front_limits *limits)
{
    const size_t count = rounds->races[RACE_SESSION].count;
    const bool paced = count > 0 && rounds->races[RACE_JANSSON].count == count;
    size_t stalled = 0;
    for (size_t i = 0; i < FRONT_CROWDS; i++)
        stalled += limits->crowd_answers[i] == limits->crowd[i] ? 0 : 1;
    const struct target targets[] = {
        {.what = "p99 at 80% of the peak / of libmicrohttpd and jansson at 80% of its own",
         .aim = 3,
         .at_most = true,
         .there = paced,
         .reached =
             paced ? rounds_median_ratio(rounds->p99_us[RACE_SESSION], rounds->p99_us[RACE_JANSSON], count)
                   : 0},
        {.what = "crowds of 127, 128, 129, 255, 256, 257, 384 connections that stalled",
         .at_most = true,
         .there = true,
         .reached = (double)stalled},
        {.what = "MB resident: 10,000 sessions, 10,000 idle connections",
         .aim = 120,
         .at_most = true,
         .there = limits->idle_mb > 0,
         .reached = limits->idle_mb},
        {.what = "MB resident: the same, and each of the connections was used once",
         .aim = 120,
         .at_most = true,
         .there = limits->used_mb > 0,
         .reached = limits->used_mb},
        {.what = "ms from exec to the first answer, to a check with a ticket",
         .aim = 50,
         .at_most = true,
         .there = limits->start_ms > 0,
         .reached = limits->start_ms},
    };
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++)
        print_target(&targets[i]);
}

static void print_figures(const struct front_rounds *rounds)
{
    (void)printf("| %-44s | requests/s | CPU us | bytes in | bytes out | p50 us | p99 us |\n", "");
    (void)printf("|---|---|---|---|---|---|---|\n");
    for (int i = 0; i < RACE_COUNT; i++) {
        const struct rounds *race = &rounds->races[i];
        if (race->count == 0) {
            (void)printf("| %-44s | not measured | | | | | |\n", race->name);
            continue;
        }
        char p50[16] = "";
        char p99[16] = "";
        if (rounds->p99_us[i][0] > 0) {
            (void)snprintf(p50, sizeof p50, "%.0f", rounds_median(rounds->p50_us[i], race->count));
            (void)snprintf(p99, sizeof p99, "%.0f", rounds_median(rounds->p99_us[i], race->count));
        }
        (void)printf("| %-44s | %10.0f | %6.2f | %8zu | %9zu | %6s | %6s |\n", race->name,
                     rounds_median(race->per_second, race->count), rounds_median(race->cpu_us, race->count),
                     rounds->request_bytes[i], rounds->answer_bytes[i], p50, p99);
    }
}

void front_print(const struct front *front, const struct front_rounds *rounds,
                 const struct front_limits *limits)
{
    (void)printf(
        "Medians of %zu alternated rounds, %u connections; CPU is what a request costs the server; delays are at 80%% of\n"
        "the round's own peak, from when the request should have left.\n\n",
        rounds->races[RACE_JANSSON].count, front->connections);
    print_figures(rounds);
    (void)printf("\nCrowds that ask at the same moment, and when the last was answered:");
    for (size_t i = 0; i < FRONT_CROWDS; i++)
        (void)printf(" %zu of %u in %.0f ms%s", limits->crowd_answers[i], limits->crowd[i],
                     limits->crowd_ms[i], i + 1 == FRONT_CROWDS ? ".\n" : ",");
    (void)printf(
        "\nRatios are medians of the ratios within a round; `CPU` is the same ratio by the servers' CPU time alone.\n\n");
    (void)printf("| %-74s | target     | reached  | CPU    | met          |\n|---|---|---|---|---|\n",
                 "what");
    print_ratios(rounds);
    print_limits(rounds, limits);
}
