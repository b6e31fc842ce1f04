#include "platform/posix/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <unistd.h>

struct file_stamp file_look(const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return (struct file_stamp){.error = errno};
    return (struct file_stamp){.device = status.st_dev,
                               .inode = status.st_ino,
                               .size = status.st_size,
                               .modified = status.st_mtim,
                               .changed = status.st_ctim};
}

static bool same_time(struct timespec a, struct timespec b)
{
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

bool file_stamp_equal(const struct file_stamp *a, const struct file_stamp *b)
{
    return a->error == b->error && a->device == b->device && a->inode == b->inode && a->size == b->size &&
           same_time(a->modified, b->modified) && same_time(a->changed, b->changed);
}

static enum err read_all(int file, uint8_t *data, size_t room, size_t *ret_size)
{
    size_t size = 0;
    while (size < room) {
        ssize_t got = read(file, data + size, room - size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return ERR_IO;
        if (got == 0)
            break;
        size += (size_t)got;
    }
    *ret_size = size;
    return ERR_NONE;
}

static enum err read_open(struct arena *arena, int file, size_t limit, struct bytes *ret)
{
    struct stat status;
    size_t size = 0;
    if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode))
        return ERR_IO;
    if (status.st_size < 0 || (uintmax_t)status.st_size > limit)
        return ERR_TOO_LARGE;
    /* one more than there was, so that a file that grows meanwhile is noticed */
    size_t room = (size_t)status.st_size + 1;
    uint8_t *data = arena_alloc(arena, room);
    if (data == NULL)
        return ERR_NO_MEMORY;
    enum err err = read_all(file, data, room, &size);
    if (err == ERR_NONE && size != (size_t)status.st_size)
        err = ERR_IO;
    if (err == ERR_NONE)
        *ret = bytes_of(data, size);
    return err;
}

enum err file_read(struct arena *arena, const char *path, size_t limit, struct bytes *ret)
{
    /* O_NONBLOCK: a fifo by that name must not stop the service */
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return errno == ENOENT ? ERR_NOT_FOUND : ERR_IO;
    enum err err = read_open(arena, file, limit, ret);
    (void)close(file);
    return err;
}

static bool is_ours(const struct stat *status)
{
    return S_ISREG(status->st_mode) && status->st_uid == geteuid() &&
           (status->st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

enum err file_claim(const char *path)
{
    struct stat status;
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    if (file < 0)
        return ERR_IO;
    bool sound = fstat(file, &status) == 0 && is_ours(&status);
    (void)close(file);
    return sound ? ERR_NONE : ERR_IO;
}

bool file_is_claimable(const char *path)
{
    struct stat status;
    if (lstat(path, &status) == 0)
        return is_ours(&status) && access(path, R_OK | W_OK) == 0;
    if (errno != ENOENT)
        return false;
    char *copy = strdup(path);
    if (copy == NULL)
        return false;
    bool can = access(dirname(copy), W_OK | X_OK) == 0;
    free(copy);
    return can;
}
