#include "platform/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

struct file_stamp file_look(const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return (struct file_stamp){.error = errno};
    return (struct file_stamp){.device = status.st_dev,
                               .number = status.st_ino,
                               .size = status.st_size,
                               .modified = status.st_mtim,
                               .changed = status.st_ctim};
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

const char *file_refuse_key(const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return errno == ENOENT ? "does not exist; name the file of the certificate's key in certificate_key"
                               : "cannot be reached; let the service's user into its folder";
    if ((status.st_mode & (S_IROTH | S_IWOTH)) != 0)
        return "may be read or written by everyone; chmod 0600, or 0640 with a group of the service's own, and have a new "
               "key made if others use this machine";
    return NULL;
}
