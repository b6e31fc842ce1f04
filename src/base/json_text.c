#include "base/json_text.h"

#include "base/decimal.h"
#include "base/plain.h"

static const char hex[] = "0123456789abcdef";

/* RFC 8259 section 7. */
static bool is_plain(uint8_t byte)
{
    return byte >= 0x20 && byte != '"' && byte != '\\';
}

static void put_escaped(struct text *text, uint8_t byte)
{
    const char quoted[] = {'\\', (char)byte};
    const char control[] = {'\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15]};
    if (byte >= 0x20)
        text_put(text, quoted, sizeof quoted);
    else
        text_put(text, control, sizeof control);
}

void json_text_string(struct text *text, struct bytes utf8)
{
    TEXT_PUT(text, "\"");
    for (size_t at = 0; at < utf8.size;) {
        const size_t start = at;
        at = plain_end(utf8, at);
        while (at < utf8.size && is_plain(utf8.data[at]))
            at++;
        text_put(text, (const char *)utf8.data + start, at - start);
        if (at < utf8.size)
            put_escaped(text, utf8.data[at++]);
    }
    TEXT_PUT(text, "\"");
}

void json_text_number(struct text *text, uint64_t number)
{
    char digits[DECIMAL_MAX];
    const size_t size = decimal_format(number, digits);
    text_put(text, digits, size);
}

void json_text_boolean(struct text *text, bool value)
{
    if (value)
        TEXT_PUT(text, "true");
    else
        TEXT_PUT(text, "false");
}

void json_text_hex32(struct text *text, uint32_t value)
{
    char word[] = "\"0x00000000\"";
    for (size_t i = 0; i < 8; i++)
        word[3 + i] = hex[value >> (28 - 4 * i) & 15];
    text_put(text, word, sizeof word - 1);
}
