/* auditors: many clients that ask for audited decisions as fast as they are answered, and remember which events they were told of. */
#ifndef NTOKEND_TESTS_AUDITORS_H
#define NTOKEND_TESTS_AUDITORS_H

#include "eventlog/event.h"

#include <pthread.h>
#include <stdatomic.h>

enum { AUDITORS = 64, AUDITORS_BEARER_MAX = 64 };

struct auditors {
    unsigned port;
    char bearer[AUDITORS_BEARER_MAX]; /* of an administrator's session */
    pthread_t threads[AUDITORS];
    atomic_bool stopping;
    atomic_uint answered; /* 200, with their events */
    atomic_uint refused;  /* 503 with Retry-After */
    atomic_uint wrong;    /* anything else, or an answer that names no event */
    atomic_uint deserted; /* clients whose connection ended before they were stopped */
    /* What was answered, over all rounds. */
    pthread_mutex_t lock;
    struct event_uuid *uuids;
    size_t count;
    size_t room;
};

void auditors_init(struct auditors *auditors);
void auditors_done(struct auditors *auditors);
/* They go on until they are stopped or the service is gone. */
void auditors_start(struct auditors *auditors, unsigned port, const char *bearer);
void auditors_stop(struct auditors *auditors);
/* The events of the log in the file, in its order; the caller frees them. NULL when it cannot be read. */
struct event_uuid *auditors_log(const char *path, size_t *ret_count);
/* How many of the events are not in the file exactly once; SIZE_MAX when it cannot be read. */
size_t auditors_missing(const struct auditors *auditors, const char *path);

#endif
