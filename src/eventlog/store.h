/* store: where events are kept. An answer that must be audited is not given until `done` said that its event is durable. */
#ifndef NTOKEND_EVENTLOG_STORE_H
#define NTOKEND_EVENTLOG_STORE_H

#include "eventlog/event.h"

/* What happens to an event that cannot be kept because the store is full or broken. */
enum event_store_policy {
    EVENT_FAIL_CLOSED, /* done(ERR_IO): no answer leaves (the default) */
    EVENT_OVERWRITE,   /* the oldest make room */
    EVENT_DROP,        /* done(ERR_NONE): the event is counted and lost */
};

struct event_store_settings {
    const char *url; /* "sqlite:FILE", "postgresql://…" (a libpq URI) */
    enum event_store_policy policy;
    uint64_t retention_bytes; /* 0: no bound */
    uint64_t retention_s;     /* 0: no bound */
    unsigned wait_ms;         /* how long another process that writes the log is waited for, to give it up */
    size_t queue_max;         /* events that wait to become durable; past it ERR_TOO_LARGE */
};

struct event_store;

/* Whether the URL names a kind of store; and for a person what may stand there. */
bool event_store_known(const char *url, const char **ret_expected);
/* What event_store_open would say of a URL, without making or writing anything: that another process writes the log is no
 * mistake. A database server is asked, for some ten seconds at most, and one that does not answer is ERR_IO. */
enum err event_store_check(const char *url, const char **ret_problem) MUST_USE;

/* ERR_INVALID_PARAMETER (url), ERR_IO, ERR_MALFORMED (not a log of ours), ERR_NO_MEMORY. A database server that is down is
 * no error: events then fail by the policy until it is back. ret_problem: words for a person, static or in the arena. */
enum err event_store_open(const struct event_store_settings *settings, struct arena *arena,
                          struct event_store **ret, const char **ret_problem) MUST_USE;
/* Writes what is queued, then ends. */
void event_store_close(struct event_store *store);

/* Called exactly once for each append that returned ERR_NONE, from the store's own thread: ERR_NONE when all its events are
 * durable, else none of them counts. */
typedef void event_store_done(void *context, enum err err);

/* Copies the events and returns at once; one fsync (or commit) carries what several threads appended. The events of one call
 * are kept together and in order. ERR_TOO_LARGE, ERR_NO_MEMORY, ERR_IO: nothing was taken and done is not called. */
enum err event_store_append(struct event_store *store, const struct event *events, size_t count,
                            event_store_done *done, void *context) MUST_USE;

/* All conditions must hold; NULL or 0 for none. */
struct event_filter {
    int64_t since_ns; /* inclusive */
    int64_t until_ns; /* exclusive; 0: none */
    uint16_t event_id;
    const char *user;    /* a SID, or a name in any case, with or without its domain */
    const char *object;  /* part of ObjectName, any case */
    const char *session; /* SubjectLogonId */
    const char *text;    /* part of any value, any case */
    enum { EVENT_ANY_OUTCOME, EVENT_SUCCESS, EVENT_FAILURE } outcome;
};

/* Newest first. `next` is an opaque cursor for the page after this one, NULL at the end: it stays right while events
 * arrive and while old ones are removed. The work for one page is bounded: where matches are rare in a very large log a page may
 * come short, even empty, with a `next`. Everything is in the arena. */
struct event_page {
    struct event *events;
    size_t count;
    const char *next;
};
/* cursor NULL: the first page. limit 1 to 1000, else ERR_INVALID_PARAMETER. ERR_MALFORMED: not a cursor of ours, or of another
 * filter. ERR_IO. Any thread. */
enum err event_store_read(struct event_store *store, const struct event_filter *filter, const char *cursor,
                          size_t limit, struct arena *arena, struct event_page *ret) MUST_USE;

/* The events after record_id that match, oldest first, at most `limit`: what a follower asks for when it was woken.
 * *ret_last is the highest record_id that was looked at: `record_id` itself when there is none after it; ask again from there until
 * then, since the work for one call is bounded. */
enum err event_store_read_after(struct event_store *store, const struct event_filter *filter,
                                uint64_t record_id, size_t limit, struct arena *arena, struct event_page *ret,
                                uint64_t *ret_last) MUST_USE;
/* `wake` is called from the store's thread after events became durable; it must not block. NULL ends it: none runs after. */
typedef void event_store_wake(void *context);
enum err event_store_watch(struct event_store *store, event_store_wake *wake, void *context) MUST_USE;

struct event_store_health {
    bool writable;
    uint64_t queued;
    uint64_t queue_max;
    uint64_t written;
    uint64_t failed; /* refused, or told that they are not durable */
    uint64_t dropped;
    uint64_t overwritten;
    uint64_t newest_record_id; /* 0 also when newest_unknown */
    bool newest_unknown;       /* the log could not be asked for it just now */
    uint64_t bytes;            /* that the log takes, without the write-ahead part; 0: not known */
};
void event_store_health(struct event_store *store, struct event_store_health *ret);

enum { EVENT_HASH_SIZE = 32 };

/* What stands against a log. Its owner can always write a new one with hashes that fit: keep `last_hash` elsewhere from time to
 * time, and records up to there can no longer be changed unseen. */
struct event_verdict {
    bool sound;
    uint64_t count; /* of records that were found in order */
    uint64_t last_record_id;
    uint8_t last_hash[EVENT_HASH_SIZE];
    uint64_t broken_record_id; /* the first that is not as it was written, or not there */
    const char *problem;       /* what is wrong with it; static */
};
/* Reads the whole log; another process may write it meanwhile. ERR_NOT_SUPPORTED: a kind of store without a hash chain. Else as
 * event_store_open, with *ret_problem. */
enum err event_store_verify(const char *url, struct event_verdict *ret, const char **ret_problem) MUST_USE;

#endif
