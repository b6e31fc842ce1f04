#include "engine/guid.h"

#include <stdio.h>

/* Where each pair of hex digits of the text belongs in the wire form: the first three fields are little-endian. */
static const uint8_t wire_order[GUID_SIZE] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};

static int hex_value(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

enum err guid_parse(struct bytes text, struct guid *ret)
{
    struct guid guid = {0};
    if (text.size != GUID_TEXT_MAX - 1)
        return ERR_INVALID_STRING_UUID;
    size_t digits = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (text.data[i] != '-')
                return ERR_INVALID_STRING_UUID;
            continue;
        }
        int value = hex_value(text.data[i]);
        if (value < 0)
            return ERR_INVALID_STRING_UUID;
        uint8_t *byte = &guid.bytes[wire_order[digits / 2]];
        *byte = (uint8_t)(*byte << 4 | value);
        digits++;
    }
    *ret = guid;
    return ERR_NONE;
}

void guid_format(const struct guid *guid, char ret[GUID_TEXT_MAX])
{
    size_t at = 0;
    for (size_t i = 0; i < GUID_SIZE; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            ret[at++] = '-';
        (void)snprintf(ret + at, 3, "%02x", guid->bytes[wire_order[i]]);
        at += 2;
    }
}
