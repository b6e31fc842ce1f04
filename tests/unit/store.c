/* The store over each kind of log: what was appended is found, by every condition, page by page. */
#include "support/events.h"
#include "support/log_kind.h"
#include "support/suite.h"

#include <stdio.h>
#include <sys/stat.h>

enum { ARENA_MAX = 16 << 20, EVENTS = 1000 };

static struct folder folder;
static const struct log_kind *kind;
static char url[POSTGRES_URL_SIZE];
static struct event_store *store;
static struct event_store_settings settings;

static enum err reopen(void)
{
    const char *problem = NULL;
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_MAX);
    return event_store_open(&settings, &arena, &store, &problem);
}

static void set_up(void)
{
    folder_make(&folder);
    kind->make(&folder, url);
    settings = (struct event_store_settings){.url = url, .queue_max = 4096};
    ck_assert_int_eq(reopen(), ERR_NONE);
}

static void tear_down(void)
{
    event_store_close(store);
    store = NULL;
    folder_remove(&folder);
}

/* The plain meaning of the conditions on the events that events_make makes. */
static const struct row {
    struct event_filter filter;
    uint64_t modulus; /* numbers that match: number % modulus == rest, from `low` to `high` */
    uint64_t rest;
    uint64_t low;
    uint64_t high;
} rows[] = {
    {{0}, 1, 0, 1, EVENTS},
    {{.event_id = 4703}, 8, 7, 1, EVENTS},
    {{.event_id = 1}, 1, 1, 1, EVENTS},
    {{.user = "S-1-5-21-1-2-3-1005"}, 97, 5, 1, EVENTS},
    {{.user = "S-1-5-21-1-2-3-100"}, 1, 1, 1, EVENTS},
    {{.user = "user5"}, 97, 5, 1, EVENTS},
    {{.user = "USER5"}, 97, 5, 1, EVENTS},
    {{.user = "corp\\User5"}, 97, 5, 1, EVENTS},
    {{.user = "other\\user5"}, 1, 1, 1, EVENTS},
    {{.user = "ser5"}, 1, 1, 1, EVENTS},
    {{.object = "TEAM7\\"}, 31, 7, 1, EVENTS},
    {{.object = "report0000500"}, EVENTS, 500, 1, EVENTS},
    {{.object = "0x"}, 1, 1, 1, EVENTS},
    {{.text = "0X7CC"}, EVENTS, 499, 1, EVENTS},
    {{.text = "ntokend"}, 1, 0, 1, EVENTS},
    {{.text = "no such thing"}, 1, 1, 1, EVENTS},
    {{.text = "zz"}, 1, 1, 1, EVENTS},
    {{.session = "0x10003"}, 1, 0, 150, 199},
    {{.outcome = EVENT_FAILURE}, 5, 0, 1, EVENTS},
    {{.since_ns = (EVENTS_BASE_S + INT64_C(900)) * 1000000000}, 1, 0, 900, EVENTS},
    {{.until_ns = (EVENTS_BASE_S + INT64_C(100)) * 1000000000}, 1, 0, 1, 99},
    {{.since_ns = (EVENTS_BASE_S + INT64_C(300)) * 1000000000,
      .until_ns = (EVENTS_BASE_S + INT64_C(310)) * 1000000000,
      .outcome = EVENT_FAILURE},
     5,
     0,
     300,
     309},
    {{.event_id = 4703, .user = "user5", .outcome = EVENT_SUCCESS, .object = "docx", .text = "%%1538"},
     3880,
     199,
     1,
     EVENTS},
};

static uint64_t next_match(const struct row *row, uint64_t from)
{
    uint64_t number = from < row->high ? from : row->high;
    while (number >= row->low && number % row->modulus != row->rest)
        number--;
    return number >= row->low ? number : 0;
}

/* Every page, newest first, until there is none: exactly what matches. */
static void expect_pages(const struct row *row, size_t limit)
{
    const char *cursor = NULL;
    uint64_t expected = next_match(row, EVENTS);
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_MAX);
    do {
        struct event_page page;
        ck_assert_int_eq(event_store_read(store, &row->filter, cursor, limit, &arena, &page), ERR_NONE);
        ck_assert_uint_le(page.count, limit);
        for (size_t i = 0; i < page.count; i++) {
            ck_assert_uint_eq(page.events[i].record_id, expected);
            expected = next_match(row, expected - 1);
        }
        ck_assert(page.next == NULL || page.count == limit);
        cursor = page.next;
    } while (cursor != NULL);
    ck_assert_uint_eq(expected, 0);
}

START_TEST(filter_row)
{
    ck_assert_int_eq(events_append(store, 1, EVENTS), ERR_NONE);
    expect_pages(&rows[_i], 1000);
    expect_pages(&rows[_i], 7);
}
END_TEST

