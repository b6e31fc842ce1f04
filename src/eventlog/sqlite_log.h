/* sqlite_log: what the files of the SQLite backend share.
 *
 * One process writes a log: it holds FILE-lock. Others may read it. The writer's connection belongs to the store's writer thread;
 * readers have connections of their own. */
#ifndef NTOKEND_EVENTLOG_SQLITE_LOG_H
#define NTOKEND_EVENTLOG_SQLITE_LOG_H

#include "eventlog/backend.h"
#include "eventlog/record.h"
#include "eventlog/zone.h"

#include <pthread.h>
#include <sqlite3.h>
#include <sys/types.h>

#define SQLITE_LOG_SCHEME "sqlite:"

enum { SQLITE_LOG_READERS = 4, SQLITE_LOG_REMOVE_MAX = 1024 };

/* Both ends of the hash chain: the last record that was removed as too old, and the last one that was written. */
struct sqlite_head {
    uint64_t anchor_id;
    uint8_t anchor_hash[DIGEST_SIZE];
    uint64_t last_id;
    uint8_t last_hash[DIGEST_SIZE];
};

struct sqlite_log {
    char *path;
    int lock;
    unsigned wait_ms;     /* for the lock */
    int64_t retention_ns; /* 0: none; likewise bytes */
    uint64_t retention_bytes;
    bool keep_reserve; /* a file that makes room for removing the oldest when the disk is full */
    bool has_reserve;
    sqlite3 *db;
    dev_t wal_device; /* of the write-ahead log, once something was written */
    ino_t wal_inode;  /* 0: nothing was */
    sqlite3_stmt *insert;
    bool stale; /* head and zone are to be read again: a write failed */
    struct sqlite_head head;
    struct zone zone; /* of the last records, whose zone is not complete */
    uint8_t *buffer;  /* of one record's fields, then scratch */
    size_t buffer_size;
    pthread_mutex_t pool_lock;
    pthread_cond_t pool_changed;
    sqlite3 *readers[SQLITE_LOG_READERS]; /* NULL: not opened yet */
    bool reading[SQLITE_LOG_READERS];
};

/* ERR_TOO_LARGE where there is no room, ERR_NO_MEMORY, else ERR_IO. */
enum err sqlite_log_err(sqlite3 *db, int code) MUST_USE;
enum err sqlite_log_run(sqlite3 *db, const char *sql) MUST_USE;
enum err sqlite_log_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **ret) MUST_USE;
/* One number; 0 for no row and for NULL. */
enum err sqlite_log_number(sqlite3 *db, const char *sql, int64_t *ret) MUST_USE;
/* The first commits, the second undoes; each leaves no transaction open. */
enum err sqlite_log_end(struct sqlite_log *log, enum err err) MUST_USE;

/* sqlite_file.c. flags as sqlite3_open_v2. ERR_MALFORMED: not a database. */
enum err sqlite_file_connect(const char *path, int flags, sqlite3 **ret) MUST_USE;
/* Lock, file, schema and the writer's connection. Writes *ret_problem on errors. */
enum err sqlite_file_open(struct sqlite_log *log, struct arena *arena, const char **ret_problem) MUST_USE;
void sqlite_file_close(struct sqlite_log *log);
/* Whether the database and its write-ahead log stand where they were opened: what is written into files that have lost their names is gone with
 * the process. `written`: something was, so that there is a write-ahead log. */
bool sqlite_file_stands(struct sqlite_log *log, bool written) MUST_USE;
/* The backend's check. */
enum err sqlite_file_try(const char *url, const char **ret_problem) MUST_USE;
/* ERR_MALFORMED when the database is something else than a log of ours; *ret_empty when it is nothing yet. */
enum err sqlite_file_check(sqlite3 *db, bool *ret_empty) MUST_USE;

/* sqlite_chain.c */
enum err sqlite_chain_load_head(sqlite3 *db, struct sqlite_head *ret) MUST_USE;
/* Head and zone from the database, when they are stale. */
enum err sqlite_chain_refresh(struct sqlite_log *log) MUST_USE;
/* Within a transaction, for each event in turn, and at its end. */
enum err sqlite_chain_add(struct sqlite_log *log, struct event *event) MUST_USE;
enum err sqlite_chain_save(struct sqlite_log *log) MUST_USE;

/* sqlite_row.c: SQLITE_ROW_COLUMNS of `event`, in this order. What it gives borrows from the statement's row. */
#define SQLITE_ROW_COLUMNS                                                                                   \
    "record_id, uuid, time_ns, event_id, version, task, success, process_id, thread_id, subject_sid, "       \
    "subject_name, object_name, session, fields, hash"
enum err sqlite_row_read(sqlite3_stmt *row, struct event *ret, struct bytes *ret_fields,
                         const uint8_t **ret_hash) MUST_USE;

/* sqlite_remove.c: the backend's make_room, and the retention's part of tend. */
enum err sqlite_remove_room(void *self, uint64_t *ret_removed) MUST_USE;
enum err sqlite_remove_old(struct sqlite_log *log, bool *ret_more) MUST_USE;

/* sqlite_read.c: the backend's. */
enum err sqlite_read_page(void *self, const struct event_filter *filter, const struct event_position *after,
                          size_t limit, struct arena *arena, struct event_found *ret) MUST_USE;
enum err sqlite_read_after(void *self, const struct event_filter *filter, uint64_t record_id, size_t limit,
                           struct arena *arena, struct event_page *ret, uint64_t *ret_last) MUST_USE;

/* sqlite_verify.c: the backend's. */
enum err sqlite_verify(const char *url, struct event_verdict *ret, const char **ret_problem) MUST_USE;

#endif
