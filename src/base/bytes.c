#include "base/bytes.h"

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

bool bytes_equal_ignoring_case(struct bytes a, struct bytes b)
{
    if (a.size != b.size)
        return false;
    for (size_t i = 0; i < a.size; i++) {
        if (lower(a.data[i]) != lower(b.data[i]))
            return false;
    }
    return true;
}

struct bytes cursor_take(struct cursor *cursor, size_t size)
{
    if (cursor->failed || cursor->input.size - cursor->at < size) {
        cursor->failed = true;
        return (struct bytes){0};
    }
    struct bytes taken = {.data = cursor->input.data + cursor->at, .size = size};
    cursor->at += size;
    return taken;
}

uint8_t cursor_u8(struct cursor *cursor)
{
    struct bytes taken = cursor_take(cursor, 1);
    return taken.data != NULL ? taken.data[0] : 0;
}

uint16_t cursor_u16(struct cursor *cursor)
{
    struct bytes taken = cursor_take(cursor, 2);
    return taken.data != NULL ? le16_load(taken.data) : 0;
}

uint32_t cursor_u32(struct cursor *cursor)
{
    struct bytes taken = cursor_take(cursor, 4);
    return taken.data != NULL ? le32_load(taken.data) : 0;
}

uint64_t cursor_u64(struct cursor *cursor)
{
    struct bytes taken = cursor_take(cursor, 8);
    return taken.data != NULL ? le64_load(taken.data) : 0;
}

void cursor_align(struct cursor *cursor, size_t to)
{
    size_t over = cursor->at & (to - 1);
    if (over != 0)
        (void)cursor_take(cursor, to - over);
}
