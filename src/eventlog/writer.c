#include "eventlog/writer.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

enum { TICK_SECONDS = 1, ROOM_TRIES = 16 };

static struct batch *take_all(struct writer *writer)
{
    struct batch *batches = writer->first;
    writer->first = NULL;
    writer->last = NULL;
    return batches;
}

static void set_writable(struct writer *writer, bool writable)
{
    (void)pthread_mutex_lock(&writer->lock);
    writer->health.writable = writable;
    (void)pthread_mutex_unlock(&writer->lock);
}

static void set_size(struct writer *writer, uint64_t bytes)
{
    (void)pthread_mutex_lock(&writer->lock);
    writer->health.bytes = bytes;
    (void)pthread_mutex_unlock(&writer->lock);
}

static enum err write_with_room(struct writer *writer, size_t count)
{
    enum err err = writer->backend->write(writer->self, writer->group, count);
    for (unsigned i = 0; i < ROOM_TRIES && err == ERR_TOO_LARGE && writer->policy == EVENT_OVERWRITE; i++) {
        uint64_t removed = 0;
        if (writer->backend->make_room(writer->self, &removed) != ERR_NONE || removed == 0)
            return err;
        (void)pthread_mutex_lock(&writer->lock);
        writer->health.overwritten += removed;
        (void)pthread_mutex_unlock(&writer->lock);
        err = writer->backend->write(writer->self, writer->group, count);
    }
    return err;
}

/* The counters are right before anybody hears of it. */
static void account(struct writer *writer, enum err err, size_t count, uint64_t newest)
{
    (void)pthread_mutex_lock(&writer->lock);
    writer->health.queued -= count;
    writer->health.writable = err == ERR_NONE;
    if (err == ERR_NONE) {
        writer->health.written += count;
        writer->health.newest_record_id = newest;
    } else if (writer->policy == EVENT_DROP) {
        writer->health.dropped += count;
    } else {
        writer->health.failed += count;
    }
    (void)pthread_mutex_unlock(&writer->lock);
}

static void answer_all(struct batch *batches, enum err err)
{
    while (batches != NULL) {
        struct batch *next = batches->next;
        batches->done(batches->context, err);
        free(batches);
        batches = next;
    }
}

static void wake(struct writer *writer)
{
    (void)pthread_mutex_lock(&writer->watch_lock);
    if (writer->wake != NULL)
        writer->wake(writer->wake_context);
    (void)pthread_mutex_unlock(&writer->watch_lock);
}

static void write_group(struct writer *writer, struct batch *batches)
{
    size_t count = 0;
    enum err err = ERR_NONE;
    for (struct batch *batch = batches; batch != NULL; batch = batch->next) {
        for (size_t i = 0; i < batch->count; i++)
            writer->group[count++] = &batch->events[i];
    }
    uint64_t newest = 0;
    if (count > 0) {
        err = write_with_room(writer, count);
        newest = writer->group[count - 1]->record_id;
        account(writer, err, count, newest);
    }
    answer_all(batches, err == ERR_NONE || writer->policy == EVENT_DROP ? ERR_NONE : ERR_IO);
    if (count > 0 && err == ERR_NONE)
        wake(writer);
}

/* Whether to come back at once. */
static bool tend(struct writer *writer)
{
    struct event_store_health health;
    struct event_tended tended = {0};
    writer_health(writer, &health);
    enum err err = writer->backend->tend(writer->self, !health.writable, &tended);
    set_writable(writer, err == ERR_NONE);
    if (err != ERR_NONE)
        return false;
    set_size(writer, tended.bytes);
    if (tended.newest_record_id > health.newest_record_id) {
        (void)pthread_mutex_lock(&writer->lock);
        writer->health.newest_record_id = tended.newest_record_id;
        (void)pthread_mutex_unlock(&writer->lock);
        wake(writer);
    }
    return tended.more;
}

static struct timespec after_tick(void)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += TICK_SECONDS;
    return until;
}

static bool passed(const struct timespec *when)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec > when->tv_sec || (now.tv_sec == when->tv_sec && now.tv_nsec >= when->tv_nsec);
}

