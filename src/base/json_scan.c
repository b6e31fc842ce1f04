#include "base/json_scan.h"

#include "base/plain.h"
#include "base/utf16.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

enum { NUMBER_MAX = 64 };

static int hex_digit(int c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The four digits behind "\u"; -1 when they are not there. */
static int32_t unit_at(struct bytes text, size_t at)
{
    int32_t unit = 0;
    if (text.size - at < 4)
        return -1;
    for (size_t i = 0; i < 4; i++) {
        int digit = hex_digit(text.data[at + i]);
        if (digit < 0)
            return -1;
        unit = unit << 4 | digit;
    }
    return unit;
}

/* \uXXXX, or a pair of them; -1 for half a pair, and for NUL. *at is behind the 'u', and then behind the last digit. */
static int32_t escaped_code(struct bytes text, size_t *at)
{
    int32_t code = unit_at(text, *at);
    if (code <= 0 || (code >= 0xDC00 && code <= 0xDFFF))
        return -1;
    *at += 4;
    if (code < 0xD800 || code > 0xDBFF)
        return code;
    if (text.size - *at < 6 || text.data[*at] != '\\' || text.data[*at + 1] != 'u')
        return -1;
    int32_t low = unit_at(text, *at + 2);
    if (low < 0xDC00 || low > 0xDFFF)
        return -1;
    *at += 6;
    return 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
}

/* The character behind a backslash; -1 when there is none. */
static int32_t escape(struct bytes text, size_t *at)
{
    static const char names[] = "\"\\/bfnrt";
    static const char codes[] = "\"\\/\b\f\n\r\t";
    if (*at >= text.size)
        return -1;
    const char name = (char)text.data[(*at)++];
    if (name == 'u')
        return escaped_code(text, at);
    const char *found = name == '\0' ? NULL : strchr(names, name);
    return found == NULL ? -1 : codes[found - names];
}

/* What stands between the quotes, which was found to be sound but for its escapes. */
static bool unescape(struct json_scan *scan, struct bytes raw, struct bytes *ret)
{
    uint8_t *out = arena_alloc(scan->arena, raw.size);
    if (out == NULL)
        return json_fail(scan, ERR_NO_MEMORY);
    size_t size = 0;
    for (size_t at = 0; at < raw.size;) {
        if (raw.data[at] != '\\') {
            out[size++] = raw.data[at++];
            continue;
        }
        at++;
        int32_t code = escape(raw, &at);
        if (code < 0)
            return false;
        size += utf8_put(out + size, (uint32_t)code); /* shorter than its escape */
    }
    *ret = bytes_of(out, size);
    return true;
}

/* *at is at DEL, which needs no escape, a character of more than one byte, a backslash, or what is wrong. */
static bool step_over(struct bytes text, size_t *at, bool *escapes)
{
    if (text.data[*at] == '\\') {
        *escapes = true;
        *at += 2; /* a quote behind it does not end the string */
        return true;
    }
    return text.data[*at] >= 0x7F && utf8_next(text, at) >= 0;
}

bool json_scan_string(struct json_scan *scan, struct bytes *ret)
{
    const struct bytes text = scan->text;
    const size_t start = scan->at;
    size_t at = start;
    bool escapes = false;
    while (at < text.size && text.data[at] != '"') {
        at = plain_end(text, at);
        if (at < text.size && text.data[at] != '"' && !step_over(text, &at, &escapes))
            return false;
    }
    if (at >= text.size)
        return false;
    *ret = bytes_of(text.data + start, at - start);
    scan->at = at + 1;
    return !escapes || unescape(scan, *ret, ret);
}

static size_t skip_digits(struct json_scan *scan)
{
    const size_t start = scan->at;
    while (json_peek(scan) >= '0' && json_peek(scan) <= '9')
        scan->at++;
    return scan->at - start;
}

static bool read_fraction(struct json_scan *scan)
{
    if (json_take(scan, '.') && skip_digits(scan) == 0)
        return false;
    if (!json_take(scan, 'e') && !json_take(scan, 'E'))
        return true;
    if (!json_take(scan, '+'))
        (void)json_take(scan, '-');
    return skip_digits(scan) > 0;
}

/* Is the real number finite? The locale of this process is C, so a point is a point. */
static bool is_finite(struct json_scan *scan, struct bytes digits)
{
    char few[NUMBER_MAX];
    char *text = digits.size < sizeof few ? few : malloc(digits.size + 1);
    if (text == NULL)
        return json_fail(scan, ERR_NO_MEMORY);
    memcpy(text, digits.data, digits.size);
    text[digits.size] = '\0';
    const bool finite = fabs(strtod(text, NULL)) <= DBL_MAX;
    if (text != few)
        free(text);
    return finite;
}

static bool integer_of(struct bytes digits, bool negative, int64_t *ret)
{
    const uint64_t max = negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
    uint64_t number = 0;
    for (size_t i = negative ? 1 : 0; i < digits.size; i++) {
        const unsigned digit = digits.data[i] - (unsigned)'0';
        if (number > (max - digit) / 10)
            return false;
        number = number * 10 + digit;
    }
    *ret = negative ? (int64_t)(0 - number) : (int64_t)number;
    return true;
}

bool json_scan_number(struct json_scan *scan, struct json *ret)
{
    const size_t start = scan->at;
    const bool negative = json_take(scan, '-');
    const bool zero = json_peek(scan) == '0';
    const size_t whole = skip_digits(scan);
    if (whole == 0 || (zero && whole > 1))
        return false;
    const size_t end = scan->at;
    if (!read_fraction(scan))
        return false;
    const struct bytes digits = bytes_of(scan->text.data + start, scan->at - start);
    ret->kind = scan->at == end ? JSON_KIND_INTEGER : JSON_KIND_REAL;
    return scan->at == end ? integer_of(digits, negative, &ret->integer) : is_finite(scan, digits);
}
