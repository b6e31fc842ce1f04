/* writer: the queue of a store and the one thread that empties it: what is queued becomes durable together. */
#ifndef NTOKEND_EVENTLOG_WRITER_H
#define NTOKEND_EVENTLOG_WRITER_H

#include "eventlog/backend.h"
#include "eventlog/batch.h"

#include <pthread.h>

struct writer {
    const struct event_backend *backend;
    void *self;
    enum event_store_policy policy;
    size_t queue_max;
    pthread_t thread;
    pthread_mutex_t lock; /* of all below up to `watch_lock` */
    pthread_cond_t changed;
    struct batch *first;
    struct batch *last;
    struct event_store_health health; /* queued: those that wait and those that are being written */
    bool stopping;
    pthread_mutex_t watch_lock; /* held while wake runs */
    event_store_wake *wake;
    void *wake_context;
    struct event **group; /* queue_max pointers, the writer thread's */
};

/* ERR_NO_MEMORY, ERR_FAILED (no thread). The backend stays the caller's. */
enum err writer_start(struct writer *writer) MUST_USE;
/* Writes what is queued, then ends. */
void writer_stop(struct writer *writer);
/* As event_store_append and event_store_watch. */
enum err writer_append(struct writer *writer, const struct event *events, size_t count,
                       event_store_done *done, void *context) MUST_USE;
void writer_watch(struct writer *writer, event_store_wake *wake, void *context);
void writer_health(struct writer *writer, struct event_store_health *ret);

#endif
