#include "audit_double.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

enum { KEPT_MAX = 256, ID_MAX = 65536 };

static struct {
    enum audit_double_kind kind;
    enum err answer;
    struct event_store *store;
} log_now;

struct commit {
    event_store_done *done;
    void *context;
};

static struct {
    pthread_mutex_t lock;
    size_t count;
    struct commit commits[KEPT_MAX];
} kept = {.lock = PTHREAD_MUTEX_INITIALIZER};

static atomic_uint counts[ID_MAX];

void audit_double_set(enum audit_double_kind kind, enum err answer, struct event_store *store)
{
    log_now.kind = kind;
    log_now.answer = answer;
    log_now.store = store;
    for (size_t i = 0; i < ID_MAX; i++)
        atomic_store(&counts[i], 0);
}

unsigned audit_double_count(uint16_t event_id)
{
    return atomic_load(&counts[event_id]);
}

static enum err keep(event_store_done *done, void *context)
{
    enum err err = ERR_TOO_LARGE;
    (void)pthread_mutex_lock(&kept.lock);
    if (kept.count < KEPT_MAX) {
        kept.commits[kept.count++] = (struct commit){done, context};
        err = ERR_NONE;
    }
    (void)pthread_mutex_unlock(&kept.lock);
    return err;
}

size_t audit_double_kept(void)
{
    (void)pthread_mutex_lock(&kept.lock);
    size_t count = kept.count;
    (void)pthread_mutex_unlock(&kept.lock);
    return count;
}

size_t audit_double_answer(enum err err)
{
    struct commit commits[KEPT_MAX];
    (void)pthread_mutex_lock(&kept.lock);
    size_t count = kept.count;
    for (size_t i = 0; i < count; i++)
        commits[i] = kept.commits[i];
    kept.count = 0;
    (void)pthread_mutex_unlock(&kept.lock);
    for (size_t i = 0; i < count; i++)
        commits[i].done(commits[i].context, err);
    return count;
}

enum err audit_double_add(struct audit_trail *trail, uint16_t event_id, const char *object)
{
    struct timespec now;
    uint8_t random[10];
    if (trail->count == trail->room) {
        size_t room = 2 * trail->room + 4;
        struct event *events = arena_alloc_array(trail->arena, room, sizeof *events);
        if (events == NULL)
            return ERR_NO_MEMORY;
        if (trail->count != 0)
            memcpy(events, trail->events, trail->count * sizeof *events);
        trail->events = events;
        trail->room = room;
    }
    (void)clock_gettime(CLOCK_REALTIME, &now);
    int64_t time_ns = ((int64_t)now.tv_sec * 1000000000 + now.tv_nsec) / 100 * 100;
    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
        return ERR_IO;
    trail->events[trail->count++] = (struct event){.uuid = event_uuid_make(time_ns, random),
                                                   .event_id = event_id,
                                                   .time_ns = time_ns,
                                                   .object_name = object,
                                                   .fields = {{"ObjectName", object}},
                                                   .field_count = 1};
    return ERR_NONE;
}

static enum err add(struct audit_trail *trail, uint16_t event_id, const char *object)
{
    if (log_now.kind == AUDIT_DOUBLE_NONE)
        return ERR_NONE;
    return log_now.kind == AUDIT_DOUBLE_BROKEN ? log_now.answer : audit_double_add(trail, event_id, object);
}

enum err platform_audit_logon(const struct platform_token *token, const struct audit_source *source,
                              struct audit_trail *trail)
{
    return add(trail, 4624,
               arena_printf(trail->arena, "%s from %s port %u", platform_token_details(token)->account_name,
                            source->address, source->port));
}

enum err platform_audit_logon_failure(struct platform *platform, const char *reason,
                                      const struct audit_source *source, struct audit_trail *trail)
{
    (void)platform;
    return add(trail, 4625,
               arena_printf(trail->arena, "%s from %s port %u", reason, source->address, source->port));
}

enum err platform_access_check_and_audit(const struct platform_token *token,
                                         const struct access_request *request,
                                         const struct audit_object *object, struct audit_trail *trail,
                                         struct access_answer *ret, bool *ret_generate_on_close)
{
    *ret_generate_on_close = false;
    enum err err = platform_access_check(token, request, ret);
    return err == ERR_NONE ? add(trail, 4656, object->name) : err;
}

enum err platform_audit_commit(struct platform *platform, const struct audit_trail *trail,
                               event_store_done *done, void *context)
{
    (void)platform;
    for (size_t i = 0; i < trail->count; i++)
        atomic_fetch_add(&counts[trail->events[i].event_id], 1);
    switch (log_now.kind) {
    case AUDIT_DOUBLE_STORE:
        return event_store_append(log_now.store, trail->events, trail->count, done, context);
    case AUDIT_DOUBLE_AT_ONCE:
        done(context, log_now.answer);
        return ERR_NONE;
    case AUDIT_DOUBLE_REFUSE:
        return log_now.answer;
    case AUDIT_DOUBLE_KEEP:
        return keep(done, context);
    case AUDIT_DOUBLE_NONE:
    case AUDIT_DOUBLE_BROKEN:
        break;
    }
    return ERR_NOT_SUPPORTED;
}
