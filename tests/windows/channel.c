/* The Security channel: pages, cursors and buffers as EvtQuery, EvtNext and EvtRender give them. */
#include "eventlog/timestamp.h"
#include "platform/windows/audit_events.h"
#include "support/suite.h"
#include "windows/double.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { EVENTS_MAX = 5000, XML_UNITS = 512, LARGE_UNITS = 600000 };

#define QUERY(flags, path) "EvtQuery session=0 Security flags=" flags " " path "\nEvtClose 100\n"
#define BACKWARD           "201"
#define FORWARD            "101"
#define ALL                QUERY(BACKWARD, "*")
#define OF_4656            QUERY(BACKWARD, "*[System[EventID = 4656]]")
#define AFTER_4            QUERY(FORWARD, "*[System[EventRecordID > 4]]")
#define REFUSED(query)     "EvtQuery session=0 Security flags=" query "\n"
#define UNREADABLE(after)  "event-unreadable after=" after " error="
#define CLOSED(call)                                                                                         \
    "audit-log-unreadable call=" call                                                                        \
    " error=5 remedy=add the service's account to the group Event Log Readers\n"
#define BROKEN(call, code)                                                                                   \
    "audit-log-unreadable call=" call " error=" code " remedy=look whether the service Windows Event Log "

static wchar_t xml[EVENTS_MAX][XML_UNITS];
static wchar_t large[LARGE_UNITS];
static const wchar_t *events[EVENTS_MAX + 1];

/* "9 8! 7^ 6&": numbers of events; '!' is no XML, '^' is larger than any, '&' is the largest that Windows writes. */
static void script_events(const char *text)
{
    size_t count = 0;
    for (char *end = NULL; *text != '\0' && count < EVENTS_MAX; text = *end == ' ' ? end + 1 : end) {
        const unsigned long number = strtoul(text, &end, 10);
        ck_assert_ptr_ne(text, end);
        const wchar_t *open = *end == '!' ? L"<Evnt>" : L"<Event>";
        int size =
            swprintf(xml[count], XML_UNITS,
                     L"%ls<System><EventID>4656</EventID><TimeCreated SystemTime='2026-11-30T08:00:00Z'/>"
                     L"<EventRecordID>%lu</EventRecordID></System><EventData><Data Name='ObjectName'>o%lu"
                     L"</Data></EventData></Event>",
                     open, number, number);
        ck_assert_int_gt(size, 0);
        events[count] = xml[count];
        if (*end == '^' || *end == '&') {
            wchar_t *tail = wcsstr(xml[count], L"</Data>");
            size = swprintf(large, LARGE_UNITS, L"%.*ls", (int)(tail - xml[count]), xml[count]);
            for (int i = 0; i < (*end == '^' ? 110000 : 32000); i++, size += 5)
                memcpy(large + size, L"&amp;", 5 * sizeof *large);
            (void)wcscpy(large + size, tail);
            events[count] = large;
        }
        end += strchr("!^&", *end) != NULL && *end != '\0';
        count++;
    }
    events[count] = NULL;
    double_script.events = events;
}

