/* arena: memory that lives as long as its owner (a request, a token, a descriptor) and is freed in one go. */
#ifndef NTOKEND_BASE_ARENA_H
#define NTOKEND_BASE_ARENA_H

#include "base/bytes.h"
#include "base/err.h"

struct arena_block;
struct budget; /* base/budget.h */

/* `limit` bounds the sum of all allocations in bytes, so that input cannot make a request grow without end. */
struct arena {
    struct arena_block *blocks;
    size_t used;
    size_t limit;
    struct budget *budget; /* of many arenas together; NULL: none */
    size_t charged;        /* to the budget */
};

void arena_init(struct arena *arena, size_t limit);
/* What is more than the first block, or larger, comes out of the budget too, which is borrowed. Before the first allocation. */
void arena_charge(struct arena *arena, struct budget *budget);
/* Frees everything; the arena may be used again with the same limit. */
void arena_done(struct arena *arena);

/* Zeroed, aligned for any type; NULL when memory or the limit is exhausted. size 0 gives a valid pointer. */
void *arena_alloc(struct arena *arena, size_t size) MUST_USE;
/* The same for count items; refuses a product that overflows. */
void *arena_alloc_array(struct arena *arena, size_t count, size_t size) MUST_USE;
void *arena_copy(struct arena *arena, const void *data, size_t size) MUST_USE;
/* A NUL-terminated copy. */
char *arena_string(struct arena *arena, struct bytes text) MUST_USE;
char *arena_printf(struct arena *arena, const char *format, ...) MUST_USE
    __attribute__((format(PRINTF_FORMATS, 2, 3)));

/* While it is on, arenas that end in this thread leave a few blocks to those that begin in it: for a thread that serves many short
 * requests. Off before the thread ends. */
void arena_keep_blocks(bool on);

#define AUTO_ARENA __attribute__((cleanup(arena_done))) struct arena

#endif
