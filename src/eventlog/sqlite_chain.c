#include "eventlog/sqlite_log.h"

#include <stdlib.h>

static bool take_hash(sqlite3_stmt *row, int column, uint8_t *ret)
{
    const void *hash = sqlite3_column_blob(row, column);
    if (hash == NULL || sqlite3_column_bytes(row, column) != DIGEST_SIZE)
        return false;
    memcpy(ret, hash, DIGEST_SIZE);
    return true;
}

enum err sqlite_chain_load_head(sqlite3 *db, struct sqlite_head *ret)
{
    sqlite3_stmt *row = NULL;
    struct sqlite_head head = {0};
    enum err err =
        sqlite_log_prepare(db, "SELECT anchor_id, anchor_hash, last_id, last_hash FROM head", &row);
    if (err != ERR_NONE)
        return err;
    int code = sqlite3_step(row);
    err = code == SQLITE_DONE ? ERR_MALFORMED : sqlite_log_err(db, code);
    if (err == ERR_NONE && (!take_hash(row, 1, head.anchor_hash) || !take_hash(row, 3, head.last_hash)))
        err = ERR_MALFORMED;
    head.anchor_id = (uint64_t)sqlite3_column_int64(row, 0);
    head.last_id = (uint64_t)sqlite3_column_int64(row, 2);
    (void)sqlite3_finalize(row);
    if (err == ERR_NONE)
        *ret = head;
    return err;
}

static enum err grow(struct sqlite_log *log, size_t size)
{
    if (size <= log->buffer_size)
        return ERR_NONE;
    uint8_t *buffer = realloc(log->buffer, size * 2);
    if (buffer == NULL)
        return ERR_NO_MEMORY;
    log->buffer = buffer;
    log->buffer_size = size * 2;
    return ERR_NONE;
}

static enum err add_row(struct sqlite_log *log, sqlite3_stmt *row)
{
    struct event event;
    struct bytes fields;
    const uint8_t *hash;
    enum err err = sqlite_row_read(row, &event, &fields, &hash);
    if (err == ERR_NONE)
        err = grow(log, zone_scratch(&event, fields));
    if (err == ERR_NONE)
        zone_add(&log->zone, &event, fields, log->buffer);
    return err;
}

/* The zone that is not complete, from its records. */
static enum err load_zone(struct sqlite_log *log)
{
    sqlite3_stmt *row = NULL;
    zone_init(&log->zone);
    enum err err =
        sqlite_log_prepare(log->db, "SELECT " SQLITE_ROW_COLUMNS " FROM event WHERE record_id >= ?", &row);
    if (err != ERR_NONE)
        return err;
    (void)sqlite3_bind_int64(row, 1, (int64_t)(zone_of(log->head.last_id + 1) << ZONE_SHIFT));
    int code;
    while ((code = sqlite3_step(row)) == SQLITE_ROW && err == ERR_NONE)
        err = add_row(log, row);
    if (err == ERR_NONE)
        err = sqlite_log_err(log->db, code);
    (void)sqlite3_finalize(row);
    return err;
}

enum err sqlite_chain_refresh(struct sqlite_log *log)
{
    int64_t newest = 0;
    if (!log->stale)
        return ERR_NONE;
    enum err err = sqlite_chain_load_head(log->db, &log->head);
    if (err == ERR_NONE)
        err = sqlite_log_number(log->db, "SELECT max(record_id) FROM event", &newest);
    if (err != ERR_NONE)
        return err;
    /* Somebody put a record behind the last one: the next gets an id of its own, and the chain shows the stranger. */
    if ((uint64_t)newest > log->head.last_id)
        log->head.last_id = (uint64_t)newest;
    err = load_zone(log);
    log->stale = err != ERR_NONE;
    return err;
}

static void bind_text(sqlite3_stmt *insert, int column, const char *text)
{
    if (text == NULL)
        (void)sqlite3_bind_null(insert, column);
    else
        (void)sqlite3_bind_text(insert, column, text, -1, SQLITE_STATIC);
}

static enum err insert(struct sqlite_log *log, const struct event *event, struct bytes fields,
                       const uint8_t hash[DIGEST_SIZE])
{
    sqlite3_stmt *row = log->insert;
    (void)sqlite3_bind_int64(row, 1, (int64_t)event->record_id);
    (void)sqlite3_bind_blob(row, 2, event->uuid.bytes, EVENT_UUID_SIZE, SQLITE_STATIC);
    (void)sqlite3_bind_int64(row, 3, event->time_ns);
    (void)sqlite3_bind_int64(row, 4, event->event_id);
    (void)sqlite3_bind_int64(row, 5, event->version);
    (void)sqlite3_bind_int64(row, 6, event->task);
    (void)sqlite3_bind_int64(row, 7, event->success);
    (void)sqlite3_bind_int64(row, 8, event->process_id);
    (void)sqlite3_bind_int64(row, 9, event->thread_id);
    bind_text(row, 10, event->subject_sid);
    bind_text(row, 11, event->subject_name);
    bind_text(row, 12, event->object_name);
    bind_text(row, 13, event->session);
    (void)sqlite3_bind_blob64(row, 14, fields.data, fields.size, SQLITE_STATIC);
    (void)sqlite3_bind_blob(row, 15, hash, DIGEST_SIZE, SQLITE_STATIC);
    enum err err = sqlite_log_err(log->db, sqlite3_step(row));
    (void)sqlite3_reset(row);
    return err;
}

