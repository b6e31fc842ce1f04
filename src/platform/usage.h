/* usage: what this process takes of its system. */
#ifndef NTOKEND_PLATFORM_USAGE_H
#define NTOKEND_PLATFORM_USAGE_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

/* 0: not known. */
struct usage {
    uint64_t cpu_us; /* of all its threads, in user and system mode */
    uint64_t resident_bytes;
    uint64_t virtual_bytes;
    uint64_t descriptors; /* files, sockets and the like; on Windows handles */
    uint64_t descriptors_max;
    uint64_t threads;
    uint64_t started_us; /* since the epoch */
};

/* Any thread; looked up at most once a second, since with many descriptors it costs a millisecond. */
void platform_usage(struct usage *ret);

#endif
