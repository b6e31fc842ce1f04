#include "http/session_pool.h"

#include "http/lines.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_OBJECTS = 512 };

/* The line before the objects of a chunk. */
struct chunk {
    _Alignas(SESSION_POOL_LINE) struct chunk *next;
};

/* What an object is while nobody has it. */
struct vacancy {
    struct vacancy *next;
};

struct session_pool {
    pthread_mutex_t lock; /* sessions begin and end far less often than they are found */
    size_t size;
    struct chunk *chunks;
    size_t fresh; /* objects of chunks[0] that nobody had yet, at its end: so they need no memory yet */
    struct vacancy *vacancies;
};

enum err session_pool_new(size_t size, struct session_pool **ret)
{
    struct session_pool *pool = calloc(1, sizeof *pool);
    if (pool == NULL)
        return ERR_NO_MEMORY;
    (void)pthread_mutex_init(&pool->lock, NULL);
    pool->size = size;
    *ret = pool;
    return ERR_NONE;
}

void session_pool_free(struct session_pool *pool)
{
    if (pool == NULL)
        return;
    while (pool->chunks != NULL) {
        struct chunk *chunk = pool->chunks;
        pool->chunks = chunk->next;
        lines_free(chunk);
    }
    (void)pthread_mutex_destroy(&pool->lock);
    free(pool);
}

static void grow(struct session_pool *pool)
{
    struct chunk *chunk = lines_alloc(sizeof *chunk + CHUNK_OBJECTS * pool->size);
    if (chunk == NULL)
        return;
    chunk->next = pool->chunks;
    pool->chunks = chunk;
    pool->fresh = CHUNK_OBJECTS;
}

static void *take(struct session_pool *pool)
{
    struct vacancy *vacancy = pool->vacancies;
    if (vacancy != NULL) {
        pool->vacancies = vacancy->next;
        return vacancy;
    }
    if (pool->fresh == 0)
        grow(pool);
    if (pool->fresh == 0)
        return NULL;
    pool->fresh--;
    return (uint8_t *)(pool->chunks + 1) + (CHUNK_OBJECTS - 1 - pool->fresh) * pool->size;
}

void *session_pool_take(struct session_pool *pool)
{
    (void)pthread_mutex_lock(&pool->lock);
    void *object = take(pool);
    (void)pthread_mutex_unlock(&pool->lock);
    if (object != NULL)
        memset(object, 0, pool->size);
    return object;
}

void session_pool_give(struct session_pool *pool, void *object)
{
    struct vacancy *vacancy = object;
    explicit_bzero(object, pool->size);
    (void)pthread_mutex_lock(&pool->lock);
    vacancy->next = pool->vacancies;
    pool->vacancies = vacancy;
    (void)pthread_mutex_unlock(&pool->lock);
}
