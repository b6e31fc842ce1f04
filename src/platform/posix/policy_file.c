#include "platform/posix/policy_file.h"

#include "base/log.h"

static const char state_ok[] = "ok";
static const char state_default[] = "default";
static const char state_stale[] = "stale";

static enum err find_name(const void *context, struct bytes name, struct sid_buffer *ret)
{
    return accounts_find(context, name, ret);
}

static void log_notes(const char *path, const struct template_notes *notes)
{
    for (size_t i = 0; i < notes->count; i++) {
        const struct template_note *note = &notes->items[i];
        LOG(note->refused ? LOG_LEVEL_ERROR : LOG_LEVEL_WARNING,
            note->refused ? "policy-refused" : "policy-note", LOG_STRING("file", path),
            LOG_NUMBER("line", note->line), LOG_STRING("problem", note->text),
            LOG_STRING("name", note->name));
    }
    if (notes->left_out > 0)
        LOG(LOG_LEVEL_WARNING, "policy-note", LOG_STRING("file", path),
            LOG_NUMBER("moreNotes", notes->left_out));
}

static enum err read_template(const struct policy_file *file, struct arena *arena, struct template *ret)
{
    struct bytes text = {0};
    struct template_notes notes = {0};
    const struct template_names names = {.find = find_name, .context = file->accounts};
    enum err err = file_read(arena, file->path, TEMPLATE_SIZE_MAX, &text);
    if (err != ERR_NONE)
        return err;
    err = template_parse(arena, text, &names, ret, &notes);
    log_notes(file->path, &notes);
    return err;
}

static enum err read_policy(const struct policy_file *file, struct policy **ret)
{
    AUTO_ARENA arena;
    struct template template = {0};
    size_t ignored = 0;
    arena_init(&arena, TEMPLATE_MEMORY_MAX);
    enum err err = file->path != NULL ? read_template(file, &arena, &template) : ERR_NONE;
    if (err == ERR_NONE)
        err = policy_new(&template, file->accounts->domains.machine, ret, &ignored);
    if (err != ERR_NONE) {
        LOG(LOG_LEVEL_ERROR, "policy-unusable", LOG_STRING("file", file->path),
            LOG_STRING("error", err_text(err)),
            LOG_STRING("remedy", "correct the security template, or take it from secedit /export"));
        return err;
    }
    if (ignored > 0)
        LOG(LOG_LEVEL_WARNING, "policy-note", LOG_STRING("file", file->path),
            LOG_STRING("problem",
                       "members of groups that are neither BUILTIN nor of the machine's SID were left out"),
            LOG_NUMBER("members", ignored));
    LOG(LOG_LEVEL_INFO, "policy-loaded", LOG_STRING("file", file->path));
    return ERR_NONE;
}

enum err policy_file_init(struct policy_file *file, const char *path, const struct accounts *accounts)
{
    *file = (struct policy_file){.path = path, .accounts = accounts};
    if (path != NULL)
        file->stamp = file_look(path);
    enum err err = read_policy(file, &file->policy);
    if (err != ERR_NONE)
        return err;
    file->state = path != NULL ? state_ok : state_default;
    (void)pthread_mutex_init(&file->lock, NULL);
    return ERR_NONE;
}

void policy_file_done(struct policy_file *file)
{
    if (file->policy == NULL)
        return;
    policy_release(file->policy);
    file->policy = NULL;
    (void)pthread_mutex_destroy(&file->lock);
}

void policy_file_reload(struct policy_file *file, bool force)
{
    if (file->path == NULL)
        return;
    struct file_stamp stamp = file_look(file->path);
    if (!force && file_stamp_equal(&stamp, &file->stamp))
        return;
    struct policy *fresh = NULL;
    file->stamp = stamp; /* taken before reading: a change meanwhile is seen the next time */
    enum err err = read_policy(file, &fresh);
    (void)pthread_mutex_lock(&file->lock);
    struct policy *old = err == ERR_NONE ? file->policy : NULL;
    if (err == ERR_NONE)
        file->policy = fresh;
    file->state = err == ERR_NONE ? state_ok : state_stale;
    (void)pthread_mutex_unlock(&file->lock);
    policy_release(old);
}

struct policy *policy_file_acquire(struct policy_file *file)
{
    (void)pthread_mutex_lock(&file->lock);
    struct policy *policy = policy_acquire(file->policy);
    (void)pthread_mutex_unlock(&file->lock);
    return policy;
}

const char *policy_file_state(struct policy_file *file)
{
    (void)pthread_mutex_lock(&file->lock);
    const char *state = file->state;
    (void)pthread_mutex_unlock(&file->lock);
    return state;
}
