#include "eventlog/sqlite_log.h"

enum { UUID_COLUMN = 1, FIELDS_COLUMN = 13, HASH_COLUMN = 14 };

/* What the hash does not see must not be there: bits beyond the type, text behind a NUL. */
static uint64_t number(sqlite3_stmt *row, int column, uint64_t max, bool *bad)
{
    sqlite3_int64 value = sqlite3_column_int64(row, column);
    if (value < 0 || (uint64_t)value > max)
        *bad = true;
    return (uint64_t)value;
}

static const char *text(sqlite3_stmt *row, int column, bool *bad)
{
    const char *value = (const char *)sqlite3_column_text(row, column);
    if (value != NULL && strlen(value) != (size_t)sqlite3_column_bytes(row, column))
        *bad = true;
    return value;
}

static const void *blob(sqlite3_stmt *row, int column, size_t size, bool *bad)
{
    const void *value = sqlite3_column_blob(row, column);
    if (value == NULL || (size_t)sqlite3_column_bytes(row, column) != size)
        *bad = true;
    return value;
}

enum err sqlite_row_read(sqlite3_stmt *row, struct event *ret, struct bytes *ret_fields,
                         const uint8_t **ret_hash)
{
    bool bad = false;
    const void *uuid = blob(row, UUID_COLUMN, EVENT_UUID_SIZE, &bad);
    const void *hash = blob(row, HASH_COLUMN, DIGEST_SIZE, &bad);
    ret->record_id = number(row, 0, INT64_MAX, &bad);
    ret->time_ns = sqlite3_column_int64(row, 2);
    ret->event_id = (uint16_t)number(row, 3, UINT16_MAX, &bad);
    ret->version = (uint8_t)number(row, 4, UINT8_MAX, &bad);
    ret->task = (uint16_t)number(row, 5, UINT16_MAX, &bad);
    ret->success = number(row, 6, 1, &bad) != 0;
    ret->process_id = (uint32_t)number(row, 7, UINT32_MAX, &bad);
    ret->thread_id = (uint32_t)number(row, 8, UINT32_MAX, &bad);
    ret->subject_sid = text(row, 9, &bad);
    ret->subject_name = text(row, 10, &bad);
    ret->object_name = text(row, 11, &bad);
    ret->session = text(row, 12, &bad);
    ret->field_count = 0;
    if (bad)
        return ERR_MALFORMED;
    memcpy(ret->uuid.bytes, uuid, EVENT_UUID_SIZE);
    *ret_fields =
        bytes_of(sqlite3_column_blob(row, FIELDS_COLUMN), (size_t)sqlite3_column_bytes(row, FIELDS_COLUMN));
    *ret_hash = hash;
    return ERR_NONE;
}
