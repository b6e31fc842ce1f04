#include "api/read.h"

#include "api/json_place.h"
#include "base/base64.h"
#include "base/json_depth.h"
#include "http/json_memory.h"
#include "platform/process.h"

#include <stdarg.h>
#include <stdio.h>

enum { MESSAGE_MAX = 400 };

struct reader reader_of(struct arena *arena, const struct sddl_domains *domains)
{
    struct reader reader = {.arena = arena, .lasting = arena};
    if (domains != NULL)
        reader.domains = *domains;
    return reader;
}

struct reader reader_on(struct arena *arena, struct platform *platform)
{
    struct reader reader = reader_of(arena, platform_domains(platform));
    reader.platform = platform;
    return reader;
}

static void body_refuse(struct reader *reader, struct bytes body, const json_error_t *error)
{
    size_t position = error->position < 0 ? 0 : (size_t)error->position;
    struct problem problem = {.kind = PROBLEM_INVALID_JSON};
    problem.pointer = json_place_at(reader->arena, body, position);
    struct bytes text = bytes_of_string(error->text);
    if (json_place_text_is_sane(text))
        problem.detail =
            arena_printf(reader->arena, "line %d, column %d: %s", error->line, error->column, error->text);
    else
        problem.detail =
            arena_printf(reader->arena, "line %d, column %d: not valid JSON", error->line, error->column);
    if (problem.pointer == NULL || problem.detail == NULL || json_memory_failed()) {
        read_out_of_memory(reader);
        return;
    }
    reader->failed = true;
    reader->problem = problem;
}

static void body_refuse_depth(struct reader *reader, struct bytes body, size_t at)
{
    struct problem problem = {.kind = PROBLEM_INVALID_JSON};
    problem.pointer = json_place_at(reader->arena, body, at);
    problem.detail =
        arena_printf(reader->arena, "the maximum parsing depth of %zu is exceeded", json_depth_max());
    if (problem.pointer == NULL || problem.detail == NULL) {
        read_out_of_memory(reader);
        return;
    }
    reader->failed = true;
    reader->problem = problem;
}

/* The words for what is wrong with a body are jansson's. It is asked for them alone: what it would take is refused all the same,
 * since our own reader did not. */
