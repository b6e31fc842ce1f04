#include "engine/upcase.h"
#include "base/utf16.h"
#include "support/suite.h"

/* Reference 3.10: order of two strings; most rows were measured on Windows. */
static const struct {
    const char *left;
    const char *right;
    int order;
} rows[] = {
    {"", "", 0},
    {"foo bar", "Foo BAR", 0},
    {"ｆｏｏ", "ＦＯＯ", 0},
    {"ćàț", "ĆÀȚ", 0},
    {"ḽ", "Ḽ", 0},
    {"ⅸ", "Ⅸ", 0},
    {"ꙭ", "Ꙭ", 0},
    {"ⱦ", "Ⱦ", 0},   /* Unicode 5.0 */
    {"ԛԣ", "ԚԢ", 0}, /* Unicode 5.1 */
    {"ⳬ", "Ⳬ", 1},   /* Unicode 5.2 */
    {"ꞧ", "Ꞧ", 1},   /* Unicode 6.0 */
    {"ʞ", "Ʞ", -1},
    {"ɜ", "Ɜ", -1},
    {"ß", "ẞ", -1},
    {"ß", "SS", 1},
    {"foo", "foo bar", -1},
    {"cat", "ćàț", -1},
    {"A", "_", -1},
    {"a", "_", -1},
    {"ퟻ", "𐀀", -1},           /* code units, not code points */
    {"𐀀", "\xEF\xA4\x80", -1}, /* U+F900 */
    {"𐐨", "𐐀", 1},             /* beyond the BMP nothing is folded */
    {"µ", "Μ", -1},            /* the micro sign stays; here and below as in Windows' file name tables */
    {"ı", "I", 1},
    {"ſ", "S", 1},
    {"ς", "Σ", 0},
    {"ÿ", "Ÿ", 0},
    {"÷", "×", 1},
};

static int sign(int value)
{
    return (value > 0) - (value < 0);
}

START_TEST(row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1000);
    struct bytes left;
    struct bytes right;
    ck_assert_int_eq(utf16_from_utf8(&arena, bytes_of_string(rows[_i].left), &left), ERR_NONE);
    ck_assert_int_eq(utf16_from_utf8(&arena, bytes_of_string(rows[_i].right), &right), ERR_NONE);
    ck_assert_int_eq(sign(upcase_compare(left, right, false)), rows[_i].order);
    ck_assert_int_eq(sign(upcase_compare(right, left, false)), -rows[_i].order);
    ck_assert_int_eq(upcase_compare(left, left, true), 0);
}
END_TEST

START_TEST(exact_tells_case_apart)
{
    ck_assert_int_gt(upcase_compare(bytes_of("a", 2), bytes_of("A", 2), true), 0);
    ck_assert_int_eq(upcase_compare(bytes_of("a", 2), bytes_of("A", 2), false), 0);
}
END_TEST

/* What is folded once stays, so that equality is an equivalence. */
START_TEST(folding_is_final)
{
    for (uint32_t unit = 0; unit <= UINT16_MAX; unit++) {
        uint16_t once = upcase_unit((uint16_t)unit);
        ck_assert_uint_eq(upcase_unit(once), once);
        ck_assert(unit < 0xD800 || unit > 0xDFFF || once == unit);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("upcase");
    TCase *tests = tcase_create("upcase");
    tcase_add_loop_test(tests, row, 0, (int)(sizeof rows / sizeof rows[0]));
    tcase_add_test(tests, exact_tells_case_apart);
    tcase_add_test(tests, folding_is_final);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
