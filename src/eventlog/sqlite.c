#include "eventlog/sqlite_log.h"

#include <stdlib.h>
#include <sys/stat.h>

static void close_log(void *self)
{
    struct sqlite_log *log = self;
    sqlite_file_close(log);
    (void)pthread_cond_destroy(&log->pool_changed);
    (void)pthread_mutex_destroy(&log->pool_lock);
    free(log->buffer);
    free(log->path);
    free(log);
}

static enum err open_log(const struct event_store_settings *settings, struct arena *arena, void **ret,
                         const char **ret_problem)
{
    const char *path = settings->url + strlen(SQLITE_LOG_SCHEME);
    *ret_problem = "names no file; write sqlite:FILE";
    if (*path == 0)
        return ERR_INVALID_PARAMETER;
    *ret_problem = "out of memory";
    struct sqlite_log *log = calloc(1, sizeof *log);
    if (log == NULL)
        return ERR_NO_MEMORY;
    log->path = strdup(path);
    log->lock = -1;
    log->wait_ms = settings->wait_ms;
    /* A hundred years and more is no bound that a clock could reach. */
    log->retention_ns =
        settings->retention_s < INT64_MAX / 1000000000 ? (int64_t)settings->retention_s * 1000000000 : 0;
    log->retention_bytes = settings->retention_bytes;
    log->keep_reserve = settings->policy == EVENT_OVERWRITE;
    (void)pthread_mutex_init(&log->pool_lock, NULL);
    (void)pthread_cond_init(&log->pool_changed, NULL);
    enum err err = log->path == NULL ? ERR_NO_MEMORY : sqlite_file_open(log, arena, ret_problem);
    if (err == ERR_NONE)
        *ret = log;
    else
        close_log(log);
    return err;
}

static enum err write_all(void *self, struct event **events, size_t count)
{
    struct sqlite_log *log = self;
    enum err err = sqlite_log_run(log->db, "BEGIN IMMEDIATE");
    if (err == ERR_NONE)
        err = sqlite_chain_refresh(log);
    for (size_t i = 0; i < count && err == ERR_NONE; i++)
        err = sqlite_chain_add(log, events[i]);
    if (err == ERR_NONE)
        err = sqlite_chain_save(log);
    err = sqlite_log_end(log, err);
    return err == ERR_NONE && !sqlite_file_stands(log, true) ? ERR_IO : err;
}

/* Whether the log can be written is known when something was. */
static enum err probe(struct sqlite_log *log)
{
    /* What the write-ahead log holds may fit into the database, and then there is room again. */
    (void)sqlite3_wal_checkpoint_v2(log->db, NULL, SQLITE_CHECKPOINT_RESTART, NULL, NULL);
    enum err err = sqlite_log_run(log->db, "BEGIN IMMEDIATE");
    if (err == ERR_NONE)
        err = sqlite_log_run(log->db, "UPDATE head SET probe = probe + 1");
    return sqlite_log_end(log, err);
}

static uint64_t size_of(const struct sqlite_log *log)
{
    struct stat file;
    return stat(log->path, &file) == 0 && file.st_size > 0 ? (uint64_t)file.st_size : 0;
}

static enum err tend(void *self, bool failing, struct event_tended *ret)
{
    struct sqlite_log *log = self;
    bool more = false;
    enum err err = sqlite_file_stands(log, false) ? ERR_NONE : ERR_IO;
    if (err == ERR_NONE && failing)
        err = probe(log);
    if (err == ERR_NONE)
        err = sqlite_chain_refresh(log);
    if (err == ERR_NONE)
        err = sqlite_remove_old(log, &more);
    if (err == ERR_NONE)
        *ret =
            (struct event_tended){.more = more, .newest_record_id = log->head.last_id, .bytes = size_of(log)};
    return err;
}

const struct event_backend event_backend_sqlite = {
    .scheme = SQLITE_LOG_SCHEME,
    .open = open_log,
    .close = close_log,
    .write = write_all,
    .make_room = sqlite_remove_room,
    .tend = tend,
    .read = sqlite_read_page,
    .read_after = sqlite_read_after,
    .check = sqlite_file_try,
    .verify = sqlite_verify,
};
