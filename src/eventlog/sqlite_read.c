#include "eventlog/filter.h"
#include "eventlog/sqlite_log.h"

#include <stdlib.h>

/* What one page may cost, in looks at a record; a zone costs more, and so does text. Measured in tests/bench: some 15 ms, so that
 * a request may ask for more than one (api/audit_read.c). */
enum { WORK_MAX = 12000, WORK_ZONE = 2, WORK_ZONE_TEXT = 4, WORK_TEXT = 3 };

struct search {
    sqlite3 *db;
    sqlite3_stmt *rows;
    sqlite3_stmt *zones;
    sqlite3_stmt *texts;
    bool zone_here; /* the zones' statement stands on a row */
    struct filter filter;
    struct arena *arena;
    size_t limit;
    size_t work;
    struct event *events; /* limit + 1 at most; their strings are in the arena */
    size_t count;
    size_t room;
    struct event_position last; /* the last record that was looked at */
};

static enum err pool_take(struct sqlite_log *log, size_t *ret)
{
    size_t at = 0;
    (void)pthread_mutex_lock(&log->pool_lock);
    for (;;) {
        for (at = 0; at < SQLITE_LOG_READERS && log->reading[at];)
            at++;
        if (at < SQLITE_LOG_READERS)
            break;
        (void)pthread_cond_wait(&log->pool_changed, &log->pool_lock);
    }
    log->reading[at] = true;
    (void)pthread_mutex_unlock(&log->pool_lock);
    *ret = at;
    if (log->readers[at] != NULL)
        return ERR_NONE;
    enum err err = sqlite_file_connect(log->path, SQLITE_OPEN_READWRITE, &log->readers[at]);
    return err == ERR_NONE ? sqlite_log_run(log->readers[at], "PRAGMA query_only = ON") : err;
}

static void pool_give(struct sqlite_log *log, size_t at)
{
    (void)pthread_mutex_lock(&log->pool_lock);
    log->reading[at] = false;
    (void)pthread_cond_signal(&log->pool_changed);
    (void)pthread_mutex_unlock(&log->pool_lock);
}

static void search_done(struct search *search)
{
    (void)sqlite3_finalize(search->rows);
    (void)sqlite3_finalize(search->zones);
    (void)sqlite3_finalize(search->texts);
    free(search->events);
    (void)sqlite3_exec(search->db, "COMMIT", NULL, NULL, NULL);
}

