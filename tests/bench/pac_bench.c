/* pac_bench: how long it takes to decode one PAC. Prints the median of several rounds for each sample. */
#include "support/pac_samples.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ARENA = 1 << 20, ROUNDS = 9, DECODES = 20000 };

static double now_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static double round_ns(const struct pac_buffers *buffers)
{
    double start = now_ns();
    for (size_t i = 0; i < DECODES; i++) {
        AUTO_ARENA arena;
        arena_init(&arena, ARENA);
        struct pac_identity identity;
        if (pac_decode(&arena, buffers, &identity) != ERR_NONE)
            abort();
    }
    return (now_ns() - start) / DECODES;
}

int main(void)
{
    for (size_t i = 0; i < pac_sample_count; i++) {
        AUTO_ARENA arena;
        arena_init(&arena, ARENA);
        struct pac_buffers buffers = pac_build(&arena, &pac_samples[i].pac);
        double rounds[ROUNDS];
        for (size_t round = 0; round < ROUNDS; round++)
            rounds[round] = round_ns(&buffers);
        qsort(rounds, ROUNDS, sizeof rounds[0], by_value);
        (void)printf("%-20s %8.0f ns a PAC (median of %d)\n", pac_samples[i].name, rounds[ROUNDS / 2],
                     ROUNDS);
    }
    return 0;
}
