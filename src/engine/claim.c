#include "engine/claim.h"

#include "engine/sid.h"

enum { HEADER_SIZE = 16, OFFSET_SIZE = 4 };

/* What lies between an offset and the end. */
static struct cursor cursor_at(struct bytes data, uint32_t offset)
{
    struct cursor cursor = cursor_of(data);
    (void)cursor_take(&cursor, offset);
    return cursor;
}

/* UTF-16LE up to its NUL. */
static bool read_string(struct cursor *cursor, struct bytes *ret)
{
    const uint8_t *start = cursor->input.data + cursor->at;
    size_t size = 0;
    while (cursor_u16(cursor) != 0)
        size += 2;
    *ret = bytes_of(start, size);
    return !cursor->failed;
}

static bool read_octets(struct cursor *cursor, struct bytes *ret)
{
    *ret = cursor_take(cursor, cursor_u32(cursor));
    return !cursor->failed;
}

/* *ret_size: the bytes that the value takes. */
static bool read_value(const struct claim_entry *entry, size_t index, struct claim_value *ret,
                       size_t *ret_size)
{
    uint32_t offset = le32_load(entry->data.data + HEADER_SIZE + OFFSET_SIZE * index);
    struct cursor cursor = cursor_at(entry->data, offset);
    struct claim_value value = {0};
    bool sound = !cursor.failed;
    switch (entry->type) {
    case CLAIM_INT64:
    case CLAIM_UINT64:
        value.number = cursor_u64(&cursor);
        break;
    case CLAIM_BOOLEAN:
        value.number = cursor_u64(&cursor);
        sound = sound && value.number <= 1;
        break;
    case CLAIM_STRING:
        sound = sound && read_string(&cursor, &value.data);
        break;
    case CLAIM_OCTETS:
        sound = sound && read_octets(&cursor, &value.data);
        break;
    case CLAIM_SID:
        sound = sound && read_octets(&cursor, &value.data) && sid_is_whole(value.data);
        break;
    default:
        return false;
    }
    *ret = value;
    *ret_size = cursor.at - offset;
    return sound && !cursor.failed;
}

static bool type_is_known(enum claim_type type)
{
    return (type >= CLAIM_INT64 && type <= CLAIM_STRING) || type == CLAIM_SID || type == CLAIM_BOOLEAN ||
           type == CLAIM_OCTETS;
}

/* Values may lie anywhere, but together they are no larger than the whole: overlap would let a small attribute stand for
 * a large one. */
static bool values_are_sound(const struct claim_entry *entry)
{
    size_t left = entry->data.size;
    for (size_t i = 0; i < entry->value_count; i++) {
        struct claim_value value;
        size_t size = 0;
        if (!read_value(entry, i, &value, &size) || size > left)
            return false;
        left -= size;
    }
    return true;
}

enum err claim_entry_parse(struct bytes data, struct claim_entry *ret)
{
    struct cursor header = cursor_of(data);
    uint32_t name = cursor_u32(&header);
    struct claim_entry entry = {.data = data, .type = cursor_u16(&header)};
    (void)cursor_u16(&header);
    entry.flags = cursor_u32(&header);
    entry.value_count = cursor_u32(&header);
    if (header.failed || !type_is_known(entry.type) || entry.value_count > cursor_left(&header) / OFFSET_SIZE)
        return ERR_MALFORMED;
    struct cursor at_name = cursor_at(data, name);
    if (at_name.failed || !read_string(&at_name, &entry.name) || entry.name.size == 0 ||
        !values_are_sound(&entry))
        return ERR_MALFORMED;
    *ret = entry;
    return ERR_NONE;
}

void claim_entry_value(const struct claim_entry *entry, size_t index, struct claim_value *ret)
{
    size_t size = 0;
    *ret = (struct claim_value){0};
    (void)read_value(entry, index, ret, &size);
}
