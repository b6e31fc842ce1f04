/* metrics: what the server counts. Each worker has counters of its own, which its thread alone writes, with plain loads and
 * stores; whoever reads adds them up (metrics_sum). So counting costs an increment, and no thread waits for another.
 *
 * Another thing to count: a name in enum metric, its row in metrics_rows (metrics.c), its line in the table of
 * docs/observability.md, and metrics_count(request->metrics, METRIC_…) where it happens, on the worker's thread. Whatever a
 * label says comes from a table of ours, never from a request, so that the series stay few and tell nothing of anybody. */
#ifndef NTOKEND_HTTP_METRICS_H
#define NTOKEND_HTTP_METRICS_H

#include "http/request.h"

#include <stdatomic.h>

enum metric {
    METRIC_REQUEST_HEADER_BYTES,
    METRIC_REQUEST_BODY_BYTES,
    METRIC_RESPONSE_BODY_BYTES,
    METRIC_REQUESTS_INCOMPLETE,
    METRIC_REQUESTS_BEGUN,
    METRIC_REQUESTS_ENDED,
    METRIC_HANDSHAKES_ACCEPTED,
    METRIC_HANDSHAKES_CONTINUED,
    METRIC_HANDSHAKES_REFUSED,
    METRIC_SESSION_USES,
    METRIC_UNPROVEN_NOTHING,
    METRIC_UNPROVEN_UNKNOWN_SESSION,
    METRIC_UNPROVEN_MALFORMED,
    METRIC_GUARD_REFUSALS,
    METRIC_ORIGIN_REFUSALS,
    METRIC_HOLDS_BEGUN,
    METRIC_HOLDS_RELEASED,
    METRIC_HOLDS_WITHHELD,
    METRIC_HOLDS_ABANDONED,
    METRIC_REPLIES_WITHHELD,
    METRIC_EVENTS_LOST,
    METRIC_STREAMS_BEGUN,
    METRIC_LIMIT_BODY_BYTES,
    METRIC_LIMIT_HEADER_BYTES,
    METRIC_LIMIT_SESSIONS,
    METRIC_LIMIT_SESSIONS_OF_USER,
    METRIC_LIMIT_STREAMS,
    METRIC_LIMIT_HANDSHAKES,
    METRIC_LIMIT_REQUESTS,
    METRIC_LIMIT_FAILURES,
    METRIC_LIMIT_MEMORY,
    METRIC_TLS_SHAKEN,
    METRIC_TLS_FAILED,
    METRIC_TLS_LATE,
    METRIC_COUNT
};

/* How metrics_rows says what a counter is. Rows of one family stand one behind the other. */
struct metric_row {
    const char *family; /* OpenMetrics: without _total */
    const char *unit;   /* the base unit that the name ends with; NULL: none */
    const char *help;   /* of the family: in its first row alone */
    const char *labels; /* name="value",…; NULL: none */
    bool internal;      /* no family of its own: part of a gauge */
};
extern const struct metric_row metrics_rows[METRIC_COUNT];

/* A check of an object's descriptor, by its kind. */
enum metric_decision {
    METRIC_ACCESS_CHECK,
    METRIC_ACCESS_CHECK_BY_TYPE,
    METRIC_PRIVILEGE_CHECK,
    METRIC_DECISIONS
};
enum metric_outcome { METRIC_DENIED, METRIC_ALLOWED, METRIC_FAILED, METRIC_OUTCOMES };
extern const char *const metrics_decisions[METRIC_DECISIONS];
extern const char *const metrics_outcomes[METRIC_OUTCOMES];

enum { METRICS_ROUTES_MAX = 48, METRICS_BUCKETS = 16, METRICS_METHODS = HTTP_OTHER + 1 };
enum { METRICS_STATUSES = 24, METRICS_REASONS = 40 };

/* The upper bounds of the buckets in microseconds; the last bucket has none. */
extern const uint32_t metrics_bounds_us[METRICS_BUCKETS - 1];
/* The statuses that are counted apart, ascending: 0 is for a request that ended without an answer. The last, after the end, is all others. */
size_t metrics_status_count(void);
unsigned metrics_status(size_t index);
/* Why handshakes were refused: stable codes. The last is "other". */
size_t metrics_reason_count(void);
const char *metrics_reason(size_t index);

/* A number that one thread writes and others read. */
typedef _Atomic uint64_t metrics_cell;

struct metrics_histogram {
    metrics_cell buckets[METRICS_BUCKETS]; /* each by itself, not with those below */
    metrics_cell sum_us;
};

/* Zero is the start. A worker's own are from lines_alloc, in lines of the cache that no other thread writes. */
struct metrics {
    metrics_cell counters[METRIC_COUNT];
    /* whose token it was (the caller's, or one that a what-if described), and whether it was one of a batch */
    metrics_cell decisions[METRIC_DECISIONS][2][2][METRIC_OUTCOMES];
    metrics_cell reasons[METRICS_REASONS];
    struct metrics_histogram held;
    struct metrics_histogram durations[METRICS_ROUTES_MAX + 1];     /* the last: no route */
    metrics_cell requests[METRICS_ROUTES_MAX][2][METRICS_STATUSES]; /* [1]: HEAD of a GET route */
    metrics_cell unrouted[METRICS_METHODS][METRICS_STATUSES];
};

static inline void metrics_cell_add(metrics_cell *cell, uint64_t count)
{
    /* one writer: no locked instruction is needed, only one that does not tear */
    atomic_store_explicit(cell, atomic_load_explicit(cell, memory_order_relaxed) + count,
                          memory_order_relaxed);
}

static inline uint64_t metrics_cell_get(const metrics_cell *cell)
{
    return atomic_load_explicit(cell, memory_order_relaxed);
}

/* The rest runs on the thread whose metrics they are; metrics NULL: nobody counts. */

static inline void metrics_add(struct metrics *metrics, enum metric metric, uint64_t count)
{
    if (metrics != NULL)
        metrics_cell_add(&metrics->counters[metric], count);
}

static inline void metrics_count(struct metrics *metrics, enum metric metric)
{
    metrics_add(metrics, metric, 1);
}

void metrics_decide(struct metrics *metrics, enum metric_decision decision, bool described, bool batch,
                    enum metric_outcome outcome);
/* A handshake that was refused, with its code: a reason that no table has counts as "other". */
void metrics_refuse(struct metrics *metrics, const char *reason);
void metrics_time(struct metrics_histogram *histogram, int64_t us);

/* A request that has ended. */
struct metrics_request {
    size_t route; /* its row in the table; METRICS_ROUTES_MAX for none */
    enum http_method method;
    unsigned status; /* 0: there was no answer */
    bool timed;      /* its duration says how fast the service answers: not that of a stream */
    int64_t duration_us;
};
void metrics_request(struct metrics *metrics, const struct metrics_request *request);

/* Adds what one worker counted so far. Any thread. */
void metrics_sum(struct metrics *sum, const struct metrics *worker);

#endif