static enum err save_zone_part(sqlite3 *db, const char *sql, uint64_t id, const struct zone *zone)
{
    sqlite3_stmt *row = NULL;
    enum err err = sqlite_log_prepare(db, sql, &row);
    if (err != ERR_NONE)
        return err;
    (void)sqlite3_bind_int64(row, 1, (int64_t)id);
    if (sqlite3_bind_parameter_count(row) == 2) {
        (void)sqlite3_bind_blob(row, 2, zone->text, ZONE_TEXT_SIZE, SQLITE_STATIC);
    } else {
        (void)sqlite3_bind_blob(row, 2, zone->keys, ZONE_KEYS_SIZE, SQLITE_STATIC);
        (void)sqlite3_bind_int64(row, 3, zone->since_ns);
        (void)sqlite3_bind_int64(row, 4, zone->until_ns);
    }
    err = sqlite_log_err(db, sqlite3_step(row));
    (void)sqlite3_finalize(row);
    return err;
}

static enum err save_zone(struct sqlite_log *log, uint64_t id)
{
    enum err err =
        save_zone_part(log->db, "INSERT OR REPLACE INTO zone(id, keys, since_ns, until_ns) VALUES (?,?,?,?)",
                       id, &log->zone);
    if (err == ERR_NONE)
        err = save_zone_part(log->db, "INSERT OR REPLACE INTO zone_text(id, bits) VALUES (?,?)", id,
                             &log->zone);
    zone_init(&log->zone);
    return err;
}

static enum err find(struct sqlite_log *log, struct event *event)
{
    sqlite3_stmt *row = NULL;
    enum err err = sqlite_log_prepare(log->db, "SELECT record_id FROM event WHERE uuid = ?", &row);
    if (err != ERR_NONE)
        return err;
    (void)sqlite3_bind_blob(row, 1, event->uuid.bytes, EVENT_UUID_SIZE, SQLITE_STATIC);
    int code = sqlite3_step(row);
    err = code == SQLITE_DONE ? ERR_IO : sqlite_log_err(log->db, code);
    if (err == ERR_NONE)
        event->record_id = (uint64_t)sqlite3_column_int64(row, 0);
    (void)sqlite3_finalize(row);
    return err;
}

enum err sqlite_chain_add(struct sqlite_log *log, struct event *event)
{
    uint8_t hash[DIGEST_SIZE];
    event->record_id = log->head.last_id + 1;
    size_t size = record_fields_size(event);
    enum err err = grow(log, size + 1);
    if (err == ERR_NONE)
        err = grow(log, size + zone_scratch(event, bytes_of(NULL, size)));
    if (err != ERR_NONE)
        return err;
    record_fields_write(event, log->buffer);
    struct bytes fields = bytes_of(log->buffer, size);
    record_hash(log->head.last_hash, event, fields, hash);
    err = insert(log, event, fields, hash);
    if (err != ERR_NONE)
        return err;
    if (sqlite3_changes(log->db) == 0)
        return find(log, event);
    zone_add(&log->zone, event, fields, log->buffer + size);
    log->head.last_id = event->record_id;
    memcpy(log->head.last_hash, hash, DIGEST_SIZE);
    bool complete = zone_of(event->record_id + 1) != zone_of(event->record_id);
    return complete ? save_zone(log, zone_of(event->record_id)) : ERR_NONE;
}

enum err sqlite_chain_save(struct sqlite_log *log)
{
    sqlite3_stmt *row = NULL;
    const struct sqlite_head *head = &log->head;
    enum err err = sqlite_log_prepare(
        log->db, "UPDATE head SET anchor_id = ?, anchor_hash = ?, last_id = ?, last_hash = ?", &row);
    if (err != ERR_NONE)
        return err;
    (void)sqlite3_bind_int64(row, 1, (int64_t)head->anchor_id);
    (void)sqlite3_bind_blob(row, 2, head->anchor_hash, DIGEST_SIZE, SQLITE_STATIC);
    (void)sqlite3_bind_int64(row, 3, (int64_t)head->last_id);
    (void)sqlite3_bind_blob(row, 4, head->last_hash, DIGEST_SIZE, SQLITE_STATIC);
    err = sqlite_log_err(log->db, sqlite3_step(row));
    (void)sqlite3_finalize(row);
    return err;
}
