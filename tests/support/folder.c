#include "support/folder.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

enum { OPEN_MAX_FOLDERS = 8 };

void folder_make(struct folder *ret)
{
    const char *parent = getenv("TMPDIR");
    (void)snprintf(ret->path, sizeof ret->path, "%s/ntokend-test-XXXXXX", parent != NULL ? parent : "/tmp");
    if (mkdtemp(ret->path) == NULL) {
        perror(ret->path);
        exit(99);
    }
}

static int remove_one(const char *path, const struct stat *stat, int type, struct FTW *ftw)
{
    (void)stat;
    (void)type;
    (void)ftw;
    return remove(path);
}

void folder_remove(const struct folder *folder)
{
    (void)nftw(folder->path, remove_one, OPEN_MAX_FOLDERS, FTW_DEPTH | FTW_PHYS);
}
