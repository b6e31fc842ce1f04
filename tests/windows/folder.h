/* folder: files of a test's own on Windows, for its account alone or for everyone. Mistakes exit 99. */
#ifndef NTOKEND_TESTS_WINDOWS_FOLDER_H
#define NTOKEND_TESTS_WINDOWS_FOLDER_H

enum { WINDOWS_PATH_MAX = 512 };

enum windows_file_access {
    WINDOWS_FILE_OWN, /* for the account of the test, and the system */
    WINDOWS_FILE_ALL, /* for everyone to read */
};

/* One at a time, and the path of a file in it that is not there yet. */
void windows_folder_make(const char *name, char ret[WINDOWS_PATH_MAX]);
const char *windows_folder_path(void);
/* With all that lies in it. */
void windows_folder_remove(void);
/* A new file, which takes the place of what was there. */
void windows_file_put(const char *path, const char *text, enum windows_file_access access);
void windows_file_remove(const char *path);

#endif