static void expect_same(const struct event *left, const struct event *right)
{
    ck_assert_int_eq(memcmp(&left->uuid, &right->uuid, sizeof left->uuid), 0);
    ck_assert_uint_eq(left->event_id, right->event_id);
    ck_assert_uint_eq(left->version, right->version);
    ck_assert_uint_eq(left->task, right->task);
    ck_assert_int_eq(left->success, right->success);
    ck_assert_int_eq(left->time_ns, right->time_ns);
    ck_assert_uint_eq(left->process_id, right->process_id);
    ck_assert_uint_eq(left->thread_id, right->thread_id);
    ck_assert_pstr_eq(left->subject_sid, right->subject_sid);
    ck_assert_pstr_eq(left->subject_name, right->subject_name);
    ck_assert_pstr_eq(left->object_name, right->object_name);
    ck_assert_pstr_eq(left->session, right->session);
    ck_assert_uint_eq(left->field_count, right->field_count);
    for (size_t i = 0; i < left->field_count; i++) {
        ck_assert_str_eq(left->fields[i].name, right->fields[i].name);
        ck_assert_str_eq(left->fields[i].value, right->fields[i].value);
    }
}

static void append_one(const struct event *event)
{
    struct events_wait wait;
    events_wait_init(&wait);
    ck_assert_int_eq(events_post(store, &wait, event), ERR_NONE);
    ck_assert_int_eq(events_join(&wait), ERR_NONE);
    events_wait_done(&wait);
}

START_TEST(everything_comes_back_after_a_restart)
{
    struct events_text text;
    struct event full = events_make(17, &text);
    struct event bare = {.uuid = {{9}}, .event_id = 4985, .time_ns = -100};
    struct event odd = {
        .uuid = {{8}}, .subject_name = "", .fields = {{"", ""}, {"a", "\xff'\"%"}}, .field_count = 2};
    const struct event *all[] = {&full, &odd, &bare}; /* newest first by time, and by number */
    for (size_t i = 3; i > 0; i--)
        append_one(all[i - 1]);
    event_store_close(store);
    ck_assert_int_eq(reopen(), ERR_NONE);
    struct event_filter filter = {.since_ns = INT64_MIN};
    struct event_page page;
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_MAX);
    ck_assert_int_eq(event_store_read(store, &filter, NULL, 10, &arena, &page), ERR_NONE);
    ck_assert_uint_eq(page.count, 3);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_uint_eq(page.events[i].record_id, 3 - i);
        expect_same(&page.events[i], all[i]);
    }
}
END_TEST

START_TEST(an_event_that_comes_again_is_no_second_one)
{
    struct events_text text;
    struct event event = events_make(1, &text);
    struct event other = events_make(2, &text);
    append_one(&event);
    append_one(&event);
    append_one(&other);
    struct event_filter filter = {0};
    struct event_page page;
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_MAX);
    ck_assert_int_eq(event_store_read(store, &filter, NULL, 10, &arena, &page), ERR_NONE);
    ck_assert_uint_eq(page.count, 2);
    ck_assert_int_eq(memcmp(&page.events[0].uuid, &other.uuid, sizeof other.uuid), 0);
    ck_assert_int_eq(memcmp(&page.events[1].uuid, &event.uuid, sizeof event.uuid), 0);
    ck_assert_uint_gt(page.events[0].record_id, page.events[1].record_id);
}
END_TEST

START_TEST(a_follower_sees_all_in_order)
{
    ck_assert_int_eq(events_append(store, 1, EVENTS), ERR_NONE);
    struct event_filter filter = {.event_id = 4703};
    uint64_t last = 0;
    uint64_t seen = 0;
    for (uint64_t before = 1; before != last;) {
        struct event_page page;
        AUTO_ARENA arena;
        arena_init(&arena, ARENA_MAX);
        before = last;
        ck_assert_int_eq(event_store_read_after(store, &filter, before, 10, &arena, &page, &last), ERR_NONE);
        ck_assert_uint_le(page.count, 10);
        for (size_t i = 0; i < page.count; i++)
            ck_assert_uint_eq(page.events[i].record_id, 8 * seen++ + 7);
    }
    ck_assert_uint_eq(last, EVENTS);
    ck_assert_uint_eq(seen, EVENTS / 8);
}
END_TEST

START_TEST(pages_stay_right_while_events_arrive)
{
    struct event_filter filter = {0};
    struct event_page page;
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_MAX);
    ck_assert_int_eq(events_append(store, 1, 300), ERR_NONE);
    ck_assert_int_eq(event_store_read(store, &filter, NULL, 100, &arena, &page), ERR_NONE);
    ck_assert_int_eq(events_append(store, 301, 300), ERR_NONE);
    ck_assert_int_eq(event_store_read(store, &filter, page.next, 100, &arena, &page), ERR_NONE);
    ck_assert_uint_eq(page.events[0].record_id, 200);
    ck_assert_uint_eq(page.events[99].record_id, 101);
}
END_TEST

