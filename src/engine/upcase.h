/* upcase: the upper case that Windows compares claim strings and names in. Reference 3.10. */
#ifndef NTOKEND_ENGINE_UPCASE_H
#define NTOKEND_ENGINE_UPCASE_H

#include "base/bytes.h"

/* Of one UTF-16 code unit. Surrogates have none. */
uint16_t upcase_unit(uint16_t unit);
/* Less than, equal to or greater than 0: two UTF-16LE strings by code unit, the shorter one less than its extensions.
 * `exact` leaves out the folding. Odd last bytes do not count: the readers of strings refuse them. */
int upcase_compare(struct bytes left, struct bytes right, bool exact);

#endif
