/* What only a log in PostgreSQL can meet: a server that is away, hangs or refuses, and tables of somebody else. */
#include "support/events.h"
#include "support/postgres_stand.h"
#include "support/suite.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

enum { ARENA_MAX = POSTGRES_STAND_ARENA_MAX };

static const struct {
    const char *name;
    const char *url;
    enum err err;
} url_rows[] = {
    {"another scheme", "postgresxl://host/db", ERR_INVALID_PARAMETER},
    {"no slashes", "postgresql:host", ERR_INVALID_PARAMETER},
    {"a bad escape", "postgresql://%zz@host/db", ERR_INVALID_PARAMETER},
    {"an unknown option", "postgres://host/db?nonsense=1", ERR_INVALID_PARAMETER},
    {"nobody listens", "postgres://postgres@127.0.0.1:1/db", ERR_NONE},
    {"no such host", "postgresql://postgres@name.invalid/db", ERR_NONE},
    {"no such socket", "postgresql://postgres@%2Fno%2Ffolder/db", ERR_NONE},
};

/* A server that is not there is no error, but nothing is written. */
START_TEST(url_row)
{
    const char *problem = "";
    ck_assert_int_eq(postgres_stand_open_at(url_rows[_i].url, (struct event_store_settings){0},
                                            &postgres_stand.store, &problem),
                     url_rows[_i].err);
    if (postgres_stand.store == NULL)
        return;
    ck_assert(!postgres_stand_health().writable);
    ck_assert_int_eq(events_append(postgres_stand.store, 1, 3), ERR_IO);
    ck_assert_uint_eq(postgres_stand_health().written, 0);
}
END_TEST

START_TEST(password_row)
{
    static const char *const passwords[] = {"wrong", "", "secret%20words"};
    static const enum err errs[] = {ERR_IO, ERR_IO, ERR_NONE};
    char where[POSTGRES_URL_SIZE];
    const char *problem = "";
    (void)snprintf(where, sizeof where,
                   "postgres://postgres:%s@127.0.0.1:%u/postgres?options=-csearch_path%%3D%s", passwords[_i],
                   postgres_stand.server.port, postgres_stand.schema);
    double start = postgres_stand_now();
    ck_assert_int_eq(
        postgres_stand_open_at(where, (struct event_store_settings){0}, &postgres_stand.store, &problem),
        ERR_NONE);
    ck_assert_int_eq(postgres_stand_health().writable, errs[_i] == ERR_NONE);
    ck_assert_int_eq(events_append(postgres_stand.store, 1, 3), errs[_i]);
    ck_assert(postgres_stand_now() - start < 5);
    ck_assert_ptr_null(strstr(problem, "wrong"));
}
END_TEST

#define HEAD_COLUMNS " (id int8 PRIMARY KEY, schema_version int8, last_id int8, last_byte int8, probe int8)"

static const struct {
    const char *sql;
    enum err err;
} table_rows[] = {
    {"CREATE TABLE ntokend_event(a int8)", ERR_MALFORMED},
    {"CREATE VIEW ntokend_event AS SELECT 1 AS record_id", ERR_MALFORMED},
    {"CREATE TABLE ntokend_event_head(a int8)", ERR_MALFORMED},
    {"CREATE TABLE ntokend_event_head(id int4, schema_version text, last_id int8, last_byte int8, probe int8)",
     ERR_MALFORMED},
    {"CREATE TABLE ntokend_event_head" HEAD_COLUMNS "; INSERT INTO ntokend_event_head VALUES (1, 2, 0, 0, 0)",
     ERR_MALFORMED},
    {"CREATE TABLE ntokend_event_head" HEAD_COLUMNS, ERR_NONE},
    {"CREATE TABLE ntokend_event(time_ns int8, uuid uuid, record_id int8, byte_end int8, event_id int4,"
     " version int4, task int4, success text, process_id int8, thread_id int8, subject_sid text,"
     " subject_name text, account text, object_name text, session text, fields bytea)",
     ERR_MALFORMED},
    /* an administrator's partitions */
    {"CREATE TABLE ntokend_event(time_ns int8, uuid uuid, record_id int8, byte_end int8, event_id int4,"
     " version int4, task int4, success bool, process_id int8, thread_id int8, subject_sid text,"
     " subject_name text, account text, object_name text, session text, fields bytea,"
     " PRIMARY KEY (time_ns, uuid)) PARTITION BY RANGE (time_ns);"
     " CREATE TABLE p1 PARTITION OF ntokend_event FOR VALUES FROM (0) TO (1800000005000000000);"
     " CREATE TABLE p2 PARTITION OF ntokend_event FOR VALUES FROM (1800000005000000000) TO (MAXVALUE)",
     ERR_NONE},
};

