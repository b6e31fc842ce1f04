#include "eventlog/postgres_log.h"

enum { SCHEMA = 1, TRIES = 5 };

/* int4 and int8 by these names mean the same on every server. Indexes end with the key that pages are sorted by. */
static const char *const create[] = {
    "CREATE TABLE IF NOT EXISTS " POSTGRES_LOG_TABLE "(time_ns int8 NOT NULL, uuid uuid NOT NULL,"
    " record_id int8 NOT NULL, byte_end int8 NOT NULL, event_id int4 NOT NULL, version int4 NOT NULL,"
    " task int4 NOT NULL, success bool NOT NULL, process_id int8 NOT NULL, thread_id int8 NOT NULL,"
    " subject_sid text, subject_name text, account text, object_name text, session text,"
    " fields bytea NOT NULL, PRIMARY KEY (time_ns, uuid))",
    "CREATE INDEX IF NOT EXISTS " POSTGRES_LOG_TABLE "_record ON " POSTGRES_LOG_TABLE "(record_id)",
    "CREATE INDEX IF NOT EXISTS " POSTGRES_LOG_TABLE "_id ON " POSTGRES_LOG_TABLE "(event_id, time_ns, uuid)",
    "CREATE INDEX IF NOT EXISTS " POSTGRES_LOG_TABLE "_sid ON " POSTGRES_LOG_TABLE
    "(subject_sid, time_ns, uuid)",
    "CREATE INDEX IF NOT EXISTS " POSTGRES_LOG_TABLE "_account ON " POSTGRES_LOG_TABLE
    "(account, time_ns, uuid)",
    "CREATE INDEX IF NOT EXISTS " POSTGRES_LOG_TABLE "_session ON " POSTGRES_LOG_TABLE
    "(session, time_ns, uuid)",
    /* Last: where it stands the rest does. */
    "CREATE TABLE IF NOT EXISTS " POSTGRES_LOG_HEAD "(id int8 PRIMARY KEY, schema_version int8 NOT NULL,"
    " last_id int8 NOT NULL, last_byte int8 NOT NULL, probe int8 NOT NULL)",
    "INSERT INTO " POSTGRES_LOG_HEAD " VALUES (1, 1, 0, 0, 0) ON CONFLICT DO NOTHING",
};

/* Also when a table was restored without the other: an id is never given twice. */
static const char lift[] =
    "UPDATE " POSTGRES_LOG_HEAD " SET last_id = newest.record_id, last_byte = newest.byte_end FROM"
    " (SELECT record_id, byte_end FROM " POSTGRES_LOG_TABLE " ORDER BY record_id DESC LIMIT 1) AS newest"
    " WHERE id = 1 AND last_id < newest.record_id";

static enum err create_all(struct postgres_link *link, int64_t deadline)
{
    enum err err = ERR_NONE;
    for (size_t i = 0; i < sizeof create / sizeof create[0] && err == ERR_NONE; i++) {
        PGresult *result = NULL;
        err = postgres_link_run(link, create[i], NULL, deadline, &result);
        PQclear(result);
    }
    return err;
}

static enum err check_head(struct postgres_link *link, int64_t deadline)
{
    PGresult *result = NULL;
    enum err err = postgres_link_run(
        link, "SELECT schema_version, last_id, last_byte, probe FROM " POSTGRES_LOG_HEAD " WHERE id = 1",
        NULL, deadline, &result);
    if (err != ERR_NONE)
        return err;
    for (int i = 0; i < PQnfields(result); i++) {
        if (PQftype(result, i) != POSTGRES_INT8)
            err = ERR_MALFORMED;
    }
    if (err == ERR_NONE && PQntuples(result) == 0)
        err = ERR_NOT_FOUND;
    if (err == ERR_NONE && postgres_row_number(result, 0, 0) != SCHEMA)
        err = ERR_MALFORMED;
    PQclear(result);
    return err;
}

static enum err check_table(struct postgres_link *link, int64_t deadline)
{
    PGresult *result = NULL;
    enum err err = postgres_link_run(
        link, "SELECT " POSTGRES_ROW_COLUMNS ", byte_end, account FROM " POSTGRES_LOG_TABLE " LIMIT 0", NULL,
        deadline, &result);
    if (err == ERR_NONE && !postgres_row_fits(result))
        err = ERR_MALFORMED;
    PQclear(result);
    return err;
}

/* Another encoding could not keep every name. */
static bool is_utf8(const struct postgres_link *link)
{
    const char *encoding = link->conn == NULL ? NULL : PQparameterStatus(link->conn, "server_encoding");
    return encoding == NULL || strcmp(encoding, "UTF8") == 0;
}

static enum err check(struct postgres_link *link, int64_t deadline)
{
    PGresult *result = NULL;
    if (!is_utf8(link))
        return ERR_NOT_SUPPORTED;
    enum err err = check_table(link, deadline);
    if (err == ERR_NONE)
        err = check_head(link, deadline);
    if (err == ERR_NONE)
        err = postgres_link_run(link, lift, NULL, deadline, &result);
    PQclear(result);
    return err;
}

/* Tables that are not there yet must be ones that this user may make. */
static enum err may_create(struct postgres_link *link, int64_t deadline)
{
    PGresult *result = NULL;
    enum err err = postgres_link_run(
        link, "SELECT coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)::int::int8", NULL,
        deadline, &result);
    if (err == ERR_NONE && (PQntuples(result) != 1 || postgres_row_number(result, 0, 0) != 1))
        err = ERR_ACCESS_DENIED;
    PQclear(result);
    return err;
}

enum err postgres_schema_try(struct postgres_link *link, int64_t deadline)
{
    if (!is_utf8(link))
        return ERR_NOT_SUPPORTED;
    const enum err table = check_table(link, deadline);
    if (table != ERR_NONE && table != ERR_NOT_FOUND)
        return table;
    const enum err head = check_head(link, deadline);
    if (head != ERR_NONE && head != ERR_NOT_FOUND)
        return head;
    return table == ERR_NONE && head == ERR_NONE ? ERR_NONE : may_create(link, deadline);
}

static bool is_duplicate(const struct postgres_link *link)
{
    return strncmp(link->state, "23", 2) == 0; /* integrity constraint violations */
}

enum err postgres_schema_prepare(struct postgres_link *link, int64_t deadline)
{
    enum err err = check(link, deadline);
    /* Another replica may make the same tables now; then one of the two is told that they exist. */
    for (unsigned i = 0; i < TRIES && link->conn != NULL; i++) {
        if (err == ERR_NOT_FOUND || (err == ERR_IO && is_duplicate(link)))
            err = create_all(link, deadline);
        else if (err != ERR_IO || !postgres_link_again(link))
            break;
        if (err == ERR_NONE || postgres_link_again(link))
            err = check(link, deadline);
    }
    return err == ERR_NOT_FOUND ? ERR_IO : err;
}