START_TEST(nonsense_is_refused)
{
    struct event_filter filter = {0};
    struct event_filter other = {.event_id = 1};
    struct event_page page;
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_MAX);
    ck_assert_int_eq(events_append(store, 1, 3), ERR_NONE);
    ck_assert_int_eq(event_store_read(store, &filter, "nonsense", 1, &arena, &page), ERR_MALFORMED);
    ck_assert_int_eq(event_store_read(store, &filter, NULL, 0, &arena, &page), ERR_INVALID_PARAMETER);
    ck_assert_int_eq(event_store_read(store, &filter, NULL, 1001, &arena, &page), ERR_INVALID_PARAMETER);
    ck_assert_int_eq(event_store_read(store, &filter, NULL, 1, &arena, &page), ERR_NONE);
    ck_assert_int_eq(event_store_read(store, &other, page.next, 1, &arena, &page), ERR_MALFORMED);
}
END_TEST

START_TEST(the_file_is_the_owners)
{
    struct stat stat_of;
    char path[POSTGRES_URL_SIZE + 32];
    static const char *const ends[] = {"", "-wal", "-lock"};
    ck_assert_int_eq(events_append(store, 1, 3), ERR_NONE);
    for (size_t i = 0; i < 3; i++) {
        (void)snprintf(path, sizeof path, "%s%s", url + strlen("sqlite:"), ends[i]);
        ck_assert_int_eq(stat(path, &stat_of), 0);
        ck_assert_uint_eq(stat_of.st_mode & 0777, 0600);
    }
}
END_TEST

START_TEST(a_second_writer_is_refused)
{
    struct event_store *mine = store;
    ck_assert_int_eq(reopen(), ERR_IO);
    ck_assert_ptr_eq(store, mine);
    ck_assert_int_eq(events_append(store, 1, 3), ERR_NONE);
}
END_TEST

static const struct {
    const char *content; /* of the file before; NULL: none */
    const char *path;    /* behind "sqlite:FOLDER"; NULL: the whole URL is `whole` */
    const char *whole;
    enum err err;
} open_rows[] = {
    {NULL, "/new.db", NULL, ERR_NONE},
    {"", "/empty.db", NULL, ERR_NONE},
    {"this is a text of some length, and no database whatever one may think of it", "/text.db", NULL,
     ERR_MALFORMED},
    {NULL, "/no/folder.db", NULL, ERR_IO},
    {NULL, NULL, "sqlite:", ERR_INVALID_PARAMETER},
    {NULL, NULL, "mysql://host", ERR_INVALID_PARAMETER},
    {NULL, NULL, "", ERR_INVALID_PARAMETER},
    {NULL, NULL, NULL, ERR_INVALID_PARAMETER},
};

START_TEST(open_row)
{
    char place[FOLDER_PATH_SIZE + 64];
    event_store_close(store);
    store = NULL;
    (void)snprintf(place, sizeof place, "sqlite:%s%s", folder.path, open_rows[_i].path);
    if (open_rows[_i].content != NULL) {
        FILE *file = fopen(place + strlen("sqlite:"), "we");
        ck_assert_ptr_nonnull(file);
        ck_assert_int_ge(fputs(open_rows[_i].content, file), 0);
        ck_assert_int_eq(fclose(file), 0);
    }
    settings.url = open_rows[_i].path == NULL ? open_rows[_i].whole : place;
    const char *problem = NULL;
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_MAX);
    ck_assert_int_eq(event_store_open(&settings, &arena, &store, &problem), open_rows[_i].err);
    ck_assert(open_rows[_i].err == ERR_NONE || problem != NULL);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

static void use_sqlite(void)
{
    kind = &log_kinds[0];
}

static void use_postgres(void)
{
    kind = &log_kinds[1];
}

static TCase *tests_of(const char *name, void (*use)(void))
{
    TCase *tests = tcase_create(name);
    tcase_set_timeout(tests, 60);
    tcase_add_unchecked_fixture(tests, use, NULL);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, filter_row, 0, COUNT(rows));
    tcase_add_test(tests, everything_comes_back_after_a_restart);
    tcase_add_test(tests, an_event_that_comes_again_is_no_second_one);
    tcase_add_test(tests, a_follower_sees_all_in_order);
    tcase_add_test(tests, pages_stay_right_while_events_arrive);
    tcase_add_test(tests, nonsense_is_refused);
    return tests;
}

int main(void)
{
    Suite *suite = suite_create("store");
    TCase *sqlite = tests_of("sqlite", use_sqlite);
    tcase_add_test(sqlite, the_file_is_the_owners);
    tcase_add_test(sqlite, a_second_writer_is_refused);
    tcase_add_loop_test(sqlite, open_row, 0, COUNT(open_rows));
    suite_add_tcase(suite, sqlite);
    suite_add_tcase(suite, tests_of("postgres", use_postgres));
    log_kind_init();
    int status = suite_run(suite);
    log_kind_done();
    return status;
}
