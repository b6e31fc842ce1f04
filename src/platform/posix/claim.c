#include "platform/posix/claim.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
