/* name_list: a few names that an operator gave, each once. */
#ifndef NTOKEND_HTTP_NAME_LIST_H
#define NTOKEND_HTTP_NAME_LIST_H

#include "base/arena.h"

enum { NAME_LIST_MAX = 32 };

struct name_list {
    const char *items[NAME_LIST_MAX];
    size_t count;
};

/* Adds a copy of `text` in `arena`. NULL, or what is wrong and what to do, static. */
const char *name_list_add(struct name_list *list, struct arena *arena, const char *text) MUST_USE;
/* The list's own copy, byte for byte; NULL when it is not there. */
const char *name_list_find(const struct name_list *list, const char *text);

#endif
