/* file: reads a whole file of the operator's within a limit, and tells whether it changed since. */
#ifndef NTOKEND_PLATFORM_FILE_H
#define NTOKEND_PLATFORM_FILE_H

#include "base/arena.h"

#include <time.h>

/* What changes when a file does; the time of the change too, since a copy can keep that of the writing and the size. */
struct file_stamp {
    int error; /* the system's of the look, 0 when there is a file */
    uint64_t device;
    uint64_t number; /* on the device */
    int64_t size;
    struct timespec modified;
    struct timespec changed;
};

struct file_stamp file_look(const char *path);

static inline bool file_time_equal(struct timespec a, struct timespec b)
{
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static inline bool file_stamp_equal(const struct file_stamp *a, const struct file_stamp *b)
{
    return a->error == b->error && a->device == b->device && a->number == b->number && a->size == b->size &&
           file_time_equal(a->modified, b->modified) && file_time_equal(a->changed, b->changed);
}

/* A regular file of at most `limit` bytes, in the arena. ERR_NOT_FOUND, ERR_IO, ERR_TOO_LARGE, ERR_NO_MEMORY. */
enum err file_read(struct arena *arena, const char *path, size_t limit, struct bytes *ret) MUST_USE;

/* Whether the file of a private key, which is there, may be used: NULL, or what is wrong and what to do, behind its name; static. One
 * that everyone on this machine may read or write may not, and none of which that cannot be told. */
const char *file_refuse_key(const char *path);

#endif
