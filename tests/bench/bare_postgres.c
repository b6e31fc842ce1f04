#include "bench/bare_postgres.h"

#include "eventlog/record.h"
#include "support/events.h"

#include <endian.h>
#include <libpq-fe.h>

enum { COLUMNS = 10 };

static bool run(PGconn *conn, const char *sql)
{
    PGresult *result = PQexec(conn, sql);
    bool done = PQresultStatus(result) == PGRES_COMMAND_OK;
    PQclear(result);
    return done;
}

static bool insert(PGconn *conn, const struct event *event, uint64_t number)
{
    uint8_t fields[4096];
    uint64_t id = htobe64(number);
    uint64_t event_id = htobe64(event->event_id);
    uint64_t time = htobe64((uint64_t)event->time_ns);
    record_fields_write(event, fields);
    const char *values[COLUMNS] = {(const char *)&id,
                                   (const char *)event->uuid.bytes,
                                   (const char *)&time,
                                   (const char *)&event_id,
                                   event->success ? "\1" : "\0",
                                   event->subject_sid,
                                   event->subject_name,
                                   event->object_name,
                                   event->session,
                                   (const char *)fields};
    int sizes[COLUMNS] = {8,
                          EVENT_UUID_SIZE,
                          8,
                          8,
                          1,
                          (int)strlen(event->subject_sid),
                          (int)strlen(event->subject_name),
                          (int)strlen(event->object_name),
                          (int)strlen(event->session),
                          (int)record_fields_size(event)};
    static const int formats[COLUMNS] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    PGresult *result = PQexecPrepared(conn, "row", COLUMNS, values, sizes, formats, 1);
    bool done = PQresultStatus(result) == PGRES_COMMAND_OK;
    PQclear(result);
    return done;
}

static bool prepare(PGconn *conn)
{
    PGresult *result =
        PQprepare(conn, "row", "INSERT INTO bare VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)", COLUMNS, NULL);
    bool done = PQresultStatus(result) == PGRES_COMMAND_OK;
    PQclear(result);
    return done;
}

bool bare_postgres(const char *url, size_t count, size_t batch)
{
    struct events_text text;
    PGconn *conn = PQconnectdb(url);
    bool done =
        PQstatus(conn) == CONNECTION_OK && run(conn, "SET client_min_messages = warning") &&
        run(conn, "DROP TABLE IF EXISTS bare") &&
        run(conn,
            "CREATE TABLE bare(record_id int8 PRIMARY KEY, uuid uuid UNIQUE, time_ns int8, event_id int8,"
            " success bool, subject_sid text, subject_name text, object_name text, session text,"
            " fields bytea)") &&
        prepare(conn);
    for (size_t i = 0; i < count && done; i++) {
        struct event event = events_make(i, &text);
        done = (i % batch != 0 || run(conn, "BEGIN")) && insert(conn, &event, i + 1);
        if (done && (i % batch == batch - 1 || i + 1 == count))
            done = run(conn, "COMMIT");
    }
    PQfinish(conn);
    return done;
}
