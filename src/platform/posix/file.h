/* file: reads a whole file within a limit, and tells whether it changed since. */
#ifndef NTOKEND_PLATFORM_POSIX_FILE_H
#define NTOKEND_PLATFORM_POSIX_FILE_H

#include "base/arena.h"

#include <sys/stat.h>
#include <time.h>

/* What changes when a file does; ctime too, since a copy can keep mtime and size. */
struct file_stamp {
    int error; /* errno of the look, 0 when there is a file */
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec modified;
    struct timespec changed;
};

struct file_stamp file_look(const char *path);
bool file_stamp_equal(const struct file_stamp *a, const struct file_stamp *b);

/* A regular file of at most `limit` bytes, in the arena. ERR_NOT_FOUND, ERR_IO, ERR_TOO_LARGE, ERR_NO_MEMORY. */
enum err file_read(struct arena *arena, const char *path, size_t limit, struct bytes *ret) MUST_USE;

/* Makes sure that `path` is a file that only this user can write, and makes it when it is missing. ERR_IO. */
enum err file_claim(const char *path) MUST_USE;
/* Whether file_claim would succeed, without making anything. */
bool file_is_claimable(const char *path) MUST_USE;

#endif
