#include "platform/posix/lines.h"

#include "base/utf16.h"

enum err lines_decode(struct arena *arena, struct bytes file, struct bytes *ret, const char **ret_why)
{
    struct bytes text = file;
    if (file.size >= 2 && file.data[0] == 0xFF && file.data[1] == 0xFE) {
        enum err err = utf16_to_utf8(arena, bytes_from(file, 2), &text);
        if (err == ERR_MALFORMED)
            *ret_why = "not UTF-16";
        if (err != ERR_NONE)
            return err;
    } else if (file.size >= 3 && memcmp(file.data, "\xEF\xBB\xBF", 3) == 0) {
        text = bytes_from(file, 3);
    }
    size_t at = 0;
    while (at < text.size) {
        if (utf8_next(text, &at) <= 0) { /* NUL: UTF-16 without its mark, or no text at all */
            *ret_why = "neither UTF-16LE with its byte order mark nor UTF-8";
            return ERR_MALFORMED;
        }
    }
    *ret = text;
    return ERR_NONE;
}

bool lines_next(struct bytes *rest, struct bytes *ret)
{
    if (rest->size == 0)
        return false;
    const uint8_t *end = memchr(rest->data, '\n', rest->size);
    size_t size = end != NULL ? (size_t)(end - rest->data) : rest->size;
    size_t used = end != NULL ? size + 1 : size;
    bool carriage = size > 0 && rest->data[size - 1] == '\r';
    *ret = bytes_of(rest->data, carriage ? size - 1 : size);
    *rest = bytes_from(*rest, used);
    return true;
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t';
}

struct bytes lines_trim(struct bytes text)
{
    while (text.size > 0 && is_blank(text.data[0]))
        text = bytes_from(text, 1);
    while (text.size > 0 && is_blank(text.data[text.size - 1]))
        text.size--;
    return text;
}

struct bytes lines_take_until(struct bytes *rest, char mark)
{
    bool quoted = false;
    size_t at = 0;
    while (at < rest->size && (quoted || rest->data[at] != (uint8_t)mark)) {
        if (rest->data[at] == '"')
            quoted = !quoted;
        at++;
    }
    struct bytes taken = bytes_of(rest->data, at);
    *rest = bytes_from(*rest, at < rest->size ? at + 1 : at);
    return taken;
}

struct bytes lines_unquote(struct bytes item)
{
    item = lines_trim(item);
    if (item.size < 2 || item.data[0] != '"' || item.data[item.size - 1] != '"')
        return item;
    return lines_trim(bytes_of(item.data + 1, item.size - 2));
}
