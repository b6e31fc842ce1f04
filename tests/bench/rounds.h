/* rounds: medians of alternated rounds, so that the machine's moods meet every contender alike. */
#ifndef NTOKEND_BENCH_ROUNDS_H
#define NTOKEND_BENCH_ROUNDS_H

#include <stddef.h>

enum { ROUNDS_MIN = 5, ROUNDS_MAX = 101 };

/* What one contender did in each round. */
struct rounds {
    const char *name;
    double per_second[ROUNDS_MAX];
    double cpu_us[ROUNDS_MAX]; /* for each operation */
    size_t count;
};

void rounds_add(struct rounds *rounds, double operations, double seconds, double cpu_seconds);
/* One line for each contender; the ratios are medians of the ratios within a round, against contenders[0]. */
void rounds_print(const struct rounds *contenders, size_t count, const char *operation);
/* The number of rounds asked for on the command line, at least ROUNDS_MIN; `standard` for NULL. */
size_t rounds_wanted(const char *text, size_t standard);

/* Of at most ROUNDS_MAX values. */
double rounds_median(const double *values, size_t count);
/* The median of the ratios within a round. */
double rounds_median_ratio(const double *values, const double *base, size_t count);

#endif
