#include "base/base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int value_of(uint8_t c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+')
        return 62;
    return c == '/' ? 63 : -1;
}

static size_t padding_of(struct bytes text)
{
    if (text.size == 0 || text.data[text.size - 1] != '=')
        return 0;
    return text.data[text.size - 2] == '=' ? 2 : 1;
}

enum err base64_decode(struct arena *arena, struct bytes text, struct bytes *ret)
{
    if (text.size % 4 != 0)
        return ERR_MALFORMED;
    size_t padding = padding_of(text);
    size_t digits = text.size - padding;
    uint8_t *out = arena_alloc(arena, text.size / 4 * 3);
    if (out == NULL)
        return ERR_NO_MEMORY;
    size_t size = 0;
    uint32_t bits = 0;
    unsigned held = 0;
    for (size_t i = 0; i < digits; i++) {
        int value = value_of(text.data[i]);
        if (value < 0)
            return ERR_MALFORMED;
        bits = bits << 6 | (uint32_t)value;
        held += 6;
        if (held >= 8) {
            held -= 8;
            out[size++] = (uint8_t)(bits >> held);
            bits &= (1U << held) - 1;
        }
    }
    /* RFC 4648 3.5: bits that padding hides must be zero, else one value has several texts. */
    if (bits != 0)
        return ERR_MALFORMED;
    *ret = bytes_of(out, size);
    return ERR_NONE;
}

char *base64_encode(struct arena *arena, struct bytes data)
{
    if (data.size > SIZE_MAX / 4 * 3 - 4)
        return NULL;
    char *out = arena_alloc(arena, (data.size + 2) / 3 * 4 + 1);
    if (out == NULL)
        return NULL;
    char *at = out;
    for (size_t i = 0; i < data.size; i += 3) {
        size_t left = data.size - i;
        uint32_t bits = (uint32_t)data.data[i] << 16;
        if (left > 1)
            bits |= (uint32_t)data.data[i + 1] << 8;
        if (left > 2)
            bits |= data.data[i + 2];
        *at++ = alphabet[bits >> 18];
        *at++ = alphabet[bits >> 12 & 63];
        *at++ = (char)(left > 1 ? alphabet[bits >> 6 & 63] : '=');
        *at++ = (char)(left > 2 ? alphabet[bits & 63] : '=');
    }
    *at = '\0';
    return out;
}
