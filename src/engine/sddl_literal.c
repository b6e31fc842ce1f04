#include "engine/sddl_condition.h"

#include "base/utf16.h"

void sddl_reader_skip_white(struct sddl_reader *reader)
{
    for (int c = sddl_reader_peek(reader, 0); c == ' ' || (c >= '\t' && c <= '\r');
         c = sddl_reader_peek(reader, 0))
        reader->at++;
}

int sddl_digit_value(int c, unsigned base)
{
    int value = -1;
    if (c >= '0' && c <= '9')
        value = c - '0';
    else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
        value = (c | 0x20) - 'a' + 10;
    return value >= 0 && (unsigned)value < base ? value : -1;
}

size_t sddl_bytes_open(struct sddl_bytes *bytes)
{
    size_t at = bytes->size;
    sddl_bytes_put_number(bytes, 0, 4);
    return at;
}

void sddl_bytes_close(struct sddl_bytes *bytes, size_t at)
{
    if (!bytes->full)
        le32_store(bytes->data + at, (uint32_t)(bytes->size - at - 4));
}

bool sddl_is_simple(int c)
{
    return sddl_digit_value(c, 36) >= 0 || c == ':' || c == '.' || c == '/' || c == '_' || c == '@';
}

/* The base that the digits are written in, behind its prefix: 0x hex, 0 and a further digit octal. */
static unsigned take_base(struct sddl_reader *reader, uint8_t *ret_base)
{
    *ret_base = CONDITION_BASE_DECIMAL;
    if (sddl_reader_peek(reader, 0) != '0')
        return 10;
    if ((sddl_reader_peek(reader, 1) | 0x20) == 'x') {
        reader->at += 2;
        *ret_base = CONDITION_BASE_HEX;
        return 16;
    }
    if (sddl_digit_value(sddl_reader_peek(reader, 1), 10) < 0)
        return 10;
    *ret_base = CONDITION_BASE_OCTAL;
    return 8;
}

enum err sddl_literal_integer(struct sddl_reader *reader, struct sddl_integer *ret)
{
    struct sddl_integer integer = {.sign = CONDITION_SIGN_NONE};
    if (sddl_reader_take(reader, '-'))
        integer.sign = CONDITION_SIGN_MINUS;
    else if (sddl_reader_take(reader, '+'))
        integer.sign = CONDITION_SIGN_PLUS;
    unsigned base = take_base(reader, &integer.base);
    size_t start = reader->at;
    uint64_t most = integer.sign == CONDITION_SIGN_MINUS ? UINT64_C(1) << 63 : UINT64_MAX;
    for (int digit = sddl_digit_value(sddl_reader_peek(reader, 0), base); digit >= 0;
         digit = sddl_digit_value(sddl_reader_peek(reader, 0), base)) {
        if (integer.value > (most - (unsigned)digit) / base)
            return sddl_reader_fail(reader, ERR_INVALID_ACL, "an integer of 64 bits");
        integer.value = integer.value * base + (unsigned)digit;
        reader->at++;
    }
    if (reader->at == start || sddl_is_simple(sddl_reader_peek(reader, 0)))
        return sddl_reader_fail(reader, ERR_INVALID_ACL, "a digit of an integer");
    if (integer.sign == CONDITION_SIGN_MINUS)
        integer.value = 0 - integer.value;
    *ret = integer;
    return ERR_NONE;
}

enum err sddl_literal_string(struct sddl_reader *reader, struct sddl_bytes *out)
{
    if (!sddl_reader_take(reader, '"'))
        return sddl_reader_fail(reader, ERR_INVALID_ACL, "a string in double quotes");
    size_t start = reader->at;
    int c = sddl_reader_peek(reader, 0);
    for (; c != '"' && c > 0; c = sddl_reader_peek(reader, 0))
        reader->at++;
    if (c <= 0)
        return sddl_reader_fail(reader, ERR_INVALID_ACL, "'\"' at the end of the string");
    struct bytes utf16;
    enum err err =
        utf16_from_utf8(reader->arena, bytes_of(reader->text.data + start, reader->at - start), &utf16);
    if (err == ERR_NO_MEMORY)
        return err;
    if (err != ERR_NONE)
        return sddl_reader_fail(reader, ERR_INVALID_ACL, "a string of valid UTF-8");
    sddl_bytes_put(out, utf16.data, utf16.size);
    reader->at++;
    return ERR_NONE;
}

