/* events: what the tests of the event log write into it. */
#ifndef NTOKEND_TESTS_EVENTS_H
#define NTOKEND_TESTS_EVENTS_H

#include "eventlog/store.h"

#include <pthread.h>

enum { EVENTS_BASE_S = 1800000000 };

/* Event `number`: a second later than the one before; every property follows from the number. The strings are static or in `text`. */
struct events_text {
    char user[40];
    char sid[64];
    char object[80];
    char handle[24];
    char session[24];
};
struct event events_make(uint64_t number, struct events_text *text);

/* Waits until the store answered. */
struct events_wait {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t waiting;
    size_t failed;
    enum err err; /* the last that was not ERR_NONE */
};
void events_wait_init(struct events_wait *wait);
void events_wait_done(struct events_wait *wait);
/* Appends one event without waiting, and counts it. */
enum err events_post(struct event_store *store, struct events_wait *wait, const struct event *event) MUST_USE;
/* ERR_NONE when all that were posted are durable. */
enum err events_join(struct events_wait *wait) MUST_USE;
/* Events first … first + count - 1, all at once. */
enum err events_append(struct event_store *store, uint64_t first, size_t count) MUST_USE;

/* A store that is open, how it does, and what its chain is worth. Each exits 99 with words on failure. */
struct event_store *events_open(const struct event_store_settings *settings);
struct event_store_health events_health(struct event_store *store);
struct event_verdict events_verify(const char *url);

#endif
