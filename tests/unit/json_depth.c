/* How deep is a text nested? */
#include "base/json_depth.h"

#include "support/suite.h"

static const struct {
    const char *text;
    size_t max;
    size_t at; /* of the first that is too deep; SIZE_MAX: none */
} rows[] = {
    {"", 0, SIZE_MAX},
    {"17", 0, SIZE_MAX},
    {"[]", 0, 0},
    {"[]", 1, SIZE_MAX},
    {"{\"a\":[]}", 1, 5},
    {"{\"a\":[]}", 2, SIZE_MAX},
    {"[[],[],{}]", 2, SIZE_MAX},
    {"[[],[],{\"a\":[]}]", 2, 12},
    {"[\"[[[[\"]", 1, SIZE_MAX},
    {"[\"\\\"[[[\"]", 1, SIZE_MAX},
    {"[\"\\\\\",[]]", 1, 6},
    {"]]]][", 1, SIZE_MAX}, /* no JSON, and no depth below none */
    {"[\"[", 1, SIZE_MAX},
    {"[\"\\", 1, SIZE_MAX},
};

START_TEST(row)
{
    size_t at = SIZE_MAX;
    json_depth_bound(rows[_i].max);
    bool sound = json_depth_is_sound(bytes_of_string(rows[_i].text), &at);
    ck_assert_int_eq(sound, rows[_i].at == SIZE_MAX);
    ck_assert_uint_eq(at, rows[_i].at);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("json_depth");
    TCase *tests = tcase_create("json_depth");
    tcase_add_loop_test(tests, row, 0, (int)(sizeof rows / sizeof rows[0]));
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
