#include "base/json.h"
#include "base/json_text.h"
#include "base/plain.h"
#include "support/suite.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

enum { ARENA_BYTES = 64 << 20 };

/* Every row is also given to jansson, which must agree. */
static const struct {
    const char *text;
    bool sound;
} rows[] = {
    {"", false},
    {" ", false},
    {"null", true},
    {" \t\r\n true \n", true},
    {"falsey", false},
    {"nul", false},
    {"True", false},
    {"0", true},
    {"-0", true},
    {"01", false},
    {"-", false},
    {"+1", false},
    {"9223372036854775807", true},
    {"9223372036854775808", false},
    {"-9223372036854775808", true},
    {"-9223372036854775809", false},
    {"99999999999999999999999999", false},
    {"1.5", true},
    {"1.", false},
    {".5", false},
    {"1e5", true},
    {"1E+05", true},
    {"1e-999", true},
    {"1e", false},
    {"1e+", false},
    {"1e400", false},
    {"-1e400", false},
    {"1.0000000000000000000000000000000000000000000000000000000000000000000000000000000000001", true},
    {"1 2", false},
    {"0x10", false},
    {"\"\"", true},
    {"\"a", false},
    {"\"\\\"", false},
    {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", true},
    {"\"\\a\"", false},
    {"\"\\", false},
    {"\"\\u00e4\\u20AC\\ud83d\\ude00\"", true},
    {"\"\\u0000\"", false},
    {"\"\\u12\"", false},
    {"\"\\u12g4\"", false},
    {"\"\\ud83d\"", false},
    {"\"\\ud83dx\"", false},
    {"\"\\ud83d\\n\"", false},
    {"\"\\ud83d\\u0041\"", false},
    {"\"\\ude00\"", false},
    {"\"\\ud83d\\u", false},
    {"\"\x1f\"", false},
    {"\"\x7f\"", true},
    {"\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"", true},
    {"\"\xc3\"", false},
    {"\"\xc0\x80\"", false},
    {"\"\xed\xa0\x80\"", false},
    {"\"\xf4\x90\x80\x80\"", false},
    {"\"\\\xc3\xa4\"", false},
    {"\xef\xbb\xbf{}", false},
    {"[]", true},
    {"[ ]", true},
    {"[1,]", false},
    {"[,1]", false},
    {"[1 2]", false},
    {"[1}", false},
    {"[", false},
    {"]", false},
    {"[[],{},[{}]]", true},
    {"{}", true},
    {"{\"a\":1}", true},
    {"{\"a\":1,}", false},
    {"{\"a\"}", false},
    {"{\"a\":}", false},
    {"{\"a\" 1}", false},
    {"{a:1}", false},
    {"{1:1}", false},
    {"{\"a\":1]", false},
    {"{\"a\":1}}", false},
    {"{\"a\":1,\"a\":2}", false},
    {"{\"a\":1,\"\\u0061\":2}", false},
    {"{\"a\":1,\"A\":2}", true},
    {"{\"\":1,\"\":2}", false},
    {"{\"a\":{\"a\":[{\"a\":1}]}}", true},
    {"{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5,\"f\":6,\"g\":7,\"h\":8,\"i\":9,\"j\":1,\"k\":2,\"l\":3,\"m\":4,"
     "\"n\":5,\"o\":6,\"p\":7,\"q\":8}",
     true},
    {"{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5,\"f\":6,\"g\":7,\"h\":8,\"i\":9,\"j\":1,\"k\":2,\"l\":3,\"m\":4,"
     "\"n\":5,\"o\":6,\"p\":7,\"a\":8}",
     false},
    {"// no\n1", false},
};

static bool jansson_takes(const char *text, size_t size)
{
    json_t *value = json_loadb(text, size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
    json_decref(value);
    return value != NULL;
}

START_TEST(row)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_BYTES);
    const struct json *tree = NULL;
    const char *text = rows[_i].text;
    enum err err = json_parse(&arena, bytes_of_string(text), &tree);
    ck_assert_msg((err == ERR_NONE) == rows[_i].sound, "%s", text);
    ck_assert(err == ERR_NONE || err == ERR_MALFORMED);
    ck_assert((tree != NULL) == rows[_i].sound);
    ck_assert_msg(jansson_takes(text, strlen(text)) == rows[_i].sound, "%s", text);
}
END_TEST

START_TEST(values_are_what_was_written)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_BYTES);
    const struct json *tree = NULL;
    static const char text[] =
        "{\"s\":\"\\u00e4\\ud83d\\ude00\\n\",\"i\":-12,\"l\":[true,false,null,1.5],\"k\\u0065y\":{}}";
    ck_assert_int_eq(json_parse(&arena, bytes_of_string(text), &tree), ERR_NONE);
    ck_assert(json_is(tree, JSON_KIND_OBJECT));
    ck_assert_uint_eq(tree->items.count, 4);
    ck_assert(bytes_equal(json_member(tree, "s")->text, bytes_of_string("\xc3\xa4\xf0\x9f\x98\x80\n")));
    ck_assert_int_eq(json_member(tree, "i")->integer, -12);
    const struct json *list = json_member(tree, "l");
    static const enum json_kind kinds[] = {JSON_KIND_TRUE, JSON_KIND_FALSE, JSON_KIND_NULL, JSON_KIND_REAL};
    for (size_t i = 0; i < 4; i++)
        ck_assert(json_is(json_item(list, i), kinds[i]));
    ck_assert_ptr_null(json_item(list, 4));
    ck_assert(json_is(json_member(tree, "key"), JSON_KIND_OBJECT));
    ck_assert_ptr_null(json_member(tree, "ke"));
    ck_assert_ptr_null(json_member(list, "s"));
    ck_assert_ptr_null(json_item(tree, 0));
    ck_assert_ptr_null(json_member(NULL, "s"));
}
END_TEST

