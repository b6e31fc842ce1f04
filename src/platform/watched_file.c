#include "platform/watched_file.h"

#include "base/log.h"

#include <stdlib.h>

static const char state_ok[] = "ok";
static const char state_stale[] = "stale";

void *watched_object_new(size_t size, size_t arena_limit)
{
    struct watched_object *object = calloc(1, size);
    if (object == NULL)
        return NULL;
    atomic_init(&object->references, 1);
    arena_init(&object->arena, arena_limit);
    return object;
}

void watched_object_release(struct watched_object *object)
{
    if (object == NULL || atomic_fetch_sub_explicit(&object->references, 1, memory_order_acq_rel) != 1)
        return;
    if (object->done != NULL)
        object->done(object);
    arena_done(&object->arena);
    free(object);
}

void watched_problems_add(struct watched_problems *problems, struct watched_problem problem)
{
    if (problems->count == WATCHED_PROBLEMS_MAX)
        problems->left_out++;
    else
        problems->items[problems->count++] = problem;
}

static void log_problem(const struct watched_kind *kind, const char *path,
                        const struct watched_problem *problem)
{
    if (problem->note)
        LOG(LOG_LEVEL_WARNING, kind->noted, LOG_STRING("file", path), LOG_NUMBER("line", problem->line),
            LOG_STRING("problem", problem->text), LOG_STRING("name", problem->name));
    else
        LOG(LOG_LEVEL_ERROR, kind->refused, LOG_STRING("file", path), LOG_NUMBER("line", problem->line),
            LOG_STRING("problem", problem->text), LOG_STRING("name", problem->name),
            LOG_NUMBER("character", problem->character), LOG_STRING("remedy", kind->remedy));
}

static void log_reading(const struct watched_file *file, enum err err,
                        const struct watched_problems *problems)
{
    bool told = false;
    for (size_t i = 0; i < problems->count; i++) {
        log_problem(file->kind, file->path, &problems->items[i]);
        told |= !problems->items[i].note;
    }
    if (problems->left_out > 0 && file->kind->noted != NULL)
        LOG(LOG_LEVEL_WARNING, file->kind->noted, LOG_STRING("file", file->path),
            LOG_NUMBER("moreNotes", problems->left_out));
    if (err != ERR_NONE && !told)
        LOG(LOG_LEVEL_ERROR, file->kind->unusable, LOG_STRING("file", file->path),
            LOG_STRING("error", err_text(err)), LOG_STRING("remedy", file->kind->remedy));
}

static enum err read_text(const struct watched_file *file, struct arena *scratch, struct watched_object **ret,
                          struct watched_problems *problems)
{
    struct bytes text = {0};
    if (file->path == NULL)
        return file->kind->parse_nothing != NULL ? file->kind->parse_nothing(file, ret) : ERR_NONE;
    enum err err = file_read(scratch, file->path, file->kind->size_max, &text);
    return err == ERR_NONE ? file->kind->parse(file, text, scratch, ret, problems) : err;
}

/* `known`: the failure that the log has already. */
static enum err read_object(const struct watched_file *file, enum err known, struct watched_object **ret)
{
    AUTO_ARENA scratch;
    struct watched_problems problems = {.count = 0};
    arena_init(&scratch, file->kind->scratch_max);
    enum err err = read_text(file, &scratch, ret, &problems);
    if (err == ERR_NONE || err != known)
        log_reading(file, err, &problems);
    if (err == ERR_NONE && *ret != NULL)
        LOG(LOG_LEVEL_INFO, file->kind->loaded, LOG_STRING("file", file->path));
    return err;
}

static void note(struct watched_file *file, enum err err)
{
    *(err == ERR_NONE ? &file->loads : &file->failures) += 1;
    file->failure = err;
    file->modified_s = file->path != NULL && file->look.file.error == 0 ? file->look.file.modified.tv_sec : 0;
}

static struct watched_look look_at(const struct watched_file *file)
{
    const char *companion = file->kind->companion != NULL ? file->kind->companion(file) : NULL;
    struct watched_look look = {.file = file_look(file->path)};
    if (companion != NULL)
        look.companion = file_look(companion);
    return look;
}

