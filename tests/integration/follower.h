/* follower: a client of the event stream of GET /audit, in a thread of its own. */
#ifndef NTOKEND_TESTS_FOLLOWER_H
#define NTOKEND_TESTS_FOLLOWER_H

#include "eventlog/event.h"

#include <pthread.h>
#include <stdatomic.h>

enum { FOLLOWER_LINE_MAX = 512 };

struct follower {
    char url[FOLLOWER_LINE_MAX];
    char bearer[FOLLOWER_LINE_MAX];
    char resume[FOLLOWER_LINE_MAX]; /* Last-Event-ID; "" for none */
    size_t leave_after;             /* it cuts the connection when it has seen so many events; 0: never */
    pthread_t thread;
    atomic_bool stopping;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    /* Under the lock. */
    char *text; /* what came of the block that is not complete */
    size_t text_size;
    struct event_uuid *uuids; /* of the events, as they came */
    size_t count;
    uint64_t last_id;     /* of the last block that had one */
    uint64_t last_record; /* of the last event */
    bool begun;           /* the first block came */
    bool ended;           /* the answer is complete, or cut off */
    bool whole;           /* and it was the service that ended it */
    long status;
    const char *mistake; /* what a block was wrong in; NULL: nothing */
};

/* `query`: behind /audit, "" or "?…". It goes on from last_id when that is not 0, and forgets the events of an earlier run. */
void follower_start(struct follower *follower, unsigned port, const char *bearer, const char *query);
/* Until it has seen so many events, or begun (0), or ended; false when none of it came within the time. */
bool follower_wait(struct follower *follower, size_t count, unsigned seconds);
/* Until the answer ended by itself, or after the time by our doing. */
void follower_join(struct follower *follower, unsigned seconds);
void follower_done(struct follower *follower);

#endif
