#include "base/base64.h"
#include "base/budget.h"
#include "base/decimal.h"
#include "base/utf16.h"
#include "support/suite.h"

#include <stdio.h>

static const struct {
    const char *text;
    const char *data;
    size_t size;
    enum err err;
} base64_rows[] = {
    {"", "", 0, ERR_NONE},
    {"Zg==", "f", 1, ERR_NONE},
    {"Zm8=", "fo", 2, ERR_NONE},
    {"Zm9v", "foo", 3, ERR_NONE},
    {"Zm9vYmFy", "foobar", 6, ERR_NONE},
    {"+/+/", "\xfb\xff\xbf", 3, ERR_NONE},
    {"Zg", "", 0, ERR_MALFORMED},
    {"Zg=", "", 0, ERR_MALFORMED},
    {"Z===", "", 0, ERR_MALFORMED},
    {"====", "", 0, ERR_MALFORMED},
    {"Zh==", "", 0, ERR_MALFORMED}, /* hidden bits are not zero */
    {"Zm9=", "", 0, ERR_MALFORMED},
    {"Zm=v", "", 0, ERR_MALFORMED},
    {"Zm9v\n", "", 0, ERR_MALFORMED},
    {"Zm 9", "", 0, ERR_MALFORMED},
    {"_-_-", "", 0, ERR_MALFORMED},
};

START_TEST(base64_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1000);
    struct bytes data = {0};
    enum err err = base64_decode(&arena, bytes_of_string(base64_rows[_i].text), &data);
    ck_assert_int_eq(err, base64_rows[_i].err);
    if (err != ERR_NONE)
        return;
    ck_assert(bytes_equal(data, bytes_of(base64_rows[_i].data, base64_rows[_i].size)));
    ck_assert_str_eq(base64_encode(&arena, data), base64_rows[_i].text);
}
END_TEST

static const struct {
    const char *utf8;
    const char *utf16;
    size_t size;
    enum err err;
} utf_rows[] = {
    {"", "", 0, ERR_NONE},
    {"a", "a\0", 2, ERR_NONE},
    {"\xc3\x9f", "\xdf\0", 2, ERR_NONE},
    {"\xe2\x82\xac", "\xac\x20", 2, ERR_NONE},
    {"\xf0\x90\x80\x80", "\0\xd8\0\xdc", 4, ERR_NONE},
    {"\xf4\x8f\xbf\xbf", "\xff\xdb\xff\xdf", 4, ERR_NONE},
    {"\xc0\x80", NULL, 0, ERR_MALFORMED},         /* overlong */
    {"\xed\xa0\x80", NULL, 0, ERR_MALFORMED},     /* a surrogate */
    {"\xf4\x90\x80\x80", NULL, 0, ERR_MALFORMED}, /* above U+10FFFF */
    {"\xe2\x82", NULL, 0, ERR_MALFORMED},
    {"\x80", NULL, 0, ERR_MALFORMED},
    {"\xff", NULL, 0, ERR_MALFORMED},
    {NULL, "a", 1, ERR_MALFORMED},
    {NULL, "\0\xd8", 2, ERR_MALFORMED},
    {NULL, "\0\xdc", 2, ERR_MALFORMED},
    {NULL,
     "\0\xd8"
     "a\0",
     4, ERR_MALFORMED},
};

START_TEST(utf_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1000);
    struct bytes out = {0};
    if (utf_rows[_i].utf8 != NULL) {
        enum err err = utf16_from_utf8(&arena, bytes_of_string(utf_rows[_i].utf8), &out);
        ck_assert_int_eq(err, utf_rows[_i].err);
        if (err == ERR_NONE)
            ck_assert(bytes_equal(out, bytes_of(utf_rows[_i].utf16, utf_rows[_i].size)));
    }
    if (utf_rows[_i].utf16 != NULL) {
        enum err err = utf16_to_utf8(&arena, bytes_of(utf_rows[_i].utf16, utf_rows[_i].size), &out);
        ck_assert_int_eq(err, utf_rows[_i].err);
        if (err == ERR_NONE)
            ck_assert_str_eq((const char *)out.data, utf_rows[_i].utf8);
    }
}
END_TEST

/* Whoever gets a block that somebody else filled sees nothing of it. */
START_TEST(arena_gives_zeros_again_and_again)
{
    static const uint8_t zeros[9000];
    arena_keep_blocks(true);
    for (int round = 0; round < 20; round++) {
        AUTO_ARENA arena;
        arena_init(&arena, 1 << 20);
        for (size_t size = 1; size <= sizeof zeros; size *= 3) {
            void *memory = arena_alloc(&arena, size);
            ck_assert_ptr_nonnull(memory);
            ck_assert_mem_eq(memory, zeros, size);
            memset(memory, 0xA5, size);
        }
    }
    arena_keep_blocks(false);
}
END_TEST

