/* keytab: the service keys, copied from a file into a MEMORY keytab per generation, so that no request waits for a file and
 * a file that is being replaced is never half read. */
#ifndef NTOKEND_PLATFORM_POSIX_KEYTAB_H
#define NTOKEND_PLATFORM_POSIX_KEYTAB_H

#include "platform/file.h"
#include "platform/posix/keys.h"

#include <krb5.h>
#include <pthread.h>
#include <stdatomic.h>

enum { KEYTAB_ENTRIES_MAX = 4096, KEYTAB_REALM_MAX = 256, KEYTAB_PATH_MAX = 4096 };

struct keytab {
    krb5_context
        context; /* open as long as the process: opening one reads files; of the thread that reloads alone */
    krb5_error_code failure; /* of the last reading; 0: none; likewise */
    char path[KEYTAB_PATH_MAX];
    pthread_mutex_t lock; /* over what follows; never held while a file is read */
    struct file_stamp stamp;
    krb5_keytab current; /* NULL when there are no keys */
    krb5_keytab previous;
    char name[KEYS_NAME_MAX];
    char realm[KEYTAB_REALM_MAX]; /* of all keys; empty when they differ */
    uint64_t loads;               /* since the start */
    uint64_t failures;
    const char *state; /* as platform_health.keys, but for "stale" */
    atomic_uint_least64_t generation;
    atomic_bool stale;
};

/* `file` NULL: the system's default keytab. Nothing is read yet. ERR_NO_MEMORY, ERR_IO (no Kerberos configuration). */
enum err keytab_init(struct keytab *keytab, const char *file) MUST_USE;
void keytab_done(struct keytab *keytab);
/* Reads the file if it changed, if `force`, or if reading failed; what cannot be read means no keys. Logged. One thread at a time. */
void keytab_reload(struct keytab *keytab, bool force);
/* As platform_keys. */
bool keytab_current(struct keytab *keytab, char ret_name[KEYS_NAME_MAX], uint64_t *ret_generation);
/* The only realm of the keys; false when there is none, or several. */
bool keytab_realm(struct keytab *keytab, char ret_realm[KEYTAB_REALM_MAX]);
const char *keytab_state(struct keytab *keytab);
/* As platform_figures says it. */
void keytab_figures(struct keytab *keytab, struct platform_file *ret);

/* What a file is good for, without putting its keys into force or logging. `state` as keytab_state. */
struct keytab_look {
    char path[KEYTAB_PATH_MAX];
    const char *state;
    int error;    /* errno of the look at the file, 0 when there is one */
    bool exposed; /* others than its owner and group may read it, or others than its owner write it */
    bool weak;    /* there are keys, none of them AES */
};
/* As keytab_init. */
enum err keytab_try(const char *file, struct keytab_look *ret) MUST_USE;

#endif
