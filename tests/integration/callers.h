/* callers: processes that ask for audited checks with tickets, one after the other over connections that they keep, and remember which
 * events they were told of. */
#ifndef NTOKEND_TESTS_CALLERS_H
#define NTOKEND_TESTS_CALLERS_H

#include "fixture.h"

#include "eventlog/event.h"

#include <stdatomic.h>

enum { CALLERS = 8, CALLERS_UUIDS_MAX = 1 << 16 };

/* In memory that the processes share. */
struct callers {
    unsigned port;
    pid_t pids[CALLERS];
    atomic_bool stop;
    atomic_uint answered; /* 200, with its events */
    atomic_uint cut;      /* no answer, or a balancer's 502, 503 or 504 */
    atomic_uint failed;   /* anything else */
    atomic_uint count;
    struct event_uuid uuids[CALLERS_UUIDS_MAX];
};

/* Exits 99 without memory. */
struct callers *callers_new(void);
void callers_free(struct callers *callers);
/* As ADMIN, on localhost:port; before other threads are started. */
void callers_start(struct callers *callers, const struct fixture *fixture, unsigned port);
void callers_stop(struct callers *callers);
/* Whether each has some more answers within 20 s. */
bool callers_go_on(const struct callers *callers);
/* Counts what should not have been; the first few are told on standard error. */
void callers_failed(struct callers *callers, const char *who, const char *what);

#endif