static bool same_look(const struct watched_look *a, const struct watched_look *b)
{
    return file_stamp_equal(&a->file, &b->file) && file_stamp_equal(&a->companion, &b->companion);
}

/* Whether it is to be read again; what was seen is then taken for read. Looked at before reading: a change meanwhile is seen the
 * next time. */
static bool has_changed(struct watched_file *file, bool force)
{
    const struct watched_look look = look_at(file);
    const bool settled = file->kind->companion == NULL || same_look(&look, &file->last);
    file->last = look;
    if (!force && (!settled || same_look(&look, &file->look)))
        return false;
    file->look = look;
    return true;
}

/* Whether it could not be read although it is there, and is as it was: perhaps there was no file descriptor, or no memory, just then. */
static bool may_pass(const struct watched_file *file)
{
    return (file->failure == ERR_IO || file->failure == ERR_NO_MEMORY) && file->look.file.error == 0 &&
           same_look(&file->last, &file->look);
}

enum err watched_file_try(const struct watched_kind *kind, const char *path, const void *context,
                          struct arena *scratch, struct watched_problems *ret_problems)
{
    const struct watched_file file = {.kind = kind, .path = path, .context = context, .trying = true};
    struct watched_object *object = NULL;
    *ret_problems = (struct watched_problems){.count = 0};
    enum err err = read_text(&file, scratch, &object, ret_problems);
    watched_object_release(object);
    return err;
}

enum err watched_file_init(struct watched_file *file, const struct watched_kind *kind, const char *path,
                           const void *context)
{
    *file = (struct watched_file){
        .kind = kind, .path = path, .context = context, .state = path != NULL ? state_ok : kind->no_file};
    if (path != NULL)
        file->look = look_at(file);
    enum err err = read_object(file, ERR_NONE, &file->object);
    if (err != ERR_NONE)
        return err;
    (void)pthread_mutex_init(&file->lock, NULL);
    note(file, err);
    file->ready = true;
    return ERR_NONE;
}

void watched_file_done(struct watched_file *file)
{
    if (!file->ready)
        return;
    watched_object_release(file->object);
    file->object = NULL;
    file->ready = false;
    (void)pthread_mutex_destroy(&file->lock);
}

void watched_file_reload(struct watched_file *file, bool force)
{
    if (file->path == NULL)
        return;
    const bool changed = has_changed(file, force);
    if (!changed && !may_pass(file))
        return;
    struct watched_object *fresh = NULL;
    const enum err known = changed ? ERR_NONE : file->failure;
    enum err err = read_object(file, known, &fresh);
    if (err != ERR_NONE && err == known)
        return;
    (void)pthread_mutex_lock(&file->lock);
    struct watched_object *old = err == ERR_NONE ? file->object : NULL;
    if (err == ERR_NONE)
        file->object = fresh;
    file->state = err == ERR_NONE ? state_ok : state_stale;
    note(file, err);
    (void)pthread_mutex_unlock(&file->lock);
    watched_object_release(old);
}

struct watched_object *watched_file_acquire(struct watched_file *file)
{
    (void)pthread_mutex_lock(&file->lock);
    struct watched_object *object = file->object;
    if (object != NULL)
        (void)atomic_fetch_add_explicit(&object->references, 1, memory_order_relaxed);
    (void)pthread_mutex_unlock(&file->lock);
    return object;
}

const char *watched_file_state(struct watched_file *file)
{
    (void)pthread_mutex_lock(&file->lock);
    const char *state = file->state;
    (void)pthread_mutex_unlock(&file->lock);
    return state;
}

bool watched_file_figures(struct watched_file *file, struct platform_file *ret)
{
    if (file->path == NULL)
        return false;
    (void)pthread_mutex_lock(&file->lock);
    *ret = (struct platform_file){.usable = strcmp(file->state, state_ok) == 0,
                                  .loads = file->loads,
                                  .failures = file->failures,
                                  .modified_s = file->modified_s};
    (void)pthread_mutex_unlock(&file->lock);
    return true;
}
