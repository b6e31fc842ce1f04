#include "support/postgres_stand.h"

#include "support/pause.h"
#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { QUEUE = 5000 };

struct postgres_stand postgres_stand;
static unsigned schemas;

int postgres_stand_run(Suite *suite, TCase *tests)
{
    /* The server is a child of this process, which stops and starts it. */
    (void)setenv("CK_FORK", "no", 1);
    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, postgres_stand_set_up, postgres_stand_tear_down);
    suite_add_tcase(suite, tests);
    postgres_server_make(&postgres_stand.server);
    postgres_server_start(&postgres_stand.server);
    int status = suite_run(suite);
    postgres_server_remove(&postgres_stand.server);
    return status;
}

void postgres_stand_set_up(void)
{
    struct postgres_stand *stand = &postgres_stand;
    char sql[128];
    if (stand->server.pid == 0)
        postgres_server_start(&stand->server);
    /* Check may run each test in a process of its own. */
    (void)snprintf(stand->schema, sizeof stand->schema, "log%d_%u", (int)getpid(), schemas++);
    (void)snprintf(sql, sizeof sql, "CREATE SCHEMA %.39s", stand->schema);
    postgres_server_sql(&stand->server, sql);
    postgres_server_url(&stand->server, stand->schema, stand->url);
}

void postgres_stand_tear_down(void)
{
    event_store_close(postgres_stand.store);
    postgres_stand.store = NULL;
}

enum err postgres_stand_open_at(const char *url, struct event_store_settings settings,
                                struct event_store **ret, const char **ret_problem)
{
    AUTO_ARENA arena;
    arena_init(&arena, POSTGRES_STAND_ARENA_MAX);
    settings.url = url;
    settings.queue_max = QUEUE;
    return event_store_open(&settings, &arena, ret, ret_problem);
}

void postgres_stand_open(struct event_store_settings settings)
{
    const char *problem = "";
    ck_assert_int_eq(postgres_stand_open_at(postgres_stand.url, settings, &postgres_stand.store, &problem),
                     ERR_NONE);
}

static const char *in_schema(const char *sql, char ret[POSTGRES_STAND_SQL_SIZE])
{
    (void)snprintf(ret, POSTGRES_STAND_SQL_SIZE, "SET search_path TO %s; %s", postgres_stand.schema, sql);
    return ret;
}

void postgres_stand_sql(const char *sql)
{
    char whole[POSTGRES_STAND_SQL_SIZE];
    postgres_server_sql(&postgres_stand.server, in_schema(sql, whole));
}

long long postgres_stand_number(const char *sql)
{
    char whole[POSTGRES_STAND_SQL_SIZE];
    return postgres_server_number(&postgres_stand.server, in_schema(sql, whole));
}

struct event_store_health postgres_stand_health(void)
{
    struct event_store_health health;
    event_store_health(postgres_stand.store, &health);
    return health;
}

bool postgres_stand_writable_within(unsigned tenths)
{
    for (unsigned i = 0; i < tenths && !postgres_stand_health().writable; i++)
        pause_ms(100);
    return postgres_stand_health().writable;
}

double postgres_stand_now(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}