static enum err search_init(struct search *search, sqlite3 *db, const struct event_filter *conditions,
                            size_t limit, const char *order, struct arena *arena)
{
    *search = (struct search){.db = db, .arena = arena, .limit = limit};
    enum err err = sqlite_log_run(db, "BEGIN");
    if (err == ERR_NONE)
        err = filter_init(&search->filter, arena, conditions);
    const char *sql = arena_printf(arena,
                                   "SELECT " SQLITE_ROW_COLUMNS
                                   " FROM event WHERE record_id BETWEEN ? AND ? ORDER BY record_id %s",
                                   order);
    if (err == ERR_NONE)
        err = sql == NULL ? ERR_NO_MEMORY : sqlite_log_prepare(db, sql, &search->rows);
    return err;
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

static enum err look(struct search *search)
{
    struct event event;
    struct bytes fields;
    const uint8_t *hash;
    bool matches = false;
    /* ERR_MALFORMED would speak of the cursor. */
    enum err err = sqlite_row_read(search->rows, &event, &fields, &hash) == ERR_NONE ? ERR_NONE : ERR_IO;
    if (err == ERR_NONE)
        err = filter_match(&search->filter, &event, fields, &matches);
    if (err != ERR_NONE)
        return err;
    search->work += filter_has_text(&search->filter) ? WORK_TEXT : 1;
    if (matches && search->count == search->limit) {
        search->count++;
        return ERR_NONE;
    }
    if (matches)
        err = keep(search, &event, fields);
    search->last =
        (struct event_position){.record_id = event.record_id, .time_ns = event.time_ns, .uuid = event.uuid};
    return err;
}

/* Until one more than the limit matched, which is not kept but says that there is more. */
static enum err scan(struct search *search, uint64_t from, uint64_t to, size_t enough)
{
    enum err err = ERR_NONE;
    int code = SQLITE_DONE;
    (void)sqlite3_bind_int64(search->rows, 1, (int64_t)from);
    (void)sqlite3_bind_int64(search->rows, 2, (int64_t)to);
    while (err == ERR_NONE && search->count < enough && search->work < WORK_MAX &&
           (code = sqlite3_step(search->rows)) == SQLITE_ROW)
        err = look(search);
    if (err == ERR_NONE)
        err = sqlite_log_err(search->db, code);
    (void)sqlite3_reset(search->rows);
    return err;
}

static enum err zones_start(struct search *search, uint64_t zone)
{
    enum err err = sqlite_log_prepare(
        search->db, "SELECT id, since_ns, until_ns, keys FROM zone WHERE id <= ? ORDER BY id DESC",
        &search->zones);
    if (err == ERR_NONE)
        err = sqlite_log_prepare(search->db, "SELECT bits FROM zone_text WHERE id = ?", &search->texts);
    if (err != ERR_NONE)
        return err;
    (void)sqlite3_bind_int64(search->zones, 1, (int64_t)zone);
    int code = sqlite3_step(search->zones);
    search->zone_here = code == SQLITE_ROW;
    return sqlite_log_err(search->db, code);
}

static bool text_may(struct search *search, uint64_t zone)
{
    bool may = true;
    search->work += WORK_ZONE_TEXT;
    (void)sqlite3_bind_int64(search->texts, 1, (int64_t)zone);
    if (sqlite3_step(search->texts) == SQLITE_ROW && sqlite3_column_bytes(search->texts, 0) == ZONE_TEXT_SIZE)
        may = filter_may_text(&search->filter, sqlite3_column_blob(search->texts, 0));
    (void)sqlite3_reset(search->texts);
    return may;
}

/* Whether records of the zone may match; a zone that is not there, or damaged, may. */
static enum err zone_may(struct search *search, uint64_t zone, bool *ret)
{
    sqlite3_stmt *row = search->zones;
    *ret = true;
    search->work += WORK_ZONE;
    if (!search->zone_here || (uint64_t)sqlite3_column_int64(row, 0) != zone)
        return ERR_NONE;
    const uint8_t *keys = sqlite3_column_blob(row, 3);
    if (keys != NULL && sqlite3_column_bytes(row, 3) == ZONE_KEYS_SIZE)
        *ret = filter_may_span(&search->filter, sqlite3_column_int64(row, 1), sqlite3_column_int64(row, 2)) &&
               filter_may_keys(&search->filter, keys);
    if (*ret && filter_has_text(&search->filter))
        *ret = text_may(search, zone);
    int code = sqlite3_step(row);
    search->zone_here = code == SQLITE_ROW;
    return sqlite_log_err(search->db, code);
}

/* Zone by zone from `start` down to `oldest`. */
static enum err search_down(struct search *search, uint64_t start, uint64_t oldest, bool *ret_end)
{
    uint64_t low = 0;
    enum err err = zones_start(search, zone_of(start));
    *ret_end = false;
    while (err == ERR_NONE && !*ret_end && search->count <= search->limit && search->work < WORK_MAX) {
        bool may = true;
        low = zone_of(start) << ZONE_SHIFT;
        if (low < oldest)
            low = oldest;
        err = zone_may(search, zone_of(start), &may);
        if (err == ERR_NONE && may)
            err = scan(search, low, start, search->limit + 1);
        else
            search->last = (struct event_position){.record_id = low};
        *ret_end = low == oldest && search->count <= search->limit && search->last.record_id == oldest;
        start = low - 1;
    }
    return err;
}

static enum err search_page(struct search *search, const struct event_position *after,
                            struct event_found *ret)
{
    int64_t newest = 0;
    int64_t oldest = 0;
    bool end = true;
    enum err err = sqlite_log_number(search->db, "SELECT max(record_id) FROM event", &newest);
    if (err == ERR_NONE)
        err = sqlite_log_number(search->db, "SELECT min(record_id) FROM event", &oldest);
    uint64_t start = (uint64_t)newest;
    if (after != NULL && after->record_id <= start)
        start = after->record_id == 0 ? 0 : after->record_id - 1;
    if (err == ERR_NONE && newest > 0 && oldest > 0 && start >= (uint64_t)oldest)
        err = search_down(search, start, (uint64_t)oldest, &end);
    if (err != ERR_NONE)
        return err;
    size_t count = search->count < search->limit ? search->count : search->limit;
    struct event *events = arena_copy(search->arena, search->events, count * sizeof *events);
    if (events == NULL)
        return ERR_NO_MEMORY;
    *ret = (struct event_found){.events = events, .count = count, .more = !end, .last = search->last};
    return ERR_NONE;
}

enum err sqlite_read_page(void *self, const struct event_filter *filter, const struct event_position *after,
                          size_t limit, struct arena *arena, struct event_found *ret)
{
    struct sqlite_log *log = self;
    struct search search;
    size_t reader = 0;
    enum err err = pool_take(log, &reader);
    if (err == ERR_NONE) {
        err = search_init(&search, log->readers[reader], filter, limit, "DESC", arena);
        if (err == ERR_NONE)
            err = search_page(&search, after, ret);
        search_done(&search);
    }
    pool_give(log, reader);
    return err;
}

enum err sqlite_read_after(void *self, const struct event_filter *filter, uint64_t record_id, size_t limit,
                           struct arena *arena, struct event_page *ret, uint64_t *ret_last)
{
    struct sqlite_log *log = self;
    struct search search;
    size_t reader = 0;
    struct event *events = NULL;
    if (record_id >= INT64_MAX)
        return ERR_INVALID_PARAMETER;
    enum err err = pool_take(log, &reader);
    if (err != ERR_NONE) {
        pool_give(log, reader);
        return err;
    }
    err = search_init(&search, log->readers[reader], filter, limit, "ASC", arena);
    search.last.record_id = record_id;
    if (err == ERR_NONE)
        err = scan(&search, record_id + 1, INT64_MAX, limit);
    if (err == ERR_NONE)
        events = arena_copy(arena, search.events, search.count * sizeof *events);
    if (err == ERR_NONE && events == NULL)
        err = ERR_NO_MEMORY;
    if (err == ERR_NONE) {
        *ret = (struct event_page){.events = events, .count = search.count};
        *ret_last = search.last.record_id;
    }
    search_done(&search);
    pool_give(log, reader);
    return err;
}
