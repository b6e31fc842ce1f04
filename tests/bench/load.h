/* load: sends requests that were made before over some keep-alive connections, as fast as the server answers or at a fixed rate. */
#ifndef NTOKEND_BENCH_LOAD_H
#define NTOKEND_BENCH_LOAD_H

#include "base/bytes.h"

enum { LOAD_CONNECTIONS_MAX = 16384, LOAD_STALLED_MS = 10000 };

struct load {
    unsigned port; /* on 127.0.0.1 */
    unsigned connections;
    const struct bytes *requests; /* each is sent once */
    size_t count;
    int stalled_ms; /* without any answer for so long the run ends; 0: LOAD_STALLED_MS */
};

struct load_result {
    double seconds; /* from the first byte sent to the last answer; connecting is not in it */
    size_t good;    /* answers with a status of 2xx */
    size_t answer_bytes;
};

/* All connections are open before the first request leaves. False, with words on stderr, when a connection fails, stalls, or an
 * answer cannot be read; what came until then is counted. */
bool load_run(const struct load *load, struct load_result *ret);

struct load_times {
    double per_second; /* what was asked for */
    double p50_us;
    double p99_us;
    double max_us;
    size_t good;
};

/* The requests leave when their time has come, whether or not earlier ones were answered; one that finds no connection free waits for
 * one. Times run from when it should have left, so that a server that stands still is not asked less. False as above. */
bool load_paced(const struct load *load, double per_second, struct load_times *ret);

/* As load_run, and the connections stay open until load_drop. */
struct load_held;
bool load_hold(const struct load *load, struct load_held **ret);
void load_drop(struct load_held *held);

#endif