/* NULL when it was time to tend the store before anything came, and when the store closes. */
static struct batch *wait_for_events(struct writer *writer, const struct timespec *until, bool *ret_stopping)
{
    int waited = 0;
    (void)pthread_mutex_lock(&writer->lock);
    while (writer->first == NULL && !writer->stopping && waited != ETIMEDOUT)
        waited = pthread_cond_timedwait(&writer->changed, &writer->lock, until);
    struct batch *batches = take_all(writer);
    *ret_stopping = writer->stopping;
    (void)pthread_mutex_unlock(&writer->lock);
    return batches;
}

static void *run(void *context)
{
    struct writer *writer = context;
    struct timespec due = after_tick();
    bool stopping = false;
    for (;;) {
        struct batch *batches = wait_for_events(writer, &due, &stopping);
        if (batches != NULL)
            write_group(writer, batches);
        else if (stopping)
            return NULL;
        if (passed(&due)) {
            bool more = tend(writer);
            if (more)
                (void)clock_gettime(CLOCK_MONOTONIC, &due);
            else
                due = after_tick();
        }
    }
}

static enum err start_thread(struct writer *writer)
{
    pthread_condattr_t monotonic;
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&writer->changed, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
    (void)pthread_mutex_init(&writer->lock, NULL);
    (void)pthread_mutex_init(&writer->watch_lock, NULL);
    if (pthread_create(&writer->thread, NULL, run, writer) == 0)
        return ERR_NONE;
    (void)pthread_cond_destroy(&writer->changed);
    (void)pthread_mutex_destroy(&writer->lock);
    (void)pthread_mutex_destroy(&writer->watch_lock);
    return ERR_FAILED;
}

enum err writer_start(struct writer *writer)
{
    struct event_tended tended = {0};
    writer->group = calloc(writer->queue_max, sizeof(struct event *));
    if (writer->group == NULL)
        return ERR_NO_MEMORY;
    writer->health.writable = writer->backend->tend(writer->self, true, &tended) == ERR_NONE;
    writer->health.newest_record_id = tended.newest_record_id;
    enum err err = start_thread(writer);
    if (err != ERR_NONE)
        free(writer->group);
    return err;
}

void writer_stop(struct writer *writer)
{
    (void)pthread_mutex_lock(&writer->lock);
    writer->stopping = true;
    (void)pthread_cond_signal(&writer->changed);
    (void)pthread_mutex_unlock(&writer->lock);
    (void)pthread_join(writer->thread, NULL);
    (void)pthread_cond_destroy(&writer->changed);
    (void)pthread_mutex_destroy(&writer->lock);
    (void)pthread_mutex_destroy(&writer->watch_lock);
    free(writer->group);
}

static void enqueue(struct writer *writer, struct batch *batch)
{
    if (writer->first == NULL) {
        writer->first = batch;
        (void)pthread_cond_signal(&writer->changed);
    } else {
        writer->last->next = batch;
    }
    writer->last = batch;
    writer->health.queued += batch->count;
}

enum err writer_append(struct writer *writer, const struct event *events, size_t count,
                       event_store_done *done, void *context)
{
    for (size_t i = 0; i < count; i++) {
        if (events[i].field_count > EVENT_FIELDS_MAX)
            return ERR_TOO_LARGE;
    }
    struct batch *batch = batch_new(events, count, done, context);
    if (batch == NULL)
        return ERR_NO_MEMORY;
    enum err err = ERR_NONE;
    (void)pthread_mutex_lock(&writer->lock);
    bool full = count > writer->queue_max - writer->health.queued;
    if (full && writer->policy == EVENT_DROP) {
        writer->health.dropped += count;
        batch->count = 0;
    }
    if (full && writer->policy != EVENT_DROP) {
        writer->health.failed += count;
        err = ERR_TOO_LARGE;
    } else {
        enqueue(writer, batch);
    }
    (void)pthread_mutex_unlock(&writer->lock);
    if (err != ERR_NONE)
        free(batch);
    return err;
}

void writer_watch(struct writer *writer, event_store_wake *wake_up, void *context)
{
    (void)pthread_mutex_lock(&writer->watch_lock);
    writer->wake = wake_up;
    writer->wake_context = context;
    (void)pthread_mutex_unlock(&writer->watch_lock);
}

void writer_health(struct writer *writer, struct event_store_health *ret)
{
    (void)pthread_mutex_lock(&writer->lock);
    *ret = writer->health;
    ret->queue_max = writer->queue_max;
    (void)pthread_mutex_unlock(&writer->lock);
}
