/* folder: a temporary folder of a test, gone when the test is, however that ends. */
#ifndef NTOKEND_TESTS_FOLDER_H
#define NTOKEND_TESTS_FOLDER_H

#include <sys/types.h>

enum { FOLDER_PATH_SIZE = 512 };

struct folder {
    char path[FOLDER_PATH_SIZE];
    pid_t watcher; /* a process that removes the folder when all who made use of it are dead */
    int to_watcher;
};

/* Under TMPDIR or /tmp. Exits 99 on failure. */
void folder_make(struct folder *ret);
void folder_remove(const struct folder *folder);

#endif
