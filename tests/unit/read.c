#include "api/read.h"
#include "api/json_place.h"
#include "support/json_tree.h"
#include "support/suite.h"

static const uint32_t domain_numbers[] = {21, 1, 2, 3};
static struct sid_buffer domain_sid;
static const struct sddl_domains no_domains;

/* A body that the reader of JSON itself refuses, and where. */
static const struct {
    const char *text;
    const char *pointer;
} broken[] = {
    {"", ""},
    {" ", ""},
    {"x", ""},
    {"{", ""},
    {"{\"a\"", "/a"},
    {"{\"a\":", "/a"},
    {"{\"a\":1,\"b\":[true,{\"c\":tru", "/b/1/c"},
    {"{\"a\":1,\"a\":2}", "/a"},
    {"{\"a\":{\"b\":1,\"b\":2}}", "/a/b"},
    {"[[1,2],[3,4],[5,]]", "/2"},
    {"{\"a/b\":{\"~\":{\"x\":1,\"x\":2}}}", "/a~1b/~0/x"},
    {"{\"\\u0061\":{\"b\":01}}", "/a/b"},
    {"{\"a\\\"b\":[}", "/a\"b"},
    {"{\"a\":\"\\u0000\"}", "/a"},
    {"{\"a\":1}}", ""},
    {"{\"a\":123456789012345678901234567890}", "/a"},
    {"[\"\xff\"]", "/0"},
    {"{\"a\":\"]},[\",\"b\":x}", "/b"},
};

START_TEST(broken_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 100000);
    struct reader reader = reader_of(&arena, &no_domains);
    ck_assert_ptr_null(read_body(&reader, bytes_of_string(broken[_i].text)));
    ck_assert(reader.failed);
    ck_assert_int_eq(reader.problem.kind, PROBLEM_INVALID_JSON);
    ck_assert_str_eq(reader.problem.pointer, broken[_i].pointer);
    ck_assert_ptr_nonnull(reader.problem.detail);
    ck_assert(json_place_text_is_sane(bytes_of_string(reader.problem.detail)));
}
END_TEST

/* The pointer stays short however deep the body goes. */
START_TEST(depth_is_bounded)
{
    static char text[5000];
    AUTO_ARENA arena;
    arena_init(&arena, 100000);
    memset(text, '[', sizeof text - 1);
    struct reader reader = reader_of(&arena, &no_domains);
    ck_assert_ptr_null(read_body(&reader, bytes_of_string(text)));
    ck_assert_uint_eq(strlen(reader.problem.pointer), (size_t)2 * JSON_PLACE_DEPTH_MAX);
}
END_TEST

enum what { MASK, SID, GUID, INTEGER, BOOLEAN, BASE64, TYPE, MAPPING, PRIVILEGES, DESCRIPTOR };

static uint64_t read_what(struct reader *reader, const struct place *place, enum what what)
{
    struct descriptor descriptor = {0};
    switch (what) {
    case MASK:
        return read_mask(reader, place);
    case SID: {
        const struct sid *sid = read_sid(reader, place);
        return sid == NULL ? 0 : sid_rid(sid);
    }
    case GUID:
        return read_guid(reader, place).bytes[0];
    case INTEGER:
        return (uint64_t)read_integer(reader, place, 2, 5);
    case BOOLEAN:
        return read_boolean(reader, place);
    case BASE64:
        return read_base64(reader, place).size;
    case TYPE:
        return read_object_type(reader, place) != NULL;
    case MAPPING:
        return read_generic_mapping(reader, place).all;
    case PRIVILEGES:
        return read_privileges(reader, place);
    case DESCRIPTOR:
        read_descriptor(reader, place, &descriptor, NULL);
        return descriptor.raw.size;
    }
    return 0;
}

