#include "eventlog/event.h"
#include "eventlog/fold.h"
#include "eventlog/position.h"
#include "eventlog/zone.h"
#include "support/suite.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

/* RFC 9562 A.6: 017F22E2-79B0-7CC3-98C4-DC0C0C07398F is of 2022-02-22 19:22:22 UTC. */
static const struct {
    const char *text;
    const char *canonical; /* NULL: refused */
} uuid_rows[] = {
    {"017F22E2-79B0-7CC3-98C4-DC0C0C07398F", "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"},
    {"00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000000"},
    {"", NULL},
    {"017F22E2-79B0-7CC3-98C4-DC0C0C07398", NULL},
    {"017F22E2-79B0-7CC3-98C4-DC0C0C07398F0", NULL},
    {"017F22E279B07CC398C4DC0C0C07398F", NULL},
    {"017F22E2-79B0-7CC3-98C4-DC0C0C07398G", NULL},
    {"017F22E2-79B0-7CC3-98C4_DC0C0C07398F", NULL},
    {"{17F22E2-79B0-7CC3-98C4-DC0C0C07398}", NULL},
};

START_TEST(uuid_row)
{
    struct event_uuid uuid;
    char text[EVENT_UUID_TEXT_MAX];
    enum err err = event_uuid_parse(bytes_of_string(uuid_rows[_i].text), &uuid);
    ck_assert_int_eq(err, uuid_rows[_i].canonical == NULL ? ERR_MALFORMED : ERR_NONE);
    if (err != ERR_NONE)
        return;
    event_uuid_format(&uuid, text);
    ck_assert_str_eq(text, uuid_rows[_i].canonical);
}
END_TEST

START_TEST(uuid_has_time_version_and_variant)
{
    static const uint8_t random[10] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0};
    char text[EVENT_UUID_TEXT_MAX];
    struct event_uuid uuid = event_uuid_make(1645557742000 * INT64_C(1000000), random);
    event_uuid_format(&uuid, text);
    ck_assert_str_eq(text, "017f22e2-79b0-7000-bfff-ffffffffffff");
    /* Half a millisecond is half of the 12 bits. */
    uuid = event_uuid_make(1645557742000 * INT64_C(1000000) + 500000, random);
    event_uuid_format(&uuid, text);
    ck_assert_str_eq(text, "017f22e2-79b0-7800-bfff-ffffffffffff");
}
END_TEST

enum { UUID_THREADS = 4, UUID_EACH = 5000 };

static void *make_many(void *context)
{
    static const uint8_t random[10];
    struct event_uuid *uuids = context;
    for (size_t i = 0; i < UUID_EACH; i++)
        uuids[i] = event_uuid_make(1700000000000 * INT64_C(1000000), random);
    return NULL;
}

static int compare(const void *left, const void *right)
{
    return memcmp(left, right, sizeof(struct event_uuid));
}

START_TEST(uuid_ascends_at_a_standing_clock)
{
    static struct event_uuid uuids[UUID_THREADS][UUID_EACH];
    pthread_t threads[UUID_THREADS];
    for (size_t i = 0; i < UUID_THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, make_many, uuids[i]), 0);
    for (size_t i = 0; i < UUID_THREADS; i++)
        (void)pthread_join(threads[i], NULL);
    for (size_t i = 0; i < UUID_THREADS; i++) {
        for (size_t k = 1; k < UUID_EACH; k++)
            ck_assert_int_lt(compare(&uuids[i][k - 1], &uuids[i][k]), 0);
    }
    qsort(uuids, (size_t)UUID_THREADS * UUID_EACH, sizeof uuids[0][0], compare);
    const struct event_uuid *all = uuids[0];
    for (size_t i = 1; i < (size_t)UUID_THREADS * UUID_EACH; i++)
        ck_assert_int_ne(compare(&all[i - 1], &all[i]), 0);
}
END_TEST

static const struct {
    const char *text;
    const char *folded;
} fold_rows[] = {
    {"", ""},
    {"Alice\\09_[z]", "ALICE\\09_[Z]"},
    {"stra\xc3\x9f"
     "e \xc3\xa4",
     "STRA\xc3\x9f"
     "E \xc3\x84"},
    {"\xd1\x8f", "\xd0\xaf"},                                   /* Cyrillic */
    {"\xc9\x90", "\xe2\xb1\xaf"},                               /* U+0250: two bytes to three */
    {"\xf0\x9f\x98\x80g", "\xf0\x9f\x98\x80G"},                 /* beyond the basic plane */
    {"a\xff\xc3\xc3\xa4\xe2\x82", "A\xff\xc3\xc3\x84\xe2\x82"}, /* not UTF-8 */
};

START_TEST(fold_row)
{
    uint8_t room[64];
    struct bytes text = bytes_of_string(fold_rows[_i].text);
    size_t size = fold_text(text, room);
    ck_assert_uint_le(size, fold_room(text.size));
    ck_assert(bytes_equal(bytes_of(room, size), bytes_of_string(fold_rows[_i].folded)));
}
END_TEST

