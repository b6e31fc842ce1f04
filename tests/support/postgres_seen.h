/* postgres_seen: how often events stand in the log of a PostgreSQL server. A mistake exits 99. */
#ifndef NTOKEND_TESTS_POSTGRES_SEEN_H
#define NTOKEND_TESTS_POSTGRES_SEEN_H

#include "eventlog/event.h"

#include <libpq-fe.h>

/* A copy of what the log has now, without the index that keeps an event single. */
PGconn *postgres_seen_open(const char *url);
/* How many of them are not there exactly once. */
size_t postgres_seen_missing(PGconn *seen, const struct event_uuid *uuids, size_t count);
void postgres_seen_close(PGconn *seen);

#endif
