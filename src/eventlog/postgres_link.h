/* postgres_link: one connection to a PostgreSQL server, on which nothing waits longer than its deadline.
 *
 * Whatever libpq has to say of a failure stays unsaid: its words may hold what stands in the URL. */
#ifndef NTOKEND_EVENTLOG_POSTGRES_LINK_H
#define NTOKEND_EVENTLOG_POSTGRES_LINK_H

#include "base/bytes.h"
#include "base/err.h"

#include <libpq-fe.h>

enum { POSTGRES_VALUES_MAX = 20, POSTGRES_STATE_SIZE = 6 };

/* Of PostgreSQL's catalogue pg_type. */
enum postgres_type {
    POSTGRES_BOOL = 16,
    POSTGRES_BYTEA = 17,
    POSTGRES_INT8 = 20,
    POSTGRES_TEXT = 25,
    POSTGRES_UUID = 2950,
    POSTGRES_BOOLS = 1000,
    POSTGRES_BYTEAS = 1001,
    POSTGRES_TEXTS = 1009,
    POSTGRES_INT8S = 1016,
    POSTGRES_UUIDS = 2951,
};

/* What $1, $2 … of a statement stand for; borrowed, and in PostgreSQL's binary format. More than POSTGRES_VALUES_MAX are left
 * out, and the server refuses the statement. */
struct postgres_values {
    int count;
    Oid types[POSTGRES_VALUES_MAX];
    const char *data[POSTGRES_VALUES_MAX];
    int sizes[POSTGRES_VALUES_MAX];
    int formats[POSTGRES_VALUES_MAX];
    uint8_t numbers[POSTGRES_VALUES_MAX][8];
};

/* Each gives its number n of $n. */
int postgres_values_add(struct postgres_values *values, enum postgres_type type, struct bytes value);
int postgres_values_number(struct postgres_values *values, int64_t number);

struct postgres_link {
    PGconn *conn;                    /* NULL: not connected, or lost */
    char state[POSTGRES_STATE_SIZE]; /* SQLSTATE of the last failure, "" where the server gave none */
    bool hangs;                      /* and nothing came in time: it was waited for */
};

/* Milliseconds of a clock that only goes forward. */
int64_t postgres_link_now(void);

/* Whether libpq can read the URL. */
bool postgres_link_url(const char *url) MUST_USE;
/* Waits for a server no longer than the URL's connect_timeout (2 s) for each of its addresses. ERR_IO, ERR_NO_MEMORY. */
enum err postgres_link_open(struct postgres_link *link, const char *url, int64_t deadline) MUST_USE;
void postgres_link_close(struct postgres_link *link);

/* One statement; rows come in the binary format and PQclear() ends them. Past the deadline, and when the server went away, the
 * link is lost and what became of the statement is not known. ERR_NOT_FOUND: no such table. ERR_MALFORMED: the tables are not as
 * the statement has them. ERR_ACCESS_DENIED: the user may not. ERR_IO: anything else. */
enum err postgres_link_run(struct postgres_link *link, const char *sql, const struct postgres_values *values,
                           int64_t deadline, PGresult **ret) MUST_USE;
/* Whether the statement that failed may succeed when it is given once more, over a new connection where this one was lost. */
bool postgres_link_again(const struct postgres_link *link) MUST_USE;

#endif
