#include "support/postgres_seen.h"

#include <stdio.h>
#include <stdlib.h>

enum { TYPE_UUID = 2950 };

PGconn *postgres_seen_open(const char *url)
{
    PGconn *seen = PQconnectdb(url);
    PGresult *made = PQexec(
        seen,
        "CREATE TEMP TABLE seen AS SELECT uuid FROM ntokend_event; CREATE INDEX ON seen(uuid); ANALYZE seen");
    if (PQresultStatus(made) != PGRES_COMMAND_OK) {
        (void)fprintf(stderr, "postgres_seen: %s\n", PQerrorMessage(seen));
        exit(99);
    }
    PQclear(made);
    return seen;
}

static bool is_once(PGconn *seen, const struct event_uuid *uuid)
{
    const char *values[] = {(const char *)uuid->bytes};
    const int sizes[] = {EVENT_UUID_SIZE};
    const int formats[] = {1};
    const Oid types[] = {TYPE_UUID};
    PGresult *found =
        PQexecParams(seen, "SELECT count(*) FROM seen WHERE uuid = $1", 1, types, values, sizes, formats, 0);
    bool once = PQntuples(found) == 1 && strcmp(PQgetvalue(found, 0, 0), "1") == 0;
    PQclear(found);
    return once;
}

size_t postgres_seen_missing(PGconn *seen, const struct event_uuid *uuids, size_t count)
{
    size_t missing = 0;
    for (size_t i = 0; i < count; i++)
        missing += !is_once(seen, &uuids[i]);
    return missing;
}

void postgres_seen_close(PGconn *seen)
{
    PQfinish(seen);
}
