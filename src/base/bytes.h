/* bytes: borrowed input, and the one bounds-checked little-endian cursor that reads it. */
#ifndef NTOKEND_BASE_BYTES_H
#define NTOKEND_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Borrowed: whoever made it keeps the memory alive. data may be NULL only when size is 0. */
struct bytes {
    const uint8_t *data;
    size_t size;
};

static inline struct bytes bytes_of(const void *data, size_t size)
{
    return (struct bytes){.data = data, .size = size};
}

static inline struct bytes bytes_of_string(const char *text)
{
    return (struct bytes){.data = (const uint8_t *)text, .size = strlen(text)};
}

/* What lies behind the first `at` bytes, of which there must be as many. */
static inline struct bytes bytes_from(struct bytes bytes, size_t at)
{
    return bytes_of(bytes.data + at, bytes.size - at);
}

static inline bool bytes_equal(struct bytes a, struct bytes b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* ASCII case folded, so never use it on names that may hold other letters. */
bool bytes_equal_ignoring_case(struct bytes a, struct bytes b);

static inline uint16_t le16_load(const uint8_t *at)
{
    return (uint16_t)(at[0] | at[1] << 8);
}

static inline uint32_t le32_load(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static inline uint64_t le64_load(const uint8_t *at)
{
    return (uint64_t)le32_load(at) | (uint64_t)le32_load(at + 4) << 32;
}

static inline void le16_store(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}

static inline void le32_store(uint8_t *at, uint32_t value)
{
    le16_store(at, (uint16_t)value);
    le16_store(at + 2, (uint16_t)(value >> 16));
}

static inline void le64_store(uint8_t *at, uint64_t value)
{
    le32_store(at, (uint32_t)value);
    le32_store(at + 4, (uint32_t)(value >> 32));
}

/* Eight bytes in the order of this machine: to compare and to hash, not to read. */
static inline uint64_t word_load(const uint8_t *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

/* Reads advance only when they succeed; after the first failure every later read fails too, so a decoder may
 * read a whole structure and look at `failed` once. A failed read gives 0 (or empty bytes). */
struct cursor {
    struct bytes input;
    size_t at;
    bool failed;
};

static inline struct cursor cursor_of(struct bytes input)
{
    return (struct cursor){.input = input, .at = 0, .failed = false};
}

static inline size_t cursor_left(const struct cursor *cursor)
{
    return cursor->failed ? 0 : cursor->input.size - cursor->at;
}

static inline struct bytes cursor_take(struct cursor *cursor, size_t size)
{
    if (cursor->failed || cursor->input.size - cursor->at < size) {
        cursor->failed = true;
        return (struct bytes){0};
    }
    struct bytes taken = {.data = cursor->input.data + cursor->at, .size = size};
    cursor->at += size;
    return taken;
}

static inline uint8_t cursor_u8(struct cursor *cursor)
{
    struct bytes taken = cursor_take(cursor, 1);
    return taken.data != NULL ? taken.data[0] : 0;
}

static inline uint16_t cursor_u16(struct cursor *cursor)
{
    struct bytes taken = cursor_take(cursor, 2);
    return taken.data != NULL ? le16_load(taken.data) : 0;
}

static inline uint32_t cursor_u32(struct cursor *cursor)
{
    struct bytes taken = cursor_take(cursor, 4);
    return taken.data != NULL ? le32_load(taken.data) : 0;
}

static inline uint64_t cursor_u64(struct cursor *cursor)
{
    struct bytes taken = cursor_take(cursor, 8);
    return taken.data != NULL ? le64_load(taken.data) : 0;
}

/* Skips to a multiple of `to` (a power of two) counted from the start of the input. */
void cursor_align(struct cursor *cursor, size_t to);

#endif
