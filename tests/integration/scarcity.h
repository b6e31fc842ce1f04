/* scarcity: an allocation of the program's other threads fails when it is told to. The linker puts it in the place of malloc and
 * its kin, in all that is linked into the program: not in shared libraries. */
#ifndef NTOKEND_TESTS_SCARCITY_H
#define NTOKEND_TESTS_SCARCITY_H

#include <stdbool.h>

/* This thread's allocations neither fail nor count. */
void scarcity_exempt(void);
/* From now on the allocation number `nth`, counted from 1, fails, and all after it when it lasts. 0: none fails. */
void scarcity_begin(long nth, bool lasts);
/* All is as ever; how many there were. */
long scarcity_end(void);

#endif
