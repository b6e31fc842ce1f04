#include "scarcity.h"

#include <stdatomic.h>
#include <stddef.h>

static atomic_bool on;
static atomic_bool lasting;
static atomic_long chosen;
static atomic_long count;
static _Thread_local bool exempt;

void *__real_malloc(size_t size);
void *__real_calloc(size_t members, size_t size);
void *__real_realloc(void *memory, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t members, size_t size);
void *__wrap_realloc(void *memory, size_t size);
char *__wrap_strdup(const char *text);

void scarcity_exempt(void)
{
    exempt = true;
}

void scarcity_begin(long nth, bool lasts)
{
    atomic_store(&count, 0);
    atomic_store(&chosen, nth);
    atomic_store(&lasting, lasts);
    atomic_store(&on, true);
}

long scarcity_end(void)
{
    atomic_store(&on, false);
    return atomic_load(&count);
}

static bool fails(void)
{
    if (exempt || !atomic_load(&on))
        return false;
    long number = atomic_fetch_add(&count, 1) + 1;
    long nth = atomic_load(&chosen);
    return nth != 0 && (number == nth || (number > nth && atomic_load(&lasting)));
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t members, size_t size)
{
    return fails() ? NULL : __real_calloc(members, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    return fails() ? NULL : __real_realloc(memory, size);
}

char *__wrap_strdup(const char *text)
{
    return fails() ? NULL : __real_strdup(text);
}