/* Not said: ten events wanted of all, newest first; nothing is logged. */
static const struct row {
    const char *what;
    const char *events;
    struct double_script said;
    size_t limit;
    struct event_filter filter;
    uint64_t after; /* what follows it, oldest first */
    enum err err;
    const char *numbers;
    bool more;     /* there is a cursor */
    uint64_t last; /* what was looked at */
    const char *record;
    const char *log; /* its beginning */
} rows[] = {
    {"newest first", "9 8 7", .numbers = "9 8 7"},
    {"an empty log", "", .numbers = ""},
    {"a page", "9 8 7", .limit = 2, .numbers = "9 8", .more = true},
    {"a page that ends with the first record", "2 1", .limit = 2, .numbers = "2 1"},
    {"one that is no XML", "9 8! 7", .numbers = "9 7", .log = UNREADABLE("9")},
    {"one that is too large", "9 8^ 7", .numbers = "9 7", .log = UNREADABLE("9")},
    {"one as large as they get", "9 8& 7", .numbers = "9 8 7"},
    {"a large one, searched for text", "9 8& 7", .filter = {.text = "&o"}, .numbers = ""},
    {"a larger buffer", "9 8", {.size_wanted = 300000}, .numbers = "9 8"},
    {"a buffer that never suffices", "9 1", {.size_wanted = 2000000}, .numbers = "", .log = UNREADABLE("0")},
    {"the end as success", "9 8", {.next_nothing = true}, .numbers = "9 8"},
    {"a filter", "9 8 7", .filter = {.event_id = 4656, .object = "O8"}, .numbers = "8", .record = OF_4656},
    {"what the path let through", "9 8!", .filter = {.event_id = 4656, .text = "x"}, .numbers = "",
     .record = OF_4656, .log = UNREADABLE("9")},
    {"no access", "", {.closed = true}, .err = ERR_IO, .record = REFUSED("201 *"), .log = CLOSED("EvtQuery")},
    {"no access, followed",
     "",
     {.closed = true},
     .after = 4,
     .err = ERR_IO,
     .record = REFUSED("101 *[System[EventRecordID > 4]]"),
     .log = CLOSED("EvtQuery")},
    {"it times out", "9", {.next_code = ERROR_TIMEOUT}, .err = ERR_IO, .log = BROKEN("EvtNext", "1460")},
    {"it fails in the middle",
     "9 8 7",
     {.next_code = ERROR_INVALID_HANDLE, .events_before_code = 2},
     .err = ERR_IO,
     .log = BROKEN("EvtNext", "6")},
    {"it fails behind the page",
     "9 8 7",
     {.next_code = ERROR_INVALID_HANDLE, .events_before_code = 2},
     .limit = 2,
     .numbers = "9 8",
     .more = true},
    {"one that cannot be rendered",
     "9 8 7",
     {.render_code = ERROR_EVT_INVALID_EVENT_DATA, .render_fails = 2},
     .numbers = "9 7",
     .log = UNREADABLE("9")},
    {"one whose template is gone",
     "9 8 7",
     {.render_code = ERROR_EVT_EVENT_TEMPLATE_NOT_FOUND, .render_fails = 3},
     .numbers = "9 8",
     .log = UNREADABLE("8")},
    {"one that is damaged",
     "9 8 7",
     {.render_code = ERROR_INVALID_DATA, .render_fails = 1},
     .numbers = "8 7",
     .log = UNREADABLE("0")},
    {"nobody is there to render it",
     "9 8 7",
     {.render_code = RPC_S_SERVER_UNAVAILABLE, .render_fails = 2},
     .err = ERR_IO,
     .log = BROKEN("EvtRender", "1722")},
    {"too many are wanted", "9", .limit = 1001, .err = ERR_INVALID_PARAMETER, .record = ""},
    {"followed", "5 6 7", .after = 4, .numbers = "5 6 7", .last = 7, .record = AFTER_4},
    {"followed, a page", "5 6 7", .limit = 2, .after = 4, .numbers = "5 6", .last = 6, .record = AFTER_4},
    {"followed, nothing new", "", .after = 4, .numbers = "", .last = 4, .record = AFTER_4},
    {"followed, none that match", "5 6", .filter = {.text = "x"}, .after = 4, .numbers = "", .last = 6,
     .record = AFTER_4},
    {"followed, one that cannot be rendered",
     "5 6 7",
     {.render_code = ERROR_EVT_INVALID_EVENT_DATA, .render_fails = 2},
     .after = 4,
     .numbers = "5 7",
     .last = 7,
     .record = AFTER_4,
     .log = UNREADABLE("5")},
    {"followed, one that is no XML", "5 6! 7", .after = 4, .numbers = "5 7", .last = 7, .record = AFTER_4,
     .log = UNREADABLE("5")},
};

