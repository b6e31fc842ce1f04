#include "bench/bare_insert.h"

#include "eventlog/record.h"
#include "support/events.h"

#include <sqlite3.h>

static bool insert(sqlite3_stmt *row, const struct event *event)
{
    uint8_t fields[4096];
    record_fields_write(event, fields);
    (void)sqlite3_bind_int64(row, 1, (int64_t)event->record_id);
    (void)sqlite3_bind_blob(row, 2, event->uuid.bytes, EVENT_UUID_SIZE, SQLITE_STATIC);
    (void)sqlite3_bind_int64(row, 3, event->time_ns);
    (void)sqlite3_bind_int64(row, 4, event->event_id);
    (void)sqlite3_bind_int64(row, 5, event->success);
    (void)sqlite3_bind_text(row, 6, event->subject_sid, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(row, 7, event->subject_name, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(row, 8, event->object_name, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(row, 9, event->session, -1, SQLITE_STATIC);
    (void)sqlite3_bind_blob(row, 10, fields, (int)record_fields_size(event), SQLITE_STATIC);
    bool done = sqlite3_step(row) == SQLITE_DONE;
    return sqlite3_reset(row) == SQLITE_OK && done;
}

static bool run(sqlite3 *db, const char *sql)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

bool bare_insert(const char *path, size_t count, size_t batch)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *row = NULL;
    struct events_text text;
    bool done =
        sqlite3_open(path, &db) == SQLITE_OK &&
        run(db,
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
            "CREATE TABLE event(record_id INTEGER PRIMARY KEY, uuid BLOB UNIQUE, time_ns, event_id, success,"
            " subject_sid, subject_name, object_name, session, fields)") &&
        sqlite3_prepare_v2(db, "INSERT INTO event VALUES (?,?,?,?,?,?,?,?,?,?)", -1, &row, NULL) == SQLITE_OK;
    for (size_t i = 0; i < count && done; i++) {
        struct event event = events_make(i, &text);
        event.record_id = i + 1;
        done = (i % batch != 0 || run(db, "BEGIN")) && insert(row, &event);
        if (done && (i % batch == batch - 1 || i + 1 == count))
            done = run(db, "COMMIT");
    }
    (void)sqlite3_finalize(row);
    (void)sqlite3_close(db);
    return done;
}
