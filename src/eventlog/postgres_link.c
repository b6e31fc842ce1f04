#include "eventlog/postgres_link.h"

#include <endian.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>

/* A connection that is refused, is so sooner. */
enum { REFUSAL_MS = 1000 };

int postgres_values_add(struct postgres_values *values, enum postgres_type type, struct bytes value)
{
    int at = values->count;
    if (at == POSTGRES_VALUES_MAX || value.size > INT32_MAX)
        return 0;
    values->types[at] = (Oid)type;
    values->data[at] = (const char *)value.data;
    values->sizes[at] = (int)value.size;
    values->formats[at] = 1;
    return ++values->count;
}

int postgres_values_number(struct postgres_values *values, int64_t number)
{
    uint64_t big = htobe64((uint64_t)number);
    if (values->count == POSTGRES_VALUES_MAX)
        return 0;
    uint8_t *place = values->numbers[values->count];
    memcpy(place, &big, sizeof big);
    return postgres_values_add(values, POSTGRES_INT8, bytes_of(place, sizeof big));
}

int64_t postgres_link_now(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool postgres_link_url(const char *url)
{
    char *words = NULL;
    PQconninfoOption *options = PQconninfoParse(url, &words);
    PQfreemem(words);
    PQconninfoFree(options);
    return options != NULL;
}

static void say_nothing(void *context, const PGresult *notice)
{
    (void)context;
    (void)notice;
}

/* What waits for standby servers besides stays as the administrator has it; an answer never rests on less than this server's
 * disk. The server gives up before we do, so that no statement outlives its caller. */
static const char settings[] =
    "SELECT set_config('statement_timeout', '7000', false), set_config('synchronous_commit',"
    " CASE WHEN current_setting('synchronous_commit') IN ('off', 'local', 'remote_write')"
    " THEN 'on' ELSE current_setting('synchronous_commit') END, false)";

enum err postgres_link_open(struct postgres_link *link, const char *url, int64_t deadline)
{
    /* What stands before "dbname", the URL, may be said otherwise in it. */
    const char *const names[] = {"connect_timeout", "target_session_attrs", "application_name",
                                 "dbname",          "client_encoding",      NULL};
    const char *const values[] = {"2", "read-write", "ntokend", url, "UTF8", NULL};
    PGresult *result = NULL;
    postgres_link_close(link);
    link->state[0] = 0;
    link->hangs = false;
    const int64_t start = postgres_link_now();
    link->conn = PQconnectdbParams(names, values, 1);
    if (link->conn == NULL)
        return ERR_NO_MEMORY;
    link->hangs = PQstatus(link->conn) != CONNECTION_OK && postgres_link_now() - start >= REFUSAL_MS;
    (void)PQsetNoticeReceiver(link->conn, say_nothing, NULL);
    enum err err = ERR_IO;
    if (PQstatus(link->conn) == CONNECTION_OK && PQsetnonblocking(link->conn, 1) == 0)
        err = postgres_link_run(link, settings, NULL, deadline, &result);
    PQclear(result);
    if (err != ERR_NONE)
        postgres_link_close(link);
    return err == ERR_NONE ? ERR_NONE : ERR_IO;
}

void postgres_link_close(struct postgres_link *link)
{
    PQfinish(link->conn);
    link->conn = NULL;
}

/* False past the deadline. */
static bool wait_for(PGconn *conn, short events, int64_t deadline)
{
    struct pollfd poll_fd = {.fd = PQsocket(conn), .events = events};
    int64_t left = deadline - postgres_link_now();
    if (left <= 0 || poll_fd.fd < 0)
        return false;
    /* A signal only makes the caller look once more. */
    return poll(&poll_fd, 1, (int)left) != 0;
}

static bool send_all(PGconn *conn, int64_t deadline)
{
    int left = 1;
    while ((left = PQflush(conn)) == 1) {
        /* A server that does not read on before its own words were read is no reason to wait for ever. */
        if (!wait_for(conn, POLLIN | POLLOUT, deadline) || PQconsumeInput(conn) != 1)
            return false;
    }
    return left == 0;
}

/* *ret_end: there are no more results. */
static bool receive(PGconn *conn, int64_t deadline, PGresult **ret)
{
    while (PQisBusy(conn) == 1) {
        if (!wait_for(conn, POLLIN, deadline) || PQconsumeInput(conn) != 1)
            return false;
    }
    *ret = PQgetResult(conn);
    return true;
}

static enum err err_of(const char *state)
{
    if (strcmp(state, "42P01") == 0 || strcmp(state, "3F000") == 0)
        return ERR_NOT_FOUND; /* undefined_table, invalid_schema_name */
    if (strcmp(state, "42501") == 0)
        return ERR_ACCESS_DENIED;
    return strncmp(state, "42", 2) == 0 ? ERR_MALFORMED : ERR_IO;
}

static enum err look(struct postgres_link *link, const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
        return ERR_NONE;
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (state != NULL && strlen(state) < sizeof link->state)
        memcpy(link->state, state, strlen(state) + 1);
    return err_of(link->state);
}

/* The statement is committed behind its rows, and whoever got these may still be told that it was not: the last word counts. */
static enum err receive_all(struct postgres_link *link, int64_t deadline, PGresult **ret)
{
    PGresult *next = NULL;
    if (!receive(link->conn, deadline, ret) || *ret == NULL)
        return ERR_IO;
    enum err err = look(link, *ret);
    for (;;) {
        if (!receive(link->conn, deadline, &next))
            return ERR_IO;
        if (next == NULL)
            return err;
        enum err worse = look(link, next);
        err = err == ERR_NONE ? worse : err;
        PQclear(next);
    }
}

enum err postgres_link_run(struct postgres_link *link, const char *sql, const struct postgres_values *values,
                           int64_t deadline, PGresult **ret)
{
    static const struct postgres_values none;
    PGresult *result = NULL;
    const struct postgres_values *all = values == NULL ? &none : values;
    link->state[0] = 0;
    link->hangs = false;
    if (link->conn == NULL)
        return ERR_IO;
    enum err err = ERR_IO;
    bool sent = PQsendQueryParams(link->conn, sql, all->count, all->types, all->data, all->sizes,
                                  all->formats, 1) == 1 &&
                send_all(link->conn, deadline);
    if (sent)
        err = receive_all(link, deadline, &result);
    const bool idle =
        PQstatus(link->conn) == CONNECTION_OK && PQtransactionStatus(link->conn) != PQTRANS_ACTIVE;
    link->hangs = err == ERR_IO && link->state[0] == 0 && postgres_link_now() >= deadline;
    if (!idle)
        postgres_link_close(link);
    if (!idle && err == ERR_NONE)
        err = ERR_IO;
    if (err == ERR_NONE)
        *ret = result;
    else
        PQclear(result);
    return err;
}

bool postgres_link_again(const struct postgres_link *link)
{
    static const char *const states[] = {
        "40001", /* serialization_failure */
        "40003", /* statement_completion_unknown */
        "40P01", /* deadlock_detected */
        "25006", /* read_only_sql_transaction: another server is the first now */
        "57P01", /* admin_shutdown */
        "57P02", /* crash_shutdown */
        "57P03", /* cannot_connect_now */
    };
    if (link->state[0] == 0)
        return link->conn == NULL;
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        if (strcmp(link->state, states[i]) == 0)
            return true;
    }
    return strncmp(link->state, "08", 2) == 0; /* connection exceptions */
}
