/* receiver: takes syslog over TCP or TLS as RFC 6587 and RFC 5425 have it, one connection at a time, well or badly. */
#ifndef NTOKEND_TESTS_RECEIVER_H
#define NTOKEND_TESTS_RECEIVER_H

#include "eventlog/event.h"

#include <pthread.h>

/* What all runs of a receiver took, in order; repeats too. */
struct received {
    pthread_mutex_t lock;
    struct event_uuid *uuids;
    size_t count;
    size_t room;
    size_t connections;
    size_t wrong;     /* what was no frame, no message or had no UUID */
    char first[4096]; /* the first message */
};
void received_init(struct received *received);
void received_done(struct received *received);
size_t received_count(struct received *received);
/* Whether this event comes, as the last one, within some 30 s. */
bool received_ends_with(struct received *received, const struct event_uuid *uuid);
/* How many of the events came so far, in this order, when those that came again are left out; SIZE_MAX when another came. Not
 * while any still come. */
size_t received_in_order(const struct received *received, const struct event_uuid *due, size_t count,
                         size_t *ret_repeats);

struct receiver_manner {
    const char *certificate; /* NULL: no TLS */
    const char *key;
    size_t cut_bytes;  /* closes after so many bytes, without reading what else came; 0: never */
    size_t cuts;       /* of this many first connections */
    unsigned pause_us; /* before each read of at most a kilobyte */
};

struct receiver {
    struct receiver_manner manner;
    struct received *received;
    int listener;
    unsigned port;
    _Atomic bool stop;
    pthread_t thread;
};

/* port 0: any. Mistakes exit 99. */
void receiver_start(struct receiver *receiver, unsigned port, const struct receiver_manner *manner,
                    struct received *received);
void receiver_stop(struct receiver *receiver);

#endif