/* '#' stands for the digit 0, and an odd count of digits for one with a leading 0: "#1#2#3##" is 01020300. */
enum err sddl_literal_octets(struct sddl_reader *reader, struct sddl_bytes *out)
{
    size_t digits = 0;
    while (sddl_reader_peek(reader, digits) == '#' ||
           sddl_digit_value(sddl_reader_peek(reader, digits), 16) >= 0)
        digits++;
    unsigned octet = 0;
    for (size_t left = digits; left > 0; left--) {
        int c = sddl_reader_peek(reader, 0);
        octet = octet << 4 | (c == '#' ? 0 : (unsigned)sddl_digit_value(c, 16));
        reader->at++;
        if (left % 2 == 1) {
            sddl_bytes_put_number(out, octet, 1);
            octet = 0;
        }
    }
    if (sddl_is_simple(sddl_reader_peek(reader, 0)))
        return sddl_reader_fail(reader, ERR_INVALID_ACL, "hex digits");
    return ERR_NONE;
}

enum err sddl_literal_sid(struct sddl_reader *reader, struct sid_buffer *ret)
{
    size_t start = reader->at;
    if (sddl_reader_take_word(reader, "SID")) {
        sddl_reader_skip_white(reader);
        if (sddl_reader_take(reader, '(')) {
            sddl_reader_skip_white(reader);
            enum err err = sddl_reader_sid(reader, ERR_INVALID_ACL, ret);
            sddl_reader_skip_white(reader);
            if (err != ERR_NONE || sddl_reader_take(reader, ')'))
                return err;
            return sddl_reader_fail(reader, ERR_INVALID_ACL, "')' behind the SID");
        }
    }
    reader->at = start;
    return sddl_reader_fail(reader, ERR_INVALID_ACL, "a literal: an integer, \"string\", #octets or SID(…)");
}

/* "%0041" at the reader; 0, which no name may hold, when it is none. */
static uint16_t take_escape(struct sddl_reader *reader)
{
    unsigned unit = 0;
    for (size_t i = 1; i <= 4; i++) {
        int digit = sddl_digit_value(sddl_reader_peek(reader, i), 16);
        if (digit < 0)
            return 0;
        unit = unit << 4 | (unsigned)digit;
    }
    if (unit != 0)
        reader->at += 5;
    return (uint16_t)unit;
}

/* One code point of the text as UTF-16LE. */
static enum err put_code_point(struct sddl_reader *reader, struct sddl_bytes *out)
{
    int32_t code = utf8_next(reader->text, &reader->at);
    if (code <= 0)
        return sddl_reader_fail(reader, ERR_INVALID_ACL, "a name of valid UTF-8");
    if (code >= 0x10000) {
        code -= 0x10000;
        sddl_bytes_put_number(out, 0xD800U | (uint32_t)code >> 10, 2);
        code = 0xDC00 | (code & 0x3FF);
    }
    sddl_bytes_put_number(out, (uint32_t)code, 2);
    return ERR_NONE;
}

enum err sddl_literal_name(struct sddl_reader *reader, const char *ends, struct sddl_bytes *out)
{
    size_t start = reader->at;
    for (int c = sddl_reader_peek(reader, 0); c > 0 && strchr(ends, c) == NULL;
         c = sddl_reader_peek(reader, 0)) {
        if (c == '%') {
            uint16_t unit = take_escape(reader);
            if (unit == 0)
                return sddl_reader_fail(reader, ERR_INVALID_ACL, "four hex digits behind '%', not all 0");
            sddl_bytes_put_number(out, unit, 2);
            continue;
        }
        enum err err = put_code_point(reader, out);
        if (err != ERR_NONE)
            return err;
    }
    if (reader->at == start)
        return sddl_reader_fail(reader, ERR_INVALID_ACL, "a name of an attribute");
    return ERR_NONE;
}
