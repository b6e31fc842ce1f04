#include "http/session.h"

#include "http/lines.h"
#include "http/session_record.h"
#include "http/session_users.h"

#include <pthread.h>
#include <stdlib.h>

enum { SHARDS = 64 };

struct shard {
    alignas(LINES_SIZE) pthread_mutex_t lock;
    struct session_wheel wheel;
};

struct sessions {
    struct session_settings settings;
    struct session_key *key;
    struct session_users *users;
    struct session_pool *pool; /* of struct session */
    atomic_size_t count;
    atomic_uint_least64_t opened; /* these count since the start */
    atomic_uint_least64_t expired;
    atomic_uint_least64_t ended;
    size_t bucket_count; /* a power of two, at least SHARDS; bucket i is under the lock of shard i % SHARDS */
    struct session **buckets;
    struct shard *shards;
};

static enum err fill(struct sessions *sessions)
{
    const struct session_settings *settings = &sessions->settings;
    sessions->shards = lines_alloc(SHARDS * sizeof *sessions->shards);
    if (sessions->shards == NULL)
        return ERR_NO_MEMORY;
    memset(sessions->shards, 0, SHARDS * sizeof *sessions->shards);
    for (size_t i = 0; i < SHARDS; i++)
        (void)pthread_mutex_init(&sessions->shards[i].lock, NULL);
    sessions->bucket_count = SHARDS;
    while (sessions->bucket_count < settings->max)
        sessions->bucket_count *= 2;
    sessions->buckets = calloc(sessions->bucket_count, sizeof(struct session *));
    if (sessions->buckets == NULL)
        return ERR_NO_MEMORY;
    enum err err = session_users_new(settings->max, settings->per_user, &sessions->users);
    if (err == ERR_NONE)
        err = session_pool_new(sizeof(struct session), &sessions->pool);
    return err == ERR_NONE ? session_key_new(&sessions->key) : err;
}

enum err sessions_new(const struct session_settings *settings, struct sessions **ret)
{
    struct sessions *sessions = calloc(1, sizeof *sessions);
    if (sessions == NULL)
        return ERR_NO_MEMORY;
    sessions->settings = *settings;
    enum err err = fill(sessions);
    if (err != ERR_NONE) {
        sessions_free(sessions);
        return err;
    }
    *ret = sessions;
    return ERR_NONE;
}

/* A list by `next` of what the table does not know any more; returns how many, which `counter` counts too. */
static size_t sessions_drop(struct sessions *sessions, struct session *list, atomic_uint_least64_t *counter)
{
    size_t count = 0;
    if (list == NULL) /* the usual case, which leaves the counter of all threads alone */
        return 0;
    while (list != NULL) {
        struct session *session = list;
        list = session->next;
        session_users_leave(sessions->users, session->user);
        session_record_release(session);
        count++;
    }
    atomic_fetch_sub(&sessions->count, count);
    (void)atomic_fetch_add_explicit(counter, count, memory_order_relaxed);
    return count;
}

void sessions_free(struct sessions *sessions)
{
    if (sessions == NULL)
        return;
    for (size_t i = 0; sessions->buckets != NULL && i < sessions->bucket_count; i++)
        (void)sessions_drop(sessions, sessions->buckets[i], &sessions->ended);
    for (size_t i = 0; sessions->shards != NULL && i < SHARDS; i++)
        (void)pthread_mutex_destroy(&sessions->shards[i].lock);
    session_users_free(sessions->users);
    session_pool_free(sessions->pool);
    session_key_free(sessions->key);
    lines_free(sessions->shards);
    free(sessions->buckets);
    free(sessions);
}

const struct session_settings *sessions_settings(const struct sessions *sessions)
{
    return &sessions->settings;
}

size_t sessions_count(const struct sessions *sessions)
{
    return atomic_load(&sessions->count);
}

void sessions_figures(const struct sessions *sessions, struct session_figures *ret)
{
    *ret = (struct session_figures){
        .open = sessions_count(sessions),
        .opened = atomic_load_explicit(&sessions->opened, memory_order_relaxed),
        .expired = atomic_load_explicit(&sessions->expired, memory_order_relaxed),
        .ended = atomic_load_explicit(&sessions->ended, memory_order_relaxed),
    };
}

static size_t bucket_of(const struct sessions *sessions, const struct session_hash *id)
{
    return le64_load(id->bytes) & (sessions->bucket_count - 1);
}

static struct shard *lock_shard(struct sessions *sessions, size_t bucket)
{
    struct shard *shard = &sessions->shards[bucket % SHARDS];
    (void)pthread_mutex_lock(&shard->lock);
    return shard;
}

static void unlock_shard(struct shard *shard)
{
    (void)pthread_mutex_unlock(&shard->lock);
}

