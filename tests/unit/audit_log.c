/* The log behind the platform: what is committed is read again, what cannot be kept is told, and what others wrote into an event
 * stays bounded and sound. */
#include "platform/posix/audit_text.h"
#include "support/audit_desk.h"
#include "support/events.h"
#include "support/pause.h"
#include "support/suite.h"

#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <unistd.h>

#define ROWS(rows) (int)(sizeof(rows) / sizeof(rows)[0])

enum { PAGE = 100, FILE_BYTES_MAX = 128 << 10, RECOVERY_MS = 5000 };

static void answered(void *context, enum err err)
{
    struct events_wait *wait = context;
    (void)pthread_mutex_lock(&wait->lock);
    wait->waiting--;
    wait->err = err;
    (void)pthread_cond_broadcast(&wait->changed);
    (void)pthread_mutex_unlock(&wait->lock);
}

/* What `done` said, or the call itself. */
static enum err commit(struct audit_desk *desk)
{
    struct events_wait wait;
    events_wait_init(&wait);
    wait.waiting = 1;
    enum err err = platform_audit_commit(desk->platform, &desk->trail, answered, &wait);
    if (err == ERR_NONE)
        err = events_join(&wait);
    events_wait_done(&wait);
    return err;
}

static void open_file(struct audit_desk *desk, const char *name)
{
    const struct audit_object object = {.subsystem = "build",
                                        .type_name = "File",
                                        .name = name,
                                        .securable = securable_find(bytes_of_string("file"))};
    const struct access_request request = {
        .descriptor = audit_desk_descriptor(desk, "O:BAG:BAD:(A;;FR;;;WD)S:(AU;SAFA;FA;;;WD)"), .desired = 1};
    struct access_answer answer;
    bool generate = false;
    ck_assert_int_eq(
        platform_access_check_and_audit(desk->token, &request, &object, &desk->trail, &answer, &generate),
        ERR_NONE);
}

static void count_wakes(void *context)
{
    atomic_fetch_add((atomic_int *)context, 1);
}

START_TEST(what_is_committed_is_read)
{
    struct audit_desk desk;
    struct event_page page;
    struct event_store_health health;
    uint64_t last = 0;
    atomic_int wakes = 0;
    audit_desk_open(&desk, &(struct audit_desk_order){.administrator = false});
    ck_assert_int_eq(platform_audit_watch(desk.platform, count_wakes, &wakes), ERR_NONE);
    const struct audit_source source = {.address = "192.0.2.1", .port = 7};
    ck_assert_int_eq(platform_audit_logon(desk.token, &source, &desk.trail), ERR_NONE);
    open_file(&desk, "/srv/drop/ä");
    const char *written = audit_desk_trail(&desk);
    ck_assert_int_eq(commit(&desk), ERR_NONE);
    for (int i = 0; i < RECOVERY_MS / 50 && atomic_load(&wakes) == 0; i++)
        pause_ms(50); /* the wake comes after the answer */
    ck_assert_int_eq(atomic_load(&wakes), 1);
    ck_assert_int_eq(platform_audit_watch(desk.platform, NULL, NULL), ERR_NONE);
    const struct event_filter all = {.since_ns = 0};
    ck_assert_int_eq(platform_audit_read_after(desk.platform, &all, 0, PAGE, &desk.arena, &page, &last),
                     ERR_NONE);
    ck_assert_uint_eq(page.count, desk.trail.count);
    ck_assert_uint_eq(last, page.count);
    for (size_t i = 0; i < page.count; i++)
        ck_assert_mem_eq(&page.events[i].uuid, &desk.trail.events[i].uuid, sizeof page.events[i].uuid);
    desk.trail = (struct audit_trail){
        .arena = &desk.arena, .events = page.events, .count = page.count, .room = page.count};
    ck_assert_str_eq(audit_desk_trail(&desk), written);
    platform_audit_health(desk.platform, &health);
    ck_assert(health.writable && health.written == page.count && health.newest_record_id == page.count);
    audit_desk_close(&desk);
}
END_TEST

/* The filters find an event by what stands beside its fields. */
static const struct {
    struct event_filter filter;
    size_t count;
} filter_rows[] = {
    {{.user = "alice"}, 3},  {{.user = "CORP\\ALICE"}, 3}, {{.user = "S-1-5-21-1-2-3-1104"}, 3},
    {{.user = "bob"}, 0},    {{.object = "DROP"}, 1},      {{.event_id = 4656}, 1},
    {{.event_id = 4624}, 1}, {{.text = "%%4416"}, 1},      {{.outcome = EVENT_FAILURE}, 0},
};

START_TEST(filter_row)
{
    struct audit_desk desk;
    struct event_page page;
    const struct audit_source source = {.address = NULL};
    audit_desk_open(&desk, &(struct audit_desk_order){.administrator = false});
    ck_assert_int_eq(platform_audit_logon(desk.token, &source, &desk.trail), ERR_NONE);
    open_file(&desk, "/srv/drop/a");
    ck_assert_int_eq(commit(&desk), ERR_NONE);
    ck_assert_int_eq(
        platform_audit_read(desk.platform, &filter_rows[_i].filter, NULL, PAGE, &desk.arena, &page),
        ERR_NONE);
    ck_assert_uint_eq(page.count, filter_rows[_i].count);
    audit_desk_close(&desk);
}
END_TEST

