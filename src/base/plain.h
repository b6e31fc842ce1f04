/* plain: how far a text goes on without a byte that must be looked at: quote, backslash, controls with DEL, no ASCII; eight bytes in a step. */
#ifndef NTOKEND_BASE_PLAIN_H
#define NTOKEND_BASE_PLAIN_H

#include "base/bytes.h"

static inline bool plain_byte(uint8_t byte)
{
    return byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\';
}

/* Not 0 when any of the eight bytes is below `least`, which is at most 0x80. The lowest bit is the first such byte's; of those above it a
 * borrow may have made some. */
static inline uint64_t plain_below(uint64_t word, uint8_t least)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    return (word - ones * least) & ~word & ones * 0x80;
}

/* The first byte from `at` on that is not plain, or the end of the text. */
static inline size_t plain_end(struct bytes text, size_t at)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    while (text.size - at >= 8) {
        const uint64_t word = le64_load(text.data + at);
        const uint64_t found = (word & ones * 0x80) | plain_below(word, 0x20) |
                               plain_below(word ^ ones * '"', 1) | plain_below(word ^ ones * '\\', 1) |
                               plain_below(word ^ ones * 0x7F, 1);
        if (found != 0)
            return at + (unsigned)__builtin_ctzll(found) / 8;
        at += 8;
    }
    while (at < text.size && plain_byte(text.data[at]))
        at++;
    return at;
}

#endif
