#include "eventlog/postgres_log.h"

#include <stdlib.h>
#include <time.h>

enum { OPEN_MS = 10000, TEND_MS = 5000, TRIES = 12, BACKOFF_MS = 2, BACKOFF_MAX_MS = 250 };

static void close_log(void *self)
{
    struct postgres_log *log = self;
    postgres_link_close(&log->writer);
    for (size_t i = 0; i < POSTGRES_LOG_READERS; i++)
        postgres_link_close(&log->readers[i]);
    for (size_t i = 0; i < POSTGRES_COLUMNS; i++)
        postgres_array_free(&log->columns[i]);
    (void)pthread_cond_destroy(&log->pool_changed);
    (void)pthread_mutex_destroy(&log->pool_lock);
    if (log->url != NULL)
        explicit_bzero(log->url, strlen(log->url));
    free(log->scratch);
    free(log->url);
    free(log);
}

static const char *words_of(enum err err)
{
    switch (err) {
    case ERR_MALFORMED:
        return "has tables of that name which are not ntokend's; name another database";
    case ERR_NOT_SUPPORTED:
        return "must be a database in UTF-8; make one";
    case ERR_ACCESS_DENIED:
        return "gives this user no right to its tables, or to make them; grant it";
    default:
        return "out of memory";
    }
}

static enum err first_connect(struct postgres_log *log, const char **ret_problem)
{
    enum err err = postgres_log_connect(log, postgres_link_now() + OPEN_MS);
    *ret_problem = words_of(err);
    switch (err) {
    case ERR_NONE:
    case ERR_IO: /* a server that is not there may come */
        return ERR_NONE;
    case ERR_NOT_SUPPORTED:
        return ERR_MALFORMED;
    case ERR_ACCESS_DENIED:
        return ERR_IO;
    default:
        return err;
    }
}

static bool is_url(const char *url, const char **ret_problem)
{
    *ret_problem = "is no URL of PostgreSQL; write postgresql://USER@HOST/DATABASE";
    return (strncmp(url, "postgresql://", 13) == 0 || strncmp(url, "postgres://", 11) == 0) &&
           postgres_link_url(url);
}

static enum err check_url(const char *url, const char **ret_problem)
{
    struct postgres_link link = {.conn = NULL};
    const int64_t deadline = postgres_link_now() + OPEN_MS;
    if (!is_url(url, ret_problem))
        return ERR_INVALID_PARAMETER;
    *ret_problem = "cannot be reached now, or does not let this user in; its server's log says why";
    enum err err = postgres_link_open(&link, url, deadline);
    if (err != ERR_NONE)
        return err;
    err = postgres_schema_try(&link, deadline);
    if (err == ERR_MALFORMED || err == ERR_NOT_SUPPORTED || err == ERR_ACCESS_DENIED)
        *ret_problem = words_of(err);
    postgres_link_close(&link);
    return err;
}

static enum err open_log(const struct event_store_settings *settings, struct arena *arena, void **ret,
                         const char **ret_problem)
{
    (void)arena;
    if (!is_url(settings->url, ret_problem))
        return ERR_INVALID_PARAMETER;
    *ret_problem = "out of memory";
    struct postgres_log *log = calloc(1, sizeof *log);
    if (log == NULL)
        return ERR_NO_MEMORY;
    (void)pthread_mutex_init(&log->pool_lock, NULL);
    (void)pthread_cond_init(&log->pool_changed, NULL);
    log->url = strdup(settings->url);
    /* A hundred years and more is no bound that a clock could reach. */
    log->retention_ns =
        settings->retention_s < INT64_MAX / 1000000000 ? (int64_t)settings->retention_s * 1000000000 : 0;
    log->retention_bytes = settings->retention_bytes < INT64_MAX ? settings->retention_bytes : 0;
    enum err err = log->url == NULL ? ERR_NO_MEMORY : first_connect(log, ret_problem);
    if (err == ERR_NONE)
        *ret = log;
    else
        close_log(log);
    return err;
}