/* A NUL is no blank, nor the end of the text. (jansson takes the first of these.) */
START_TEST(nul_is_refused)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_BYTES);
    static const char *const texts[] = {"1\0", "[1,\0]", "\"a\0\""};
    static const size_t sizes[] = {2, 5, 4};
    for (size_t i = 0; i < 3; i++) {
        const struct json *tree = NULL;
        ck_assert_int_eq(json_parse(&arena, bytes_of(texts[i], sizes[i]), &tree), ERR_MALFORMED);
    }
}
END_TEST

static const struct {
    size_t depth;
    const char *inside;
    bool sound;
} depths[] = {
    {JSON_DEPTH_MAX, "", true},
    {JSON_DEPTH_MAX, "1", false},
    {JSON_DEPTH_MAX - 1, "1", true},
    {JSON_DEPTH_MAX + 1, "", false},
};

START_TEST(depth_is_bounded_as_jansson_does)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_BYTES);
    static char text[2 * JSON_DEPTH_MAX + 16];
    const size_t depth = depths[_i].depth;
    const size_t inside = strlen(depths[_i].inside);
    memset(text, '[', depth);
    memcpy(text + depth, depths[_i].inside, inside);
    memset(text + depth + inside, ']', depth);
    const struct json *tree = NULL;
    enum err err = json_parse(&arena, bytes_of(text, 2 * depth + inside), &tree);
    ck_assert_int_eq(err, depths[_i].sound ? ERR_NONE : ERR_MALFORMED);
    ck_assert(jansson_takes(text, 2 * depth + inside) == depths[_i].sound);
}
END_TEST

START_TEST(values_and_memory_are_bounded)
{
    const size_t most = JSON_VALUES_MAX - 1; /* and their array */
    char *text = malloc(2 * most + 16);
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i <= most; i++)
        memcpy(text + 1 + 2 * i, (const char[]){'1', ','}, 2);
    text[0] = '[';
    for (size_t more = 0; more < 2; more++) {
        AUTO_ARENA arena;
        arena_init(&arena, ARENA_BYTES);
        const struct json *tree = NULL;
        const size_t size = 1 + 2 * (most + more);
        text[size - 1] = ']';
        ck_assert_int_eq(json_parse(&arena, bytes_of(text, size), &tree),
                         more == 0 ? ERR_NONE : ERR_TOO_LARGE);
        ck_assert(tree == NULL || tree->items.count == most);
        text[size - 1] = ',';
    }
    AUTO_ARENA small;
    arena_init(&small, 1000);
    const struct json *tree = NULL;
    text[200] = ']';
    ck_assert_int_eq(json_parse(&small, bytes_of(text, 201), &tree), ERR_NO_MEMORY);
    ck_assert_ptr_null(tree);
    free(text);
}
END_TEST

