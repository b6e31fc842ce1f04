#include "http/json_memory.h"

#include <jansson.h>
#include <stdlib.h>

static void *(*allocate_plain)(size_t size) = malloc;
static size_t most = JSON_MEMORY_STANDARD;
static _Thread_local bool failed;
static _Thread_local bool exceeded;
static _Thread_local bool strict;
static _Thread_local size_t taken;

static void *allocate_watched(size_t size)
{
    exceeded = exceeded || size > most - taken;
    void *memory = exceeded || (strict && failed) ? NULL : allocate_plain(size);
    if (memory == NULL)
        failed = true;
    else
        taken += size;
    return memory;
}

/* Before main, so that nobody can forget it and no thread runs yet. */
__attribute__((constructor)) static void watch_jansson(void)
{
    json_set_alloc_funcs(allocate_watched, free);
}

void json_memory_use(void *(*allocate)(size_t size))
{
    allocate_plain = allocate;
}

void json_memory_bound(size_t max)
{
    most = max;
}

void json_memory_watch(void)
{
    failed = false;
    exceeded = false;
    taken = 0;
}

void json_memory_strict(bool on)
{
    strict = on;
}

bool json_memory_failed(void)
{
    return failed;
}

bool json_memory_exceeded(void)
{
    return exceeded;
}
