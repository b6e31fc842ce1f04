#include "oracle/make_value.h"

static const enum claim_type types[] = {CLAIM_INT64,   CLAIM_STRING, CLAIM_UINT64,
                                        CLAIM_BOOLEAN, CLAIM_OCTETS, CLAIM_SID};
enum { TYPE_COUNT = sizeof types / sizeof *types };

enum claim_type make_type(struct chance *chance, unsigned name)
{
    return types[chance_percent(chance, 10) ? chance_below(chance, TYPE_COUNT) : name % TYPE_COUNT];
}

unsigned make_name(struct chance *chance)
{
    static const unsigned weights[NAME_COUNT] = {26, 28, 8, 8, 5, 6, 5, 6, 3, 3, 1, 1};
    return chance_weighted(chance, weights, NAME_COUNT);
}

struct bytes make_name_text(struct chance *chance, unsigned name)
{
    /* a letter for the name, E acute in one case or the other */
    static const uint8_t lower[NAME_COUNT][4] = {
        {'a', 0, 0xE9}, {'b', 0, 0xE9}, {'c', 0, 0xE9}, {'d', 0, 0xE9}, {'e', 0, 0xE9}, {'f', 0, 0xE9},
        {'g', 0, 0xE9}, {'h', 0, 0xE9}, {'i', 0, 0xE9}, {'j', 0, 0xE9}, {'k', 0, 0xE9}, {'l', 0, 0xE9},
    };
    static const uint8_t upper[NAME_COUNT][4] = {
        {'A', 0, 0xC9}, {'B', 0, 0xC9}, {'C', 0, 0xC9}, {'D', 0, 0xC9}, {'E', 0, 0xC9}, {'F', 0, 0xC9},
        {'G', 0, 0xC9}, {'H', 0, 0xC9}, {'I', 0, 0xC9}, {'J', 0, 0xC9}, {'K', 0, 0xC9}, {'L', 0, 0xC9},
    };
    return bytes_of(chance_percent(chance, 20) ? upper[name] : lower[name], 4);
}

static uint64_t make_number(struct chance *chance)
{
    static const unsigned weights[] = {5, 5, 4, 2, 2, 2, 1, 1, 2};
    static const uint64_t numbers[] = {0, 1, 2, 42, UINT64_MAX, UINT64_C(1) << 63, INT64_MAX, UINT64_MAX - 41,
                                       3};
    return numbers[chance_weighted(chance, weights, sizeof numbers / sizeof *numbers)];
}

static struct bytes make_string(struct chance *chance)
{
    /* UTF-16LE, counted: "", a, A, b, _, e acute, E acute, y diaeresis, its capital, sharp s, U+2CEB, U+2CEC, a surrogate
     * pair, U+F900, SS, ab, aB, a small Cyrillic ya and its capital */
    static const uint8_t strings[][5] = {
        {0},
        {2, 'a'},
        {2, 'A'},
        {2, 'b'},
        {2, '_'},
        {2, 0xE9},
        {2, 0xC9},
        {2, 0xFF},
        {2, 0x78, 0x01},
        {2, 0xDF},
        {2, 0xEB, 0x2C},
        {2, 0xEC, 0x2C},
        {4, 0x00, 0xD8, 0x00, 0xDC},
        {2, 0x00, 0xF9},
        {4, 'S', 0, 'S'},
        {4, 'a', 0, 'b'},
        {4, 'a', 0, 'B'},
        {2, 0x4F, 0x04},
        {2, 0x2F, 0x04},
    };
    static const unsigned weights[] = {3, 12, 10, 6, 3, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 3, 3, 1, 1};
    const uint8_t *row = strings[chance_weighted(chance, weights, sizeof strings / sizeof *strings)];
    return bytes_of(row + 1, row[0]);
}

static struct bytes make_octets(struct chance *chance)
{
    static const uint8_t octets[] = {1, 0, 0xFF, 1, 0};
    return bytes_of(octets + chance_below(chance, 3), chance_below(chance, 3));
}

struct claim_value make_value(struct chance *chance, enum claim_type type)
{
    const struct sid *sid = NULL;
    switch (type) {
    case CLAIM_STRING:
        return (struct claim_value){.data = make_string(chance)};
    case CLAIM_OCTETS:
        return (struct claim_value){.data = make_octets(chance)};
    case CLAIM_SID:
        sid = make_sid(chance);
        return (struct claim_value){.data = bytes_of(sid, sid_size(sid))};
    case CLAIM_BOOLEAN:
        return (struct claim_value){.number = chance_below(chance, 2)};
    default:
        return (struct claim_value){.number = make_number(chance)};
    }
}
