/* batch: the events of one append with all their strings, copied, until they are durable. */
#ifndef NTOKEND_EVENTLOG_BATCH_H
#define NTOKEND_EVENTLOG_BATCH_H

#include "eventlog/store.h"

struct batch {
    struct batch *next;
    event_store_done *done;
    void *context;
    enum err err;
    size_t count;
    struct event events[]; /* and their strings behind them */
};

/* NULL when memory is exhausted. free() ends it. */
struct batch *batch_new(const struct event *events, size_t count, event_store_done *done,
                        void *context) MUST_USE;

#endif