/* Where the link to the session is, or the NULL at the end of its bucket. Under the lock. */
static struct session **find(struct sessions *sessions, size_t bucket, const struct session_hash *id)
{
    struct session **link = &sessions->buckets[bucket];
    while (*link != NULL && !session_key_equal(&(*link)->id, id))
        link = &(*link)->next;
    return link;
}

/* Takes it out of the table. Under the lock. */
static struct session *take(struct session **link)
{
    struct session *session = *link;
    if (session == NULL)
        return NULL;
    *link = session->next;
    session->next = NULL;
    session_wheel_remove(&session->timer);
    return session;
}

static int64_t due(const struct sessions *sessions, const struct session *session)
{
    int64_t idle = session->used_s + (int64_t)sessions->settings.idle_s;
    return idle < session->ends_s ? idle : session->ends_s;
}

/* The wall clock counts too: it goes on while the machine sleeps, and a ticket ends by it. */
static bool is_over(const struct sessions *sessions, const struct session *session, struct session_time now)
{
    return now.steady_s >= due(sessions, session) || now.wall_s >= session->expires_at;
}

/* Those that ended in one shard go in front of `list`. Under the lock. */
static struct session *sweep_shard(struct sessions *sessions, struct shard *shard, struct session_time now,
                                   struct session *list)
{
    struct session_timer *timer = NULL;
    while (session_wheel_turn(&shard->wheel, now.steady_s, &timer)) {
        while (timer != NULL) {
            struct session *session = session_of_timer(timer);
            timer = timer->next;
            session->timer = (struct session_timer){0};
            if (!is_over(sessions, session, now)) {
                session_wheel_add(&shard->wheel, &session->timer, due(sessions, session));
                continue;
            }
            size_t bucket = bucket_of(sessions, &session->id);
            struct session *gone = take(find(sessions, bucket, &session->id));
            if (gone == NULL)
                continue;
            gone->next = list;
            list = gone;
        }
    }
    return list;
}

size_t sessions_sweep(struct sessions *sessions, struct session_time now)
{
    size_t count = 0;
    for (size_t i = 0; i < SHARDS; i++) {
        struct shard *shard = lock_shard(sessions, i);
        struct session *list = sweep_shard(sessions, shard, now, NULL);
        unlock_shard(shard);
        count += sessions_drop(sessions, list, &sessions->expired);
    }
    return count;
}

/* Takes a place in the table; false when there is none. */
static bool reserve(struct sessions *sessions)
{
    if (atomic_fetch_add(&sessions->count, 1) < sessions->settings.max)
        return true;
    atomic_fetch_sub(&sessions->count, 1);
    return false;
}

static enum session_opening admit(struct sessions *sessions, const struct sid *sid,
                                  struct session_user **ret_user, enum err *ret_err)
{
    if (!reserve(sessions))
        return SESSION_TABLE_FULL;
    *ret_err = session_users_enter(sessions->users, sessions->key, sid, ret_user);
    if (*ret_err == ERR_NONE && *ret_user != NULL)
        return SESSION_OPENED;
    atomic_fetch_sub(&sessions->count, 1);
    return SESSION_USER_FULL;
}

/* Under the lock. */
static void put(struct sessions *sessions, struct shard *shard, struct session *session)
{
    size_t bucket = bucket_of(sessions, &session->id);
    session->next = sessions->buckets[bucket];
    sessions->buckets[bucket] = session;
    session_wheel_add(&shard->wheel, &session->timer, due(sessions, session));
}

static struct session_details details_of(const struct session *session)
{
    return (struct session_details){
        .id = session->id, .created_at = session->created_at, .expires_at = session->expires_at};
}

/* The rest of sessions_open, once there is a place for the session, which `user` is the proof of. */
static enum err open_for(struct sessions *sessions, struct session_user *user,
                         const struct platform_token *token, struct session_time now, int64_t lifetime_s,
                         struct session_opened *ret)
{
    struct session *session = NULL;
    enum err err = session_key_token(ret->text);
    if (err == ERR_NONE)
        err = session_record_new(sessions->pool, token, &session);
    if (err != ERR_NONE)
        return err;
    session->user = user;
    session->created_at = now.wall_s;
    session->expires_at = now.wall_s + lifetime_s;
    session_key_hash(sessions->key, bytes_of(ret->text, SESSION_TOKEN_SIZE), &session->id);
    session->used_s = now.steady_s;
    session->ends_s = now.steady_s + lifetime_s;
    ret->details = details_of(session);
    struct shard *shard = lock_shard(sessions, bucket_of(sessions, &session->id));
    put(sessions, shard, session);
    unlock_shard(shard);
    (void)atomic_fetch_add_explicit(&sessions->opened, 1, memory_order_relaxed);
    ret->outcome = SESSION_OPENED;
    return ERR_NONE;
}

