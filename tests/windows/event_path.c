/* Searches as XPath: each condition, and that nothing in a condition can become more than a value. */
#include "platform/windows/event_path.h"
#include "eventlog/timestamp.h"
#include "support/suite.h"

#include <inttypes.h>

static const struct row {
    const char *what;
    uint64_t after;
    uint64_t before;
    const char *since;
    const char *until;
    struct event_filter filter;
    const char *path;
} rows[] = {
    {"everything", 0, 0, NULL, NULL, {0}, "*"},
    {"after a record", 9, 0, NULL, NULL, {0}, "*[System[EventRecordID > 9]]"},
    {"before one", 0, UINT64_MAX, NULL, NULL, {0}, "*[System[EventRecordID < 18446744073709551615]]"},
    {"an id", 0, 0, NULL, NULL, {.event_id = 4656}, "*[System[EventID = 4656]]"},
    {"successes",
     0,
     0,
     NULL,
     NULL,
     {.outcome = EVENT_SUCCESS},
     "*[System[band(Keywords, 9007199254740992)]]"},
    {"failures", 0, 0, NULL, NULL, {.outcome = EVENT_FAILURE}, "*[System[band(Keywords, 4503599627370496)]]"},
    {"since",
     0,
     0,
     "2026-11-30T08:41:15.123456789Z",
     NULL,
     {0},
     "*[System[TimeCreated[@SystemTime >= '2026-11-30T08:41:15.1234567Z']]]"},
    {"until, rounded up",
     0,
     0,
     NULL,
     "2026-11-30T08:41:15.123456701Z",
     {0},
     "*[System[TimeCreated[@SystemTime < '2026-11-30T08:41:15.1234568Z']]]"},
    {"until, even",
     0,
     0,
     NULL,
     "2026-11-30T08:41:15.1234567Z",
     {0},
     "*[System[TimeCreated[@SystemTime < '2026-11-30T08:41:15.1234567Z']]]"},
    {"a SID",
     0,
     0,
     NULL,
     NULL,
     {.user = "S-1-5-18"},
     "*[(EventData[Data[@Name='SubjectUserSid']='S-1-5-18'] or System[EventID = 1102])]"},
    {"a session",
     0,
     0,
     NULL,
     NULL,
     {.session = "0x3e7"},
     "*[(EventData[Data[@Name='SubjectLogonId']='0x3e7'] or System[EventID = 1102])]"},
    {"all at once",
     1,
     9,
     "2026-11-30T00:00:00Z",
     "2026-12-01T00:00:00Z",
     {.event_id = 1, .outcome = EVENT_SUCCESS, .user = "S-1-1", .session = "0xf", .object = "o", .text = "t"},
     "*[System[EventRecordID > 1 and EventRecordID < 9 and EventID = 1 and band(Keywords, 9007199254740992) and "
     "TimeCreated[@SystemTime >= '2026-11-30T00:00:00.0000000Z'] and TimeCreated[@SystemTime < "
     "'2026-12-01T00:00:00.0000000Z']] and (EventData[Data[@Name='SubjectUserSid']='S-1-1'] and "
     "EventData[Data[@Name='SubjectLogonId']='0xf'] or System[EventID = 1102])]"},
    {"a name", 0, 0, NULL, NULL, {.user = "CORP\\alice"}, "*"},
    {"parts of text", 0, 0, NULL, NULL, {.object = "C:", .text = "'] or *[1=1"}, "*"},
    {"a quote in a SID", 0, 0, NULL, NULL, {.user = "S-1-5-18'] or *['1'='1"}, "*"},
    {"the other quote", 0, 0, NULL, NULL, {.user = "S-1-5\"", .session = "0x1\""}, "*"},
    {"an entity", 0, 0, NULL, NULL, {.user = "S-1-5&apos;"}, "*"},
    {"a quote in a session", 0, 0, NULL, NULL, {.session = "0x3e7' or '1'='1"}, "*"},
    {"a session in capitals", 0, 0, NULL, NULL, {.session = "0X3E7"}, "*"},
    {"a blank", 0, 0, NULL, NULL, {.user = "S-1-5 ", .session = " 0x1"}, "*"},
    {"a line end", 0, 0, NULL, NULL, {.user = "S-1-5\n", .session = "0x1\n"}, "*"},
    {"a small s", 0, 0, NULL, NULL, {.user = "s-1-5-18"}, "*"},
    {"beginnings alone", 0, 0, NULL, NULL, {.user = "S-1-", .session = "0x"}, "*"},
    {"nothing in them", 0, 0, NULL, NULL, {.user = "", .session = ""}, "*"},
    {"a session that is longer than any", 0, 0, NULL, NULL, {.session = "0x11112222333344445"}, "*"},
    {"not ASCII", 0, 0, NULL, NULL, {.user = "S-1-5-\xc2\xb2", .session = "0x\xef\xbc\x91"}, "*"},
};

START_TEST(path_row)
{
    AUTO_ARENA arena;
    const struct row *row = &rows[_i];
    struct event_filter filter = row->filter;
    const char *path = NULL;
    arena_init(&arena, 1 << 16);
    if (row->since != NULL)
        ck_assert_int_eq(timestamp_parse(row->since, &filter.since_ns), ERR_NONE);
    if (row->until != NULL)
        ck_assert_int_eq(timestamp_parse(row->until, &filter.until_ns), ERR_NONE);
    ck_assert_int_eq(event_path(&arena, &filter, row->after, row->before, &path), ERR_NONE);
    ck_assert_str_eq(path, row->path);
}
END_TEST

/* Each byte behind a SID and a session: only those of their alphabets get into the path, where they can end no quote. */
START_TEST(every_byte)
{
    AUTO_ARENA arena;
    const char user[] = {'S', '-', '1', '-', '5', (char)_i, '\0'};
    const char session[] = {'0', 'x', '1', (char)_i, '\0'};
    const struct event_filter filter = {.user = user, .session = session};
    const char *path = NULL;
    arena_init(&arena, 1 << 16);
    ck_assert_int_eq(event_path(&arena, &filter, 0, 0, &path), ERR_NONE);
    ck_assert_int_eq(strstr(path, "SubjectUserSid") != NULL, _i == '-' || (_i >= '0' && _i <= '9'));
    ck_assert_int_eq(strstr(path, "SubjectLogonId") != NULL,
                     (_i >= '0' && _i <= '9') || (_i >= 'a' && _i <= 'f'));
}
END_TEST

START_TEST(no_memory)
{
    const struct event_filter filter = {.event_id = 1, .user = "S-1-1", .session = "0xf"};
    enum err err = ERR_NO_MEMORY;
    size_t failures = 0;
    for (size_t room = 0; err == ERR_NO_MEMORY && room < 65536; room += 16) {
        AUTO_ARENA arena;
        const char *path = NULL;
        arena_init(&arena, room);
        err = event_path(&arena, &filter, 1, 2, &path);
        failures += err == ERR_NO_MEMORY;
        ck_assert((err == ERR_NONE) == (path != NULL));
    }
    ck_assert_int_eq(err, ERR_NONE);
    ck_assert_uint_gt(failures, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("windows-event_path");
    TCase *tcase = tcase_create("event_path");
    tcase_add_loop_test(tcase, path_row, 0, sizeof rows / sizeof rows[0]);
    tcase_add_loop_test(tcase, every_byte, 1, 256);
    tcase_add_test(tcase, no_memory);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}
