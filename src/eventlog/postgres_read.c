#include "eventlog/postgres_query.h"
#include "eventlog/record.h"

#include <stdlib.h>

/* What one page may cost. The server walks an index much faster than it can send rows for the filter to look at. Measured in
 * tests/bench: below 50 ms. */
enum { WINDOW = 20000, FILTER_WINDOW = 5000, CHUNK = 256, LOOKS_MAX = 10 * CHUNK, READ_MS = 10000 };

struct search {
    struct postgres_link *link;
    int64_t deadline;
    struct filter filter;
    struct postgres_query query;
    struct arena *arena;
    size_t limit;
    size_t looks;
    struct event *events; /* their strings are in the arena */
    size_t count;
    size_t room;
    bool full;                  /* one more than the limit matched */
    struct event_position last; /* the last record that was looked at */
};

static size_t find_free(const struct postgres_log *log)
{
    size_t at = 0;
    while (at < POSTGRES_LOG_READERS && log->reading[at])
        at++;
    return at;
}

/* POSTGRES_LOG_READERS where the server is away: a thread that waits for it answers nobody else. */
static size_t pool_take(struct postgres_log *log)
{
    (void)pthread_mutex_lock(&log->pool_lock);
    size_t at = find_free(log);
    while (at == POSTGRES_LOG_READERS && !atomic_load(&log->away)) {
        (void)pthread_cond_wait(&log->pool_changed, &log->pool_lock);
        at = find_free(log);
    }
    if (atomic_load(&log->away))
        at = POSTGRES_LOG_READERS;
    else
        log->reading[at] = true;
    (void)pthread_mutex_unlock(&log->pool_lock);
    return at;
}

static void pool_give(struct postgres_log *log, size_t at)
{
    (void)pthread_mutex_lock(&log->pool_lock);
    log->reading[at] = false;
    (void)pthread_cond_broadcast(&log->pool_changed); /* all, since the server may be away by now */
    (void)pthread_mutex_unlock(&log->pool_lock);
}

static enum err keep(struct search *search, const struct event *event, struct bytes fields)
{
    if (search->count == search->room) {
        size_t room = search->room == 0 ? 16 : search->room * 2;
        struct event *events = realloc(search->events, room * sizeof *events);
        if (events == NULL)
            return ERR_NO_MEMORY;
        search->events = events;
        search->room = room;
    }
    search->events[search->count] = *event;
    enum err err = record_keep(search->arena, fields, &search->events[search->count]);
    if (err == ERR_NONE)
        search->count++;
    return err;
}

static enum err look(struct search *search, const PGresult *result, int row)
{
    struct event event;
    struct bytes fields;
    bool matches = false;
    enum err err = postgres_row_read(result, row, &event, &fields);
    if (err == ERR_NONE)
        err = filter_match(&search->filter, &event, fields, &matches);
    if (err != ERR_NONE)
        return err;
    if (matches && search->count == search->limit) {
        search->full = true;
        return ERR_NONE;
    }
    if (matches)
        err = keep(search, &event, fields);
    search->looks++;
    search->last =
        (struct event_position){.record_id = event.record_id, .time_ns = event.time_ns, .uuid = event.uuid};
    return err;
}

static enum err look_at_all(struct search *search, const PGresult *result)
{
    enum err err = postgres_row_fits(result) ? ERR_NONE : ERR_IO;
    for (int i = 0; i < PQntuples(result) && err == ERR_NONE && !search->full; i++)
        err = look(search, result, i);
    return err == ERR_MALFORMED ? ERR_IO : err; /* which would speak of the cursor */
}

static enum err run(struct search *search, const char *sql, const struct postgres_values *values,
                    PGresult **ret)
{
    enum err err = postgres_link_run(search->link, sql, values, search->deadline, ret);
    return err == ERR_NONE || err == ERR_NO_MEMORY ? err : ERR_IO;
}

/* Where the window ended; *ret_end when the log did before. */
static enum err find_end(struct search *search, const struct event_position *after, size_t window,
                         bool *ret_end)
{
    struct postgres_values values;
    const char *sql = NULL;
    PGresult *result = NULL;
    enum err err = postgres_query_end(&search->query, after, window, &values, &sql);
    if (err == ERR_NONE)
        err = run(search, sql, &values, &result);
    if (err != ERR_NONE)
        return err;
    *ret_end = PQntuples(result) == 0;
    if (!*ret_end && PQgetlength(result, 0, 2) == EVENT_UUID_SIZE) {
        search->last.record_id = (uint64_t)postgres_row_number(result, 0, 0);
        search->last.time_ns = postgres_row_number(result, 0, 1);
        memcpy(search->last.uuid.bytes, PQgetvalue(result, 0, 2), EVENT_UUID_SIZE);
    }
    PQclear(result);
    return ERR_NONE;
}

/* Chunk by chunk, until the page is full, the work done or the log at its end. */
static enum err search_down(struct search *search, const struct event_position *after, bool *ret_end)
{
    const struct postgres_query *query = &search->query;
    size_t window = query->by_filter ? FILTER_WINDOW : WINDOW;
    size_t rows = query->by_filter ? CHUNK : search->limit + 1;
    struct event_position from;
    const struct event_position *start = after;
    bool short_chunk = false;
    enum err err = ERR_NONE;
    *ret_end = false;
    while (err == ERR_NONE && !search->full && !short_chunk && search->looks < LOOKS_MAX) {
        struct postgres_values values;
        const char *sql = NULL;
        PGresult *result = NULL;
        err = postgres_query_rows(query, start, window, rows, &values, &sql);
        if (err == ERR_NONE)
            err = run(search, sql, &values, &result);
        if (err == ERR_NONE)
            err = look_at_all(search, result);
        short_chunk = err == ERR_NONE && (size_t)PQntuples(result) < rows;
        PQclear(result);
        if (err == ERR_NONE && short_chunk && !search->full) {
            *ret_end = true;
            return query->by_rest ? find_end(search, start, window, ret_end) : ERR_NONE;
        }
        from = search->last;
        start = &from;
    }
    return err;
}

