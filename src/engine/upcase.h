/* upcase: the upper case that Windows compares claim strings and names in. Reference 3.10. */
#ifndef NTOKEND_ENGINE_UPCASE_H
#define NTOKEND_ENGINE_UPCASE_H

#include "base/bytes.h"

/* Of one UTF-16 code unit. Surrogates have none. */
uint16_t upcase_unit_beyond_ascii(uint16_t unit);
static inline uint16_t upcase_unit(uint16_t unit)
{
    if (unit >= 0x80)
        return upcase_unit_beyond_ascii(unit);
    return (uint16_t)(unit >= 'a' && unit <= 'z' ? unit - ('a' - 'A') : unit);
}
/* Less than, equal to or greater than 0: two UTF-16LE strings by code unit, the shorter one less than its extensions.
 * `exact` leaves out the folding. Odd last bytes do not count: the readers of strings refuse them. */
int upcase_compare(struct bytes left, struct bytes right, bool exact);
/* Whether two strings of one size are one without case; `at` is the unit to begin with. */
bool upcase_equal_from(struct bytes left, struct bytes right, size_t at);
/* Whether they are one: units map to units, so that the sizes tell many apart. Most that are one are so to the letter. */
static inline bool upcase_equal(struct bytes left, struct bytes right, bool exact)
{
    if (left.size != right.size)
        return false;
    size_t at = 0;
    while (at < left.size / 2 && le16_load(left.data + 2 * at) == le16_load(right.data + 2 * at))
        at++;
    return at == left.size / 2 || (!exact && upcase_equal_from(left, right, at));
}

#endif
