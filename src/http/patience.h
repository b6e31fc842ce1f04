/* patience: for how long a connection may keep the server in one phase. libmicrohttpd only knows how long nothing came, so that a
 * byte now and then would hold a connection for ever. */
#ifndef NTOKEND_HTTP_PATIENCE_H
#define NTOKEND_HTTP_PATIENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum patience_phase {
    PATIENCE_NONE = 0, /* the server's turn: nothing is asked of the client */
    PATIENCE_IDLE,     /* for a request line */
    PATIENCE_REQUEST,  /* for the rest of the request */
    PATIENCE_ANSWER,   /* for the client to take its answer */
    PATIENCE_GONE,     /* for what a client that closed its side has sent to be read */
    PATIENCE_PHASES
};

/* A part of what has patience; zero is in no phase. */
struct patience_link {
    enum patience_phase phase;
    int64_t since_ms;
    struct patience_link *previous;
    struct patience_link *next;
};

/* Of one thread. Every phase has one length, so that those who wait longest are first. */
struct patience {
    int64_t limit_ms[PATIENCE_PHASES]; /* 0: without end */
    struct patience_link *first[PATIENCE_PHASES];
    struct patience_link *last[PATIENCE_PHASES];
};

/* The link begins `phase` now. now_ms never goes back. */
void patience_begin(struct patience *patience, struct patience_link *link, enum patience_phase phase,
                    int64_t now_ms);
/* One whose time is over, which stays in its phase with new patience, so that it is told again when it is still there then; NULL:
 * none. */
struct patience_link *patience_over(struct patience *patience, int64_t now_ms);
/* Until the next is over, in milliseconds; -1: never. */
int patience_timeout(const struct patience *patience, int64_t now_ms);

#endif
