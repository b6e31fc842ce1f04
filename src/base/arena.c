#include "base/arena.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

enum { BLOCK_SIZE = 4096 };

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

void arena_done(struct arena *arena)
{
    struct arena_block *block = arena->blocks;
    while (block != NULL) {
        struct arena_block *next = block->next;
        free(block);
        block = next;
    }
    arena->blocks = NULL;
    arena->used = 0;
}

static struct arena_block *block_new(struct arena *arena, size_t size)
{
    size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
    struct arena_block *block = calloc(1, sizeof *block + room);
    if (block == NULL)
        return NULL;
    block->size = room;
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
    return memory;
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
