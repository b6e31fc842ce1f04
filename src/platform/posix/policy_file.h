/* policy_file: the policy in force, from the operator's template, read again when it changes. */
#ifndef NTOKEND_PLATFORM_POSIX_POLICY_FILE_H
#define NTOKEND_PLATFORM_POSIX_POLICY_FILE_H

#include "platform/posix/accounts.h"
#include "platform/posix/file.h"
#include "platform/posix/policy.h"

#include <pthread.h>

struct policy_file {
    const char *path;                /* NULL: the defaults */
    const struct accounts *accounts; /* whose names the template may use */
    pthread_mutex_t lock;            /* over what follows */
    struct policy *policy;
    struct file_stamp stamp;
    const char *state; /* as platform_health.policy */
};

/* Reads the policy for the first time. Borrows both. ERR_NOT_FOUND, ERR_IO, ERR_TOO_LARGE, ERR_MALFORMED, ERR_NO_MEMORY; logged. */
enum err policy_file_init(struct policy_file *file, const char *path,
                          const struct accounts *accounts) MUST_USE;
void policy_file_done(struct policy_file *file);
/* Reads it again if it changed, or if `force`. What cannot be read leaves the policy as it was. One thread at a time. */
void policy_file_reload(struct policy_file *file, bool force);
/* The policy in force, which stays whole however long it is used; the caller releases it. */
struct policy *policy_file_acquire(struct policy_file *file);
const char *policy_file_state(struct policy_file *file);

#endif
