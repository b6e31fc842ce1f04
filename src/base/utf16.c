#include "base/utf16.h"

static int32_t continuation(struct bytes utf8, size_t at, int count, int32_t value, int32_t least)
{
    for (int i = 1; i <= count; i++) {
        if (at + (size_t)i >= utf8.size || (utf8.data[at + (size_t)i] & 0xC0) != 0x80)
            return -1;
        value = value << 6 | (utf8.data[at + (size_t)i] & 0x3F);
    }
    bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    return value < least || value > 0x10FFFF || surrogate ? -1 : value;
}

int32_t utf8_next(struct bytes utf8, size_t *at)
{
    if (*at >= utf8.size)
        return -1;
    uint8_t first = utf8.data[*at];
    int count = first < 0x80   ? 0
                : first < 0xC0 ? -1
                : first < 0xE0 ? 1
                : first < 0xF0 ? 2
                : first < 0xF8 ? 3
                               : -1;
    static const int32_t least[] = {0, 0x80, 0x800, 0x10000};
    if (count < 0)
        return -1;
    int32_t start = count == 0 ? first : first & (0x3F >> count);
    int32_t value = continuation(utf8, *at, count, start, least[count]);
    if (value >= 0)
        *at += (size_t)count + 1;
    return value;
}

size_t utf8_clean(struct bytes text, uint8_t *ret)
{
    static const uint8_t replacement[] = {0xef, 0xbf, 0xbd};
    size_t at = 0;
    size_t size = 0;
    while (at < text.size) {
        size_t start = at;
        if (utf8_next(text, &at) > 0) {
            memcpy(ret + size, text.data + start, at - start);
            size += at - start;
            continue;
        }
        at = start + 1;
        memcpy(ret + size, replacement, sizeof replacement);
        size += sizeof replacement;
    }
    return size;
}

size_t utf8_put(uint8_t *out, uint32_t code)
{
    if (code < 0x80) {
        out[0] = (uint8_t)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (uint8_t)(0xC0 | code >> 6);
        out[1] = (uint8_t)(0x80 | (code & 0x3F));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (uint8_t)(0xE0 | code >> 12);
        out[1] = (uint8_t)(0x80 | (code >> 6 & 0x3F));
        out[2] = (uint8_t)(0x80 | (code & 0x3F));
        return 3;
    }
    out[0] = (uint8_t)(0xF0 | code >> 18);
    out[1] = (uint8_t)(0x80 | (code >> 12 & 0x3F));
    out[2] = (uint8_t)(0x80 | (code >> 6 & 0x3F));
    out[3] = (uint8_t)(0x80 | (code & 0x3F));
    return 4;
}

enum err utf16_to_utf8(struct arena *arena, struct bytes utf16le, struct bytes *ret)
{
    if (utf16le.size % 2 != 0 || utf16le.size > SIZE_MAX / 2 - 1)
        return ERR_MALFORMED;
    uint8_t *out = arena_alloc(arena, utf16le.size / 2 * 3 + 1);
    if (out == NULL)
        return ERR_NO_MEMORY;
    size_t size = 0;
    for (size_t i = 0; i < utf16le.size; i += 2) {
        uint32_t unit = le16_load(utf16le.data + i);
        if (unit >= 0xDC00 && unit <= 0xDFFF)
            return ERR_MALFORMED;
        if (unit >= 0xD800 && unit <= 0xDBFF) {
            uint32_t low = utf16le.size - i >= 4 ? le16_load(utf16le.data + i + 2) : 0;
            if (low < 0xDC00 || low > 0xDFFF)
                return ERR_MALFORMED;
            unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
            i += 2;
        }
        size += utf8_put(out + size, unit);
    }
    *ret = bytes_of(out, size);
    return ERR_NONE;
}

enum err utf16_from_utf8(struct arena *arena, struct bytes utf8, struct bytes *ret)
{
    if (utf8.size > SIZE_MAX / 2 - 1)
        return ERR_MALFORMED;
    uint8_t *out = arena_alloc(arena, utf8.size * 2 + 2);
    if (out == NULL)
        return ERR_NO_MEMORY;
    size_t size = 0;
    size_t at = 0;
    while (at < utf8.size) {
        int32_t code = utf8_next(utf8, &at);
        if (code < 0)
            return ERR_MALFORMED;
        if (code >= 0x10000) {
            le16_store(out + size, (uint16_t)(0xD800 + ((code - 0x10000) >> 10)));
            size += 2;
            code = 0xDC00 + ((code - 0x10000) & 0x3FF);
        }
        le16_store(out + size, (uint16_t)code);
        size += 2;
    }
    *ret = bytes_of(out, size);
    return ERR_NONE;
}
