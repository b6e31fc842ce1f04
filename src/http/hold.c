#include "http/hold.h"

#include <pthread.h>
#include <stdlib.h>

struct hold {
    struct holds *holds;
    struct hold *previous; /* in one of the two lists */
    struct hold *next;
    void *owner; /* NULL: nobody waits any more */
    enum err err;
};

/* The log may answer when the worker is gone, so it lives as long as the last of both. */
struct holds {
    pthread_mutex_t lock;
    struct hold *waiting; /* for the log */
    struct hold *over;    /* the newest first */
    size_t references;    /* the worker's, and one for each hold that the log has */
    bool abandoned;
    struct wake wake;
};

enum err holds_new(struct holds **ret)
{
    struct holds *holds = calloc(1, sizeof *holds);
    if (holds == NULL)
        return ERR_NO_MEMORY;
    enum err err = wake_open(&holds->wake);
    if (err == ERR_NONE && pthread_mutex_init(&holds->lock, NULL) != 0) {
        wake_close(&holds->wake);
        err = ERR_IO;
    }
    if (err != ERR_NONE) {
        free(holds);
        return err;
    }
    holds->references = 1;
    *ret = holds;
    return ERR_NONE;
}

/* With the lock, which it gives back. */
static void release(struct holds *holds)
{
    bool last = --holds->references == 0;
    (void)pthread_mutex_unlock(&holds->lock);
    if (!last)
        return;
    (void)pthread_mutex_destroy(&holds->lock);
    wake_close(&holds->wake);
    free(holds);
}

void holds_free(struct holds *holds)
{
    if (holds == NULL)
        return;
    (void)pthread_mutex_lock(&holds->lock);
    release(holds);
}

const struct wake *holds_wake(const struct holds *holds)
{
    return &holds->wake;
}

static void put(struct hold **list, struct hold *hold)
{
    hold->previous = NULL;
    hold->next = *list;
    if (*list != NULL)
        (*list)->previous = hold;
    *list = hold;
}

static void take(struct hold **list, struct hold *hold)
{
    if (hold->previous == NULL)
        *list = hold->next;
    else
        hold->previous->next = hold->next;
    if (hold->next != NULL)
        hold->next->previous = hold->previous;
}

/* The log's answer, on its thread. */
static void answered(void *context, enum err err)
{
    struct hold *hold = context;
    struct holds *holds = hold->holds;
    (void)pthread_mutex_lock(&holds->lock);
    if (hold->owner == NULL) {
        free(hold);
    } else {
        bool first = holds->over == NULL;
        hold->err = err;
        take(&holds->waiting, hold);
        put(&holds->over, hold);
        if (first)
            wake_give(&holds->wake);
    }
    release(holds);
}

/* Before the commit, since its answer may come before it returns. */
static struct hold *enter(struct holds *holds, void *owner)
{
    struct hold *hold = malloc(sizeof *hold);
    if (hold == NULL)
        return NULL;
    *hold = (struct hold){.holds = holds, .owner = owner, .err = ERR_IO};
    (void)pthread_mutex_lock(&holds->lock);
    put(&holds->waiting, hold);
    holds->references++;
    (void)pthread_mutex_unlock(&holds->lock);
    return hold;
}

enum err holds_begin(struct holds *holds, struct platform *platform, const struct audit_trail *trail,
                     void *owner)
{
    if (holds->abandoned)
        return ERR_IO;
    struct hold *hold = enter(holds, owner);
    if (hold == NULL)
        return ERR_NO_MEMORY;
    enum err err = platform_audit_commit(platform, trail, answered, hold);
    if (err == ERR_NONE)
        return ERR_NONE;
    (void)pthread_mutex_lock(&holds->lock);
    take(&holds->waiting, hold);
    free(hold);
    release(holds);
    return err;
}

void *holds_next(struct holds *holds, enum err *ret_err)
{
    (void)pthread_mutex_lock(&holds->lock);
    struct hold *hold = holds->over;
    if (hold != NULL)
        take(&holds->over, hold);
    else
        wake_take(&holds->wake);
    (void)pthread_mutex_unlock(&holds->lock);
    if (hold == NULL)
        return NULL;
    void *owner = hold->owner;
    *ret_err = hold->err;
    free(hold);
    return owner;
}

void *holds_abandon(struct holds *holds)
{
    void *owner = NULL;
    (void)pthread_mutex_lock(&holds->lock);
    holds->abandoned = true;
    struct hold *over = holds->over;
    struct hold *waiting = holds->waiting;
    if (over != NULL) {
        owner = over->owner;
        take(&holds->over, over);
        free(over);
    } else if (waiting != NULL) {
        owner = waiting->owner;
        take(&holds->waiting, waiting);
        waiting->owner = NULL;
    }
    (void)pthread_mutex_unlock(&holds->lock);
    return owner;
}