/* pointer NULL: it is read, and gives the value. Everything stands at /v. */
static const struct {
    enum what what;
    const char *json;
    const char *pointer;
    uint64_t value;
} values[] = {
    {MASK, "1", NULL, 1},
    {MASK, "4294967295", NULL, 0xFFFFFFFF},
    {MASK, "4294967296", "/v", 0},
    {MASK, "-1", "/v", 0},
    {MASK, "\"0xfFfFfFfF\"", NULL, 0xFFFFFFFF},
    {MASK, "\"0x0\"", NULL, 0},
    {MASK, "\"0x000000001\"", "/v", 0},
    {MASK, "\"0x 1\"", "/v", 0},
    {MASK, "\"-0x1\"", "/v", 0},
    {MASK, "\"0x\\u0011\"", "/v", 0}, /* '1' but for a bit */
    {MASK, "\"0x1\\u0019\"", "/v", 0},
    {MASK, "\"FILE_READ_DATA\"", NULL, 1},
    {MASK, "[\"DELETE\",1,\"0x20\"]", NULL, 0x10021},
    {MASK, "[\"DELETE\",null]", "/v/1", 0},
    {MASK, "[]", NULL, 0},
    {MASK, "{}", "/v", 0},
    {SID, "\"S-1-5-32-544\"", NULL, 544},
    {SID, "\"ba\"", NULL, 544},
    {SID, "\"DA\"", NULL, 512},
    {SID, "\"LA\"", "/v", 0}, /* no machine is known */
    {SID, "\"\"", "/v", 0},
    {SID, "\"BAx\"", "/v", 0},
    {SID, "\"S-1-5\"", "/v", 0},
    {SID, "[]", "/v", 0},
    {GUID, "\"04030201-0000-0000-0000-000000000000\"", NULL, 1},
    {GUID, "\"04030201-0000-0000-0000-00000000000\"", "/v", 0},
    {GUID, "\"04030201-0000-0000-0000-00000000000g\"", "/v", 0},
    {GUID, "\"04030201-0000-0000-0000-0000000000000\"", "/v", 0},
    {GUID, "\"04030201-0000-0000-00000000000000000\"", "/v", 0},
    {GUID, "\"{4030201-0000-0000-0000-000000000000}\"", "/v", 0},
    {GUID, "0", "/v", 0},
    {INTEGER, "2", NULL, 2},
    {INTEGER, "5", NULL, 5},
    {INTEGER, "1", "/v", 0},
    {INTEGER, "6", "/v", 0},
    {INTEGER, "2.0", "/v", 0},
    {INTEGER, "\"2\"", "/v", 0},
    {BOOLEAN, "true", NULL, 1},
    {BOOLEAN, "false", NULL, 0},
    {BOOLEAN, "1", "/v", 0},
    {BOOLEAN, "null", "/v", 0},
    {BASE64, "\"AAE=\"", NULL, 2},
    {BASE64, "\"\"", NULL, 0},
    {BASE64, "\"AAE\"", "/v", 0},
    {TYPE, "\"file\"", NULL, 1},
    {TYPE, "\"files\"", "/v", 0},
    {MAPPING, "{\"read\":1,\"write\":2,\"execute\":4,\"all\":[7,\"DELETE\"]}", NULL, 0x10007},
    {MAPPING, "{\"read\":1,\"write\":2,\"execute\":4}", "/v/all", 0},
    {MAPPING, "{\"read\":1,\"write\":\"GENERIC_ALL\",\"execute\":4,\"all\":7}", "/v/write", 0},
    {MAPPING, "{\"read\":1,\"write\":2,\"execute\":33554432,\"all\":7}", "/v/execute", 0},
    {PRIVILEGES, "[\"SeTcbPrivilege\",\"setcbprivilege\"]", NULL, 1 << 7},
    {PRIVILEGES, "[\"SeTcb\"]", "/v/0", 0},
    {PRIVILEGES, "\"SeTcbPrivilege\"", "/v", 0},
    {DESCRIPTOR, "\"\"", NULL, 20},
    {DESCRIPTOR, "\"D:(\"", "/v", 0},
    {DESCRIPTOR, "{\"base64\":\"AQAAgAAAAAAAAAAAAAAAAAAAAAA=\"}", NULL, 20},
    {DESCRIPTOR, "{\"base64\":\"AQAAgAAAAAAAAAAAAAAAAAAAAA==\"}", "/v/base64", 0},
    {DESCRIPTOR, "{\"base64\":1}", "/v/base64", 0},
    {DESCRIPTOR, "{\"bytes\":\"\"}", "/v/bytes", 0},
    {DESCRIPTOR, "true", "/v", 0},
};