enum err sessions_open(struct sessions *sessions, const struct platform_token *token, struct session_time now,
                       struct session_opened *ret)
{
    *ret = (struct session_opened){.outcome = SESSION_TICKET_ENDED};
    int64_t ticket_ends = platform_token_details(token)->expires_at;
    int64_t lifetime_s = sessions->settings.lifetime_s;
    if (ticket_ends != 0 && ticket_ends - now.wall_s < lifetime_s)
        lifetime_s = ticket_ends - now.wall_s;
    if (lifetime_s <= 0)
        return ERR_NONE;
    const struct sid *sid = platform_token_view(token)->user;
    struct session_user *user = NULL;
    enum err err = ERR_NONE;
    enum session_opening outcome = admit(sessions, sid, &user, &err);
    if (outcome != SESSION_OPENED && err == ERR_NONE && sessions_sweep(sessions, now) > 0)
        outcome = admit(sessions, sid, &user, &err);
    if (outcome != SESSION_OPENED) {
        ret->outcome = outcome;
        return err;
    }
    err = open_for(sessions, user, token, now, lifetime_s, ret);
    if (err != ERR_NONE) {
        session_users_leave(sessions->users, user);
        atomic_fetch_sub(&sessions->count, 1);
    }
    return err;
}

/* Holds the session, which then counts as used; false when it is unknown or over. */
static bool hold(struct sessions *sessions, const struct session_hash *id, struct session_time now,
                 struct session_use *ret)
{
    size_t bucket = bucket_of(sessions, id);
    struct session *expired = NULL;
    struct shard *shard = lock_shard(sessions, bucket);
    struct session **link = find(sessions, bucket, id);
    struct session *session = *link;
    if (session != NULL && is_over(sessions, session, now)) {
        expired = take(link);
    } else if (session != NULL) {
        if (now.steady_s > session->used_s)
            session->used_s = now.steady_s;
        *ret = (struct session_use){session_record_hold(session), session->token, details_of(session)};
    }
    unlock_shard(shard);
    (void)sessions_drop(sessions, expired, &sessions->expired);
    return ret->session != NULL;
}

bool sessions_find(struct sessions *sessions, struct bytes text, struct session_time now,
                   struct session_use *ret)
{
    struct session_hash id;
    *ret = (struct session_use){0};
    if (text.size != SESSION_TOKEN_SIZE)
        return false;
    session_key_hash(sessions->key, text, &id);
    return hold(sessions, &id, now, ret);
}

void session_use_done(struct session_use *use)
{
    session_record_release(use->session);
    *use = (struct session_use){0};
}

bool sessions_touch(struct sessions *sessions, const struct session_hash *id, struct session_time now)
{
    struct session_use use = {0};
    bool lives = hold(sessions, id, now, &use);
    session_use_done(&use);
    return lives;
}

void sessions_end(struct sessions *sessions, const struct session_hash *id)
{
    size_t bucket = bucket_of(sessions, id);
    struct shard *shard = lock_shard(sessions, bucket);
    struct session *session = take(find(sessions, bucket, id));
    unlock_shard(shard);
    (void)sessions_drop(sessions, session, &sessions->ended);
}

/* A session with the changed token takes the place of the one at `link`, so that whoever holds that sees nothing of it. Under
 * the lock. */
static enum err adjust(struct sessions *sessions, struct shard *shard, struct session **link,
                       const struct privilege_change *change, struct privilege_state *ret_state,
                       struct privilege_state *ret_previous, privilege_set *ret_changed,
                       struct session **ret_old)
{
    struct session *session = NULL;
    struct session *old = *link;
    enum err err = session_record_new(sessions->pool, old->token, &session);
    if (err != ERR_NONE)
        return err;
    err = platform_privilege_adjust(session->token, change, ret_previous, ret_changed);
    if (err != ERR_NONE && err != ERR_NOT_ALL_ASSIGNED) {
        session_record_release(session);
        return err;
    }
    *ret_state = platform_token_view(session->token)->privileges;
    (void)take(link);
    session->id = old->id;
    session->user = old->user;
    session->used_s = old->used_s;
    session->ends_s = old->ends_s;
    session->created_at = old->created_at;
    session->expires_at = old->expires_at;
    old->user = NULL;
    put(sessions, shard, session);
    *ret_old = old;
    return err;
}

enum err sessions_adjust(struct sessions *sessions, const struct session_hash *id,
                         const struct privilege_change *change, struct privilege_state *ret_state,
                         struct privilege_state *ret_previous, privilege_set *ret_changed)
{
    enum err err = ERR_NOT_FOUND;
    struct session *old = NULL;
    size_t bucket = bucket_of(sessions, id);
    struct shard *shard = lock_shard(sessions, bucket);
    struct session **link = find(sessions, bucket, id);
    if (*link != NULL)
        err = adjust(sessions, shard, link, change, ret_state, ret_previous, ret_changed, &old);
    unlock_shard(shard);
    session_record_release(old);
    return err;
}
