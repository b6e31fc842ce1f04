#include "support/sids.h"

#include <stdio.h>
#include <stdlib.h>

enum { SIDS_MAX = 64 };

static void must(bool good, const char *what)
{
    if (good)
        return;
    (void)fprintf(stderr, "sids: %s\n", what);
    exit(99);
}

const struct sid *sids_one(struct arena *arena, const char *text)
{
    struct sid_buffer sid;
    must(sid_parse(bytes_of_string(text), &sid) == ERR_NONE, text);
    const struct sid *copy = arena_copy(arena, &sid, sizeof sid);
    must(copy != NULL, "out of memory");
    return copy;
}

struct sid_list sids_of(struct arena *arena, const char *text)
{
    struct sid_and_attributes *items = arena_alloc_array(arena, SIDS_MAX, sizeof *items);
    size_t count = 0;
    must(items != NULL, "out of memory");
    while (*text != '\0') {
        struct sid_buffer sid;
        size_t used = 0;
        must(count < SIDS_MAX && sid_read(bytes_of_string(text), &sid, &used) == ERR_NONE, text);
        items[count] = (struct sid_and_attributes){.attributes = 7};
        items[count].sid = arena_copy(arena, &sid, sizeof sid);
        must(items[count].sid != NULL, "out of memory");
        text += used;
        if (*text == '/') {
            char *end = NULL;
            items[count].attributes = (uint32_t)strtoul(text + 1, &end, 16);
            text = end;
        }
        count++;
        while (*text == ' ')
            text++;
    }
    return (struct sid_list){.items = items, .count = count};
}

const struct sid_and_attributes *sids_find(struct sid_list list, const char *text)
{
    struct sid_buffer sid;
    must(sid_parse(bytes_of_string(text), &sid) == ERR_NONE, text);
    for (size_t i = 0; i < list.count; i++) {
        if (sid_equal(list.items[i].sid, sid_of(&sid)))
            return &list.items[i];
    }
    return NULL;
}