static enum err command(struct search *search, const char *sql)
{
    PGresult *result = NULL;
    enum err err = run(search, sql, NULL, &result);
    PQclear(result);
    return err;
}

/* A walk and its end are seen at the same moment. */
static enum err search_at_once(struct search *search, const struct event_position *after, bool *ret_end)
{
    if (!search->query.by_rest)
        return search_down(search, after, ret_end);
    enum err err = command(search, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    if (err == ERR_NONE)
        err = search_down(search, after, ret_end);
    if (err == ERR_NONE)
        return command(search, "COMMIT");
    postgres_link_close(search->link);
    return err;
}

static enum err search_start(struct search *search, struct postgres_log *log,
                             const struct event_filter *filter)
{
    enum err err = filter_init(&search->filter, search->arena, filter);
    postgres_query_init(&search->query, &search->filter, search->arena);
    if (err == ERR_NONE && search->link->conn == NULL)
        err = postgres_link_open(search->link, log->url, search->deadline);
    return err;
}

static enum err page_once(struct postgres_log *log, struct search search, const struct event_filter *filter,
                          const struct event_position *after, struct event_found *ret)
{
    struct event *events = NULL;
    bool end = false;
    enum err err = search_start(&search, log, filter);
    if (err == ERR_NONE)
        err = search_at_once(&search, after, &end);
    if (err == ERR_NONE) {
        events = arena_copy(search.arena, search.events, search.count * sizeof *events);
        err = events == NULL ? ERR_NO_MEMORY : ERR_NONE;
    }
    if (err == ERR_NONE)
        *ret =
            (struct event_found){.events = events, .count = search.count, .more = !end, .last = search.last};
    free(search.events);
    return err;
}

/* The server may have been started again since this link was used. */
static bool is_worth_another(enum err err, bool used, const struct search *search)
{
    return err == ERR_IO && used && search->link->conn == NULL && postgres_link_now() < search->deadline;
}

/* The writer's thread finds out when it is back. */
static void note_hang(struct postgres_log *log, const struct search *search, enum err err)
{
    if (err == ERR_IO && search->link->hangs)
        atomic_store(&log->away, true);
}

enum err postgres_read_page(void *self, const struct event_filter *filter, const struct event_position *after,
                            size_t limit, struct arena *arena, struct event_found *ret)
{
    struct postgres_log *log = self;
    const size_t at = pool_take(log);
    if (at == POSTGRES_LOG_READERS)
        return ERR_IO;
    const struct search search = {
        .link = &log->readers[at], .deadline = postgres_link_now() + READ_MS, .arena = arena, .limit = limit};
    const bool used = search.link->conn != NULL;
    enum err err = page_once(log, search, filter, after, ret);
    if (is_worth_another(err, used, &search))
        err = page_once(log, search, filter, after, ret);
    note_hang(log, &search, err);
    pool_give(log, at);
    return err;
}

static enum err follow(struct search *search)
{
    enum err err = ERR_NONE;
    int rows = CHUNK;
    while (err == ERR_NONE && rows == CHUNK && search->count < search->limit && search->looks < LOOKS_MAX) {
        struct postgres_values values = {0};
        PGresult *result = NULL;
        (void)postgres_values_number(&values, (int64_t)search->last.record_id);
        (void)postgres_values_number(&values, CHUNK);
        err = run(search,
                  "SELECT " POSTGRES_ROW_COLUMNS " FROM " POSTGRES_LOG_TABLE
                  " WHERE record_id > $1 ORDER BY record_id LIMIT $2",
                  &values, &result);
        if (err == ERR_NONE)
            err = look_at_all(search, result);
        rows = err == ERR_NONE ? PQntuples(result) : 0;
        PQclear(result);
    }
    return err;
}

static enum err follow_once(struct postgres_log *log, struct search search, const struct event_filter *filter,
                            struct event_page *ret, uint64_t *ret_last)
{
    struct event *events = NULL;
    enum err err = search_start(&search, log, filter);
    if (err == ERR_NONE)
        err = follow(&search);
    if (err == ERR_NONE) {
        events = arena_copy(search.arena, search.events, search.count * sizeof *events);
        err = events == NULL ? ERR_NO_MEMORY : ERR_NONE;
    }
    if (err == ERR_NONE) {
        *ret = (struct event_page){.events = events, .count = search.count};
        *ret_last = search.last.record_id;
    }
    free(search.events);
    return err;
}

enum err postgres_read_after(void *self, const struct event_filter *filter, uint64_t record_id, size_t limit,
                             struct arena *arena, struct event_page *ret, uint64_t *ret_last)
{
    struct postgres_log *log = self;
    if (record_id >= INT64_MAX)
        return ERR_INVALID_PARAMETER;
    const size_t at = pool_take(log);
    if (at == POSTGRES_LOG_READERS)
        return ERR_IO;
    const struct search search = {.link = &log->readers[at],
                                  .deadline = postgres_link_now() + READ_MS,
                                  .arena = arena,
                                  .limit = limit,
                                  .last = {.record_id = record_id}};
    const bool used = search.link->conn != NULL;
    enum err err = follow_once(log, search, filter, ret, ret_last);
    if (is_worth_another(err, used, &search))
        err = follow_once(log, search, filter, ret, ret_last);
    note_hang(log, &search, err);
    pool_give(log, at);
    return err;
}
