/* crowd: connections that are kept, and hardly used. */
#ifndef NTOKEND_TESTS_CROWD_H
#define NTOKEND_TESTS_CROWD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct member;

struct crowd {
    struct member *members;
    size_t count;
    int epoll;
    int64_t period_ms; /* each asks once in that time */
    int64_t started_ms;
    uint64_t asked;
    uint64_t answered;
    uint64_t wrong;
    uint64_t lost; /* unanswered, or closed by the service */
};

/* Connects all and has each asked once. False, with words, when one cannot. */
bool crowd_open(struct crowd *crowd, unsigned port, size_t count, int64_t period_ms);
/* Whose turn it is asks; takes the answers that are there. */
void crowd_tick(struct crowd *crowd, int64_t now_ms);
/* Waits for the last answers, counts those that do not come, and closes all. */
void crowd_close(struct crowd *crowd);

#endif