START_TEST(table_row)
{
    char sql[1200];
    const char *problem = "";
    (void)snprintf(sql, sizeof sql, "SET search_path TO %s; %s", postgres_stand.schema, table_rows[_i].sql);
    postgres_server_sql(&postgres_stand.server, sql);
    ck_assert_int_eq(event_store_check(postgres_stand.url, &problem), table_rows[_i].err);
    ck_assert(table_rows[_i].err == ERR_NONE || strstr(problem, "not ntokend's") != NULL);
    ck_assert_int_eq(postgres_stand_open_at(postgres_stand.url, (struct event_store_settings){0},
                                            &postgres_stand.store, &problem),
                     table_rows[_i].err);
    if (table_rows[_i].err != ERR_NONE) {
        ck_assert_ptr_nonnull(strstr(problem, "not ntokend's"));
        return;
    }
    ck_assert_int_eq(events_append(postgres_stand.store, 1, 10), ERR_NONE);
    ck_assert_int_eq(postgres_stand_number("SELECT count(*) FROM ntokend_event"), 10);
}
END_TEST

/* Looking makes no tables, and calls nobody whom the URL does not name rightly. */
START_TEST(a_look_makes_nothing)
{
    char where[POSTGRES_URL_SIZE];
    const char *problem = "";
    ck_assert_int_eq(event_store_check(postgres_stand.url, &problem), ERR_NONE);
    ck_assert_int_eq(
        postgres_stand_number("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"), 0);
    (void)snprintf(where, sizeof where, "postgres://postgres:wrong@127.0.0.1:%u/postgres",
                   postgres_stand.server.port);
    ck_assert_int_eq(event_store_check(where, &problem), ERR_IO);
    ck_assert_ptr_nonnull(strstr(problem, "does not let this user in"));
}
END_TEST

START_TEST(a_database_in_latin_1_is_refused)
{
    char where[POSTGRES_URL_SIZE];
    const char *problem = "";
    (void)snprintf(where, sizeof where, "postgres://postgres:secret%%20words@127.0.0.1:%u/latin%d",
                   postgres_stand.server.port, (int)getpid());
    char sql[128];
    (void)snprintf(sql, sizeof sql, "CREATE DATABASE latin%d ENCODING 'LATIN1' TEMPLATE template0",
                   (int)getpid());
    postgres_server_sql(&postgres_stand.server, sql);
    ck_assert_int_eq(event_store_check(where, &problem), ERR_NOT_SUPPORTED);
    ck_assert_ptr_nonnull(strstr(problem, "UTF-8"));
    ck_assert_int_eq(
        postgres_stand_open_at(where, (struct event_store_settings){0}, &postgres_stand.store, &problem),
        ERR_MALFORMED);
    ck_assert_ptr_nonnull(strstr(problem, "UTF-8"));
}
END_TEST

/* What the README gives a user who may add events and not change them. */
START_TEST(a_user_without_the_right_to_change)
{
    char where[POSTGRES_URL_SIZE];
    char sql[512];
    const char *problem = "";
    (void)snprintf(sql, sizeof sql, "CREATE USER %s_u PASSWORD 'pw'; GRANT USAGE ON SCHEMA %s TO %s_u",
                   postgres_stand.schema, postgres_stand.schema, postgres_stand.schema);
    postgres_server_sql(&postgres_stand.server, sql);
    (void)snprintf(where, sizeof where,
                   "postgres://%s_u:pw@127.0.0.1:%u/postgres?options=-csearch_path%%3D%s",
                   postgres_stand.schema, postgres_stand.server.port, postgres_stand.schema);
    ck_assert_int_eq(event_store_check(where, &problem), ERR_ACCESS_DENIED);
    ck_assert_ptr_nonnull(strstr(problem, "no right"));
    ck_assert_int_eq(
        postgres_stand_open_at(where, (struct event_store_settings){0}, &postgres_stand.store, &problem),
        ERR_IO);
    ck_assert_ptr_nonnull(strstr(problem, "no right"));
    postgres_stand_open((struct event_store_settings){0}); /* the owner makes the tables */
    event_store_close(postgres_stand.store);
    postgres_stand.store = NULL;
    (void)snprintf(sql, sizeof sql,
                   "GRANT SELECT, INSERT ON %s.ntokend_event TO %s_u;"
                   "GRANT SELECT, UPDATE ON %s.ntokend_event_head TO %s_u",
                   postgres_stand.schema, postgres_stand.schema, postgres_stand.schema,
                   postgres_stand.schema);
    postgres_server_sql(&postgres_stand.server, sql);
    ck_assert_int_eq(event_store_check(where, &problem), ERR_NONE);
    ck_assert_int_eq(
        postgres_stand_open_at(where, (struct event_store_settings){0}, &postgres_stand.store, &problem),
        ERR_NONE);
    ck_assert_int_eq(events_append(postgres_stand.store, 1, 10), ERR_NONE);
    ck_assert_int_eq(events_append(postgres_stand.store, 5, 10), ERR_NONE);
}
END_TEST

