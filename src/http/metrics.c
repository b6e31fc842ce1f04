#include "http/metrics.h"

const struct metric_row metrics_rows[METRIC_COUNT] = {
    [METRIC_REQUEST_HEADER_BYTES] =
        {.family = "ntokend_http_request_header_bytes",
         .unit = "bytes",
         .help = "Request lines and headers of requests whose headers were complete."},
    [METRIC_REQUEST_BODY_BYTES] = {.family = "ntokend_http_request_body_bytes",
                                   .unit = "bytes",
                                   .help = "Bodies of requests, also those that were thrown away."},
    [METRIC_RESPONSE_BODY_BYTES] = {.family = "ntokend_http_response_body_bytes",
                                    .unit = "bytes",
                                    .help = "Bodies of answers that were sent to their end, and of streams."},
    [METRIC_REQUESTS_INCOMPLETE] =
        {.family = "ntokend_http_requests_incomplete",
         .help = "Requests that were no HTTP, or whose headers never came to their end."},
    [METRIC_REQUESTS_BEGUN] = {.internal = true},
    [METRIC_REQUESTS_ENDED] = {.internal = true},
    [METRIC_HANDSHAKES_ACCEPTED] = {.internal = true},
    [METRIC_HANDSHAKES_CONTINUED] = {.internal = true},
    [METRIC_HANDSHAKES_REFUSED] = {.internal = true},
    [METRIC_SESSION_USES] = {.family = "ntokend_session_uses",
                             .help = "Requests that were made in a session."},
    [METRIC_UNPROVEN_NOTHING] = {.family = "ntokend_unauthenticated_requests",
                                 .help =
                                     "Requests that showed nothing to try, or a session that nobody knows.",
                                 .labels = "reason=\"nothing\""},
    [METRIC_UNPROVEN_UNKNOWN_SESSION] = {.family = "ntokend_unauthenticated_requests",
                                         .labels = "reason=\"unknown-session\""},
    [METRIC_UNPROVEN_MALFORMED] = {.family = "ntokend_unauthenticated_requests",
                                   .labels = "reason=\"malformed\""},
    [METRIC_GUARD_REFUSALS] = {.family = "ntokend_guard_refusals",
                               .help = "Callers whom the security descriptor of a route did not let in."},
    [METRIC_ORIGIN_REFUSALS] = {.family = "ntokend_origin_refusals",
                                .help = "Requests that a page of another origin may have made."},
    [METRIC_HOLDS_BEGUN] = {.internal = true},
    [METRIC_HOLDS_RELEASED] = {.internal = true},
    [METRIC_HOLDS_WITHHELD] = {.internal = true},
    [METRIC_HOLDS_ABANDONED] = {.internal = true},
    [METRIC_REPLIES_WITHHELD] = {.family = "ntokend_answers_withheld",
                                 .help =
                                     "Answers that gave way to 503 because their events could not be kept."},
    [METRIC_EVENTS_LOST] = {.family = "ntokend_audit_events_unanswered",
                            .help = "Events that could not be kept, of callers who left before an answer."},
    [METRIC_STREAMS_BEGUN] = {.family = "ntokend_streams_begun",
                              .help = "Answers that go on as things happen."},
    [METRIC_LIMIT_BODY_BYTES] =
        {.family = "ntokend_limit_refusals",
         .help = "Requests that were refused for a limit, by the key of the configuration.",
         .labels = "limit=\"body_bytes_max\""},
    [METRIC_LIMIT_HEADER_BYTES] = {.family = "ntokend_limit_refusals",
                                   .labels = "limit=\"header_bytes_max\""},
    [METRIC_LIMIT_SESSIONS] = {.family = "ntokend_limit_refusals", .labels = "limit=\"session_max\""},
    [METRIC_LIMIT_SESSIONS_OF_USER] = {.family = "ntokend_limit_refusals",
                                       .labels = "limit=\"session_per_user\""},
    [METRIC_LIMIT_STREAMS] = {.family = "ntokend_limit_refusals", .labels = "limit=\"streams_max\""},
    [METRIC_LIMIT_HANDSHAKES] = {.family = "ntokend_limit_refusals", .labels = "limit=\"handshakes_max\""},
    [METRIC_LIMIT_REQUESTS] = {.family = "ntokend_limit_refusals", .labels = "limit=\"requests_per_second\""},
    [METRIC_LIMIT_FAILURES] = {.family = "ntokend_limit_refusals", .labels = "limit=\"failures_per_second\""},
    [METRIC_LIMIT_MEMORY] = {.family = "ntokend_limit_refusals", .labels = "limit=\"memory_max\""},
    [METRIC_TLS_SHAKEN] = {.family = "ntokend_tls_connections",
                           .help =
                               "Connections with TLS that were closed, by what became of their handshake.",
                           .labels = "handshake=\"done\""},
    [METRIC_TLS_FAILED] = {.family = "ntokend_tls_connections", .labels = "handshake=\"failed\""},
    [METRIC_TLS_LATE] = {.family = "ntokend_tls_connections", .labels = "handshake=\"late\""},
};

