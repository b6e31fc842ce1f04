#include "base/base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* What a character stands for, and one more: 0 is for what stands for nothing. */
static const uint8_t values[256] = {
    ['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,  ['G'] = 7,  ['H'] = 8,
    ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16,
    ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
    ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32,
    ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40,
    ['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
    ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56,
    ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['+'] = 63, ['/'] = 64};

static size_t padding_of(struct bytes text)
{
    if (text.size == 0 || text.data[text.size - 1] != '=')
        return 0;
    return text.data[text.size - 2] == '=' ? 2 : 1;
}

static bool decode_four(const uint8_t text[4], uint8_t ret[3])
{
    /* what stands for nothing becomes far more than 63 */
    const uint32_t first = values[text[0]] - UINT32_C(1);
    const uint32_t second = values[text[1]] - UINT32_C(1);
    const uint32_t third = values[text[2]] - UINT32_C(1);
    const uint32_t fourth = values[text[3]] - UINT32_C(1);
    if ((first | second | third | fourth) > 63)
        return false;
    const uint32_t bits = first << 18 | second << 12 | third << 6 | fourth;
    ret[0] = (uint8_t)(bits >> 16);
    ret[1] = (uint8_t)(bits >> 8);
    ret[2] = (uint8_t)bits;
    return true;
}

enum err base64_decode(struct arena *arena, struct bytes text, struct bytes *ret)
{
    if (text.size % 4 != 0)
        return ERR_MALFORMED;
    const size_t padding = padding_of(text);
    const size_t size = text.size / 4 * 3;
    uint8_t *out = arena_alloc(arena, size);
    if (out == NULL)
        return ERR_NO_MEMORY;
    const size_t whole = padding == 0 ? text.size : text.size - 4;
    for (size_t i = 0; i < whole; i += 4) {
        if (!decode_four(text.data + i, out + i / 4 * 3))
            return ERR_MALFORMED;
    }
    if (padding > 0) {
        uint8_t last[] = {text.data[whole], text.data[whole + 1], 'A', 'A'};
        if (padding == 1)
            last[2] = text.data[whole + 2];
        /* RFC 4648 3.5: bits that padding hides must be zero, else one value has several texts. */
        if (!decode_four(last, out + size - 3) || out[size - padding] != 0)
            return ERR_MALFORMED;
    }
    *ret = bytes_of(out, size - padding);
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
