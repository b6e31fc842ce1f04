#include "eventlog/fold.h"
#include "eventlog/postgres_log.h"
#include "eventlog/record.h"
#include "eventlog/zone.h"

#include <stdlib.h>

/* What a row takes beside its strings, with its share of six indexes; measured with 200,000 events. */
enum { ROW_BYTES = 560 };

/* One statement, so that a caller who stops in the middle holds nobody up. It takes the head first: whoever comes second waits
 * there until the first is committed. */
static const char insert[] =
    "WITH head AS (UPDATE " POSTGRES_LOG_HEAD " SET last_id = last_id + $1, last_byte = last_byte + $2"
    " WHERE id = 1 RETURNING last_id - $1 AS id, last_byte - $2 AS byte)"
    " INSERT INTO " POSTGRES_LOG_TABLE
    "(record_id, byte_end, uuid, time_ns, event_id, version, task, success,"
    " process_id, thread_id, subject_sid, subject_name, account, object_name, session, fields)"
    " SELECT head.id + u.n, head.byte + u.byte, u.uuid, u.time_ns, u.event_id, u.version, u.task, u.success,"
    " u.process_id, u.thread_id, u.subject_sid, u.subject_name, u.account, u.object_name, u.session, u.fields"
    " FROM head, unnest($3::uuid[], $4::int8[], $5::int8[], $6::int8[], $7::int8[], $8::int8[], $9::bool[],"
    " $10::int8[], $11::int8[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[],"
    " $17::bytea[]) WITH ORDINALITY AS u(uuid, time_ns, byte, event_id, version, task, success, process_id,"
    " thread_id, subject_sid, subject_name, account, object_name, session, fields, n)"
    " ON CONFLICT DO NOTHING RETURNING record_id";

static const char find[] =
    "SELECT u.n, e.record_id FROM unnest($1::uuid[], $2::int8[]) WITH ORDINALITY"
    " AS u(uuid, time_ns, n) JOIN " POSTGRES_LOG_TABLE " AS e ON e.time_ns = u.time_ns AND e.uuid = u.uuid";

static const enum postgres_type elements[POSTGRES_COLUMNS] = {
    [POSTGRES_COLUMN_UUID] = POSTGRES_UUID,    [POSTGRES_COLUMN_TIME] = POSTGRES_INT8,
    [POSTGRES_COLUMN_BYTE] = POSTGRES_INT8,    [POSTGRES_COLUMN_EVENT_ID] = POSTGRES_INT8,
    [POSTGRES_COLUMN_VERSION] = POSTGRES_INT8, [POSTGRES_COLUMN_TASK] = POSTGRES_INT8,
    [POSTGRES_COLUMN_SUCCESS] = POSTGRES_BOOL, [POSTGRES_COLUMN_PROCESS] = POSTGRES_INT8,
    [POSTGRES_COLUMN_THREAD] = POSTGRES_INT8,  [POSTGRES_COLUMN_SID] = POSTGRES_TEXT,
    [POSTGRES_COLUMN_NAME] = POSTGRES_TEXT,    [POSTGRES_COLUMN_ACCOUNT] = POSTGRES_TEXT,
    [POSTGRES_COLUMN_OBJECT] = POSTGRES_TEXT,  [POSTGRES_COLUMN_SESSION] = POSTGRES_TEXT,
    [POSTGRES_COLUMN_FIELDS] = POSTGRES_BYTEA,
};

static enum postgres_type array_of(enum postgres_type element)
{
    switch (element) {
    case POSTGRES_BOOL:
        return POSTGRES_BOOLS;
    case POSTGRES_BYTEA:
        return POSTGRES_BYTEAS;
    case POSTGRES_TEXT:
        return POSTGRES_TEXTS;
    case POSTGRES_UUID:
        return POSTGRES_UUIDS;
    default:
        return POSTGRES_INT8S;
    }
}

static bool grow(struct postgres_log *log, size_t size)
{
    if (size <= log->scratch_size)
        return true;
    uint8_t *scratch = realloc(log->scratch, size * 2);
    if (scratch == NULL)
        return false;
    log->scratch = scratch;
    log->scratch_size = size * 2;
    return true;
}

static struct bytes text_of(const char *text)
{
    return text == NULL ? bytes_of(NULL, 0) : bytes_of_string(text);
}

static bool add_account(struct postgres_log *log, const char *name)
{
    struct postgres_array *column = &log->columns[POSTGRES_COLUMN_ACCOUNT];
    if (name == NULL) {
        postgres_array_add_null(column);
        return true;
    }
    struct bytes account = zone_account(name);
    if (!grow(log, fold_room(account.size)))
        return false;
    size_t size = fold_text(account, log->scratch);
    postgres_array_add_text(column, postgres_row_account(bytes_of(log->scratch, size)));
    return true;
}

static bool add_fields(struct postgres_log *log, const struct event *event, size_t size)
{
    if (!grow(log, size + 1))
        return false;
    record_fields_write(event, log->scratch);
    postgres_array_add(&log->columns[POSTGRES_COLUMN_FIELDS], bytes_of(log->scratch, size));
    return true;
}

