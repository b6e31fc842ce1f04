#include "base/arena.h"

#include "base/budget.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

/* A sanitizer shall see who uses what was given back. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define KEPT_BLOCKS 0
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define KEPT_BLOCKS 0
#elif !defined(KEPT_BLOCKS)
#define KEPT_BLOCKS 8
#endif

enum { BLOCK_SIZE = 4096, KEPT_MAX = KEPT_BLOCKS };

struct arena_block {
    struct arena_block *next;
    size_t size;
    size_t used;
    max_align_t data[];
};

void arena_init(struct arena *arena, size_t limit)
{
    *arena = (struct arena){.limit = limit};
}

void arena_charge(struct arena *arena, struct budget *budget)
{
    arena->budget = budget;
}

/* Blocks of the usual size that this thread gave back. */
static _Thread_local struct {
    bool keeps;
    unsigned count;
    struct arena_block *blocks;
} kept;

static void block_free(struct arena_block *block)
{
    if (block->size != BLOCK_SIZE || !kept.keeps || kept.count == KEPT_MAX) {
        free(block);
        return;
    }
    block->next = kept.blocks;
    kept.blocks = block;
    kept.count++;
}

static struct arena_block *block_make(size_t room)
{
    struct arena_block *block = kept.blocks;
    if (room != BLOCK_SIZE || block == NULL)
        return malloc(sizeof *block + room);
    kept.blocks = block->next;
    kept.count--;
    return block;
}

void arena_keep_blocks(bool on)
{
    kept.keeps = on;
    while (!on && kept.blocks != NULL)
        free(block_make(BLOCK_SIZE));
}

void arena_done(struct arena *arena)
{
    struct arena_block *block = arena->blocks;
    while (block != NULL) {
        struct arena_block *next = block->next;
        block_free(block);
        block = next;
    }
    if (arena->charged != 0)
        budget_give(arena->budget, arena->charged);
    arena->blocks = NULL;
    arena->used = 0;
    arena->charged = 0;
}

static struct arena_block *block_new(struct arena *arena, size_t size)
{
    size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
    size_t charge = arena->budget == NULL || (arena->blocks == NULL && room == BLOCK_SIZE) ? 0 : room;
    if (charge != 0 && !budget_take(arena->budget, charge))
        return NULL;
    struct arena_block *block = block_make(room);
    if (block == NULL) {
        if (charge != 0)
            budget_give(arena->budget, charge);
        return NULL;
    }
    arena->charged += charge;
    block->size = room;
    block->used = 0;
    block->next = arena->blocks;
    arena->blocks = block;
    return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    const size_t unit = sizeof(max_align_t);
    if (size > arena->limit - arena->used || size > SIZE_MAX - unit - sizeof(struct arena_block))
        return NULL;
    size_t rounded = (size + unit - 1) / unit * unit;
    struct arena_block *block = arena->blocks;
    if (block == NULL || block->size - block->used < rounded)
        block = block_new(arena, rounded);
    if (block == NULL)
        return NULL;
    uint8_t *memory = (uint8_t *)block->data + block->used;
    block->used += rounded;
    arena->used += size;
    return memset(memory, 0, rounded);
}

void *arena_alloc_array(struct arena *arena, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        return NULL;
    return arena_alloc(arena, count * size);
}

void *arena_copy(struct arena *arena, const void *data, size_t size)
{
    void *copy = arena_alloc(arena, size);
    if (copy != NULL && size != 0)
        memcpy(copy, data, size);
    return copy;
}

char *arena_string(struct arena *arena, struct bytes text)
{
    if (text.size == SIZE_MAX)
        return NULL;
    char *copy = arena_alloc(arena, text.size + 1);
    if (copy != NULL && text.size != 0)
        memcpy(copy, text.data, text.size);
    return copy;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    int size = vsnprintf(NULL, 0, format, args);
    char *text = size < 0 ? NULL : arena_alloc(arena, (size_t)size + 1);
    if (text != NULL)
        (void)vsnprintf(text, (size_t)size + 1, format, again);
    va_end(again);
    va_end(args);
    return text;
}
