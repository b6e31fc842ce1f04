/* central_file: the central access policies in force, from the operator's file, read again when it changes. */
#ifndef NTOKEND_PLATFORM_POSIX_CENTRAL_FILE_H
#define NTOKEND_PLATFORM_POSIX_CENTRAL_FILE_H

#include "platform/posix/central_text.h"
#include "platform/posix/file.h"

#include <pthread.h>

struct central_store;

struct central_file {
    const char *path;                   /* NULL: there are none */
    const struct sddl_domains *domains; /* what aliases in the rules stand for */
    pthread_mutex_t lock;               /* over what follows */
    struct central_store *store;        /* NULL without a path */
    struct file_stamp stamp;
    const char *state; /* as platform_health.central_policies */
    bool ready;        /* init succeeded */
};

/* Reads the file for the first time. Borrows both. ERR_NOT_FOUND, ERR_IO, ERR_TOO_LARGE, ERR_MALFORMED, ERR_NO_MEMORY; logged. */
enum err central_file_init(struct central_file *file, const char *path,
                           const struct sddl_domains *domains) MUST_USE;
void central_file_done(struct central_file *file);
/* Reads it again if it changed, or if `force`. What cannot be read leaves the policies as they were. One thread at a time. */
void central_file_reload(struct central_file *file, bool force);
/* The policies in force, which stay whole however long they are used, until central_file_release; NULL when there is no file. */
const struct central_policies *central_file_acquire(struct central_file *file);
void central_file_release(const struct central_policies *policies);
const char *central_file_state(struct central_file *file);

#endif
