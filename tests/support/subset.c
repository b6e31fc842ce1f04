#include "support/subset.h"

#include <stdio.h>
#include <string.h>

enum { WHERE_SIZE = 512 };

static bool fits(json_t *expected, json_t *actual, char *where);

/* Goes one step deeper in `where` and takes it back when all is well there. */
static bool fits_at(json_t *expected, json_t *actual, char *where, const char *key, size_t index)
{
    size_t length = strlen(where);
    if (key != NULL)
        (void)snprintf(where + length, WHERE_SIZE - length, "/%s", key);
    else
        (void)snprintf(where + length, WHERE_SIZE - length, "/%zu", index);
    if (!fits(expected, actual, where))
        return false;
    where[length] = '\0';
    return true;
}

static bool has_each(json_t *expected, json_t *actual, char *where)
{
    size_t index;
    json_t *item;
    json_array_foreach (expected, index, item) {
        bool found = false;
        for (size_t i = 0; i < json_array_size(actual) && !found; i++) {
            char scratch[WHERE_SIZE] = "";
            found = fits(item, json_array_get(actual, i), scratch);
        }
        if (!found) {
            size_t length = strlen(where);
            (void)snprintf(where + length, WHERE_SIZE - length, "/$has/%zu", index);
            return false;
        }
    }
    return json_is_array(actual);
}

static bool fits_wish(const char *wish, json_t *value, json_t *actual, char *where)
{
    const char *text = json_string_value(actual);
    if (strcmp(wish, "$has") == 0)
        return has_each(value, actual, where);
    if (strcmp(wish, "$starts") == 0)
        return text != NULL && strncmp(text, json_string_value(value), json_string_length(value)) == 0;
    if (strcmp(wish, "$contains") == 0)
        return text != NULL && strstr(text, json_string_value(value)) != NULL;
    if (strcmp(wish, "$absent") == 0)
        return actual == NULL;
    if (strcmp(wish, "$size") == 0)
        return json_is_array(actual) && (json_int_t)json_array_size(actual) == json_integer_value(value);
    return strcmp(wish, "$any") == 0 && actual != NULL;
}

static bool fits_object(json_t *expected, json_t *actual, char *where)
{
    bool good = true;
    const char *key;
    json_t *value;
    json_object_foreach (expected, key, value) {
        if (key[0] == '$')
            good = fits_wish(key, value, actual, where);
        else
            good = json_is_object(actual) && fits_at(value, json_object_get(actual, key), where, key, 0);
        if (!good)
            break;
    }
    return good;
}

static bool fits_array(json_t *expected, json_t *actual, char *where)
{
    bool good = json_is_array(actual) && json_array_size(expected) == json_array_size(actual);
    for (size_t i = 0; good && i < json_array_size(expected); i++)
        good = fits_at(json_array_get(expected, i), json_array_get(actual, i), where, NULL, i);
    return good;
}

static bool fits(json_t *expected, json_t *actual, char *where)
{
    if (json_is_object(expected))
        return fits_object(expected, actual, where);
    if (json_is_array(expected))
        return fits_array(expected, actual, where);
    return actual != NULL && json_equal(expected, actual);
}

bool subset_fits(json_t *expected, json_t *actual, char ret_where[512])
{
    ret_where[0] = '\0';
    return fits(expected, actual, ret_where);
}
