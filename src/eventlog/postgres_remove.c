#include "eventlog/postgres_log.h"

#include <stdlib.h>
#include <time.h>

/* Replicas do this side by side; who comes second finds less to remove. */
static const char too_old[] =
    "DELETE FROM " POSTGRES_LOG_TABLE " WHERE (time_ns, uuid) IN"
    " (SELECT time_ns, uuid FROM " POSTGRES_LOG_TABLE " WHERE time_ns < $1 ORDER BY time_ns, uuid LIMIT $2)";

/* byte_end is how much had been written up to a record and with it; what is older than the newest `$1` bytes goes. */
static const char too_much[] =
    "DELETE FROM " POSTGRES_LOG_TABLE " WHERE (time_ns, uuid) IN"
    " (SELECT time_ns, uuid FROM (SELECT time_ns, uuid, byte_end"
    " FROM " POSTGRES_LOG_TABLE " ORDER BY record_id LIMIT $2) AS oldest"
    " WHERE byte_end < (SELECT last_byte - $1 FROM " POSTGRES_LOG_HEAD " WHERE id = 1))";

static enum err remove_some(struct postgres_log *log, const char *sql, int64_t bound, int64_t deadline,
                            bool *ret_more)
{
    PGresult *result = NULL;
    struct postgres_values values = {0};
    (void)postgres_values_number(&values, bound);
    (void)postgres_values_number(&values, POSTGRES_LOG_REMOVE_MAX);
    enum err err = postgres_log_run(log, sql, &values, deadline, &result);
    if (err == ERR_NONE && strtol(PQcmdTuples(result), NULL, 10) == POSTGRES_LOG_REMOVE_MAX)
        *ret_more = true;
    PQclear(result);
    return err;
}

enum err postgres_remove_old(struct postgres_log *log, int64_t deadline, bool *ret_more)
{
    struct timespec now;
    enum err err = ERR_NONE;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    int64_t cutoff = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec - log->retention_ns;
    *ret_more = false;
    if (log->retention_ns != 0)
        err = remove_some(log, too_old, cutoff, deadline, ret_more);
    if (err == ERR_NONE && log->retention_bytes != 0)
        err = remove_some(log, too_much, (int64_t)log->retention_bytes, deadline, ret_more);
    return err;
}
