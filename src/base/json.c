#include "base/json_depth.h"
#include "base/json_scan.h"

#include <stdlib.h>

static size_t values_max = JSON_VALUES_MAX;

void json_values_bound(size_t max)
{
    values_max = max < JSON_VALUES_MAX ? max : JSON_VALUES_MAX;
}

enum { STACK_FIRST = 64, FEW_MEMBERS = 16 };

/* Values whose container is not complete lie on a stack: a container, what it has so far, the next container in it … */
struct parser {
    struct json_scan scan;
    struct json *stack;
    size_t count;
    size_t room;
    size_t total;
    struct json *grown; /* the stack, once `first` was too small */
    uint32_t open[JSON_DEPTH_MAX];
    size_t depth;
    struct json first[STACK_FIRST];
};

static bool grow(struct parser *parser)
{
    struct json *grown = realloc(parser->grown, 2 * parser->room * sizeof *grown);
    if (grown == NULL)
        return json_fail(&parser->scan, ERR_NO_MEMORY);
    if (parser->grown == NULL)
        memcpy(grown, parser->first, sizeof parser->first);
    parser->grown = grown;
    parser->stack = grown;
    parser->room *= 2;
    return true;
}

static bool push(struct parser *parser, struct json value)
{
    if (parser->total >= values_max)
        return json_fail(&parser->scan, ERR_TOO_LARGE);
    if (parser->count == parser->room && !grow(parser))
        return false;
    parser->total++;
    parser->stack[parser->count++] = value;
    return true;
}

static bool read_word(struct parser *parser, const char *word, enum json_kind kind, struct json *ret)
{
    const size_t size = strlen(word);
    if (parser->scan.text.size - parser->scan.at < size ||
        memcmp(parser->scan.text.data + parser->scan.at, word, size) != 0)
        return false;
    parser->scan.at += size;
    ret->kind = kind;
    return true;
}

static bool read_scalar(struct parser *parser, struct json *ret)
{
    switch (json_peek(&parser->scan)) {
    case '"':
        parser->scan.at++;
        ret->kind = JSON_KIND_STRING;
        return json_scan_string(&parser->scan, &ret->text);
    case 't':
        return read_word(parser, "true", JSON_KIND_TRUE, ret);
    case 'f':
        return read_word(parser, "false", JSON_KIND_FALSE, ret);
    case 'n':
        return read_word(parser, "null", JSON_KIND_NULL, ret);
    default:
        return json_scan_number(&parser->scan, ret);
    }
}

static int compare_keys(const void *a, const void *b)
{
    const struct bytes left = ((const struct json *)a)->key;
    const struct bytes right = ((const struct json *)b)->key;
    if (left.size != right.size)
        return left.size < right.size ? -1 : 1;
    return left.size == 0 ? 0 : memcmp(left.data, right.data, left.size);
}

static bool has_twice_sorted(struct parser *parser, const struct json *members, size_t count)
{
    struct json *sorted = malloc(count * sizeof *sorted);
    if (sorted == NULL)
        return !json_fail(&parser->scan, ERR_NO_MEMORY);
    memcpy(sorted, members, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare_keys);
    bool twice = false;
    for (size_t i = 1; i < count && !twice; i++)
        twice = compare_keys(&sorted[i - 1], &sorted[i]) == 0;
    free(sorted);
    return twice;
}

static bool has_twice(struct parser *parser, const struct json *members, size_t count)
{
    if (count > FEW_MEMBERS)
        return has_twice_sorted(parser, members, count);
    for (size_t i = 1; i < count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (compare_keys(&members[i], &members[j]) == 0)
                return true;
        }
    }
    return false;
}

/* The innermost container is complete: what it has moves from the stack into the arena. */
static bool close_container(struct parser *parser)
{
    const size_t index = parser->open[--parser->depth];
    const size_t count = parser->count - index - 1;
    struct json *container = &parser->stack[index];
    if (container->kind == JSON_KIND_OBJECT && has_twice(parser, container + 1, count))
        return false; /* NOLINT(clang-analyzer-unix.Malloc): json_parse frees the stack */
    const struct json *items = arena_copy(parser->scan.arena, container + 1, count * sizeof *items);
    if (items == NULL)
        return json_fail(&parser->scan, ERR_NO_MEMORY);
    container->items = (struct json_items){items, count};
    parser->count = index + 1;
    return true;
}

