/* What was done to a log behind its back is seen, and where. */
#include "support/events.h"
#include "support/folder.h"
#include "support/suite.h"

#include <sqlite3.h>
#include <stdio.h>

enum { EVENTS = 600 };

static struct folder folder;
static char url[FOLDER_PATH_SIZE + 32];

static struct event_store *open_store(uint64_t retention_s)
{
    struct event_store_settings settings = {.url = url, .queue_max = 1000, .retention_s = retention_s};
    return events_open(&settings);
}

static void append(uint64_t first, size_t count)
{
    struct event_store *store = open_store(0);
    ck_assert_int_eq(events_append(store, first, count), ERR_NONE);
    event_store_close(store);
}

static void set_up(void)
{
    folder_make(&folder);
    (void)snprintf(url, sizeof url, "sqlite:%s/audit.db", folder.path);
    append(1, EVENTS);
}

static void tear_down(void)
{
    folder_remove(&folder);
}

static void run(const char *sql)
{
    sqlite3 *db = NULL;
    ck_assert_int_eq(sqlite3_open(url + strlen("sqlite:"), &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
}

static const struct {
    const char *sql;
    uint64_t broken; /* 0: sound */
} rows[] = {
    {"", 0},
    {"VACUUM", 0},
    {"UPDATE event SET event_id = 4657 WHERE record_id = 17", 17},
    {"UPDATE event SET event_id = event_id + 65536 WHERE record_id = 17", 17},
    {"UPDATE event SET version = 2 WHERE record_id = 17", 17},
    {"UPDATE event SET task = 1 WHERE record_id = 17", 17},
    {"UPDATE event SET success = 1 - success WHERE record_id = 17", 17},
    {"UPDATE event SET success = 2 WHERE record_id = 17", 17},
    {"UPDATE event SET time_ns = time_ns + 100 WHERE record_id = 17", 17},
    {"UPDATE event SET process_id = 1 WHERE record_id = 17", 17},
    {"UPDATE event SET thread_id = 99 WHERE record_id = 17", 17},
    {"UPDATE event SET uuid = zeroblob(16) WHERE record_id = 17", 17},
    {"UPDATE event SET uuid = zeroblob(15) WHERE record_id = 17", 17},
    {"UPDATE event SET subject_sid = NULL WHERE record_id = 17", 17},
    {"UPDATE event SET subject_name = '' WHERE record_id = 17", 17},
    {"UPDATE event SET object_name = object_name || char(0) || 'x' WHERE record_id = 17", 17},
    {"UPDATE event SET session = '0x1' WHERE record_id = 17", 17},
    {"UPDATE event SET session = object_name, object_name = session WHERE record_id = 17", 17},
    {"UPDATE event SET fields = x'4100420000' WHERE record_id = 17", 17},
    {"UPDATE event SET hash = zeroblob(32) WHERE record_id = 17", 17},
    {"UPDATE event SET task = 1 WHERE record_id = 600", 600},
    {"UPDATE event SET task = 1 WHERE record_id = 1", 1},
    {"DELETE FROM event WHERE record_id = 17", 17},
    {"DELETE FROM event WHERE record_id = 1", 1},
    {"DELETE FROM event WHERE record_id = 600", 600},
    {"DELETE FROM event WHERE record_id > 590", 591},
    {"DELETE FROM event", 1},
    {"DELETE FROM event WHERE record_id = 17; UPDATE event SET record_id = record_id - 1 WHERE record_id > 17",
     17},
    {"UPDATE event SET record_id = 9999 WHERE record_id = 17; UPDATE event SET record_id = 17 WHERE record_id = 18;"
     "UPDATE event SET record_id = 18 WHERE record_id = 9999",
     17},
    {"INSERT INTO event SELECT 601, zeroblob(16), time_ns, event_id, version, task, success, process_id, thread_id,"
     " subject_sid, subject_name, object_name, session, fields, hash FROM event WHERE record_id = 600",
     601},
    {"INSERT INTO event SELECT 0, zeroblob(16), time_ns, event_id, version, task, success, process_id, thread_id,"
     " subject_sid, subject_name, object_name, session, fields, hash FROM event WHERE record_id = 1",
     0 /* record 0 itself */},
    {"UPDATE head SET last_hash = zeroblob(32)", 600},
    {"UPDATE head SET last_id = 599", 600},
    {"UPDATE head SET anchor_id = 16; DELETE FROM event WHERE record_id <= 16", 17},
    {"UPDATE zone SET keys = zeroblob(1024) WHERE id = 1", 256},
    {"UPDATE zone SET until_ns = since_ns WHERE id = 1", 256},
    {"UPDATE zone_text SET bits = zeroblob(4096) WHERE id = 0", 1},
    {"DELETE FROM zone WHERE id = 1", 256},
    {"INSERT INTO zone SELECT 2, since_ns, until_ns, keys FROM zone WHERE id = 1", 601},
};

START_TEST(row)
{
    bool strange = strstr(rows[_i].sql, "SELECT 0,") != NULL || strstr(rows[_i].sql, "zone_text SET") != NULL;
    run(rows[_i].sql);
    struct event_verdict verdict = events_verify(url);
    ck_assert_int_eq(verdict.sound, rows[_i].broken == 0 && !strange);
    if (verdict.sound) {
        ck_assert_uint_eq(verdict.count, EVENTS);
        ck_assert_uint_eq(verdict.last_record_id, EVENTS);
    } else {
        ck_assert_ptr_nonnull(verdict.problem);
        ck_assert_uint_eq(verdict.broken_record_id, strange ? 0 : rows[_i].broken);
    }
}
END_TEST

/* The service goes on, but what was done stays visible. */
START_TEST(going_on_does_not_heal)
{
    run("DELETE FROM event WHERE record_id > 590");
    append(1001, 100);
    ck_assert_uint_eq(events_verify(url).broken_record_id, 591);
}
END_TEST

START_TEST(the_chain_goes_on_over_restarts)
{
    struct event_verdict before = events_verify(url);
    append(EVENTS + 1, 1);
    struct event_verdict after = events_verify(url);
    ck_assert(after.sound);
    ck_assert_uint_eq(after.count, EVENTS + 1);
    ck_assert_int_ne(memcmp(before.last_hash, after.last_hash, EVENT_HASH_SIZE), 0);
}
END_TEST

static const struct {
    const char *url;
    enum err err;
} refused[] = {
    {"sqlite:no/such/file", ERR_IO},
    {"sqlite:", ERR_MALFORMED},
    {"mysql://x", ERR_INVALID_PARAMETER},
    {"", ERR_INVALID_PARAMETER},
};

START_TEST(refused_row)
{
    struct event_verdict verdict;
    const char *problem = NULL;
    ck_assert_int_eq(event_store_verify(refused[_i].url, &verdict, &problem), refused[_i].err);
    ck_assert_ptr_nonnull(problem);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

int main(void)
{
    Suite *suite = suite_create("store_verify");
    TCase *tests = tcase_create("store_verify");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, row, 0, COUNT(rows));
    tcase_add_test(tests, going_on_does_not_heal);
    tcase_add_test(tests, the_chain_goes_on_over_restarts);
    tcase_add_loop_test(tests, refused_row, 0, COUNT(refused));
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
