#include "platform/posix/audit_text.h"

#include "base/utf16.h"

#include <stdarg.h>
#include <stdio.h>

enum { ROOM_FIRST = 256, PRINTED_MAX = 512 };

static bool make_room(struct audit_text *text, size_t more)
{
    size_t room = text->room == 0 ? ROOM_FIRST : text->room;
    if (text->failed || more > AUDIT_VALUE_MAX - text->size)
        return false;
    while (room < text->size + more)
        room *= 2;
    if (room == text->room)
        return true;
    char *data = arena_alloc(text->arena, room);
    if (data == NULL)
        return false;
    if (text->size != 0)
        memcpy(data, text->data, text->size);
    text->data = data;
    text->room = room;
    return true;
}

void audit_text_add(struct audit_text *text, const char *addition)
{
    size_t size = strlen(addition);
    if (!make_room(text, size + 1)) {
        text->failed = true;
        return;
    }
    memcpy(text->data + text->size, addition, size + 1);
    text->size += size;
}

void audit_text_printf(struct audit_text *text, const char *format, ...)
{
    char printed[PRINTED_MAX];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(printed, sizeof printed, format, arguments);
    va_end(arguments);
    if (size < 0 || (size_t)size >= sizeof printed)
        text->failed = true;
    else
        audit_text_add(text, printed);
}

const char *audit_text_done(const struct audit_text *text)
{
    if (text->failed)
        return NULL;
    return text->size == 0 ? "-" : text->data;
}

static bool is_utf8(struct bytes text)
{
    size_t at = 0;
    while (at < text.size) {
        if (utf8_next(text, &at) < 0)
            return false;
    }
    return true;
}

/* The next character of the input, mended; false when it does not fit below `max`. */
static bool take(struct bytes input, size_t max, size_t *at, struct bytes *ret)
{
    const size_t start = *at;
    size_t next = start;
    if (utf8_next(input, &next) < 0) {
        next = start + 1;
        *ret = bytes_of_string("\xEF\xBF\xBD");
    } else {
        *ret = bytes_of(input.data + start, next - start);
    }
    *at = next;
    return next <= max;
}

const char *audit_text_copy(struct arena *arena, const char *text, size_t max)
{
    static const char more[] = "...";
    const struct bytes input = bytes_of_string(text);
    struct bytes character;
    size_t at = 0;
    size_t size = 0;
    if (input.size <= max && is_utf8(input))
        return arena_string(arena, input);
    char *copy = arena_alloc(arena, (input.size < max ? input.size : max) * 3 + sizeof more);
    while (copy != NULL && at < input.size && take(input, max, &at, &character)) {
        memcpy(copy + size, character.data, character.size);
        size += character.size;
    }
    if (copy != NULL && input.size > max)
        memcpy(copy + size, more, sizeof more);
    return copy;
}