START_TEST(zone_never_says_no_wrongly)
{
    static struct zone zone;
    char text[32];
    zone_init(&zone);
    for (unsigned i = 0; i < ZONE_RECORDS; i++) {
        (void)snprintf(text, sizeof text, "VALUE %u", i * 7919);
        zone_key_add(zone.keys, ZONE_SID, bytes_of_string(text));
        zone_text_add(zone.text, bytes_of_string(text));
    }
    unsigned wrong = 0;
    for (unsigned i = 0; i < ZONE_RECORDS; i++) {
        (void)snprintf(text, sizeof text, "VALUE %u", i * 7919);
        ck_assert(zone_key_may(zone.keys, ZONE_SID, bytes_of_string(text)));
        ck_assert(zone_text_may(zone.text, bytes_from(bytes_of_string(text), 3)));
        wrong += zone_key_may(zone.keys, ZONE_ACCOUNT, bytes_of_string(text));
    }
    ck_assert_uint_lt(wrong, 5);
    ck_assert(!zone_text_may(zone.text, bytes_of_string("OTHER")));
    ck_assert(zone_text_may(zone.text, bytes_of_string("??")));
}
END_TEST

static const struct event_filter some_filter = {.user = "CORP\\alice", .event_id = 4656};

START_TEST(position_comes_back)
{
    struct event_position in = {.record_id = 1234567890123, .time_ns = -5, .uuid = {{1, 2, 3}}};
    struct event_position out;
    AUTO_ARENA arena;
    arena_init(&arena, 1000);
    const char *text = position_format(&arena, &in, &some_filter);
    ck_assert_uint_eq(strlen(text), POSITION_TEXT_SIZE);
    ck_assert_uint_eq(strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
                      strlen(text));
    ck_assert_int_eq(position_parse(bytes_of_string(text), &some_filter, &out), ERR_NONE);
    ck_assert_uint_eq(out.record_id, in.record_id);
    ck_assert_int_eq(out.time_ns, in.time_ns);
    ck_assert_int_eq(memcmp(&out.uuid, &in.uuid, sizeof in.uuid), 0);
}
END_TEST

static const struct event_filter other_filters[] = {
    {.event_id = 4656},
    {.user = "CORP\\alic", .event_id = 4656},
    {.user = "CORP\\alice"},
    {.user = "CORP\\alice", .event_id = 4656, .since_ns = 1},
    {.user = "CORP\\alice", .event_id = 4656, .until_ns = 1},
    {.user = "CORP\\alice", .event_id = 4656, .outcome = EVENT_FAILURE},
    {.user = "CORP\\alice", .event_id = 4656, .object = ""},
    {.user = "CORP\\alice", .event_id = 4656, .session = ""},
    {.user = "CORP\\alice", .event_id = 4656, .text = ""},
    {.object = "CORP\\alice", .event_id = 4656},
};

START_TEST(position_is_of_its_filter)
{
    struct event_position position = {.record_id = 1};
    AUTO_ARENA arena;
    arena_init(&arena, 1000);
    const char *text = position_format(&arena, &position, &some_filter);
    ck_assert_int_eq(position_parse(bytes_of_string(text), &other_filters[_i], &position), ERR_MALFORMED);
}
END_TEST

START_TEST(position_with_any_change_is_refused)
{
    struct event_position position = {.record_id = 1};
    AUTO_ARENA arena;
    arena_init(&arena, 1000);
    char *text = position_format(&arena, &position, &some_filter);
    for (size_t i = 0; i < POSITION_TEXT_SIZE; i++) {
        static const char others[] = "AB-_+/= \xff";
        char right = text[i];
        for (const char *other = others; *other != 0; other++) {
            text[i] = *other;
            enum err err = position_parse(bytes_of_string(text), &some_filter, &position);
            ck_assert_int_eq(err, *other == right ? ERR_NONE : ERR_MALFORMED);
        }
        text[i] = right;
        ck_assert_int_eq(position_parse(bytes_of(text, i), &some_filter, &position), ERR_MALFORMED);
    }
    ck_assert_int_eq(
        position_parse(bytes_of_string(arena_printf(&arena, "%sA", text)), &some_filter, &position),
        ERR_MALFORMED);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

int main(void)
{
    Suite *suite = suite_create("event");
    TCase *tests = tcase_create("event");
    tcase_add_loop_test(tests, uuid_row, 0, COUNT(uuid_rows));
    tcase_add_test(tests, uuid_has_time_version_and_variant);
    tcase_add_test(tests, uuid_ascends_at_a_standing_clock);
    tcase_add_loop_test(tests, fold_row, 0, COUNT(fold_rows));
    tcase_add_test(tests, zone_never_says_no_wrongly);
    tcase_add_test(tests, position_comes_back);
    tcase_add_loop_test(tests, position_is_of_its_filter, 0, COUNT(other_filters));
    tcase_add_test(tests, position_with_any_change_is_refused);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