static void add_numbers(struct postgres_array *columns, const struct event *event, int64_t byte_end)
{
    postgres_array_add_number(&columns[POSTGRES_COLUMN_TIME], event->time_ns);
    postgres_array_add_number(&columns[POSTGRES_COLUMN_BYTE], byte_end);
    postgres_array_add_number(&columns[POSTGRES_COLUMN_EVENT_ID], event->event_id);
    postgres_array_add_number(&columns[POSTGRES_COLUMN_VERSION], event->version);
    postgres_array_add_number(&columns[POSTGRES_COLUMN_TASK], event->task);
    postgres_array_add_number(&columns[POSTGRES_COLUMN_PROCESS], event->process_id);
    postgres_array_add_number(&columns[POSTGRES_COLUMN_THREAD], event->thread_id);
}

/* *bytes goes on by what the event takes. */
static bool add_event(struct postgres_log *log, const struct event *event, int64_t *bytes)
{
    struct postgres_array *columns = log->columns;
    size_t size = record_fields_size(event);
    *bytes += (int64_t)(ROW_BYTES + size + text_of(event->subject_sid).size +
                        2 * text_of(event->subject_name).size + text_of(event->object_name).size +
                        text_of(event->session).size);
    postgres_array_add(&columns[POSTGRES_COLUMN_UUID], bytes_of(event->uuid.bytes, EVENT_UUID_SIZE));
    postgres_array_add_bool(&columns[POSTGRES_COLUMN_SUCCESS], event->success);
    postgres_array_add_text(&columns[POSTGRES_COLUMN_SID], text_of(event->subject_sid));
    postgres_array_add_text(&columns[POSTGRES_COLUMN_NAME], text_of(event->subject_name));
    postgres_array_add_text(&columns[POSTGRES_COLUMN_OBJECT], text_of(event->object_name));
    postgres_array_add_text(&columns[POSTGRES_COLUMN_SESSION], text_of(event->session));
    add_numbers(columns, event, *bytes);
    return add_account(log, event->subject_name) && add_fields(log, event, size);
}

static enum err bind(struct postgres_log *log, struct event **events, size_t count,
                     struct postgres_values *values)
{
    int64_t bytes = 0;
    for (size_t i = 0; i < POSTGRES_COLUMNS; i++)
        postgres_array_start(&log->columns[i], elements[i]);
    for (size_t i = 0; i < count; i++) {
        if (!add_event(log, events[i], &bytes))
            return ERR_NO_MEMORY;
    }
    (void)postgres_values_number(values, (int64_t)count);
    (void)postgres_values_number(values, bytes);
    for (size_t i = 0; i < POSTGRES_COLUMNS; i++) {
        struct bytes array = postgres_array_end(&log->columns[i]);
        if (array.size == 0)
            return ERR_NO_MEMORY;
        if (postgres_values_add(values, array_of(elements[i]), array) == 0)
            return ERR_IO;
    }
    return ERR_NONE;
}

/* When none stood there before, the new ones have the last ids in a row. */
static void number_in_a_row(const PGresult *result, struct event **events, size_t count)
{
    int64_t last = 0;
    for (int i = 0; i < PQntuples(result); i++) {
        if (postgres_row_number(result, i, 0) > last)
            last = postgres_row_number(result, i, 0);
    }
    for (size_t i = 0; i < count; i++)
        events[i]->record_id = (uint64_t)last - count + 1 + i;
}

/* Some stood there already: after a commit whose answer was lost. What is not found now was not written. */
static enum err number_by_uuid(struct postgres_log *log, struct event **events, size_t count,
                               int64_t deadline)
{
    PGresult *result = NULL;
    struct postgres_values values = {0};
    const struct postgres_array *columns = log->columns;
    (void)postgres_values_add(
        &values, POSTGRES_UUIDS,
        bytes_of(columns[POSTGRES_COLUMN_UUID].data, columns[POSTGRES_COLUMN_UUID].size));
    (void)postgres_values_add(
        &values, POSTGRES_INT8S,
        bytes_of(columns[POSTGRES_COLUMN_TIME].data, columns[POSTGRES_COLUMN_TIME].size));
    for (size_t i = 0; i < count; i++)
        events[i]->record_id = 0;
    enum err err = postgres_log_run(log, find, &values, deadline, &result);
    for (int i = 0; err == ERR_NONE && i < PQntuples(result); i++) {
        uint64_t at = (uint64_t)postgres_row_number(result, i, 0) - 1;
        if (at < count)
            events[at]->record_id = (uint64_t)postgres_row_number(result, i, 1);
    }
    for (size_t i = 0; i < count && err == ERR_NONE; i++)
        err = events[i]->record_id == 0 ? ERR_IO : ERR_NONE;
    PQclear(result);
    return err;
}

enum err postgres_write(void *self, struct event **events, size_t count)
{
    struct postgres_log *log = self;
    struct postgres_values values = {0};
    PGresult *result = NULL;
    int64_t deadline = postgres_link_now() + POSTGRES_LOG_WRITE_MS;
    enum err err = bind(log, events, count, &values);
    if (err == ERR_NONE)
        err = postgres_log_run(log, insert, &values, deadline, &result);
    if (err == ERR_NONE && (size_t)PQntuples(result) == count)
        number_in_a_row(result, events, count);
    else if (err == ERR_NONE)
        err = number_by_uuid(log, events, count, deadline);
    PQclear(result);
    postgres_log_note(log, err);
    /* Whatever it is, the tables are looked at again with the next connection. */
    if (err != ERR_NONE)
        postgres_link_close(&log->writer);
    return err == ERR_NONE || err == ERR_NO_MEMORY ? err : ERR_IO;
}
