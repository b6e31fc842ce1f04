#include "platform/posix/keytab.h"

#include "base/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_FORMAT "MEMORY:ntokend-%llu"

static const char state_ok[] = "ok";
static const char state_missing[] = "missing";
static const char state_unreadable[] = "unreadable";
static const char state_empty[] = "empty";

/* Generations are never used twice in a process, whatever number of platforms it starts (tests do): MEMORY keytabs belong to
 * the process. */
static atomic_uint_least64_t generations;

static enum err set_path(struct keytab *keytab, const char *file)
{
    char name[KEYTAB_PATH_MAX];
    if (file == NULL && krb5_kt_default_name(keytab->context, name, sizeof name) != 0)
        return ERR_IO;
    const char *path = file != NULL ? file : name;
    if (strncmp(path, "FILE:", 5) == 0)
        path += 5;
    if (strlen(path) >= sizeof keytab->path)
        return ERR_TOO_LARGE;
    memcpy(keytab->path, path, strlen(path) + 1);
    return ERR_NONE;
}

enum err keytab_init(struct keytab *keytab, const char *file)
{
    *keytab = (struct keytab){.state = state_missing};
    krb5_error_code code = krb5_init_context(&keytab->context);
    if (code != 0) {
        keytab->context = NULL;
        LOG(LOG_LEVEL_ERROR, "kerberos-unusable", LOG_NUMBER("code", code),
            LOG_STRING("remedy", "check /etc/krb5.conf or KRB5_CONFIG"));
        return code == ENOMEM ? ERR_NO_MEMORY : ERR_IO;
    }
    enum err err = set_path(keytab, file);
    if (err != ERR_NONE) {
        krb5_free_context(keytab->context);
        keytab->context = NULL;
        return err;
    }
    (void)pthread_mutex_init(&keytab->lock, NULL);
    return ERR_NONE;
}

/* Frees and, in libkrb5, wipes the keys once nobody has the MEMORY keytab open. */
static void drop(struct keytab *keytab, krb5_keytab *keys)
{
    if (*keys != NULL)
        (void)krb5_kt_close(keytab->context, *keys);
    *keys = NULL;
}

void keytab_done(struct keytab *keytab)
{
    if (keytab->context == NULL)
        return;
    drop(keytab, &keytab->current);
    drop(keytab, &keytab->previous);
    krb5_free_context(keytab->context);
    keytab->context = NULL;
    (void)pthread_mutex_destroy(&keytab->lock);
}

/* What a keytab of one generation is read into. */
struct load {
    krb5_context context;
    krb5_keytab keys;
    char realm[KEYTAB_REALM_MAX];
    bool realms_differ;
    size_t count;
    size_t aes; /* among them */
};

static bool is_aes(krb5_enctype type)
{
    return type == ENCTYPE_AES128_CTS_HMAC_SHA1_96 || type == ENCTYPE_AES256_CTS_HMAC_SHA1_96 ||
           type == ENCTYPE_AES128_CTS_HMAC_SHA256_128 || type == ENCTYPE_AES256_CTS_HMAC_SHA384_192;
}

static void note_realm(struct load *load, krb5_const_principal principal)
{
    size_t size = principal->realm.length;
    if (size >= sizeof load->realm) {
        load->realms_differ = true;
        return;
    }
    if (load->count == 0 && size > 0)
        memcpy(load->realm, principal->realm.data, size);
    if (strlen(load->realm) != size || memcmp(load->realm, principal->realm.data, size) != 0)
        load->realms_differ = true;
}

static krb5_error_code copy_entries(struct load *load, krb5_keytab file)
{
    krb5_kt_cursor cursor;
    krb5_keytab_entry entry;
    krb5_error_code code = krb5_kt_start_seq_get(load->context, file, &cursor);
    if (code != 0)
        return code;
    while (load->count < KEYTAB_ENTRIES_MAX &&
           (code = krb5_kt_next_entry(load->context, file, &entry, &cursor)) == 0) {
        const bool aes = is_aes(entry.key.enctype);
        code = krb5_kt_add_entry(load->context, load->keys, &entry);
        if (code == 0)
            note_realm(load, entry.principal);
        (void)krb5_free_keytab_entry_contents(load->context, &entry); /* wipes the key */
        if (code != 0)
            break;
        load->count++;
        load->aes += aes;
    }
    (void)krb5_kt_end_seq_get(load->context, file, &cursor);
    return code == KRB5_KT_END ? 0 : code;
}

static krb5_error_code read_file(struct load *load, const char *path)
{
    char name[KEYTAB_PATH_MAX + 8];
    krb5_keytab file = NULL;
    (void)snprintf(name, sizeof name, "FILE:%s", path);
    krb5_error_code code = krb5_kt_resolve(load->context, name, &file);
    if (code != 0)
        return code;
    code = copy_entries(load, file);
    (void)krb5_kt_close(load->context, file);
    return code;
}

static const char *state_of(const struct file_stamp *stamp, krb5_error_code code, size_t count)
{
    if (stamp->error == ENOENT || stamp->error == ENOTDIR)
        return state_missing;
    if (stamp->error != 0 || code != 0)
        return state_unreadable;
    return count == 0 ? state_empty : state_ok;
}

static void log_state(const struct keytab *keytab, const char *state, krb5_error_code code, size_t count)
{
    if (state == state_ok) {
        LOG(LOG_LEVEL_INFO, "keytab-loaded", LOG_STRING("file", keytab->path), LOG_NUMBER("keys", count),
            LOG_STRING("keytab", keytab->name));
        return;
    }
    const char *message = code != 0 ? krb5_get_error_message(keytab->context, code) : NULL;
    LOG(LOG_LEVEL_ERROR, "keytab-unusable", LOG_STRING("file", keytab->path), LOG_STRING("state", state),
        LOG_STRING("error", message),
        LOG_STRING("remedy",
                   "give the service a keytab that its user can read; until then it refuses everybody"));
    if (message != NULL)
        krb5_free_error_message(keytab->context, message);
}

