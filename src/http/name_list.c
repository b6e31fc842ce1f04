#include "http/name_list.h"

const char *name_list_add(struct name_list *list, struct arena *arena, const char *text)
{
    if (name_list_find(list, text) != NULL)
        return "is given twice; keep one";
    if (list->count == NAME_LIST_MAX)
        return "is one too many; there may be 32";
    const char *copy = arena_string(arena, bytes_of_string(text));
    if (copy == NULL)
        return "is too long; shorten it";
    list->items[list->count++] = copy;
    return NULL;
}

const char *name_list_find(const struct name_list *list, const char *text)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->items[i], text) == 0)
            return list->items[i];
    }
    return NULL;
}
