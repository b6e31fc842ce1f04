/* postgres_stand: a store in a schema of its own, in a server that the tests of one program share. */
#ifndef NTOKEND_TESTS_POSTGRES_STAND_H
#define NTOKEND_TESTS_POSTGRES_STAND_H

#include "eventlog/store.h"
#include "support/postgres_server.h"

#include <check.h>

enum { POSTGRES_STAND_ARENA_MAX = 16 << 20, POSTGRES_STAND_SQL_SIZE = 1400 };

struct postgres_stand {
    struct postgres_server server;
    char schema[40];
    char url[POSTGRES_URL_SIZE];
    struct event_store *store; /* what the test opened; closed by its end */
};
extern struct postgres_stand postgres_stand;

/* Runs the suite of one case over a server, prints TAP, frees it; the value is main's. */
int postgres_stand_run(Suite *suite, TCase *tests);
/* Before each test: the server runs, the schema is new and empty. */
void postgres_stand_set_up(void);
void postgres_stand_tear_down(void);

/* The queue is 5000 long, the URL as told. */
enum err postgres_stand_open_at(const char *url, struct event_store_settings settings,
                                struct event_store **ret, const char **ret_problem) MUST_USE;
/* postgres_stand.store, in the schema. */
void postgres_stand_open(struct event_store_settings settings);
/* Statements of the administrator in the schema. */
void postgres_stand_sql(const char *sql);
long long postgres_stand_number(const char *sql);

struct event_store_health postgres_stand_health(void);
bool postgres_stand_writable_within(unsigned tenths);
/* Seconds. */
double postgres_stand_now(void);

#endif
