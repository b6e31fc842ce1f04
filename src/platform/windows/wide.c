#include "platform/windows/wide.h"

#include "base/utf16.h"

enum err wide_of_bytes(struct arena *arena, struct bytes text, wchar_t **ret)
{
    struct bytes wide;
    if (text.size != 0 && memchr(text.data, 0, text.size) != NULL)
        return ERR_MALFORMED;
    enum err err = utf16_from_utf8(arena, text, &wide);
    if (err != ERR_NONE)
        return err;
    wchar_t *copy = arena_alloc_array(arena, wide.size / sizeof *copy + 1, sizeof *copy);
    if (copy == NULL)
        return ERR_NO_MEMORY;
    memcpy(copy, wide.data, wide.size);
    *ret = copy;
    return ERR_NONE;
}

enum err wide_of(struct arena *arena, const char *text, wchar_t **ret)
{
    return wide_of_bytes(arena, bytes_of_string(text), ret);
}

static bool is_high(wchar_t unit)
{
    return unit >= 0xD800 && unit <= 0xDBFF;
}

static bool is_low(wchar_t unit)
{
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

enum err wide_to_text(struct arena *arena, const wchar_t *wide, size_t length, const char **ret)
{
    struct bytes text;
    wchar_t *sound = arena_alloc_array(arena, length + 1, sizeof *sound);
    if (sound == NULL)
        return ERR_NO_MEMORY;
    for (size_t i = 0; i < length; i++) {
        if (is_high(wide[i]) && i + 1 < length && is_low(wide[i + 1])) {
            sound[i] = wide[i];
            sound[i + 1] = wide[i + 1];
            i++;
        } else {
            sound[i] = is_high(wide[i]) || is_low(wide[i]) ? 0xFFFD : wide[i];
        }
    }
    enum err err = utf16_to_utf8(arena, bytes_of(sound, length * sizeof *sound), &text);
    if (err == ERR_NONE)
        *ret = (const char *)text.data;
    return err;
}