/* Puts the new keys, or none, into force. Those of one reload before stay open for threads that were just told of them. Under the lock. */
static void take_over(struct keytab *keytab, struct load *load, const char *state, uint64_t generation)
{
    drop(keytab, &keytab->previous);
    keytab->previous = keytab->current;
    keytab->current = state == state_ok ? load->keys : NULL;
    if (state != state_ok)
        drop(keytab, &load->keys);
    keytab->realm[0] = '\0';
    if (state == state_ok && !load->realms_differ)
        memcpy(keytab->realm, load->realm, sizeof keytab->realm);
    (void)snprintf(keytab->name, sizeof keytab->name, NAME_FORMAT, (unsigned long long)generation);
    keytab->state = state;
    *(state == state_ok ? &keytab->loads : &keytab->failures) += 1;
    atomic_store_explicit(&keytab->stale, false, memory_order_relaxed);
    atomic_store_explicit(&keytab->generation, generation, memory_order_release);
}

/* Without the lock: a file may take its time. `again`: nothing has changed since reading failed, so the same failure is no news. */
static void load(struct keytab *keytab, bool again)
{
    struct load load = {.context = keytab->context};
    char name[KEYS_NAME_MAX];
    uint64_t generation = atomic_fetch_add_explicit(&generations, 1, memory_order_relaxed) + 1;
    (void)snprintf(name, sizeof name, NAME_FORMAT, (unsigned long long)generation);
    /* looked at before it is read: a change meanwhile is seen the next time */
    const struct file_stamp stamp = file_look(keytab->path);
    krb5_error_code code = krb5_kt_resolve(keytab->context, name, &load.keys);
    if (code != 0)
        load.keys = NULL;
    if (code == 0 && stamp.error == 0)
        code = read_file(&load, keytab->path);
    const char *state = state_of(&stamp, code, load.count);
    if (again && code == keytab->failure) {
        drop(keytab, &load.keys);
        return;
    }
    keytab->failure = code;
    (void)pthread_mutex_lock(&keytab->lock);
    keytab->stamp = stamp;
    take_over(keytab, &load, state, generation);
    (void)pthread_mutex_unlock(&keytab->lock);
    log_state(keytab, state, code, load.count);
}

static bool is_exposed(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && (status.st_mode & (S_IROTH | S_IWOTH | S_IWGRP)) != 0;
}

enum err keytab_try(const char *file, struct keytab_look *ret)
{
    struct keytab keytab;
    enum err err = keytab_init(&keytab, file);
    if (err != ERR_NONE)
        return err;
    struct load load = {.context = keytab.context};
    const struct file_stamp stamp = file_look(keytab.path);
    krb5_error_code code = krb5_kt_resolve(keytab.context, "MEMORY:ntokend-try", &load.keys);
    if (code != 0)
        load.keys = NULL;
    if (code == 0 && stamp.error == 0)
        code = read_file(&load, keytab.path);
    *ret = (struct keytab_look){.state = state_of(&stamp, code, load.count),
                                .error = stamp.error,
                                .exposed = is_exposed(keytab.path),
                                .weak = load.count > 0 && load.aes == 0};
    memcpy(ret->path, keytab.path, sizeof ret->path);
    drop(&keytab, &load.keys);
    keytab_done(&keytab);
    return ERR_NONE;
}

void keytab_reload(struct keytab *keytab, bool force)
{
    const struct file_stamp stamp = file_look(keytab->path);
    const bool changed = force || !file_stamp_equal(&stamp, &keytab->stamp);
    if (changed || keytab->failure != 0) /* perhaps there was no file descriptor, or no memory, just then */
        load(keytab, !changed);
}

bool keytab_current(struct keytab *keytab, char ret_name[KEYS_NAME_MAX], uint64_t *ret_generation)
{
    (void)pthread_mutex_lock(&keytab->lock);
    bool there = keytab->current != NULL;
    *ret_generation = atomic_load_explicit(&keytab->generation, memory_order_relaxed);
    if (there)
        memcpy(ret_name, keytab->name, KEYS_NAME_MAX);
    (void)pthread_mutex_unlock(&keytab->lock);
    return there;
}

bool keytab_realm(struct keytab *keytab, char ret_realm[KEYTAB_REALM_MAX])
{
    (void)pthread_mutex_lock(&keytab->lock);
    bool there = keytab->realm[0] != '\0';
    memcpy(ret_realm, keytab->realm, KEYTAB_REALM_MAX);
    (void)pthread_mutex_unlock(&keytab->lock);
    return there;
}

const char *keytab_state(struct keytab *keytab)
{
    (void)pthread_mutex_lock(&keytab->lock);
    const char *state = keytab->state;
    (void)pthread_mutex_unlock(&keytab->lock);
    return state;
}

void keytab_figures(struct keytab *keytab, struct platform_file *ret)
{
    (void)pthread_mutex_lock(&keytab->lock);
    *ret = (struct platform_file){.key = "keytab",
                                  .usable = keytab->state == state_ok,
                                  .loads = keytab->loads,
                                  .failures = keytab->failures,
                                  .modified_s = keytab->stamp.error == 0 ? keytab->stamp.modified.tv_sec : 0};
    (void)pthread_mutex_unlock(&keytab->lock);
}
