/* chance: where random cases get their choices from: a seeded generator, or the bytes of a fuzzer. */
#ifndef NTOKEND_TESTS_CHANCE_H
#define NTOKEND_TESTS_CHANCE_H

#include "base/bytes.h"

struct chance {
    uint64_t state;
    struct bytes input; /* with data, choices come from here, and are 0 behind its end */
    size_t at;
};

struct chance chance_of_seed(uint64_t seed);
struct chance chance_of_bytes(struct bytes input);

/* 0 to below-1; below is 1 to 65536. */
unsigned chance_below(struct chance *chance, unsigned below);
/* true so often in a hundred */
bool chance_percent(struct chance *chance, unsigned percent);

/* A row of a table of weights, chosen by its weight. */
unsigned chance_weighted(struct chance *chance, const unsigned *weights, unsigned count);

#endif
