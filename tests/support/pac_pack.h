/* pac_pack: the buffers of a PAC as one file, for fuzzing and for tools of the tests: in the order of struct pac_buffers,
 * the size of each as u32le, then its bytes; size 0 where there is none. */
#ifndef NTOKEND_TESTS_PAC_PACK_H
#define NTOKEND_TESTS_PAC_PACK_H

#include "platform/posix/pac.h"

/* In the arena; data is NULL when memory ran out. */
struct bytes pac_pack(struct arena *arena, const struct pac_buffers *buffers);
/* Takes any bytes: a size beyond the end means the rest. The buffers borrow the input. */
struct pac_buffers pac_unpack(struct bytes file);

#endif