static void body_explain(struct reader *reader, struct bytes body)
{
    json_error_t error;
    size_t at = 0;
    json_memory_watch();
    if (!json_depth_is_sound(body, &at)) {
        body_refuse_depth(reader, body, at);
        return;
    }
    json_memory_strict(true);
    json_t *value = json_loadb(body.size == 0 ? "" : (const char *)body.data, body.size,
                               JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    json_memory_strict(false);
    if (value != NULL)
        error = (json_error_t){.line = 1, .column = 1, .text = "not valid JSON"};
    json_decref(value);
    const bool no_memory = json_memory_failed() && !json_memory_exceeded();
    json_memory_watch(); /* for the words of the answer */
    if (no_memory)
        read_out_of_memory(reader);
    else
        body_refuse(reader, body, &error);
}

/* Too many values are the caller's doing. */
static void body_too_large(struct reader *reader)
{
    reader->failed = true;
    reader->problem = (struct problem){.kind = PROBLEM_TOO_LARGE,
                                       .detail = "the body holds more values than one request may"};
}

const struct json *read_body(struct reader *reader, struct bytes body)
{
    const struct json *value = NULL;
    /* Top-level scalars are read too, so that the reader of the object refuses them like any other wrong type. */
    enum err err = json_parse(reader->arena, body, &value);
    if (err == ERR_NONE)
        return value;
    if (err == ERR_TOO_LARGE)
        body_too_large(reader);
    else if (err == ERR_MALFORMED)
        body_explain(reader, body);
    else
        read_out_of_memory(reader);
    return NULL;
}

struct place place_root(const struct json *value)
{
    return (struct place){.value = value};
}

const char *place_pointer(struct arena *arena, const struct place *place)
{
    if (place->parent == NULL)
        return "";
    const char *before = place_pointer(arena, place->parent);
    if (before == NULL)
        return NULL;
    if (place->key == NULL)
        return arena_printf(arena, "%s/%zu", before, place->index);
    return json_place_append(arena, before, bytes_of_string(place->key));
}

void read_refuse(struct reader *reader, const struct place *place, struct problem problem)
{
    if (reader->failed)
        return;
    problem.pointer = place_pointer(reader->arena, place);
    if (problem.pointer == NULL || problem.detail == NULL) {
        read_out_of_memory(reader);
        return;
    }
    reader->failed = true;
    reader->problem = problem;
}

static void fail_with(struct reader *reader, const struct place *place, const char *message)
{
    const char *pointer = place_pointer(reader->arena, place);
    if (pointer == NULL) {
        read_out_of_memory(reader);
        return;
    }
    const char *detail =
        arena_printf(reader->arena, "%s %s", pointer[0] == '\0' ? "the body" : pointer, message);
    read_refuse(reader, place, (struct problem){.kind = PROBLEM_INVALID_FIELD, .detail = detail});
}

void read_fail(struct reader *reader, const struct place *place, const char *format, ...)
{
    char message[MESSAGE_MAX];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    json_place_cut(message);
    if (!reader->failed)
        fail_with(reader, place, message);
}

void read_out_of_memory(struct reader *reader)
{
    if (reader->failed)
        return;
    reader->failed = true;
    reader->problem = (struct problem){.kind = problem_of(ERR_NO_MEMORY)};
}

static bool read_type(struct reader *reader, const struct place *place, bool fits, const char *expected)
{
    if (reader->failed)
        return false;
    if (!place_there(place))
        read_fail(reader, place, "is required: %s", expected);
    else if (!fits)
        read_fail(reader, place, "must be %s", expected);
    return !reader->failed;
}

static bool list_has(const char *const *names, struct bytes name)
{
    for (; *names != NULL; names++) {
        if (bytes_equal(bytes_of_string(*names), name))
            return true;
    }
    return false;
}

bool read_object(struct reader *reader, const struct place *place, const char *const *members)
{
    if (!read_type(reader, place, json_is(place->value, JSON_KIND_OBJECT), "an object"))
        return false;
    const struct json_items items = place->value->items;
    for (size_t i = 0; i < items.count; i++) {
        if (list_has(members, items.at[i].key))
            continue;
        struct place member = {
            .parent = place, .key = arena_string(reader->arena, items.at[i].key), .value = &items.at[i]};
        if (member.key == NULL)
            read_out_of_memory(reader);
        read_fail(reader, &member, "is not a member that is known here");
        break;
    }
    return !reader->failed;
}

size_t read_array(struct reader *reader, const struct place *place, size_t max)
{
    if (!read_type(reader, place, json_is(place->value, JSON_KIND_ARRAY), "an array"))
        return 0;
    size_t count = place->value->items.count;
    if (count <= max)
        return count;
    read_fail(reader, place, "has %zu items; at most %zu are taken", count, max);
    return 0;
}

struct bytes read_string(struct reader *reader, const struct place *place)
{
    if (!read_type(reader, place, json_is(place->value, JSON_KIND_STRING), "a string"))
        return (struct bytes){0};
    return place->value->text;
}

bool read_boolean(struct reader *reader, const struct place *place)
{
    const bool is_true = json_is(place->value, JSON_KIND_TRUE);
    return read_type(reader, place, is_true || json_is(place->value, JSON_KIND_FALSE), "true or false") &&
           is_true;
}

int64_t read_integer(struct reader *reader, const struct place *place, int64_t min, int64_t max)
{
    if (!read_type(reader, place, json_is(place->value, JSON_KIND_INTEGER), "an integer"))
        return 0;
    int64_t value = place->value->integer;
    if (value >= min && value <= max)
        return value;
    read_fail(reader, place, "must be from %lld to %lld", (long long)min, (long long)max);
    return 0;
}

struct bytes read_base64(struct reader *reader, const struct place *place)
{
    struct bytes text = read_string(reader, place);
    struct bytes data = {0};
    if (reader->failed)
        return data;
    enum err err = base64_decode(reader->arena, text, &data);
    if (err == ERR_NO_MEMORY)
        read_out_of_memory(reader);
    else if (err != ERR_NONE)
        read_fail(reader, place, "is not base64 (RFC 4648 section 4, with padding, nothing between)");
    return data;
}