static size_t count_all(void)
{
    struct event_filter filter = {0};
    struct event_page page;
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_MAX);
    ck_assert_int_eq(event_store_read(postgres_stand.store, &filter, NULL, 1000, &arena, &page), ERR_NONE);
    return page.count;
}

START_TEST(a_server_that_was_away)
{
    postgres_stand_open((struct event_store_settings){0});
    ck_assert_int_eq(events_append(postgres_stand.store, 1, 10), ERR_NONE);
    ck_assert_uint_eq(count_all(), 10);
    postgres_server_stop(&postgres_stand.server, _i == 0 ? SIGINT : SIGKILL);
    ck_assert_int_eq(events_append(postgres_stand.store, 11, 10), ERR_IO);
    ck_assert(!postgres_stand_health().writable);
    postgres_server_start(&postgres_stand.server);
    ck_assert(postgres_stand_writable_within(50)); /* without any event: readiness comes back by itself */
    ck_assert_int_eq(events_append(postgres_stand.store, 21, 10), ERR_NONE);
    ck_assert_uint_eq(count_all(), 20);
    /* and one that was away while nobody looked */
    postgres_server_stop(&postgres_stand.server, SIGINT);
    postgres_server_start(&postgres_stand.server);
    ck_assert_uint_eq(count_all(), 20);
    ck_assert(postgres_stand_writable_within(50));
    ck_assert_int_eq(events_append(postgres_stand.store, 31, 10), ERR_NONE);
}
END_TEST

START_TEST(a_server_that_hangs)
{
    postgres_stand_open((struct event_store_settings){0});
    ck_assert_int_eq(events_append(postgres_stand.store, 1, 10), ERR_NONE);
    postgres_server_freeze(&postgres_stand.server, true);
    double start = postgres_stand_now();
    enum err err = events_append(postgres_stand.store, 11, 10);
    double waited = postgres_stand_now() - start;
    start = postgres_stand_now();
    event_store_close(postgres_stand.store);
    double closed = postgres_stand_now() - start;
    postgres_stand.store = NULL;
    postgres_server_freeze(&postgres_stand.server, false);
    ck_assert_int_eq(err, ERR_IO);
    ck_assert_msg(waited < 15 && closed < 8, "waited %.1f s and %.1f s", waited, closed);
    postgres_stand_open((struct event_store_settings){0});
    ck_assert_int_eq(events_append(postgres_stand.store, 21, 10), ERR_NONE);
}
END_TEST

START_TEST(a_head_that_was_lost)
{
    postgres_stand_open((struct event_store_settings){0});
    ck_assert_int_eq(events_append(postgres_stand.store, 1, 10), ERR_NONE);
    postgres_stand_sql("DELETE FROM ntokend_event_head");
    ck_assert_int_eq(events_append(postgres_stand.store, 11, 1), ERR_IO);
    ck_assert(postgres_stand_writable_within(50));
    ck_assert_int_eq(events_append(postgres_stand.store, 21, 10), ERR_NONE);
    ck_assert_int_eq(postgres_stand_number("SELECT count(DISTINCT record_id) FROM ntokend_event"), 20);
    ck_assert_uint_eq(postgres_stand_health().newest_record_id, 20);
}
END_TEST

/* The statement's rows have come when the server finds that it cannot commit: for good, or until it is asked again. */
static const struct {
    const char *condition;
    enum err err;
    long long rows;
} commit_rows[] = {
    {"RAISE EXCEPTION 'refused'", ERR_IO, 0},
    {"IF nextval('tries') < 3 THEN RAISE EXCEPTION SQLSTATE '40001'; END IF", ERR_NONE, 10},
};

