#include "api/json_place.h"

#include "base/utf16.h"

#include <jansson.h>

struct frame {
    bool array;
    bool key_due;     /* objects: the next string is a key */
    size_t index;     /* arrays */
    struct bytes key; /* objects: the key with its quotes, empty when there is none yet */
};

struct scan {
    struct bytes text; /* up to where the parser gave up */
    size_t at;
    struct frame frames[JSON_PLACE_DEPTH_MAX];
    size_t depth; /* may grow past the frames, which then are the outermost ones */
};

const char *json_place_append(struct arena *arena, const char *pointer, struct bytes token)
{
    size_t before = strlen(pointer);
    if (token.size > (SIZE_MAX - before) / 2 - 2)
        return NULL;
    char *text = arena_alloc(arena, before + 2 * token.size + 2);
    if (text == NULL)
        return NULL;
    char *out = text;
    while (*pointer != '\0')
        *out++ = *pointer++;
    *out++ = '/';
    for (size_t i = 0; i < token.size; i++) {
        char c = (char)token.data[i];
        if (c == '~' || c == '/') {
            *out++ = '~';
            c = c == '~' ? '0' : '1';
        }
        *out++ = c;
    }
    *out = '\0';
    return text;
}

/* The string that starts at scan->at, quotes included; empty when the text ends before it does. */
static struct bytes scan_string(struct scan *scan)
{
    size_t start = scan->at;
    size_t end = start + 1;
    while (end < scan->text.size && scan->text.data[end] != '"')
        end += scan->text.data[end] == '\\' ? 2 : 1;
    scan->at = end < scan->text.size ? end : scan->text.size;
    if (end >= scan->text.size)
        return (struct bytes){0};
    return bytes_of(scan->text.data + start, end + 1 - start);
}

static void scan_push(struct scan *scan, bool array)
{
    if (scan->depth < JSON_PLACE_DEPTH_MAX)
        scan->frames[scan->depth] = (struct frame){.array = array, .key_due = !array};
    scan->depth++;
}

static void scan_comma(struct frame *frame)
{
    if (frame->array) {
        frame->index++;
        return;
    }
    frame->key_due = true;
    frame->key = (struct bytes){0};
}

static void scan_step(struct scan *scan)
{
    bool framed = scan->depth > 0 && scan->depth <= JSON_PLACE_DEPTH_MAX;
    struct frame *frame = framed ? &scan->frames[scan->depth - 1] : NULL;
    uint8_t c = scan->text.data[scan->at];
    if (c == '"') {
        struct bytes text = scan_string(scan);
        if (frame != NULL && frame->key_due) {
            frame->key = text;
            frame->key_due = false;
        }
    } else if (c == '{' || c == '[') {
        scan_push(scan, c == '[');
    } else if ((c == '}' || c == ']') && scan->depth > 0) {
        scan->depth--;
    } else if (c == ',' && frame != NULL) {
        scan_comma(frame);
    }
}

static const char *append_key(struct arena *arena, const char *pointer, struct bytes quoted)
{
    json_auto_t *key = json_loadb((const char *)quoted.data, quoted.size, JSON_DECODE_ANY, NULL);
    if (!json_is_string(key))
        return NULL;
    return json_place_append(arena, pointer, bytes_of(json_string_value(key), json_string_length(key)));
}

const char *json_place_at(struct arena *arena, struct bytes text, size_t position)
{
    struct scan scan = {.text = text};
    if (position < text.size)
        scan.text.size = position;
    for (; scan.at < scan.text.size; scan.at++)
        scan_step(&scan);

    const char *pointer = "";
    for (size_t i = 0; i < scan.depth && i < JSON_PLACE_DEPTH_MAX; i++) {
        const struct frame *frame = &scan.frames[i];
        const char *longer = NULL;
        if (frame->array)
            longer = arena_printf(arena, "%s/%zu", pointer, frame->index);
        else if (frame->key.size != 0)
            longer = append_key(arena, pointer, frame->key);
        if (longer == NULL)
            break;
        pointer = longer;
    }
    return pointer;
}

bool json_place_text_is_sane(struct bytes text)
{
    size_t at = 0;
    while (at < text.size) {
        int32_t c = utf8_next(text, &at);
        if (c < 0x20 || c == 0x7f)
            return false;
    }
    return true;
}

void json_place_cut(char *text)
{
    struct bytes all = bytes_of_string(text);
    size_t at = 0;
    while (at < all.size) {
        size_t start = at;
        if (utf8_next(all, &at) < 0) {
            text[start] = '\0';
            return;
        }
    }
}
