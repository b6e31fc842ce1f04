/* forward: each event of the log also to where operators keep their logs, after it is durable.
 *
 * The log itself is the spool. A thread for each target reads it from where the target was last known to have everything, which
 * it keeps in a file; so an outage of the target, of this process or of the machine loses no event that the log still holds.
 * Syslog has no receipts: what a receiver's system took but the receiver may not have read, 8 MiB at most, is sent again over the
 * next connection. A receiver gets every event at least once, in the order of the log, and knows one that comes again by its UUID. */
#ifndef NTOKEND_FORWARD_FORWARD_H
#define NTOKEND_FORWARD_FORWARD_H

#include "eventlog/store.h"

enum { FORWARD_TARGETS_MAX = 4 };

struct forward_settings {
    const char *targets[FORWARD_TARGETS_MAX]; /* as target.h has them */
    size_t count;
    const char *folder; /* where the positions are kept */
};

/* The log. `read_after` as event_store_read_after; `newest` gives the newest record id, cheaply. Any thread. */
struct forward_source {
    void *context;
    enum err (*read_after)(void *context, uint64_t record_id, size_t limit, struct arena *arena,
                           struct event_page *ret, uint64_t *ret_last);
    uint64_t (*newest)(void *context);
    const char *computer;
};

struct forward;

/* Whether the target of that index could be used, its files and the folder; nobody is called. ERR_IO, with *ret_problem as below. */
enum err forward_check(const struct forward_settings *settings, size_t index,
                       const char **ret_problem) MUST_USE;
/* Starts a thread for each target; outages are logged, and their end. The source lives until forward_stop. ERR_INVALID_PARAMETER (a
 * target), ERR_IO (the folder cannot be written), ERR_NO_MEMORY, ERR_FAILED (threads); *ret_problem: words for a person, static. */
enum err forward_start(const struct forward_settings *settings, const struct forward_source *source,
                       struct forward **ret, const char **ret_problem) MUST_USE;
/* How far a target is. */
struct forward_figures {
    const char *kind;   /* "syslog+tcp", "syslog+tls", "journal": the target's address is nobody's business */
    uint64_t sent;      /* events since the start, repeated ones too */
    uint64_t behind;    /* record ids of the log that the target has not been sent */
    uint64_t behind_ms; /* at most so old is the oldest of these; 0 when there is none */
    uint64_t outages;   /* since the start */
    bool connected;
};
/* Of each target in the order of the settings; how many there are. Any thread. NULL has none. */
size_t forward_figures(const struct forward *forward, struct forward_figures ret[FORWARD_TARGETS_MAX]);
/* Gives the targets up to two seconds to take what is on its way. NULL is nothing. */
void forward_stop(struct forward *forward);

#endif