START_TEST(commit_row)
{
    char sql[600];
    postgres_stand_open((struct event_store_settings){0});
    (void)snprintf(sql, sizeof sql,
                   "CREATE SEQUENCE tries; CREATE FUNCTION judge() RETURNS trigger LANGUAGE plpgsql AS"
                   " $$BEGIN %s; RETURN NULL; END$$; CREATE CONSTRAINT TRIGGER judge AFTER UPDATE ON"
                   " ntokend_event_head DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION judge()",
                   commit_rows[_i].condition);
    postgres_stand_sql(sql);
    ck_assert_int_eq(events_append(postgres_stand.store, 1, 10), commit_rows[_i].err);
    ck_assert_int_eq(postgres_stand_number("SELECT count(*) FROM ntokend_event"), commit_rows[_i].rows);
    ck_assert_uint_eq(postgres_stand_health().written, (uint64_t)commit_rows[_i].rows);
}
END_TEST

/* Names that no column of text would take, and one that no index would. */
START_TEST(odd_names)
{
    static char long_name[6000];
    static const struct event_filter filters[] = {{.user = long_name}, {.user = long_name + 5}};
    struct events_text text;
    struct events_wait wait;
    struct event_page page;
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_MAX);
    postgres_stand_open((struct event_store_settings){0});
    memset(long_name, 'x', sizeof long_name - 1);
    long_name[4] = '\\'; /* the domain before it */
    struct event odd[] = {events_make(1, &text), events_make(2, &text), events_make(3, &text)};
    odd[0].subject_name = long_name;
    odd[1].subject_name = "CORP\\\xff\xed\xa0\x80";
    odd[1].object_name = "\xc3(\x80";
    odd[2].subject_name = "";
    events_wait_init(&wait);
    for (size_t i = 0; i < 3; i++)
        ck_assert_int_eq(events_post(postgres_stand.store, &wait, &odd[i]), ERR_NONE);
    ck_assert_int_eq(events_join(&wait), ERR_NONE);
    events_wait_done(&wait);
    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(event_store_read(postgres_stand.store, &filters[i], NULL, 10, &arena, &page),
                         ERR_NONE);
        ck_assert_uint_eq(page.count, 1);
        ck_assert_str_eq(page.events[0].subject_name, long_name);
    }
    ck_assert_uint_eq(count_all(), 3);
}
END_TEST

/* A row that somebody else wrote is the log's trouble and not the cursor's. */
START_TEST(fields_that_are_not_ours)
{
    static const struct event_filter all = {0};
    struct event_page page;
    uint64_t last = 0;
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_MAX);
    postgres_stand_open((struct event_store_settings){0});
    ck_assert_int_eq(events_append(postgres_stand.store, 1, 3), ERR_NONE);
    postgres_stand_sql("UPDATE ntokend_event SET fields = '\\x78'");
    ck_assert_int_eq(event_store_read(postgres_stand.store, &all, NULL, 10, &arena, &page), ERR_IO);
    ck_assert_int_eq(event_store_read_after(postgres_stand.store, &all, 0, 10, &arena, &page, &last), ERR_IO);
}
END_TEST

START_TEST(there_is_no_hash_chain)
{
    struct event_verdict verdict;
    const char *problem = "";
    ck_assert_int_eq(event_store_verify(postgres_stand.url, &verdict, &problem), ERR_NOT_SUPPORTED);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

int main(void)
{
    Suite *suite = suite_create("store_postgres");
    TCase *tests = tcase_create("store_postgres");
    tcase_add_loop_test(tests, url_row, 0, COUNT(url_rows));
    tcase_add_loop_test(tests, password_row, 0, 3);
    tcase_add_loop_test(tests, table_row, 0, COUNT(table_rows));
    tcase_add_test(tests, a_database_in_latin_1_is_refused);
    tcase_add_test(tests, a_look_makes_nothing);
    tcase_add_test(tests, a_user_without_the_right_to_change);
    tcase_add_loop_test(tests, a_server_that_was_away, 0, 2);
    tcase_add_test(tests, a_server_that_hangs);
    tcase_add_test(tests, a_head_that_was_lost);
    tcase_add_loop_test(tests, commit_row, 0, COUNT(commit_rows));
    tcase_add_test(tests, odd_names);
    tcase_add_test(tests, fields_that_are_not_ours);
    tcase_add_test(tests, there_is_no_hash_chain);
    return postgres_stand_run(suite, tests);
}