static const char *numbers_of(struct arena *arena, const struct event_page *page)
{
    const char *text = "";
    for (size_t i = 0; i < page->count; i++)
        text = arena_printf(arena, "%s%s%" PRIu64, text, i == 0 ? "" : " ", page->events[i].record_id);
    return text;
}

START_TEST(page_row)
{
    AUTO_ARENA arena;
    struct double_stage stage;
    struct event_page page = {.next = "untouched"};
    uint64_t last = 0;
    const struct row *row = &rows[_i];
    arena_init(&arena, 32 << 20);
    double_reset();
    double_script = row->said;
    script_events(row->events);
    double_stage_init(&stage);
    const size_t limit = row->limit != 0 ? row->limit : 10;
    const enum err err = row->after == 0
                             ? platform_audit_read(&stage.platform, &row->filter, NULL, limit, &arena, &page)
                             : platform_audit_read_after(&stage.platform, &row->filter, row->after, limit,
                                                         &arena, &page, &last);
    ck_assert_int_eq(err, row->err);
    ck_assert_str_eq(double_record, row->record != NULL ? row->record : ALL);
    ck_assert_uint_eq(double_channel_open, 0);
    ck_assert_msg(row->log == NULL ? double_log[0] == '\0' : strstr(double_log, row->log) == double_log,
                  "logged: %s", double_log);
    if (err == ERR_NONE) {
        ck_assert_str_eq(numbers_of(&arena, &page), row->numbers);
        ck_assert_int_eq(page.next != NULL, row->more);
        ck_assert_uint_eq(last, row->last);
    } else {
        ck_assert_str_eq(page.next, "untouched");
    }
    double_stage_done(&stage);
}
END_TEST

START_TEST(none_wanted)
{
    AUTO_ARENA arena;
    struct double_stage stage;
    struct event_page page;
    const struct event_filter all = {0};
    arena_init(&arena, 1 << 20);
    double_reset();
    double_stage_init(&stage);
    ck_assert_int_eq(platform_audit_read(&stage.platform, &all, NULL, 0, &arena, &page),
                     ERR_INVALID_PARAMETER);
    ck_assert_str_eq(double_record, "");
    double_stage_done(&stage);
}
END_TEST

/* A cursor goes on where the page ended, and only for the search that it is of. */
START_TEST(cursor)
{
    AUTO_ARENA arena;
    struct double_stage stage;
    struct event_page page;
    const struct event_filter all = {0};
    const struct event_filter other = {.event_id = 4656};
    arena_init(&arena, 1 << 20);
    double_reset();
    script_events("9 8 7 6");
    double_stage_init(&stage);
    ck_assert_int_eq(platform_audit_read(&stage.platform, &all, NULL, 2, &arena, &page), ERR_NONE);
    const char *next = page.next;
    ck_assert_ptr_nonnull(next);
    double_record[0] = '\0';
    script_events("7 6");
    ck_assert_int_eq(platform_audit_read(&stage.platform, &all, next, 2, &arena, &page), ERR_NONE);
    ck_assert_str_eq(double_record, QUERY(BACKWARD, "*[System[EventRecordID < 8]]"));
    ck_assert_str_eq(numbers_of(&arena, &page), "7 6");
    double_record[0] = '\0';
    ck_assert_int_eq(platform_audit_read(&stage.platform, &other, next, 2, &arena, &page), ERR_MALFORMED);
    ck_assert_int_eq(platform_audit_read(&stage.platform, &all, "x", 2, &arena, &page), ERR_MALFORMED);
    ck_assert_str_eq(double_record, "");
    double_stage_done(&stage);
}
END_TEST

static void script_many(const char *mark)
{
    char text[EVENTS_MAX * 8];
    size_t size = 0;
    for (unsigned number = EVENTS_MAX; number > 0; number--)
        size += (size_t)snprintf(text + size, sizeof text - size, "%u%s ", number, mark);
    text[size - 1] = '\0';
    script_events(text);
}

