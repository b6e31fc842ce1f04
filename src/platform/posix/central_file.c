#include "platform/posix/central_file.h"

#include "base/log.h"

#include <stdatomic.h>
#include <stdlib.h>

/* Never written to once it is in force. */
struct central_store {
    struct central_policies policies; /* first, so that both have one address */
    atomic_uint references;
    struct arena arena;
};

static const char state_ok[] = "ok";
static const char state_none[] = "none";
static const char state_stale[] = "stale";

static void store_release(struct central_store *store)
{
    if (store == NULL || atomic_fetch_sub_explicit(&store->references, 1, memory_order_acq_rel) != 1)
        return;
    arena_done(&store->arena);
    free(store);
}

static void log_refusal(const struct central_file *file, enum err err,
                        const struct central_text_mistake *mistake)
{
    if (err == ERR_MALFORMED)
        LOG(LOG_LEVEL_ERROR, "central-policies-refused", LOG_STRING("file", file->path),
            LOG_NUMBER("line", mistake->line), LOG_STRING("problem", mistake->text),
            LOG_STRING("name", mistake->name), LOG_NUMBER("character", mistake->character));
    else
        LOG(LOG_LEVEL_ERROR, "central-policies-unusable", LOG_STRING("file", file->path),
            LOG_STRING("error", err_text(err)));
}

static enum err read_into(const struct central_file *file, struct central_store *store)
{
    AUTO_ARENA scratch;
    struct bytes text = {0};
    struct central_text_mistake mistake = {0};
    arena_init(&scratch, (size_t)2 * CENTRAL_TEXT_SIZE_MAX);
    enum err err = file_read(&scratch, file->path, CENTRAL_TEXT_SIZE_MAX, &text);
    if (err == ERR_NONE)
        err = central_text_parse(&store->arena, text, file->domains, &store->policies, &mistake);
    if (err != ERR_NONE)
        log_refusal(file, err, &mistake);
    return err;
}

static enum err read_store(const struct central_file *file, struct central_store **ret)
{
    struct central_store *store = calloc(1, sizeof *store);
    if (store == NULL)
        return ERR_NO_MEMORY;
    atomic_init(&store->references, 1);
    arena_init(&store->arena, CENTRAL_TEXT_MEMORY_MAX);
    enum err err = read_into(file, store);
    if (err != ERR_NONE) {
        store_release(store);
        return err;
    }
    LOG(LOG_LEVEL_INFO, "central-policies-loaded", LOG_STRING("file", file->path),
        LOG_NUMBER("policies", store->policies.count));
    *ret = store;
    return ERR_NONE;
}

enum err central_file_init(struct central_file *file, const char *path, const struct sddl_domains *domains)
{
    *file = (struct central_file){.path = path, .domains = domains, .state = state_none};
    if (path != NULL) {
        file->stamp = file_look(path);
        enum err err = read_store(file, &file->store);
        if (err != ERR_NONE)
            return err;
        file->state = state_ok;
    }
    (void)pthread_mutex_init(&file->lock, NULL);
    file->ready = true;
    return ERR_NONE;
}

void central_file_done(struct central_file *file)
{
    if (!file->ready)
        return;
    store_release(file->store);
    file->store = NULL;
    file->ready = false;
    (void)pthread_mutex_destroy(&file->lock);
}

void central_file_reload(struct central_file *file, bool force)
{
    if (file->path == NULL)
        return;
    struct file_stamp stamp = file_look(file->path);
    if (!force && file_stamp_equal(&stamp, &file->stamp))
        return;
    struct central_store *fresh = NULL;
    file->stamp = stamp; /* taken before reading: a change meanwhile is seen the next time */
    enum err err = read_store(file, &fresh);
    (void)pthread_mutex_lock(&file->lock);
    struct central_store *old = err == ERR_NONE ? file->store : NULL;
    if (err == ERR_NONE)
        file->store = fresh;
    file->state = err == ERR_NONE ? state_ok : state_stale;
    (void)pthread_mutex_unlock(&file->lock);
    store_release(old);
}

const struct central_policies *central_file_acquire(struct central_file *file)
{
    if (file->path == NULL)
        return NULL;
    (void)pthread_mutex_lock(&file->lock);
    struct central_store *store = file->store;
    (void)atomic_fetch_add_explicit(&store->references, 1, memory_order_relaxed);
    (void)pthread_mutex_unlock(&file->lock);
    return &store->policies;
}

void central_file_release(const struct central_policies *policies)
{
    /* the store is ours to write to, and the policies are its first member */
    store_release((struct central_store *)(uintptr_t)policies);
}

const char *central_file_state(struct central_file *file)
{
    (void)pthread_mutex_lock(&file->lock);
    const char *state = file->state;
    (void)pthread_mutex_unlock(&file->lock);
    return state;
}
