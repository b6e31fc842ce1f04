/* folder: a temporary folder of a test, gone when the test is. */
#ifndef NTOKEND_TESTS_FOLDER_H
#define NTOKEND_TESTS_FOLDER_H

enum { FOLDER_PATH_SIZE = 512 };

struct folder {
    char path[FOLDER_PATH_SIZE];
};

/* Under TMPDIR or /tmp. Exits 99 on failure. */
void folder_make(struct folder *ret);
void folder_remove(const struct folder *folder);

#endif
