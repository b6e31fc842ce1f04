/* backend: what a kind of store brings along; store.c does the rest (queue, policies, counters, watch, cursors).
 *
 * `write`, `tend`, `make_room` and `close` run on the store's one writer thread; `read` and `read_after` run on any, also at the
 * same time as a write. */
#ifndef NTOKEND_EVENTLOG_BACKEND_H
#define NTOKEND_EVENTLOG_BACKEND_H

#include "eventlog/position.h"

/* What `tend` found. */
struct event_tended {
    bool more;                 /* old events are left to remove: call again soon */
    uint64_t newest_record_id; /* 0 when the log is empty; other processes may have written it */
    uint64_t bytes;            /* that the log takes; 0: not known */
};

/* One page: at most `limit` events; `more` when there may be others behind `last`, the position of the last one looked at, which
 * matches or not: work for one page is bounded, so a page may come short, even empty, before the end. */
struct event_found {
    struct event *events;
    size_t count;
    bool more;
    struct event_position last;
};

struct event_backend {
    const char *scheme; /* the URL begins with it: "sqlite:" */
    /* As event_store_open. */
    enum err (*open)(const struct event_store_settings *settings, struct arena *arena, void **ret,
                     const char **ret_problem);
    void (*close)(void *self);
    /* All of them, durable and in order, or none. Sets each record_id. Events that stand in the log already (the same uuid)
     * are not written again. ERR_TOO_LARGE: there is no room. ERR_IO: anything else; may be called again at any time. */
    enum err (*write)(void *self, struct event **events, size_t count);
    /* Removes the oldest events because there is no room, and counts them. */
    enum err (*make_room)(void *self, uint64_t *ret_removed);
    /* Every second, and after each write: removes a few of those that are past their time, looks whether the log can be
     * written. ERR_IO, ERR_TOO_LARGE: it cannot. */
    enum err (*tend)(void *self, bool failing, struct event_tended *ret);
    /* after NULL: from the newest. */
    enum err (*read)(void *self, const struct event_filter *filter, const struct event_position *after,
                     size_t limit, struct arena *arena, struct event_found *ret);
    enum err (*read_after)(void *self, const struct event_filter *filter, uint64_t record_id, size_t limit,
                           struct arena *arena, struct event_page *ret, uint64_t *ret_last);
    /* As event_store_check; NULL where nothing can be said without opening it. */
    enum err (*check)(const char *url, const char **ret_problem);
    /* As event_store_verify; NULL where there is no hash chain. */
    enum err (*verify)(const char *url, struct event_verdict *ret, const char **ret_problem);
};

extern const struct event_backend event_backend_postgres;
extern const struct event_backend event_backend_sqlite;

#endif
