/* pac_bench: how long it takes to decode one PAC. Prints the median of several rounds for each sample; processor time, so
 * that a busy machine matters less. */
#include "rounds.h"

#include "support/pac_samples.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ARENA = 1 << 20, ROUNDS = 9, DECODES = 5000, GROUPS = 1000 };

static double now_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
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

static void measure(const char *name, const struct pac_build *pac)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA);
    struct pac_buffers buffers = pac_build(&arena, pac);
    double rounds[ROUNDS];
    for (size_t round = 0; round < ROUNDS; round++)
        rounds[round] = round_ns(&buffers);
    (void)printf("%-20s %8.0f ns a PAC\n", name, rounds_median(rounds, ROUNDS));
}

int main(void)
{
    (void)printf("processor time, median of %d rounds of %d\n", ROUNDS, DECODES);
    for (size_t i = 0; i < pac_sample_count; i++)
        measure(pac_samples[i].name, &pac_samples[i].pac);
    static struct pac_build_group groups[GROUPS];
    for (size_t i = 0; i < GROUPS; i++)
        groups[i] = (struct pac_build_group){(uint32_t)(1100 + 3 * i), 7};
    const struct pac_build many = {.domain_sid = "S-1-5-21-1000-2000-3000",
                                   .user_rid = 1104,
                                   .primary_group_rid = 513,
                                   .groups = groups,
                                   .group_count = GROUPS};
    measure("thousand-groups", &many);
    return 0;
}