/* "[],[],…": fifty times its size in memory. Then a sound body is read as ever. */
START_TEST(values_are_bounded)
{
    enum { SIZE = 4 << 20 };
    static char body[SIZE + 1];
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    memset(body, ' ', SIZE);
    body[0] = '[';
    for (size_t i = 1; i + 4 < SIZE; i += 3)
        memcpy(body + i, (const char[]){'[', ']', ','}, 3);
    memcpy(body + SIZE - 3, (const char[]){'[', ']', ']'}, 3);
    struct reader reader = reader_of(&arena, NULL);
    const struct json *value = read_body(&reader, bytes_of(body, SIZE));
    ck_assert_ptr_null(value);
    ck_assert(reader.failed);
    ck_assert_int_eq(reader.problem.kind, PROBLEM_TOO_LARGE);
    struct reader again = reader_of(&arena, NULL);
    const struct json *small = read_body(&again, bytes_of_string("{\"a\": [1]}"));
    ck_assert_ptr_nonnull(small);
    ck_assert(!again.failed);
}
END_TEST

START_TEST(value_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 100000);
    ck_assert_int_eq(sid_make(&domain_sid, 5, domain_numbers, 4), ERR_NONE);
    const struct sddl_domains domains = {.domain = sid_of(&domain_sid)};
    struct reader reader = reader_of(&arena, &domains);
    reader.type = values[_i].what == MAPPING ? NULL : securable_find(bytes_of_string("file"));
    json_t *value_of_row = json_loads(values[_i].json, JSON_DECODE_ANY, NULL);
    ck_assert_ptr_nonnull(value_of_row);
    const struct json *body = json_tree_of(&arena, json_pack("{s:o}", "v", value_of_row));
    struct place root = place_root(body);
    struct place place = place_member(&root, "v");
    uint64_t value = read_what(&reader, &place, values[_i].what);
    ck_assert_msg(value == values[_i].value, "%s gives %llu", values[_i].json, (unsigned long long)value);
    ck_assert_msg(reader.failed == (values[_i].pointer != NULL), "%s", values[_i].json);
    if (reader.failed)
        ck_assert_str_eq(reader.problem.pointer, values[_i].pointer);
}
END_TEST

/* Everything is required where nothing says otherwise, and a reader that failed reads nothing more. */
START_TEST(what_is_absent_fails)
{
    for (enum what what = MASK; what <= DESCRIPTOR; what++) {
        AUTO_ARENA arena;
        arena_init(&arena, 100000);
        struct reader reader = reader_of(&arena, &no_domains);
        const struct json *body = json_tree_of(&arena, json_pack("{s:i, s:b}", "one", 1, "yes", 1));
        struct place root = place_root(body);
        struct place absent = place_member(&root, "v");
        struct place one = place_member(&root, "one");
        struct place yes = place_member(&root, "yes");
        ck_assert_uint_eq(read_what(&reader, &absent, what), 0);
        ck_assert(reader.failed);
        ck_assert_str_eq(reader.problem.pointer, "/v");
        ck_assert_uint_eq(read_mask(&reader, &one), 0);
        ck_assert(!read_boolean(&reader, &yes));
        ck_assert_int_eq(read_integer(&reader, &one, 0, 9), 0);
        ck_assert_str_eq(reader.problem.pointer, "/v");
    }
}
END_TEST

/* A message never ends in half a character, however long what it quotes. */
START_TEST(messages_are_cut_between_characters)
{
    AUTO_ARENA arena;
    arena_init(&arena, 100000);
    char text[1000];
    for (size_t i = 0; i + 2 < sizeof text; i += 2)
        memcpy(text + i, "\xc3\xa4", 2);
    text[998] = '\0';
    for (int shift = 0; shift < 2; shift++) {
        struct reader reader = reader_of(&arena, &no_domains);
        struct place root = place_root(NULL);
        read_fail(&reader, &root, "%s%s", shift == 0 ? "" : "x", text);
        ck_assert(json_place_text_is_sane(bytes_of_string(reader.problem.detail)));
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("read");
    TCase *tests = tcase_create("read");
    tcase_add_loop_test(tests, broken_row, 0, (int)(sizeof broken / sizeof broken[0]));
    tcase_add_test(tests, depth_is_bounded);
    tcase_add_test(tests, values_are_bounded);
    tcase_add_loop_test(tests, value_row, 0, (int)(sizeof values / sizeof values[0]));
    tcase_add_test(tests, what_is_absent_fails);
    tcase_add_test(tests, messages_are_cut_between_characters);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
