#include "rounds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;
    return (left > right) - (left < right);
}

double rounds_median(const double *values, size_t count)
{
    double sorted[ROUNDS_MAX] = {0};
    memcpy(sorted, values, count * sizeof sorted[0]);
    qsort(sorted, count, sizeof sorted[0], compare);
    return count % 2 == 1 ? sorted[count / 2] : (sorted[count / 2 - 1] + sorted[count / 2]) / 2;
}

double rounds_median_ratio(const double *values, const double *base, size_t count)
{
    double ratios[ROUNDS_MAX] = {0};
    for (size_t i = 0; i < count; i++)
        ratios[i] = values[i] / base[i];
    return rounds_median(ratios, count);
}

void rounds_add(struct rounds *rounds, double operations, double seconds, double cpu_seconds)
{
    if (rounds->count == ROUNDS_MAX)
        return;
    rounds->per_second[rounds->count] = operations / seconds;
    rounds->cpu_us[rounds->count] = cpu_seconds * 1e6 / operations;
    rounds->count++;
}

void rounds_print(const struct rounds *contenders, size_t count, const char *operation)
{
    (void)printf("%-52s %10s/s  ratio   CPU us  ratio   (medians of %zu rounds)\n", "", operation,
                 contenders[0].count);
    for (size_t i = 0; i < count; i++) {
        const struct rounds *one = &contenders[i];
        (void)printf("%-52s %12.0f  %5.2f  %7.1f  %5.2f\n", one->name,
                     rounds_median(one->per_second, one->count),
                     rounds_median_ratio(one->per_second, contenders[0].per_second, one->count),
                     rounds_median(one->cpu_us, one->count),
                     rounds_median_ratio(one->cpu_us, contenders[0].cpu_us, one->count));
    }
}

size_t rounds_wanted(const char *text, size_t standard)
{
    size_t count = text == NULL ? standard : (size_t)strtoul(text, NULL, 10);
    if (count < ROUNDS_MIN)
        count = ROUNDS_MIN;
    return count > ROUNDS_MAX ? ROUNDS_MAX : count;
}
