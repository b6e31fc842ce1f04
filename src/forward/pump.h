/* pump: one target's thread. */
#ifndef NTOKEND_FORWARD_PUMP_H
#define NTOKEND_FORWARD_PUMP_H

#include "forward/forward.h"
#include "forward/mark.h"
#include "forward/wire.h"

#include <pthread.h>

/* What may lie unread in a receiver's buffers, and marks on it, oldest first: twice as many as fit into it at this distance. */
enum {
    PUMP_WINDOW = 8 << 20,
    PUMP_MARKS = 1024,
    PUMP_MARK_BYTES = PUMP_WINDOW / (PUMP_MARKS / 2),
    PUMP_PAGE = 100
};

struct pump_mark {
    uint64_t end; /* bytes that were written up to the event and with it, on this connection */
    struct mark mark;
};

/* What other threads may see: the pump's thread alone writes it. */
struct pump_shown {
    _Atomic uint64_t sent;
    _Atomic uint64_t last; /* record id */
    _Atomic int64_t at_ms; /* of the wall clock: nothing that was written before then is still to be sent */
    _Atomic uint64_t outages;
    _Atomic bool connected;
};

struct pump {
    struct target target;
    struct forward_source source;
    const _Atomic bool *stop;
    pthread_t thread;
    char path[MARK_PATH_MAX];
    struct mark sure; /* the target has everything up to here */
    struct mark kept; /* what stands in the file */
    struct mark last; /* the last that was written */
    uint64_t written; /* bytes on this connection */
    struct pump_mark marks[PUMP_MARKS];
    size_t first;
    size_t count;
    struct wire wire;
    int journal;  /* -1: not open */
    bool failing; /* and the operator was told */
    int64_t saved_ms;
    struct pump_shown shown;
};

/* Reads the position, and looks whether the file can be written. ERR_IO, ERR_TOO_LARGE. */
enum err pump_init(struct pump *pump, const char *folder) MUST_USE;
/* Any thread. */
void pump_figures(const struct pump *pump, struct forward_figures *ret);
/* A thread's start, with its pump: until *stop. */
void *pump_run(void *context);

#endif
