#include "base/json_text.h"

#include "base/decimal.h"
#include "base/plain.h"

enum { ROOM_FIRST = 512 };

static const char hex[] = "0123456789abcdef";

static bool make_room(struct json_text *text, size_t size)
{
    size_t room = text->room == 0 ? ROOM_FIRST : text->room;
    while (room - text->size < size) {
        if (room > SIZE_MAX / 4)
            return false;
        room *= 2;
    }
    if (room == text->room)
        return true;
    char *data = arena_alloc(text->arena, room);
    if (data == NULL)
        return false;
    if (text->size > 0)
        memcpy(data, text->data, text->size);
    text->data = data;
    text->room = room;
    return true;
}

void json_text_put(struct json_text *text, const char *data, size_t size)
{
    if (text->failed || !make_room(text, size)) {
        text->failed = true;
        return;
    }
    if (size > 0)
        memcpy(text->data + text->size, data, size);
    text->size += size;
}

/* RFC 8259 section 7. */
static bool is_plain(uint8_t byte)
{
    return byte >= 0x20 && byte != '"' && byte != '\\';
}

static void put_escaped(struct json_text *text, uint8_t byte)
{
    const char quoted[] = {'\\', (char)byte};
    const char control[] = {'\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15]};
    if (byte >= 0x20)
        json_text_put(text, quoted, sizeof quoted);
    else
        json_text_put(text, control, sizeof control);
}

void json_text_string(struct json_text *text, struct bytes utf8)
{
    JSON_TEXT_PUT(text, "\"");
    for (size_t at = 0; at < utf8.size;) {
        const size_t start = at;
        at = plain_end(utf8, at);
        while (at < utf8.size && is_plain(utf8.data[at]))
            at++;
        json_text_put(text, (const char *)utf8.data + start, at - start);
        if (at < utf8.size)
            put_escaped(text, utf8.data[at++]);
    }
    JSON_TEXT_PUT(text, "\"");
}

void json_text_number(struct json_text *text, uint64_t number)
{
    char digits[DECIMAL_MAX];
    json_text_put(text, digits, decimal_format(number, digits));
}

void json_text_boolean(struct json_text *text, bool value)
{
    if (value)
        JSON_TEXT_PUT(text, "true");
    else
        JSON_TEXT_PUT(text, "false");
}

void json_text_hex32(struct json_text *text, uint32_t value)
{
    char word[] = "\"0x00000000\"";
    for (size_t i = 0; i < 8; i++)
        word[3 + i] = hex[value >> (28 - 4 * i) & 15];
    json_text_put(text, word, sizeof word - 1);
}
