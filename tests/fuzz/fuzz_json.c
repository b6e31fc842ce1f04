/* A body goes to our reader and to jansson: both take it or none does, and both see the same. Only jansson takes the NUL away that
 * stands behind a number: we refuse it. */
#include "base/json.h"
#include "fuzz/fuzz.h"

#include <jansson.h>

enum { ARENA_BYTES = 64 << 20 };

static bool same_text(struct bytes text, const char *data, size_t size)
{
    return text.size == size && (size == 0 || memcmp(text.data, data, size) == 0);
}

static bool is_same(const struct json *ours, json_t *theirs);

static bool same_members(const struct json_items items, json_t *theirs)
{
    const char *key;
    size_t size;
    json_t *value;
    size_t i = 0;
    if (json_object_size(theirs) != items.count)
        return false;
    json_object_keylen_foreach(theirs, key, size, value)
    {
        if (!same_text(items.at[i].key, key, size) || !is_same(&items.at[i], value))
            return false;
        i++;
    }
    return true;
}

static bool same_items(const struct json_items items, const json_t *theirs)
{
    bool same = json_array_size(theirs) == items.count;
    for (size_t i = 0; i < items.count && same; i++)
        same = is_same(&items.at[i], json_array_get(theirs, i));
    return same;
}

static bool is_same(const struct json *ours, json_t *theirs)
{
    switch (ours->kind) {
    case JSON_KIND_NULL:
        return json_is_null(theirs);
    case JSON_KIND_FALSE:
        return json_is_false(theirs);
    case JSON_KIND_TRUE:
        return json_is_true(theirs);
    case JSON_KIND_INTEGER:
        return json_is_integer(theirs) && json_integer_value(theirs) == ours->integer;
    case JSON_KIND_REAL:
        return json_is_real(theirs);
    case JSON_KIND_STRING:
        return json_is_string(theirs) &&
               same_text(ours->text, json_string_value(theirs), json_string_length(theirs));
    case JSON_KIND_ARRAY:
        return json_is_array(theirs) && same_items(ours->items, theirs);
    case JSON_KIND_OBJECT:
        return json_is_object(theirs) && same_members(ours->items, theirs);
    }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_BYTES);
    const struct json *ours = NULL;
    enum err err = json_parse(&arena, bytes_of(data, size), &ours);
    json_t *theirs =
        json_loadb(size == 0 ? "" : (const char *)data, size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
    FUZZ_ASSERT(err == ERR_NONE || err == ERR_MALFORMED);
    const bool nul = size > 0 && memchr(data, 0, size) != NULL;
    FUZZ_ASSERT(err != ERR_NONE || (theirs != NULL && !nul && is_same(ours, theirs)));
    FUZZ_ASSERT(err == ERR_NONE || theirs == NULL || nul);
    json_decref(theirs);
    return 0;
}
