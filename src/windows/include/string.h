/* What POSIX sources find in <string.h> and Windows' C library does not have. The build puts this folder first. */
#ifndef NTOKEND_WINDOWS_INCLUDE_STRING_H
#define NTOKEND_WINDOWS_INCLUDE_STRING_H

#include_next <string.h>

/* Overwrites what a compiler must not take for dead. */
static inline void explicit_bzero(void *memory, size_t size)
{
    volatile unsigned char *byte = (volatile unsigned char *)memory;
    while (size-- > 0)
        *byte++ = 0;
}

/* Where `part` first occurs in `whole`, or NULL. */
static inline void *memmem(const void *whole, size_t whole_size, const void *part, size_t part_size)
{
    const char *at = (const char *)whole;
    for (; whole_size >= part_size; at++, whole_size--) {
        if (part_size == 0 || memcmp(at, part, part_size) == 0)
            return (void *)(size_t)at;
    }
    return NULL;
}

/* Where `byte` last occurs, or NULL. */
static inline void *memrchr(const void *whole, int byte, size_t size)
{
    const unsigned char *start = (const unsigned char *)whole;
    while (size-- > 0) {
        if (start[size] == (unsigned char)byte)
            return (void *)(size_t)(start + size);
    }
    return NULL;
}

#endif
