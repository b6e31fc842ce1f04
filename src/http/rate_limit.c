#include "http/rate_limit.h"

#include "engine/sid_hash.h"
#include "http/admission.h"
#include "platform/process.h"

#include <pthread.h>
#include <stdlib.h>

/* 16,384 of whom something is remembered; a fixed quarter of a megabyte. */
enum { SETS = 2048, WAYS = 8, MICROSECONDS = 1000000 };

/* The virtual scheduling of ITU-T I.371 (GCRA): one moment says all of a bucket. In the past it is full, and the same as no entry. */
struct entry {
    rate_limit_who who;
    int64_t full_at_us;
};

struct rate_limit {
    pthread_mutex_t lock;
    int64_t each_us;  /* what one costs */
    int64_t burst_us; /* what all of a bucket cost */
    uint64_t key[2];
    struct entry sets[SETS][WAYS];
};

enum err rate_limit_new(unsigned per_second, unsigned burst, struct rate_limit **ret)
{
    *ret = NULL;
    if (per_second == 0)
        return ERR_NONE;
    struct rate_limit *limit = calloc(1, sizeof *limit);
    if (limit == NULL)
        return ERR_NO_MEMORY;
    enum err err = platform_random(limit->key, sizeof limit->key);
    if (err != ERR_NONE) {
        free(limit);
        return err;
    }
    (void)pthread_mutex_init(&limit->lock, NULL);
    limit->each_us = per_second > MICROSECONDS ? 1 : MICROSECONDS / per_second;
    limit->burst_us = limit->each_us * (burst == 0 ? 1 : burst);
    *ret = limit;
    return ERR_NONE;
}

void rate_limit_free(struct rate_limit *limit)
{
    if (limit == NULL)
        return;
    (void)pthread_mutex_destroy(&limit->lock);
    free(limit);
}

rate_limit_who rate_limit_sid(const struct rate_limit *limit, const struct sid *sid)
{
    return limit == NULL ? 0 : sid_hash(sid, limit->key);
}

rate_limit_who rate_limit_client(const struct rate_limit *limit, const struct admission_client *client)
{
    if (limit == NULL)
        return 0;
    return sid_hash_fold(word_load(client->bytes) ^ limit->key[0],
                         word_load(client->bytes + 8) ^ limit->key[1]);
}

/* The entry of `who`, or else the one of its set that is lost with the least: the fullest bucket, which most often is a full one. */
static struct entry *find(struct rate_limit *limit, rate_limit_who who)
{
    struct entry *set = limit->sets[who % SETS];
    struct entry *fullest = &set[0];
    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].who == who)
            return &set[i];
        if (set[i].full_at_us < fullest->full_at_us)
            fullest = &set[i];
    }
    return fullest;
}

static unsigned ask(struct rate_limit *limit, rate_limit_who who, int64_t now_us, bool count)
{
    if (limit == NULL)
        return 0;
    (void)pthread_mutex_lock(&limit->lock);
    struct entry *entry = find(limit, who);
    bool known = entry->who == who && entry->full_at_us > now_us;
    int64_t full_at_us = (known ? entry->full_at_us : now_us) + limit->each_us;
    int64_t wait_us = full_at_us - now_us - limit->burst_us;
    if (wait_us <= 0 && count)
        *entry = (struct entry){who, full_at_us};
    (void)pthread_mutex_unlock(&limit->lock);
    return wait_us <= 0 ? 0 : (unsigned)((wait_us + MICROSECONDS - 1) / MICROSECONDS);
}

unsigned rate_limit_take(struct rate_limit *limit, rate_limit_who who, int64_t now_us)
{
    return ask(limit, who, now_us, true);
}

unsigned rate_limit_peek(struct rate_limit *limit, rate_limit_who who, int64_t now_us)
{
    return ask(limit, who, now_us, false);
}
