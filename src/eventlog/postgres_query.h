/* postgres_query: the statements of a search. Values never stand in the text, only their numbers. */
#ifndef NTOKEND_EVENTLOG_POSTGRES_QUERY_H
#define NTOKEND_EVENTLOG_POSTGRES_QUERY_H

#include "eventlog/filter.h"
#include "eventlog/postgres_log.h"

/* The server walks one index, newest first: that of the condition that says most, within the time asked for. `window` bounds
 * how far; of what it passes the rest of the conditions that compare whole values let through at most `rows`. Text, and names
 * with their domain, are left to the filter. */
struct postgres_query {
    const struct filter *filter;
    struct arena *arena;
    bool by_rest;   /* the server leaves out some that it walked past */
    bool by_filter; /* what it gives may not match */
};

/* Borrows the filter and the arena. */
void postgres_query_init(struct postgres_query *query, const struct filter *filter, struct arena *arena);
/* after NULL: from the newest. ERR_NO_MEMORY. */
enum err postgres_query_rows(const struct postgres_query *query, const struct event_position *after,
                             size_t window, size_t rows, struct postgres_values *values,
                             const char **ret) MUST_USE;
/* The record where the same walk came to the end of its window: no row where the log ended before.
 * Its columns: record_id, time_ns, uuid. */
enum err postgres_query_end(const struct postgres_query *query, const struct event_position *after,
                            size_t window, struct postgres_values *values, const char **ret) MUST_USE;

#endif
