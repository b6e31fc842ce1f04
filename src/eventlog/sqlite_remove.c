#include "eventlog/sqlite_log.h"

#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { RESERVE_BYTES = 16 << 20 };

/* Moves the anchor over the oldest records, those before `cutoff_ns`, a few at most. */
static enum err move_anchor(struct sqlite_log *log, int64_t cutoff_ns, uint64_t *ret_count)
{
    sqlite3_stmt *row = NULL;
    *ret_count = 0;
    enum err err = sqlite_log_prepare(
        log->db, "SELECT record_id, time_ns, hash FROM event ORDER BY record_id LIMIT ?", &row);
    if (err != ERR_NONE)
        return err;
    (void)sqlite3_bind_int64(row, 1, SQLITE_LOG_REMOVE_MAX);
    int code;
    while ((code = sqlite3_step(row)) == SQLITE_ROW && sqlite3_column_int64(row, 1) < cutoff_ns) {
        const void *hash = sqlite3_column_blob(row, 2);
        if (hash == NULL || sqlite3_column_bytes(row, 2) != DIGEST_SIZE)
            break;
        log->head.anchor_id = (uint64_t)sqlite3_column_int64(row, 0);
        memcpy(log->head.anchor_hash, hash, DIGEST_SIZE);
        ++*ret_count;
    }
    err = sqlite_log_err(log->db, code);
    (void)sqlite3_finalize(row);
    return err;
}

static enum err remove_until(sqlite3 *db, const char *sql, uint64_t id)
{
    sqlite3_stmt *row = NULL;
    enum err err = sqlite_log_prepare(db, sql, &row);
    if (err != ERR_NONE)
        return err;
    (void)sqlite3_bind_int64(row, 1, (int64_t)id);
    err = sqlite_log_err(db, sqlite3_step(row));
    (void)sqlite3_finalize(row);
    return err;
}

static enum err remove_rows(struct sqlite_log *log)
{
    uint64_t anchor = log->head.anchor_id;
    enum err err = remove_until(log->db, "DELETE FROM event WHERE record_id <= ?", anchor);
    if (err == ERR_NONE)
        err = remove_until(log->db, "DELETE FROM zone WHERE id < ?", zone_of(anchor + 1));
    if (err == ERR_NONE)
        err = remove_until(log->db, "DELETE FROM zone_text WHERE id < ?", zone_of(anchor + 1));
    return err == ERR_NONE ? sqlite_chain_save(log) : err;
}

static enum err remove_oldest(struct sqlite_log *log, int64_t cutoff_ns, uint64_t *ret_removed)
{
    uint64_t removed = 0;
    enum err err = sqlite_log_run(log->db, "BEGIN IMMEDIATE");
    if (err == ERR_NONE)
        err = sqlite_chain_refresh(log);
    if (err == ERR_NONE)
        err = move_anchor(log, cutoff_ns, &removed);
    if (err == ERR_NONE && removed > 0)
        err = remove_rows(log);
    err = sqlite_log_end(log, err);
    if (err == ERR_NONE)
        *ret_removed = removed;
    return err;
}

static void reserve_path(const struct sqlite_log *log, char *ret, size_t size)
{
    (void)snprintf(ret, size, "%s-reserve", log->path);
}

/* Removing also writes, and a full disk leaves no room for it but this. */
static void make_reserve(struct sqlite_log *log)
{
    char path[4096];
    reserve_path(log, path, sizeof path);
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0)
        return;
    log->has_reserve = posix_fallocate(file, 0, RESERVE_BYTES) == 0;
    if (!log->has_reserve)
        (void)unlink(path);
    (void)close(file);
}

/* So that the write-ahead log is used from its beginning and need not grow. */
static void restart_wal(struct sqlite_log *log)
{
    (void)sqlite3_wal_checkpoint_v2(log->db, NULL, SQLITE_CHECKPOINT_RESTART, NULL, NULL);
}

static void use_reserve(struct sqlite_log *log)
{
    char path[4096];
    reserve_path(log, path, sizeof path);
    (void)unlink(path);
    log->has_reserve = false;
    restart_wal(log);
}

/* What the reserve gave is for removing only: from now on, until a restart, the log keeps its size. */
static enum err stop_growing(struct sqlite_log *log)
{
    char sql[64];
    int64_t pages = 0;
    enum err err = sqlite_log_number(log->db, "PRAGMA page_count", &pages);
    if (err != ERR_NONE)
        return err;
    (void)snprintf(sql, sizeof sql, "PRAGMA max_page_count = %lld", (long long)pages);
    return sqlite_log_run(log->db, sql);
}

enum err sqlite_remove_room(void *self, uint64_t *ret_removed)
{
    struct sqlite_log *log = self;
    restart_wal(log);
    enum err err = remove_oldest(log, INT64_MAX, ret_removed);
    if (err == ERR_TOO_LARGE && log->has_reserve) {
        use_reserve(log);
        err = remove_oldest(log, INT64_MAX, ret_removed);
    }
    return err == ERR_NONE ? stop_growing(log) : err;
}

/* INT64_MIN: nothing is too old. */
static int64_t cutoff_of(const struct sqlite_log *log)
{
    struct timespec now;
    if (log->retention_ns == 0)
        return INT64_MIN;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec - log->retention_ns;
}

static enum err is_too_large(struct sqlite_log *log, bool *ret)
{
    int64_t pages = 0;
    int64_t unused = 0;
    int64_t size = 0;
    *ret = false;
    if (log->retention_bytes == 0)
        return ERR_NONE;
    enum err err = sqlite_log_number(log->db, "PRAGMA page_count", &pages);
    if (err == ERR_NONE)
        err = sqlite_log_number(log->db, "PRAGMA freelist_count", &unused);
    if (err == ERR_NONE)
        err = sqlite_log_number(log->db, "PRAGMA page_size", &size);
    if (err == ERR_NONE)
        *ret = (uint64_t)((pages - unused) * size) > log->retention_bytes;
    return err;
}

enum err sqlite_remove_old(struct sqlite_log *log, bool *ret_more)
{
    bool too_large = false;
    uint64_t removed = 0;
    if (log->keep_reserve && !log->has_reserve)
        make_reserve(log);
    *ret_more = false;
    if (log->retention_ns == 0 && log->retention_bytes == 0)
        return ERR_NONE;
    enum err err = is_too_large(log, &too_large);
    if (err == ERR_NONE)
        err = remove_oldest(log, too_large ? INT64_MAX : cutoff_of(log), &removed);
    *ret_more = err == ERR_NONE && removed == SQLITE_LOG_REMOVE_MAX;
    return err;
}
