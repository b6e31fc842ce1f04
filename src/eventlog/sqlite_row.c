#include "eventlog/sqlite_log.h"

enum { UUID_COLUMN = 1, FIELDS_COLUMN = 13, HASH_COLUMN = 14 };

static const char *text(sqlite3_stmt *row, int column)
{
    return (const char *)sqlite3_column_text(row, column);
}

enum err sqlite_row_read(sqlite3_stmt *row, struct event *ret, struct bytes *ret_fields,
                         const uint8_t **ret_hash)
{
    const void *uuid = sqlite3_column_blob(row, UUID_COLUMN);
    const void *hash = sqlite3_column_blob(row, HASH_COLUMN);
    if (uuid == NULL || sqlite3_column_bytes(row, UUID_COLUMN) != EVENT_UUID_SIZE || hash == NULL ||
        sqlite3_column_bytes(row, HASH_COLUMN) != DIGEST_SIZE)
        return ERR_MALFORMED;
    *ret_fields =
        bytes_of(sqlite3_column_blob(row, FIELDS_COLUMN), (size_t)sqlite3_column_bytes(row, FIELDS_COLUMN));
    *ret_hash = hash;
    ret->field_count = 0;
    memcpy(ret->uuid.bytes, uuid, EVENT_UUID_SIZE);
    ret->record_id = (uint64_t)sqlite3_column_int64(row, 0);
    ret->time_ns = sqlite3_column_int64(row, 2);
    ret->event_id = (uint16_t)sqlite3_column_int64(row, 3);
    ret->version = (uint8_t)sqlite3_column_int64(row, 4);
    ret->task = (uint16_t)sqlite3_column_int64(row, 5);
    ret->success = sqlite3_column_int64(row, 6) != 0;
    ret->process_id = (uint32_t)sqlite3_column_int64(row, 7);
    ret->thread_id = (uint32_t)sqlite3_column_int64(row, 8);
    ret->subject_sid = text(row, 9);
    ret->subject_name = text(row, 10);
    ret->object_name = text(row, 11);
    ret->session = text(row, 12);
    return ERR_NONE;
}

static enum err keep(struct arena *arena, const char **text_at)
{
    if (*text_at == NULL)
        return ERR_NONE;
    *text_at = arena_string(arena, bytes_of_string(*text_at));
    return *text_at == NULL ? ERR_NO_MEMORY : ERR_NONE;
}

enum err sqlite_row_keep(struct arena *arena, struct bytes fields, struct event *event)
{
    const char **texts[] = {&event->subject_sid, &event->subject_name, &event->object_name, &event->session};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        enum err err = keep(arena, texts[i]);
        if (err != ERR_NONE)
            return err;
    }
    return record_fields_read(arena, fields, event);
}