START_TEST(decimals)
{
    static const uint64_t numbers[] = {0, 9, 10, 4294967295, UINT64_MAX};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        char expected[DECIMAL_MAX + 1];
        char got[DECIMAL_MAX + 1];
        (void)snprintf(expected, sizeof expected, "%llu", (unsigned long long)numbers[i]);
        got[decimal_format(numbers[i], got)] = 0;
        ck_assert_str_eq(got, expected);
    }
}
END_TEST

/* The first block is its own; what is more is of the budget, until the arena ends. */
START_TEST(arena_has_a_budget)
{
    struct budget budget = {.max = 9600};
    AUTO_ARENA first;
    AUTO_ARENA second;
    arena_init(&first, 1 << 20);
    arena_init(&second, 1 << 20);
    arena_charge(&first, &budget);
    arena_charge(&second, &budget);
    ck_assert_ptr_nonnull(arena_alloc(&first, 100));
    ck_assert_uint_eq(atomic_load(&budget.taken), 0);
    ck_assert_ptr_nonnull(arena_alloc(&first, 9600));
    ck_assert_uint_eq(atomic_load(&budget.taken), 9600);
    ck_assert_ptr_nonnull(arena_alloc(&second, 100));
    ck_assert_ptr_null(arena_alloc(&second, 5000));
    ck_assert_ptr_null(arena_alloc(&first, 5000));
    arena_done(&first);
    ck_assert_uint_eq(atomic_load(&budget.taken), 0);
    ck_assert_ptr_null(arena_alloc(&second, 9601));
    ck_assert_ptr_nonnull(arena_alloc(&second, 5000));
}
END_TEST

START_TEST(arena_keeps_its_limit)
{
    AUTO_ARENA arena;
    arena_init(&arena, 10000);
    ck_assert_ptr_nonnull(arena_alloc(&arena, 0));
    ck_assert_ptr_nonnull(arena_alloc(&arena, 9000));
    ck_assert_ptr_null(arena_alloc(&arena, 1001));
    ck_assert_ptr_nonnull(arena_alloc(&arena, 1000));
    ck_assert_ptr_null(arena_alloc(&arena, 1));
    ck_assert_ptr_null(arena_alloc(&arena, SIZE_MAX));
    ck_assert_ptr_null(arena_alloc_array(&arena, SIZE_MAX / 2, 4));
    arena_done(&arena);
    ck_assert_ptr_nonnull(arena_alloc(&arena, 10000));
}
END_TEST

START_TEST(cursor_fails_for_good)
{
    struct cursor cursor = cursor_of(bytes_of("\1\2\3\4\5\6\7", 7));
    ck_assert_uint_eq(cursor_u8(&cursor), 1);
    cursor_align(&cursor, 4);
    ck_assert_uint_eq(cursor_u16(&cursor), 0x0605);
    ck_assert_uint_eq(cursor_left(&cursor), 1);
    ck_assert_uint_eq(cursor_u32(&cursor), 0);
    ck_assert(cursor.failed);
    ck_assert_uint_eq(cursor_u8(&cursor), 0);
    ck_assert_uint_eq(cursor_left(&cursor), 0);
}
END_TEST

START_TEST(err_has_words_for_all)
{
    ck_assert_uint_eq(err_win32(ERR_NO_IMPERSONATION_TOKEN), 1309);
    ck_assert_str_eq(err_win32_name(ERR_GENERIC_NOT_MAPPED), "ERROR_GENERIC_NOT_MAPPED");
    ck_assert_uint_eq(err_win32((enum err)9999), err_win32(ERR_FAILED));
    ck_assert_str_eq(err_text((enum err) - 1), err_text(ERR_FAILED));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base");
    TCase *tests = tcase_create("base");
    tcase_add_loop_test(tests, base64_row, 0, (int)(sizeof base64_rows / sizeof base64_rows[0]));
    tcase_add_loop_test(tests, utf_row, 0, (int)(sizeof utf_rows / sizeof utf_rows[0]));
    tcase_add_test(tests, arena_keeps_its_limit);
    tcase_add_test(tests, arena_has_a_budget);
    tcase_add_test(tests, arena_gives_zeros_again_and_again);
    tcase_add_test(tests, decimals);
    tcase_add_test(tests, cursor_fails_for_good);
    tcase_add_test(tests, err_has_words_for_all);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
