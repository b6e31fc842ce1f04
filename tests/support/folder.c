#include "support/folder.h"
#include "support/pause.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OPEN_MAX_FOLDERS = 8, REMOVE_TRIES = 50, REMOVE_PAUSE_US = 100000 };

static int remove_one(const char *path, const struct stat *stat, int type, struct FTW *ftw)
{
    (void)stat;
    (void)type;
    (void)ftw;
    return remove(path);
}

static void remove_all(const char *path)
{
    (void)nftw(path, remove_one, OPEN_MAX_FOLDERS, FTW_DEPTH | FTW_PHYS);
}

static void die(const char *what)
{
    perror(what);
    exit(99);
}

/* Ends when the test asks for it, or when nobody is left who could: then the folder goes with it. */
static void watch(const char *path, int requests)
{
    char byte = 0;
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    /* a group of its own, and no hold on what the runner of the tests reads to its end */
    (void)setsid();
    for (int file = 0; file <= STDERR_FILENO; file++)
        (void)dup2(nowhere, file);
    if (read(requests, &byte, 1) != 0)
        _exit(0);
    /* A program that the test had started may still write its last. */
    for (int i = 0; i < REMOVE_TRIES && access(path, F_OK) == 0; i++) {
        remove_all(path);
        pause_us(REMOVE_PAUSE_US);
    }
    _exit(0);
}

/* A test that fails, crashes or is killed never comes to its teardown. */
static void start_watcher(struct folder *folder)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        die("pipe2");
    folder->watcher = fork();
    if (folder->watcher < 0)
        die("fork");
    if (folder->watcher == 0) {
        (void)close(ends[1]);
        watch(folder->path, ends[0]);
    }
    (void)close(ends[0]);
    folder->to_watcher = ends[1];
}

void folder_make(struct folder *ret)
{
    const char *parent = getenv("TMPDIR");
    (void)snprintf(ret->path, sizeof ret->path, "%s/ntokend-test-XXXXXX", parent != NULL ? parent : "/tmp");
    if (mkdtemp(ret->path) == NULL)
        die(ret->path);
    start_watcher(ret);
}

void folder_remove(const struct folder *folder)
{
    remove_all(folder->path);
    if (write(folder->to_watcher, "", 1) == 1)
        (void)waitpid(folder->watcher, NULL, 0);
    (void)close(folder->to_watcher);
}