const char *const metrics_decisions[METRIC_DECISIONS] = {
    [METRIC_ACCESS_CHECK] = "access-check",
    [METRIC_ACCESS_CHECK_BY_TYPE] = "access-check-by-type",
    [METRIC_PRIVILEGE_CHECK] = "privilege-check",
};

const char *const metrics_outcomes[METRIC_OUTCOMES] = {
    [METRIC_DENIED] = "denied",
    [METRIC_ALLOWED] = "allowed",
    [METRIC_FAILED] = "failed",
};

/* An answer in a session takes some 50 µs of the thread, with a ticket some 1 ms, and one that waits for the disk some ms: from
 * there finely. Full batches take some 100 ms. What takes seconds waits for its client, or for a log that is in trouble. */
const uint32_t metrics_bounds_us[METRICS_BUCKETS - 1] = {
    100, 250, 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000, 2500000, 10000000};

static const unsigned statuses[] = {0,   200, 201, 204, 400, 401, 403, 404, 405, 406,
                                    408, 409, 413, 415, 421, 422, 429, 431, 500, 503};
enum { STATUS_COUNT = sizeof statuses / sizeof statuses[0] };
_Static_assert((int)STATUS_COUNT < (int)METRICS_STATUSES, "one more is for all others");

static const char *const reasons[] = {
    "bad-binding",   "no-binding",    "no-channel",   "bad-flags",     "bad-mic",      "bad-name",
    "bad-pac",       "expired",       "logon-denied", "logon-type",    "malformed",    "no-authority",
    "no-kerberos",   "no-keytab",     "no-memory",    "no-pac",        "negoex",       "ntlm",
    "not-yet-valid", "old-ticket",    "refused",      "replay",        "replay-cache", "skew",
    "stale-keytab",  "wrong-enctype", "wrong-key",    "wrong-service", "other",
};
enum { REASON_COUNT = sizeof reasons / sizeof reasons[0] };
_Static_assert((int)REASON_COUNT <= (int)METRICS_REASONS, "each has its cell");

size_t metrics_status_count(void)
{
    return STATUS_COUNT + 1;
}

unsigned metrics_status(size_t index)
{
    return index < STATUS_COUNT ? statuses[index] : 0;
}

size_t metrics_reason_count(void)
{
    return REASON_COUNT;
}

const char *metrics_reason(size_t index)
{
    return reasons[index];
}

void metrics_decide(struct metrics *metrics, enum metric_decision decision, bool described, bool batch,
                    enum metric_outcome outcome)
{
    if (metrics != NULL)
        metrics_cell_add(&metrics->decisions[decision][described][batch][outcome], 1);
}

void metrics_refuse(struct metrics *metrics, const char *reason)
{
    size_t index = 0;
    if (metrics == NULL)
        return;
    while (index < REASON_COUNT - 1 && (reason == NULL || strcmp(reasons[index], reason) != 0))
        index++;
    metrics_cell_add(&metrics->reasons[index], 1);
    metrics_count(metrics, METRIC_HANDSHAKES_REFUSED);
}

void metrics_time(struct metrics_histogram *histogram, int64_t us)
{
    const uint64_t time_us = us < 0 ? 0 : (uint64_t)us;
    size_t index = 0;
    while (index < METRICS_BUCKETS - 1 && time_us > metrics_bounds_us[index])
        index++;
    metrics_cell_add(&histogram->buckets[index], 1);
    metrics_cell_add(&histogram->sum_us, time_us);
}

static size_t status_index(unsigned status)
{
    size_t index = 0;
    while (index < STATUS_COUNT && statuses[index] != status)
        index++;
    return index;
}

void metrics_request(struct metrics *metrics, const struct metrics_request *request)
{
    const size_t status = status_index(request->status);
    if (metrics == NULL)
        return;
    if (request->route < METRICS_ROUTES_MAX)
        metrics_cell_add(&metrics->requests[request->route][request->method == HTTP_HEAD][status], 1);
    else
        metrics_cell_add(&metrics->unrouted[request->method][status], 1);
    if (request->timed)
        metrics_time(&metrics->durations[request->route], request->duration_us);
}

_Static_assert(sizeof(struct metrics) % sizeof(metrics_cell) == 0, "nothing but cells");

void metrics_sum(struct metrics *sum, const struct metrics *worker)
{
    metrics_cell *to = (metrics_cell *)sum;
    const metrics_cell *from = (const metrics_cell *)worker;
    for (size_t i = 0; i < sizeof *sum / sizeof *to; i++)
        metrics_cell_add(&to[i], metrics_cell_get(&from[i]));
}