enum err postgres_log_connect(struct postgres_log *log, int64_t deadline)
{
    if (log->writer.conn != NULL)
        return ERR_NONE;
    if (postgres_link_now() < log->closed_until)
        return ERR_IO;
    enum err err = postgres_link_open(&log->writer, log->url, deadline);
    if (err == ERR_NONE)
        err = postgres_schema_prepare(&log->writer, deadline);
    if (err != ERR_NONE) {
        postgres_link_close(&log->writer);
        log->closed_until = postgres_link_now() + POSTGRES_LOG_PAUSE_MS;
    }
    return err;
}

/* Twice as long each time, and by chance up to half of it more, so that replicas do not meet again. */
static void back_off(unsigned attempt)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t ms = (int64_t)BACKOFF_MS << attempt;
    ms = ms > BACKOFF_MAX_MS ? BACKOFF_MAX_MS : ms;
    int64_t ns = ms * 1000000 + now.tv_nsec % (ms * 500000);
    struct timespec pause = {.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000};
    (void)nanosleep(&pause, NULL);
}

enum err postgres_log_run(struct postgres_log *log, const char *sql, const struct postgres_values *values,
                          int64_t deadline, PGresult **ret)
{
    enum err err = ERR_IO;
    for (unsigned attempt = 0; attempt < TRIES && postgres_link_now() < deadline; attempt++) {
        if (attempt > 0)
            back_off(attempt);
        err = postgres_log_connect(log, deadline);
        if (err != ERR_NONE)
            return err;
        err = postgres_link_run(&log->writer, sql, values, deadline, ret);
        if (err == ERR_NONE || !postgres_link_again(&log->writer))
            return err;
        /* Another server may take writes now. */
        if (strcmp(log->writer.state, "25006") == 0)
            postgres_link_close(&log->writer);
    }
    return err;
}

/* For one that refuses at once nobody waits, and connections that it took before may stand. */
void postgres_log_note(struct postgres_log *log, enum err err)
{
    atomic_store(&log->away, err != ERR_NONE && log->writer.hangs);
}

static enum err probe(struct postgres_log *log, int64_t deadline)
{
    PGresult *result = NULL;
    enum err err = postgres_log_run(log, "UPDATE " POSTGRES_LOG_HEAD " SET probe = probe + 1 WHERE id = 1",
                                    NULL, deadline, &result);
    PQclear(result);
    return err;
}

static enum err tend(void *self, bool failing, struct event_tended *ret)
{
    struct postgres_log *log = self;
    PGresult *result = NULL;
    bool more = false;
    int64_t deadline = postgres_link_now() + TEND_MS;
    enum err err = failing ? probe(log, deadline) : ERR_NONE;
    if (err == ERR_NONE)
        err = postgres_remove_old(log, deadline, &more);
    if (err == ERR_NONE)
        err = postgres_log_run(log, "SELECT last_id FROM " POSTGRES_LOG_HEAD " WHERE id = 1", NULL, deadline,
                               &result);
    if (err == ERR_NONE && PQntuples(result) == 0)
        err = ERR_IO;
    if (err == ERR_NONE)
        *ret = (struct event_tended){.more = more,
                                     .newest_record_id = (uint64_t)postgres_row_number(result, 0, 0)};
    PQclear(result);
    postgres_log_note(log, err);
    return err == ERR_NONE ? ERR_NONE : ERR_IO;
}

/* No write says that there is no room: a server that has none left needs its administrator, and removing needs room there too. */
static enum err make_room(void *self, uint64_t *ret_removed)
{
    (void)self;
    *ret_removed = 0;
    return ERR_NOT_SUPPORTED;
}

const struct event_backend event_backend_postgres = {
    .scheme = "postgres",
    .open = open_log,
    .check = check_url,
    .close = close_log,
    .write = postgres_write,
    .make_room = make_room,
    .tend = tend,
    .read = postgres_read_page,
    .read_after = postgres_read_after,
};
