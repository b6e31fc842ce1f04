#include "http/session_users.h"

#include <pthread.h>
#include <stdlib.h>

/* Taken only when sessions begin and end, which a handshake precedes; a few locks are plenty. */
enum { LOCKS = 16 };

struct session_user {
    struct session_user *next;
    size_t bucket;
    size_t count;
    struct sid_buffer sid;
};

struct session_users {
    pthread_mutex_t locks[LOCKS];
    size_t per_user;
    size_t bucket_count; /* a power of two, at least LOCKS */
    struct session_user **buckets;
};

enum err session_users_new(size_t sessions_max, size_t per_user, struct session_users **ret)
{
    struct session_users *users = calloc(1, sizeof *users);
    if (users == NULL)
        return ERR_NO_MEMORY;
    users->per_user = per_user;
    users->bucket_count = LOCKS;
    while (users->bucket_count < sessions_max)
        users->bucket_count *= 2;
    users->buckets = calloc(users->bucket_count, sizeof(struct session_user *));
    if (users->buckets == NULL) {
        free(users);
        return ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < LOCKS; i++)
        (void)pthread_mutex_init(&users->locks[i], NULL);
    *ret = users;
    return ERR_NONE;
}

void session_users_free(struct session_users *users)
{
    if (users == NULL)
        return;
    for (size_t i = 0; i < LOCKS; i++)
        (void)pthread_mutex_destroy(&users->locks[i]);
    free(users->buckets);
    free(users);
}

static enum err enter(struct session_users *users, size_t bucket, const struct sid *sid,
                      struct session_user **ret)
{
    struct session_user *user = users->buckets[bucket];
    while (user != NULL && !sid_equal(sid_of(&user->sid), sid))
        user = user->next;
    *ret = NULL;
    if (user == NULL) {
        user = calloc(1, sizeof *user);
        if (user == NULL)
            return ERR_NO_MEMORY;
        memcpy(&user->sid, sid, sid_size(sid));
        user->bucket = bucket;
        user->next = users->buckets[bucket];
        users->buckets[bucket] = user;
    }
    if (user->count >= users->per_user)
        return ERR_NONE;
    user->count++;
    *ret = user;
    return ERR_NONE;
}

enum err session_users_enter(struct session_users *users, const struct session_key *key,
                             const struct sid *sid, struct session_user **ret)
{
    struct session_hash hash;
    session_key_hash(key, bytes_of(sid, sid_size(sid)), &hash);
    size_t bucket = le64_load(hash.bytes) & (users->bucket_count - 1);
    pthread_mutex_t *lock = &users->locks[bucket % LOCKS];
    (void)pthread_mutex_lock(lock);
    enum err err = enter(users, bucket, sid, ret);
    (void)pthread_mutex_unlock(lock);
    return err;
}

void session_users_leave(struct session_users *users, struct session_user *user)
{
    struct session_user *gone = NULL;
    struct session_user **link = &users->buckets[user->bucket];
    pthread_mutex_t *lock = &users->locks[user->bucket % LOCKS];
    (void)pthread_mutex_lock(lock);
    if (--user->count == 0) {
        while (*link != user)
            link = &(*link)->next;
        *link = user->next;
        gone = user;
    }
    (void)pthread_mutex_unlock(lock);
    free(gone);
}