/* By words as by bytes: whatever stands wherever, with another such byte behind it or none. */
START_TEST(plain_ends_at_the_first_other_byte)
{
    enum { SIZE = 21 };
    const uint8_t byte = (uint8_t)_i;
    for (size_t first = 0; first < SIZE; first++) {
        for (size_t second = first; second < SIZE; second++) {
            uint8_t text[SIZE];
            memset(text, 'a', sizeof text);
            text[first] = byte;
            text[second] = second == first ? byte : '"';
            const size_t end = !plain_byte(byte) ? first : second == first ? SIZE : second;
            ck_assert_uint_eq(plain_end(bytes_of(text, SIZE), 0), end);
            ck_assert_uint_eq(plain_end(bytes_of(text, SIZE), first), end);
        }
    }
}
END_TEST

START_TEST(text_is_what_jansson_reads)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_BYTES);
    struct text text = {.arena = &arena};
    static const char hard[] = "a\"\\/\x01\x1f\x7f\xc3\xa4\n";
    TEXT_PUT(&text, "[");
    for (int i = 0; i < 100; i++) {
        json_text_string(&text, bytes_of_string(hard));
        TEXT_PUT(&text, ",");
    }
    json_text_number(&text, INT64_MAX);
    TEXT_PUT(&text, ",");
    json_text_boolean(&text, true);
    TEXT_PUT(&text, ",");
    json_text_boolean(&text, false);
    TEXT_PUT(&text, ",");
    json_text_hex32(&text, 0x0012019f);
    TEXT_PUT(&text, "]");
    ck_assert(!text.failed);
    json_auto_t *read = json_loadb(text.data, text.size, 0, NULL);
    ck_assert_ptr_nonnull(read);
    ck_assert_str_eq(json_string_value(json_array_get(read, 99)), hard);
    ck_assert_int_eq(json_integer_value(json_array_get(read, 100)), INT64_MAX);
    ck_assert(json_is_true(json_array_get(read, 101)) && json_is_false(json_array_get(read, 102)));
    ck_assert_str_eq(json_string_value(json_array_get(read, 103)), "0x0012019f");
}
END_TEST

START_TEST(text_fails_for_good)
{
    AUTO_ARENA arena;
    arena_init(&arena, 600);
    struct text text = {.arena = &arena};
    for (int i = 0; i < 100; i++)
        TEXT_PUT(&text, "0123456789");
    ck_assert(text.failed);
    ck_assert_uint_le(text.size, text.room);
    const size_t size = text.size;
    TEXT_PUT(&text, "0");
    ck_assert_uint_eq(text.size, size);
}
END_TEST

/* A size that no doubling reaches is no memory, and no room taken for granted. */
START_TEST(text_room_is_not_counted_around)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_BYTES);
    for (int written = 0; written < 2; written++) {
        struct text text = {.arena = &arena};
        if (written > 0)
            TEXT_PUT(&text, "0");
        ck_assert(!text_reserve(&text, SIZE_MAX));
        ck_assert(text.failed);
        ck_assert_uint_eq(text.size, (size_t)written);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("json");
    TCase *tests = tcase_create("json");
    tcase_add_loop_test(tests, row, 0, (int)(sizeof rows / sizeof rows[0]));
    tcase_add_test(tests, values_are_what_was_written);
    tcase_add_test(tests, nul_is_refused);
    tcase_add_loop_test(tests, depth_is_bounded_as_jansson_does, 0, (int)(sizeof depths / sizeof depths[0]));
    tcase_add_test(tests, values_and_memory_are_bounded);
    tcase_add_loop_test(tests, plain_ends_at_the_first_other_byte, 0, UINT8_MAX + 1);
    tcase_add_test(tests, text_is_what_jansson_reads);
    tcase_add_test(tests, text_fails_for_good);
    tcase_add_test(tests, text_room_is_not_counted_around);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
