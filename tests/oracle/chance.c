#include "oracle/chance.h"

struct chance chance_of_seed(uint64_t seed)
{
    return (struct chance){.state = seed};
}

struct chance chance_of_bytes(struct bytes input)
{
    static const uint8_t nothing[1];
    return (struct chance){.input = input.data == NULL ? bytes_of(nothing, 0) : input};
}

/* splitmix64 (Steele, Lea, Flood 2014) */
static uint64_t next(struct chance *chance)
{
    uint64_t mixed = chance->state += UINT64_C(0x9E3779B97F4A7C15);
    mixed = (mixed ^ mixed >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94D049BB133111EB);
    return mixed ^ mixed >> 31;
}

static unsigned next_byte(struct chance *chance)
{
    return chance->at < chance->input.size ? chance->input.data[chance->at++] : 0;
}

unsigned chance_below(struct chance *chance, unsigned below)
{
    if (chance->input.data == NULL)
        return (unsigned)((next(chance) >> 32) * below >> 32);
    if (below <= 1)
        return 0;
    unsigned number = next_byte(chance);
    if (below > 256)
        number = number << 8 | next_byte(chance);
    return number % below;
}

bool chance_percent(struct chance *chance, unsigned percent)
{
    return chance_below(chance, 100) >= 100 - percent; /* the zeros of an exhausted input say no */
}

unsigned chance_weighted(struct chance *chance, const unsigned *weights, unsigned count)
{
    unsigned sum = 0;
    for (unsigned i = 0; i < count; i++)
        sum += weights[i];
    unsigned number = chance_below(chance, sum);
    unsigned row = 0;
    for (; row + 1 < count && number >= weights[row]; row++)
        number -= weights[row];
    return row;
}
