#include "eventlog/postgres_log.h"

#include <endian.h>

enum { UUID_COLUMN = 1, SUCCESS_COLUMN = 6, SID_COLUMN = 9, FIELDS_COLUMN = 13, COLUMNS = 14 };

bool postgres_row_fits(const PGresult *result)
{
    static const Oid types[COLUMNS] = {POSTGRES_INT8, POSTGRES_UUID, POSTGRES_INT8, POSTGRES_INT8,
                                       POSTGRES_INT8, POSTGRES_INT8, POSTGRES_BOOL, POSTGRES_INT8,
                                       POSTGRES_INT8, POSTGRES_TEXT, POSTGRES_TEXT, POSTGRES_TEXT,
                                       POSTGRES_TEXT, POSTGRES_BYTEA};
    if (PQnfields(result) < COLUMNS)
        return false;
    for (int i = 0; i < COLUMNS; i++) {
        if (PQftype(result, i) != types[i] || PQfformat(result, i) != 1)
            return false;
    }
    return true;
}

int64_t postgres_row_number(const PGresult *result, int row, int column)
{
    uint64_t big = 0;
    if (PQgetlength(result, row, column) == sizeof big)
        memcpy(&big, PQgetvalue(result, row, column), sizeof big);
    return (int64_t)be64toh(big);
}

static uint64_t number(const PGresult *result, int row, int column, uint64_t max, bool *bad)
{
    int64_t value = postgres_row_number(result, row, column);
    if (value < 0 || (uint64_t)value > max)
        *bad = true;
    return (uint64_t)value;
}

/* libpq puts a NUL behind each value. */
static const char *text(const PGresult *result, int row, int column)
{
    return PQgetisnull(result, row, column) ? NULL : PQgetvalue(result, row, column);
}

enum err postgres_row_read(const PGresult *result, int row, struct event *ret, struct bytes *ret_fields)
{
    bool bad = PQgetlength(result, row, UUID_COLUMN) != EVENT_UUID_SIZE ||
               PQgetlength(result, row, SUCCESS_COLUMN) != 1;
    *ret = (struct event){.record_id = number(result, row, 0, INT64_MAX, &bad),
                          .time_ns = postgres_row_number(result, row, 2),
                          .event_id = (uint16_t)number(result, row, 3, UINT16_MAX, &bad),
                          .version = (uint8_t)number(result, row, 4, UINT8_MAX, &bad),
                          .task = (uint16_t)number(result, row, 5, UINT16_MAX, &bad),
                          .process_id = (uint32_t)number(result, row, 7, UINT32_MAX, &bad),
                          .thread_id = (uint32_t)number(result, row, 8, UINT32_MAX, &bad),
                          .subject_sid = text(result, row, SID_COLUMN),
                          .subject_name = text(result, row, SID_COLUMN + 1),
                          .object_name = text(result, row, SID_COLUMN + 2),
                          .session = text(result, row, SID_COLUMN + 3)};
    if (bad)
        return ERR_MALFORMED;
    ret->success = *PQgetvalue(result, row, SUCCESS_COLUMN) != 0;
    memcpy(ret->uuid.bytes, PQgetvalue(result, row, UUID_COLUMN), EVENT_UUID_SIZE);
    *ret_fields =
        bytes_of(PQgetvalue(result, row, FIELDS_COLUMN), (size_t)PQgetlength(result, row, FIELDS_COLUMN));
    return ERR_NONE;
}

/* An index takes no more than a third of a page, so a longer name is known by its beginning. */
struct bytes postgres_row_account(struct bytes folded)
{
    size_t size = folded.size < POSTGRES_ACCOUNT_MAX ? folded.size : POSTGRES_ACCOUNT_MAX;
    return bytes_of(folded.data, size);
}
