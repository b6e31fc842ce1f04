/* json: reads a text of RFC 8259 into a tree in an arena, for bodies that come with every request: a fifteenth of what jansson takes.
 *
 * It is as strict as jansson with JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, and takes exactly what that takes: UTF-8 without
 * overlong forms and surrogates, no duplicate member, no NUL in a string, integers of 64 bits, finite reals, a depth of at most
 * 2048, nothing behind the value (of which jansson overlooks a NUL behind a number). A fuzzer holds the two to each other. It does not say
 * what is wrong: whoever wants to tell that asks jansson about the text that was refused here. */
#ifndef NTOKEND_BASE_JSON_H
#define NTOKEND_BASE_JSON_H

#include "base/arena.h"

enum {
    JSON_DEPTH_MAX = 2048,    /* jansson's: of containers, and a scalar inside counts too */
    JSON_VALUES_MAX = 500000, /* of one text: some 20 MB */
};

enum json_kind {
    JSON_KIND_NULL,
    JSON_KIND_FALSE,
    JSON_KIND_TRUE,
    JSON_KIND_INTEGER,
    JSON_KIND_REAL, /* its value is checked and not kept */
    JSON_KIND_STRING,
    JSON_KIND_ARRAY,
    JSON_KIND_OBJECT
};

struct json_items {
    const struct json *at;
    size_t count;
};

struct json {
    struct bytes key; /* of a member: UTF-8, no NUL at its end */
    union {
        struct bytes text;       /* STRING: UTF-8, no NUL at its end */
        int64_t integer;         /* INTEGER */
        struct json_items items; /* ARRAY, and OBJECT in the order of the text */
    };
    enum json_kind kind;
};

/* Fewer values than JSON_VALUES_MAX, before other threads run; json_depth.h has the same for the depth. */
void json_values_bound(size_t max);

/* The strings without escapes lie in `text`, which must outlive the tree. ERR_MALFORMED; ERR_TOO_LARGE: more than JSON_VALUES_MAX;
 * ERR_NO_MEMORY. */
enum err json_parse(struct arena *arena, struct bytes text, const struct json **ret) MUST_USE;

static inline bool json_is(const struct json *value, enum json_kind kind)
{
    return value != NULL && value->kind == kind;
}
/* NULL when it is no object or has no such member. */
const struct json *json_member_named(const struct json *object, struct bytes key);
static inline const struct json *json_member(const struct json *object, const char *key)
{
    return json_member_named(object, bytes_of_string(key)); /* whose size a compiler knows */
}
/* NULL when it is no array or is not that long. */
const struct json *json_item(const struct json *array, size_t index);

#endif
