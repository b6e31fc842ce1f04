/* decimal: whole numbers as text, for what is written with every request; snprintf costs ten times as much. */
#ifndef NTOKEND_BASE_DECIMAL_H
#define NTOKEND_BASE_DECIMAL_H

#include <stddef.h>
#include <stdint.h>

enum { DECIMAL_MAX = 20 }; /* digits of UINT64_MAX */

/* Writes the digits, without a NUL, and returns how many. */
static inline size_t decimal_format(uint64_t number, char ret[DECIMAL_MAX])
{
    char digits[DECIMAL_MAX];
    size_t at = DECIMAL_MAX;
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    for (size_t i = at; i < DECIMAL_MAX; i++)
        ret[i - at] = digits[i];
    return DECIMAL_MAX - at;
}

#endif
