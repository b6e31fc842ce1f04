#include "platform/posix/ndr.h"

enum {
    SERIALIZATION_VERSION = 1,
    LITTLE_ENDIAN_INTEGERS = 0x10,
    COMMON_HEADER_SIZE = 8,
    OBJECT_PADDING = 8, /* an object is filled up to a multiple of it */
};

enum err ndr_open(struct bytes serialized, struct ndr *ret)
{
    /* [MS-RPCE] 2.2.6.1 and 2.2.6.2; both fillers are ignored on receipt. */
    struct cursor header = cursor_of(serialized);
    uint8_t version = cursor_u8(&header);
    uint8_t endianness = cursor_u8(&header);
    uint16_t header_size = cursor_u16(&header);
    (void)cursor_u32(&header);
    uint32_t object_size = cursor_u32(&header);
    (void)cursor_u32(&header);
    if (header.failed || version != SERIALIZATION_VERSION || endianness != LITTLE_ENDIAN_INTEGERS ||
        header_size != COMMON_HEADER_SIZE)
        return ERR_MALFORMED;
    size_t left = cursor_left(&header);
    if (object_size > left || left - object_size >= OBJECT_PADDING)
        return ERR_MALFORMED;
    *ret = (struct ndr){.cursor = cursor_of(cursor_take(&header, object_size)), .err = ERR_NONE};
    return ERR_NONE;
}

void ndr_fail(struct ndr *ndr, enum err err)
{
    if (ndr->err == ERR_NONE)
        ndr->err = ndr->cursor.failed ? ERR_MALFORMED : err;
    ndr->cursor.failed = true;
}

enum err ndr_error(const struct ndr *ndr)
{
    if (ndr->err != ERR_NONE)
        return ndr->err;
    return ndr->cursor.failed ? ERR_MALFORMED : ERR_NONE;
}

enum err ndr_finish(const struct ndr *ndr)
{
    enum err err = ndr_error(ndr);
    if (err == ERR_NONE && cursor_left(&ndr->cursor) >= OBJECT_PADDING)
        return ERR_MALFORMED;
    return err;
}

uint16_t ndr_u16(struct ndr *ndr)
{
    cursor_align(&ndr->cursor, 2);
    return cursor_u16(&ndr->cursor);
}

uint32_t ndr_u32(struct ndr *ndr)
{
    cursor_align(&ndr->cursor, 4);
    return cursor_u32(&ndr->cursor);
}

uint64_t ndr_u64(struct ndr *ndr)
{
    cursor_align(&ndr->cursor, 8);
    return cursor_u64(&ndr->cursor);
}

void ndr_skip(struct ndr *ndr, size_t size)
{
    (void)cursor_take(&ndr->cursor, size);
}

bool ndr_pointer(struct ndr *ndr)
{
    return ndr_u32(ndr) != 0;
}

enum err ndr_open_pointer(struct bytes serialized, struct ndr *ret)
{
    enum err err = ndr_open(serialized, ret);
    if (err == ERR_NONE && !ndr_pointer(ret))
        err = ERR_MALFORMED;
    return err;
}

struct ndr_array ndr_array(struct ndr *ndr)
{
    uint32_t count = ndr_u32(ndr);
    bool present = ndr_pointer(ndr);
    return (struct ndr_array){.count = count, .present = present};
}

size_t ndr_array_begin(struct ndr *ndr, struct ndr_array array, size_t element_size)
{
    if (!array.present) {
        if (array.count != 0)
            ndr_fail(ndr, ERR_MALFORMED);
        return 0;
    }
    uint32_t conformance = ndr_u32(ndr);
    if (conformance != array.count || array.count > cursor_left(&ndr->cursor) / element_size)
        ndr_fail(ndr, ERR_MALFORMED);
    return ndr->cursor.failed ? 0 : array.count;
}

struct ndr_string ndr_string(struct ndr *ndr)
{
    /* The structure holds a pointer, so it starts at a multiple of 4. */
    cursor_align(&ndr->cursor, 4);
    uint16_t size = ndr_u16(ndr);
    uint16_t room = ndr_u16(ndr);
    bool present = ndr_pointer(ndr);
    return (struct ndr_string){.size = size, .room = room, .present = present};
}

/* A conformant varying array of characters; *ret_room is the size it has announced for itself, in characters. */
static struct bytes wide_array(struct ndr *ndr, uint32_t *ret_room)
{
    uint32_t room = ndr_u32(ndr);
    uint32_t offset = ndr_u32(ndr);
    uint32_t count = ndr_u32(ndr);
    if (offset != 0 || count > room || count > cursor_left(&ndr->cursor) / 2)
        ndr_fail(ndr, ERR_MALFORMED);
    *ret_room = room;
    return cursor_take(&ndr->cursor, 2 * (size_t)count);
}

struct bytes ndr_string_text(struct ndr *ndr, struct ndr_string string)
{
    if (string.size % 2 != 0 || string.size > string.room || (!string.present && string.size != 0))
        ndr_fail(ndr, ERR_MALFORMED);
    if (!string.present || ndr->cursor.failed)
        return (struct bytes){0};
    uint32_t room = 0;
    struct bytes text = wide_array(ndr, &room);
    if (text.size != string.size || room != string.room / 2U)
        ndr_fail(ndr, ERR_MALFORMED);
    if (ndr->cursor.failed)
        return (struct bytes){0};
    return text;
}

struct bytes ndr_wide_text(struct ndr *ndr)
{
    uint32_t room = 0;
    struct bytes text = wide_array(ndr, &room);
    size_t size = 0;
    while (size < text.size && le16_load(text.data + size) != 0)
        size += 2;
    if (text.size != size + 2)
        ndr_fail(ndr, ERR_MALFORMED);
    if (ndr->cursor.failed)
        return (struct bytes){0};
    return bytes_of(text.data, size);
}

const struct sid *ndr_sid(struct ndr *ndr)
{
    uint32_t sub_authorities = ndr_u32(ndr);
    if (sub_authorities > SID_SUB_AUTHORITIES_MAX)
        ndr_fail(ndr, ERR_MALFORMED);
    struct bytes wire = cursor_take(&ndr->cursor, SID_SIZE_MIN + 4 * (size_t)sub_authorities);
    if (wire.data == NULL) /* and so it has failed */
        return NULL;
    if (!sid_is_whole(wire)) {
        ndr_fail(ndr, ERR_MALFORMED);
        return NULL;
    }
    return (const struct sid *)wire.data;
}