/* The work for one page is bounded: where nothing matches it comes empty, with a cursor. */
START_TEST(bounded)
{
    AUTO_ARENA arena;
    struct double_stage stage;
    struct event_page page;
    const struct event_filter none = {.text = "x"};
    arena_init(&arena, 32 << 20);
    double_reset();
    script_many("");
    double_stage_init(&stage);
    ck_assert_int_eq(platform_audit_read(&stage.platform, &none, NULL, 5, &arena, &page), ERR_NONE);
    ck_assert_uint_eq(page.count, 0);
    ck_assert_ptr_nonnull(page.next);
    double_record[0] = '\0';
    ck_assert_int_eq(platform_audit_read(&stage.platform, &none, page.next, 5, &arena, &page), ERR_NONE);
    ck_assert_str_eq(double_record, QUERY(BACKWARD, "*[System[EventRecordID < 905]]"));
    ck_assert_uint_eq(double_channel_open, 0);
    double_stage_done(&stage);
}
END_TEST

/* Where nothing can be read there is no place to go on from: that is told, and not an end. */
START_TEST(nothing_readable)
{
    AUTO_ARENA arena;
    struct double_stage stage;
    struct event_page page;
    uint64_t last = 0;
    const struct event_filter all = {0};
    arena_init(&arena, 32 << 20);
    double_reset();
    script_many("!");
    double_stage_init(&stage);
    ck_assert_int_eq(platform_audit_read(&stage.platform, &all, NULL, 5, &arena, &page), ERR_IO);
    ck_assert_int_eq(platform_audit_read_after(&stage.platform, &all, 7, 5, &arena, &page, &last), ERR_IO);
    ck_assert_uint_eq(double_channel_open, 0);
    double_stage_done(&stage);
}
END_TEST

/* Half a surrogate pair, which Windows lets names have, becomes U+FFFD and hides nothing. */
START_TEST(wide_text)
{
    AUTO_ARENA arena;
    struct double_stage stage;
    struct event_page page;
    const struct event_filter all = {0};
    arena_init(&arena, 1 << 20);
    double_reset();
    script_events("9");
    wchar_t *name = wcsstr(xml[0], L">o9<");
    name[1] = 0xD800;
    name[2] = 0x20AC;
    double_stage_init(&stage);
    ck_assert_int_eq(platform_audit_read(&stage.platform, &all, NULL, 5, &arena, &page), ERR_NONE);
    ck_assert_uint_eq(page.count, 1);
    ck_assert_str_eq(page.events[0].object_name, "\xef\xbf\xbd\xe2\x82\xac");
    double_stage_done(&stage);
}
END_TEST

START_TEST(health)
{
    struct double_stage stage;
    struct event_store_health found;
    double_reset();
    script_events("9 8");
    double_stage_init(&stage);
    platform_audit_health(&stage.platform, &found);
    ck_assert(found.writable);
    ck_assert_uint_eq(found.newest_record_id, 9);
    ck_assert(!found.newest_unknown);
    ck_assert_uint_eq(double_channel_wanted, 1); /* strangers ask it, through /readyz */
    script_events("");
    platform_audit_health(&stage.platform, &found);
    ck_assert(!found.newest_unknown);
    ck_assert_uint_eq(found.newest_record_id, 0);
    /* it can be written, and still nobody knows where it ends: who follows it must not begin at its beginning */
    double_script.closed = true;
    platform_audit_health(&stage.platform, &found);
    ck_assert(found.writable && found.newest_unknown);
    stage.platform.may_audit = false;
    platform_audit_health(&stage.platform, &found);
    ck_assert(!found.writable);
    ck_assert_uint_eq(found.newest_record_id, 0);
    ck_assert_uint_eq(double_channel_open, 0);
    double_stage_done(&stage);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("windows-channel");
    TCase *tcase = tcase_create("channel");
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, page_row, 0, sizeof rows / sizeof rows[0]);
    tcase_add_test(tcase, none_wanted);
    tcase_add_test(tcase, cursor);
    tcase_add_test(tcase, bounded);
    tcase_add_test(tcase, nothing_readable);
    tcase_add_test(tcase, wide_text);
    tcase_add_test(tcase, health);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}
