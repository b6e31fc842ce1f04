/* timestamp: times of events to text and back. */
#include "eventlog/timestamp.h"
#include "support/suite.h"

#define S INT64_C(1000000000)

static const struct {
    const char *text;
    int64_t ns; /* -1: refused */
} parse_rows[] = {
    {"1970-01-01T00:00:00Z", 0},
    {"1970-01-01t00:00:00z", 0},
    {"1970-01-01 00:00:01Z", S},
    {"2026-11-22T18:00:00Z", 1795370400 * S},
    {"2026-11-22T18:00:00+00:00", 1795370400 * S},
    {"2026-11-22T18:00:00-00:00", 1795370400 * S},
    {"2026-11-22T19:30:00+01:30", 1795370400 * S},
    {"2026-11-22T19:30:00 01:30", 1795370400 * S},
    {"2026-11-21T18:01:00-23:59", 1795370400 * S},
    {"2026-11-22T18:00:00.5Z", 1795370400 * S + 500000000},
    {"2026-11-22T18:00:00.123456789Z", 1795370400 * S + 123456789},
    {"2026-11-22T18:00:00.1234567899999999999999999999Z", 1795370400 * S + 123456789},
    {"2000-02-29T00:00:00Z", 951782400 * S},
    {"2000-03-01T00:00:00Z", 951868800 * S},
    {"2024-02-29T23:59:59Z", 1709251199 * S},
    {"2016-12-31T23:59:60Z", 1483228800 * S},
    {"2100-03-01T00:00:00Z", 4107542400 * S},
    {"2261-12-31T23:59:60.999999999Z", 9214646400 * S + 999999999},
    {"2100-02-29T00:00:00Z", -1},
    {"2023-02-29T00:00:00Z", -1},
    {"2026-04-31T00:00:00Z", -1},
    {"2026-00-01T00:00:00Z", -1},
    {"2026-13-01T00:00:00Z", -1},
    {"2026-01-00T00:00:00Z", -1},
    {"2026-01-32T00:00:00Z", -1},
    {"2026-01-01T24:00:00Z", -1},
    {"2026-01-01T00:60:00Z", -1},
    {"2026-01-01T00:00:61Z", -1},
    {"2026-01-01T00:00:00+24:00", -1},
    {"2026-01-01T00:00:00+00:60", -1},
    {"2026-01-01T00:00:00+0000", -1},
    {"2026-01-01T00:00:00+00", -1},
    {"2026-01-01T00:00:00", -1},
    {"2026-01-01T00:00:00.Z", -1},
    {"2026-01-01T00:00:00,5Z", -1},
    {"2026-01-01T00:00:00ZZ", -1},
    {"2026-01-01T00:00:00Z ", -1},
    {" 2026-01-01T00:00:00Z", -1},
    {"2026-01-01T00:00Z", -1},
    {"2026-01-01", -1},
    {"20260101T000000Z", -1},
    {"+026-01-01T00:00:00Z", -1},
    {"26-01-01T00:00:00Z", -1},
    {"2026-1-1T0:0:0Z", -1},
    {"1969-12-31T23:59:59Z", -1},
    {"1970-01-01T00:00:00+00:01", -1},
    {"2262-01-01T00:00:00Z", -1},
    {"9999-01-01T00:00:00Z", -1},
    {"", -1},
    {"now", -1},
};

START_TEST(parse_row)
{
    int64_t ns = -1;
    enum err err = timestamp_parse(parse_rows[_i].text, &ns);
    ck_assert_msg(ns == parse_rows[_i].ns, "%s gives %lld", parse_rows[_i].text, (long long)ns);
    ck_assert_int_eq(err, parse_rows[_i].ns < 0 ? ERR_MALFORMED : ERR_NONE);
}
END_TEST

static const struct {
    int64_t ns;
    unsigned digits;
    const char *text;
} format_rows[] = {
    {0, 7, "1970-01-01T00:00:00.0000000Z"},
    {1795370400 * S + 123456789, 9, "2026-11-22T18:00:00.123456789Z"},
    {1795370400 * S + 123456789, 7, "2026-11-22T18:00:00.1234567Z"},
    {1795370400 * S + 100, 7, "2026-11-22T18:00:00.0000001Z"},
    {1795370400 * S + 999999999, 1, "2026-11-22T18:00:00.9Z"},
    {-100, 7, "1969-12-31T23:59:59.9999999Z"},
    {-S, 7, "1969-12-31T23:59:59.0000000Z"},
    {INT64_MAX, 9, "2262-04-11T23:47:16.854775807Z"},
    {INT64_MIN, 9, "1677-09-21T00:12:43.145224192Z"},
};

START_TEST(format_row)
{
    char text[TIMESTAMP_TEXT_MAX];
    timestamp_format(format_rows[_i].ns, format_rows[_i].digits, text);
    ck_assert_str_eq(text, format_rows[_i].text);
}
END_TEST

/* What a page says of an event is what a filter takes. */
START_TEST(round_trip)
{
    for (int64_t ns = 100; ns < 9214646400 * S; ns += 86399 * S * 37 + 123456700) {
        char text[TIMESTAMP_TEXT_MAX];
        int64_t back = 0;
        timestamp_format(ns, 9, text);
        ck_assert_int_eq(timestamp_parse(text, &back), ERR_NONE);
        ck_assert_int_eq(back, ns);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("timestamp");
    TCase *tests = tcase_create("timestamp");
    tcase_add_loop_test(tests, parse_row, 0, (int)(sizeof parse_rows / sizeof parse_rows[0]));
    tcase_add_loop_test(tests, format_row, 0, (int)(sizeof format_rows / sizeof format_rows[0]));
    tcase_add_test(tests, round_trip);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
