/* json_tree: a value of jansson as the readers of bodies see it. */
#ifndef NTOKEND_TESTS_JSON_TREE_H
#define NTOKEND_TESTS_JSON_TREE_H

#include "base/json.h"

#include <jansson.h>
#include <stdlib.h>

/* Takes the value over. In the arena; aborts without memory. */
static inline const struct json *json_tree_of(struct arena *arena, json_t *value)
{
    char *text = json_dumps(value, JSON_ENCODE_ANY);
    const struct json *tree = NULL;
    const char *copy = text == NULL ? NULL : arena_string(arena, bytes_of_string(text));
    json_decref(value);
    free(text);
    if (copy == NULL || json_parse(arena, bytes_of_string(copy), &tree) != ERR_NONE)
        abort();
    return tree;
}

#endif
