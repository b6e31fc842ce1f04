/* postgres_log: what the files of the PostgreSQL backend share.
 *
 * Events stand in the table ntokend_event. Its key, (time_ns, uuid), lets an administrator partition it by time. The one row of
 * ntokend_event_head gives out record ids: whoever writes holds that row until the commit is done, in one statement, so that ids
 * ascend in the order of commits over all replicas. A follower that saw an id has seen, or can see, all below it; there is no
 * gap that fills later. (An insert that is repeated after a lost connection can leave a gap that stays.)
 *
 * Nothing here needs more than tables, indexes, ON CONFLICT, unnest() and WITH: no extension, no sequence, no lock that is not
 * a row's, no prepared statement that outlives its call. */
#ifndef NTOKEND_EVENTLOG_POSTGRES_LOG_H
#define NTOKEND_EVENTLOG_POSTGRES_LOG_H

#include "eventlog/backend.h"
#include "eventlog/postgres_array.h"
#include "eventlog/postgres_link.h"

#include <pthread.h>
#include <stdatomic.h>

#define POSTGRES_LOG_TABLE "ntokend_event"
#define POSTGRES_LOG_HEAD  "ntokend_event_head"

enum {
    POSTGRES_LOG_READERS = 4,
    POSTGRES_LOG_REMOVE_MAX = 1024,
    POSTGRES_LOG_WRITE_MS =
        8000, /* the longest that a write takes, connecting aside; the settings of a link are below it */
    POSTGRES_LOG_PAUSE_MS = 1000, /* after a server was not there */
};

/* One for each column that a write brings. */
enum postgres_column {
    POSTGRES_COLUMN_UUID,
    POSTGRES_COLUMN_TIME,
    POSTGRES_COLUMN_BYTE,
    POSTGRES_COLUMN_EVENT_ID,
    POSTGRES_COLUMN_VERSION,
    POSTGRES_COLUMN_TASK,
    POSTGRES_COLUMN_SUCCESS,
    POSTGRES_COLUMN_PROCESS,
    POSTGRES_COLUMN_THREAD,
    POSTGRES_COLUMN_SID,
    POSTGRES_COLUMN_NAME,
    POSTGRES_COLUMN_ACCOUNT,
    POSTGRES_COLUMN_OBJECT,
    POSTGRES_COLUMN_SESSION,
    POSTGRES_COLUMN_FIELDS,
    POSTGRES_COLUMNS
};

struct postgres_log {
    char *url;            /* may hold a password: for libpq alone */
    int64_t retention_ns; /* 0: none; likewise bytes */
    uint64_t retention_bytes;
    struct postgres_link writer; /* the writer thread's */
    int64_t closed_until;        /* postgres_link_now(): no write tries to connect before */
    struct postgres_array columns[POSTGRES_COLUMNS];
    uint8_t *scratch;
    size_t scratch_size;
    atomic_bool
        away; /* nothing came in time when the server was asked last: who reads need not wait for it too */
    pthread_mutex_t pool_lock;
    pthread_cond_t pool_changed;
    struct postgres_link readers[POSTGRES_LOG_READERS];
    bool reading[POSTGRES_LOG_READERS];
};

/* A statement of the writer thread's; connects when it must, and repeats what the server asks to repeat, until the deadline. */
enum err postgres_log_run(struct postgres_log *log, const char *sql, const struct postgres_values *values,
                          int64_t deadline, PGresult **ret) MUST_USE;
enum err postgres_log_connect(struct postgres_log *log, int64_t deadline) MUST_USE;
/* What became of the writer thread's last statement. */
void postgres_log_note(struct postgres_log *log, enum err err);

/* postgres_schema.c: makes the tables where they are missing. ERR_MALFORMED: they are another's; ERR_NOT_SUPPORTED: the
 * database is not in UTF-8. */
enum err postgres_schema_prepare(struct postgres_link *link, int64_t deadline) MUST_USE;
/* Whether it could, without making or writing anything. */
enum err postgres_schema_try(struct postgres_link *link, int64_t deadline) MUST_USE;

/* postgres_write.c: the backend's. */
enum err postgres_write(void *self, struct event **events, size_t count) MUST_USE;

/* postgres_row.c: POSTGRES_ROW_COLUMNS, in this order. */
#define POSTGRES_ROW_COLUMNS                                                                                 \
    "record_id, uuid, time_ns, event_id::int8, version::int8, task::int8, success, process_id, thread_id,"   \
    " subject_sid, subject_name, object_name, session, fields"
/* Whether the result has these columns with their types. */
bool postgres_row_fits(const PGresult *result) MUST_USE;
/* Borrows from the result, which must fit. ERR_MALFORMED: not written by us. */
enum err postgres_row_read(const PGresult *result, int row, struct event *ret,
                           struct bytes *ret_fields) MUST_USE;
/* A number of a result whose columns are int8; 0 for NULL. */
int64_t postgres_row_number(const PGresult *result, int row, int column);

/* Of a folded account name the part that searches go by: the beginning of a long one. */
enum { POSTGRES_ACCOUNT_MAX = 256 };
struct bytes postgres_row_account(struct bytes folded);

/* postgres_read.c: the backend's. */
enum err postgres_read_page(void *self, const struct event_filter *filter, const struct event_position *after,
                            size_t limit, struct arena *arena, struct event_found *ret) MUST_USE;
enum err postgres_read_after(void *self, const struct event_filter *filter, uint64_t record_id, size_t limit,
                             struct arena *arena, struct event_page *ret, uint64_t *ret_last) MUST_USE;

/* postgres_remove.c: the retention's part of tend. */
enum err postgres_remove_old(struct postgres_log *log, int64_t deadline, bool *ret_more) MUST_USE;

#endif