static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* No decision may leave when its event is not kept; and it recovers by itself. */
START_TEST(a_full_log)
{
    struct audit_desk desk;
    struct event_store_health health;
    (void)signal(SIGXFSZ, SIG_IGN);
    audit_desk_open(&desk, &(struct audit_desk_order){.administrator = false});
    open_file(&desk, "/srv/drop/a");
    limit_files(FILE_BYTES_MAX);
    enum err err = ERR_NONE;
    for (int i = 0; i < 1000 && err == ERR_NONE; i++) {
        desk.trail.count = 0;
        open_file(&desk, "/srv/drop/a");
        err = commit(&desk);
    }
    ck_assert_int_eq(err, ERR_IO);
    platform_audit_health(desk.platform, &health);
    ck_assert(!health.writable);
    limit_files(RLIM_INFINITY);
    for (int i = 0; i < RECOVERY_MS / 50 && err != ERR_NONE; i++) {
        pause_ms(50);
        err = commit(&desk);
    }
    ck_assert_int_eq(err, ERR_NONE);
    audit_desk_close(&desk);
}
END_TEST

START_TEST(what_is_not_taken)
{
    struct audit_desk desk;
    audit_desk_open(&desk, &(struct audit_desk_order){.administrator = false});
    ck_assert_int_eq(platform_audit_commit(desk.platform, &desk.trail, answered, NULL),
                     ERR_INVALID_PARAMETER);
    open_file(&desk, "a");
    desk.trail.events =
        arena_alloc_array(&desk.arena, 4097, sizeof *desk.trail.events); /* the queue has room for 4096 */
    desk.trail.count = 4097;
    ck_assert_int_eq(platform_audit_commit(desk.platform, &desk.trail, answered, NULL), ERR_TOO_LARGE);
    audit_desk_close(&desk);
}
END_TEST

START_TEST(the_machine)
{
    char host[256] = "";
    struct audit_desk desk;
    audit_desk_open(&desk, &(struct audit_desk_order){.administrator = false});
    ck_assert_int_eq(gethostname(host, sizeof host - 1), 0);
    ck_assert_str_eq(platform_computer_name(desk.platform), host);
    open_file(&desk, "a");
    open_file(&desk, "b");
    const struct event *events = desk.trail.events;
    ck_assert_uint_eq(events[0].process_id, (uint32_t)getpid());
    ck_assert_uint_eq(events[0].thread_id, (uint32_t)gettid());
    ck_assert_int_eq(events[0].time_ns % 100, 0);
    ck_assert_int_le(events[0].time_ns, events[1].time_ns);
    ck_assert_int_lt(memcmp(&events[0].uuid, &events[1].uuid, sizeof events[0].uuid), 0);
    audit_desk_close(&desk);
}
END_TEST

/* Memory that runs out leaves no half of an event, and no answer. */
START_TEST(no_memory)
{
    struct audit_desk desk;
    struct arena small;
    const struct audit_source source = {.address = "192.0.2.1"};
    audit_desk_open(&desk, &(struct audit_desk_order){.administrator = true});
    for (size_t room = 0; room < 40000; room += 500) {
        arena_init(&small, room);
        desk.trail = (struct audit_trail){.arena = &small};
        enum err err = platform_audit_logon(desk.token, &source, &desk.trail);
        ck_assert(err == ERR_NONE ? desk.trail.count == 3 : err == ERR_NO_MEMORY && desk.trail.count == 0);
        ck_assert(err == ERR_NONE || room < 39000);
        arena_done(&small);
    }
    audit_desk_close(&desk);
}
END_TEST

static const struct {
    const char *text;
    size_t max;
    const char *copy;
} text_rows[] = {
    {"", 8, ""},
    {"drop", 8, "drop"},
    {"drop", 4, "drop"},
    {"drops", 4, "drop..."},
    {"\x01\x1f\x7f\n\t", 8, "\x01\x1f\x7f\n\t"}, /* an event keeps what it was told */
    {"a\xff"
     "b",
     8,
     "a\xEF\xBF\xBD"
     "b"},
    {"\xC3\x28", 8, "\xEF\xBF\xBD("},
    {"\xED\xA0\x80", 8, "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"}, /* a surrogate */
    {"\xC0\xAF", 8, "\xEF\xBF\xBD\xEF\xBF\xBD"},                 /* overlong */
    {"abc\xC3\xA4", 4, "abc..."},                                /* not half of a character */
    {"abc\xC3\xA4", 5, "abc\xC3\xA4"},
    {"\xF0\x9F\x98\x80", 3, "..."},
    {"\xFF\xFF\xFF", 2, "\xEF\xBF\xBD\xEF\xBF\xBD..."},
};

START_TEST(text_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 16);
    const char *copy = audit_text_copy(&arena, text_rows[_i].text, text_rows[_i].max);
    ck_assert_str_eq(copy, text_rows[_i].copy);
}
END_TEST

START_TEST(names_are_bounded)
{
    enum { LONG = 100000 };
    struct audit_desk desk;
    audit_desk_open(&desk, &(struct audit_desk_order){.administrator = false});
    char *name = arena_alloc(&desk.arena, LONG + 1);
    memset(name, 'x', LONG);
    open_file(&desk, name);
    const struct event *event = &desk.trail.events[0];
    ck_assert_uint_eq(strlen(event->object_name), 32768 + 3);
    ck_assert_ptr_eq(event->object_name, event->fields[6].value);
    ck_assert_int_eq(commit(&desk), ERR_NONE);
    audit_desk_close(&desk);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("audit_log");
    TCase *tests = tcase_create("log");
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, audit_desk_setup, audit_desk_teardown);
    tcase_add_test(tests, what_is_committed_is_read);
    tcase_add_loop_test(tests, filter_row, 0, ROWS(filter_rows));
    tcase_add_test(tests, a_full_log);
    tcase_add_test(tests, what_is_not_taken);
    tcase_add_test(tests, the_machine);
    tcase_add_test(tests, no_memory);
    tcase_add_loop_test(tests, text_row, 0, ROWS(text_rows));
    tcase_add_test(tests, names_are_bounded);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