/* The key of the next member, the parser then stands at its value; nothing in an array. */
static bool read_key(struct parser *parser, struct bytes *ret)
{
    if (parser->depth == 0 || parser->stack[parser->open[parser->depth - 1]].kind == JSON_KIND_ARRAY)
        return true;
    json_skip_blanks(&parser->scan);
    if (!json_take(&parser->scan, '"') || !json_scan_string(&parser->scan, ret))
        return false;
    json_skip_blanks(&parser->scan);
    return json_take(&parser->scan, ':');
}

/* *ret_opened: it is a container that has something, whose first value comes next. */
static bool read_value(struct parser *parser, bool *ret_opened)
{
    struct json value = {.kind = JSON_KIND_NULL};
    *ret_opened = false;
    if (!read_key(parser, &value.key))
        return false;
    json_skip_blanks(&parser->scan);
    const int c = json_peek(&parser->scan);
    if (parser->depth == JSON_DEPTH_MAX)
        return false;
    if (c != '{' && c != '[')
        return read_scalar(parser, &value) && push(parser, value);
    if (parser->depth >= json_depth_max())
        return false;
    value.kind = c == '{' ? JSON_KIND_OBJECT : JSON_KIND_ARRAY;
    parser->scan.at++;
    parser->open[parser->depth++] = (uint32_t)parser->count;
    if (!push(parser, value))
        return false;
    json_skip_blanks(&parser->scan);
    *ret_opened = !json_take(&parser->scan, c == '{' ? '}' : ']');
    return *ret_opened || close_container(parser);
}

/* Behind a value: closes what ends here. *ret_more: another value comes. */
static bool read_behind(struct parser *parser, bool *ret_more)
{
    *ret_more = false;
    while (parser->depth > 0) {
        json_skip_blanks(&parser->scan);
        if (json_take(&parser->scan, ',')) {
            *ret_more = true;
            return true;
        }
        const struct json *container = &parser->stack[parser->open[parser->depth - 1]];
        if (!json_take(&parser->scan, container->kind == JSON_KIND_OBJECT ? '}' : ']') ||
            !close_container(parser))
            return false;
    }
    json_skip_blanks(&parser->scan);
    return parser->scan.at == parser->scan.text.size;
}

static bool read_all(struct parser *parser)
{
    bool more = true;
    while (more) {
        bool opened = false;
        if (!read_value(parser, &opened) || (!opened && !read_behind(parser, &more)))
            return false;
    }
    return true;
}

enum err json_parse(struct arena *arena, struct bytes text, const struct json **ret)
{
    struct parser parser;
    parser.scan = (struct json_scan){.arena = arena, .text = text, .err = ERR_MALFORMED};
    parser.stack = parser.first;
    parser.count = 0;
    parser.room = STACK_FIRST;
    parser.total = 0;
    parser.grown = NULL;
    parser.depth = 0;
    const bool read = read_all(&parser);
    const struct json *root = read ? arena_copy(arena, parser.stack, sizeof *root) : NULL;
    free(parser.grown);
    if (root == NULL)
        return read ? ERR_NO_MEMORY : parser.scan.err;
    *ret = root;
    return ERR_NONE;
}

const struct json *json_member_named(const struct json *object, struct bytes key)
{
    if (!json_is(object, JSON_KIND_OBJECT))
        return NULL;
    for (size_t i = 0; i < object->items.count; i++) {
        if (bytes_equal(object->items.at[i].key, key))
            return &object->items.at[i];
    }
    return NULL;
}

const struct json *json_item(const struct json *array, size_t index)
{
    return json_is(array, JSON_KIND_ARRAY) && index < array->items.count ? &array->items.at[index] : NULL;
}
