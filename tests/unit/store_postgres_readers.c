/* Who reads a log in PostgreSQL while its server hangs, or takes no more connections. */
#include "support/events.h"
#include "support/postgres_stand.h"
#include "support/suite.h"

#include <pthread.h>
#include <stdio.h>

enum { ARENA_MAX = POSTGRES_STAND_ARENA_MAX };

enum { ASKERS = 12 };

static enum err read_one(void)
{
    static const struct event_filter all = {.since_ns = INT64_MIN};
    AUTO_ARENA arena;
    struct event_page page = {0};
    arena_init(&arena, ARENA_MAX);
    return event_store_read(postgres_stand.store, &all, NULL, 1, &arena, &page);
}

static void *ask(void *failed)
{
    return read_one() == ERR_IO ? NULL : failed;
}

/* Each is a thread of the service, which answers nobody meanwhile. */
START_TEST(a_server_that_hangs)
{
    pthread_t askers[ASKERS];
    unsigned failed = 0;
    postgres_stand_open((struct event_store_settings){0});
    ck_assert_int_eq(events_append(postgres_stand.store, 1, 10), ERR_NONE);
    ck_assert_int_eq(read_one(), ERR_NONE);
    postgres_server_freeze(&postgres_stand.server, true);
    double start = postgres_stand_now();
    for (size_t i = 0; i < ASKERS; i++)
        ck_assert_int_eq(pthread_create(&askers[i], NULL, ask, &failed), 0);
    for (size_t i = 0; i < ASKERS; i++) {
        void *result = NULL;
        ck_assert_int_eq(pthread_join(askers[i], &result), 0);
        failed += result != NULL ? 1 : 0;
    }
    double waited = postgres_stand_now() - start;
    start = postgres_stand_now();
    enum err err = read_one(); /* it is known by now */
    double again = postgres_stand_now() - start;
    postgres_server_freeze(&postgres_stand.server, false);
    ck_assert_uint_eq(failed, 0);
    ck_assert_int_eq(err, ERR_IO);
    ck_assert_msg(waited < 11.5 && again < 1, "waited %.1f s and %.1f s", waited, again);
    ck_assert(postgres_stand_writable_within(50));
    ck_assert_int_eq(read_one(), ERR_NONE);
}
END_TEST

/* Nobody would have to wait for it, and a connection that stands may serve. */
START_TEST(a_server_that_takes_no_more_connections)
{
    char role[64];
    char where[POSTGRES_URL_SIZE];
    char sql[400];
    const char *problem = "";
    postgres_stand_open((struct event_store_settings){0});
    ck_assert_int_eq(events_append(postgres_stand.store, 1, 10), ERR_NONE);
    event_store_close(postgres_stand.store);
    postgres_stand.store = NULL;
    (void)snprintf(role, sizeof role, "few_%s", postgres_stand.schema);
    (void)snprintf(sql, sizeof sql,
                   "CREATE ROLE %s LOGIN PASSWORD 'few'; GRANT USAGE ON SCHEMA %s TO %s;"
                   " GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %s TO %s",
                   role, postgres_stand.schema, role, postgres_stand.schema, role);
    postgres_stand_sql(sql);
    (void)snprintf(where, sizeof where, "postgres://%s:few@127.0.0.1:%u/postgres?options=-csearch_path%%3D%s",
                   role, postgres_stand.server.port, postgres_stand.schema);
    ck_assert_int_eq(
        postgres_stand_open_at(where, (struct event_store_settings){0}, &postgres_stand.store, &problem),
        ERR_NONE);
    ck_assert_int_eq(read_one(), ERR_NONE);
    (void)snprintf(sql, sizeof sql,
                   "ALTER ROLE %s CONNECTION LIMIT 1; SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                   " WHERE usename = '%s' ORDER BY backend_start LIMIT 1",
                   role, role);
    postgres_stand_sql(sql); /* the oldest is the writer's */
    ck_assert_int_eq(events_append(postgres_stand.store, 11, 1), ERR_IO);
    ck_assert_int_eq(read_one(), ERR_NONE);
    (void)snprintf(sql, sizeof sql, "ALTER ROLE %s CONNECTION LIMIT 2", role);
    postgres_stand_sql(sql);
    ck_assert(postgres_stand_writable_within(50));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("store_postgres_readers");
    TCase *tests = tcase_create("store_postgres_readers");
    tcase_add_test(tests, a_server_that_hangs);
    tcase_add_test(tests, a_server_that_takes_no_more_connections);
    return postgres_stand_run(suite, tests);
}
