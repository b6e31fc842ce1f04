/* read_audit: names and handles as they stand in bodies, and how one object is put over another. */
#include "api/read_audit.h"
#include "support/json_tree.h"
#include "support/suite.h"

#include <stdlib.h>

enum { ARENA_BYTES = 1 << 20 };

static const struct {
    const char *json;
    uint64_t handle;
    bool good;
} handles[] = {
    {"0", 0, true},
    {"500", 500, true},
    {"9223372036854775807", INT64_MAX, true},
    {"\"0x0\"", 0, true},
    {"\"0x1f4\"", 500, true},
    {"\"0X1F4\"", 500, true},
    {"\"0x00000000000001f4\"", 500, true},
    {"\"0xffffffffffffffff\"", UINT64_MAX, true},
    {"\"0x000000000000001f4\"", 0, false},
    {"\"0x\"", 0, false},
    {"\"\"", 0, false},
    {"\"0\"", 0, false},
    {"\"500\"", 0, false},
    {"\"1f4\"", 0, false},
    {"\"0x1g\"", 0, false},
    {"\"0x\\u0011\"", 0, false}, /* '1' but for a bit */
    {"\"0x-1\"", 0, false},
    {"\" 0x1\"", 0, false},
    {"\"0x1 \"", 0, false},
    {"-1", 0, false},
    {"1.0", 0, false},
    {"true", 0, false},
    {"null", 0, false},
    {"[\"0x1\"]", 0, false},
    {"{}", 0, false},
};

START_TEST(handle_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_BYTES);
    struct reader reader = reader_of(&arena, NULL);
    json_t *value = json_loads(handles[_i].json, JSON_DECODE_ANY, NULL);
    ck_assert_ptr_nonnull(value);
    struct place root = place_root(json_tree_of(&arena, value));
    uint64_t handle = read_audit_handle(&reader, &root);
    ck_assert_msg(handle == handles[_i].handle, "%s gives %llu", handles[_i].json,
                  (unsigned long long)handle);
    ck_assert_msg(reader.failed == !handles[_i].good, "%s", handles[_i].json);
}
END_TEST

/* A text of so many times the same characters. */
static const struct {
    const char *piece;
    size_t count;
    bool name;   /* may it be a name … */
    bool object; /* … and an object's? */
} texts[] = {
    {"", 0, false, true},
    {"x", 1, true, true},
    {"x", READ_AUDIT_NAME_MAX, true, true},
    {"x", READ_AUDIT_NAME_MAX + 1, false, true},
    {"\xc3\xa4", READ_AUDIT_NAME_MAX / 2, true, true},
    {"\xc3\xa4", READ_AUDIT_NAME_MAX / 2 + 1, false, true},
    {"x", READ_AUDIT_OBJECT_MAX, false, true},
    {"x", READ_AUDIT_OBJECT_MAX + 1, false, false},
    {"\xf0\x9f\x94\x92", 2, true, true},
    {"\n", 1, false, false},
    {"\t", 1, false, false},
    {"\x1f", 1, false, false},
    {"\x7f", 1, false, false},
};

START_TEST(text_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_BYTES);
    size_t length = strlen(texts[_i].piece);
    char *text = malloc(length * texts[_i].count + 1);
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < texts[_i].count; i++)
        memcpy(text + i * length, texts[_i].piece, length);
    text[length * texts[_i].count] = '\0';
    struct place root = place_root(json_tree_of(&arena, json_pack("{s:s}", "objectName", text)));
    struct place place = place_member(&root, "objectName");
    struct reader names = reader_of(&arena, NULL);
    struct reader objects = reader_of(&arena, NULL);
    struct audit_object object = {0};
    const char *name = read_audit_name(&names, &place);
    ck_assert_str_eq(name, texts[_i].name ? text : "");
    ck_assert(names.failed == !texts[_i].name);
    read_audit_members(&objects, &root, &object);
    ck_assert_str_eq(object.name, texts[_i].object ? text : "");
    ck_assert(objects.failed == !texts[_i].object);
    free(text);
}
END_TEST

/* What a check says goes over what its batch says, and nothing else is touched. */
START_TEST(one_goes_over_the_other)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_BYTES);
    struct reader reader = reader_of(&arena, NULL);
    json_t *shared =
        json_pack("{s:s, s:s, s:s, s:i, s:b, s:b}", "subsystem", "build", "objectName", "x", "auditType",
                  "directory-service-access", "handleId", 7, "objectCreation", 1, "allowNoPrivilege", 1);
    json_t *own =
        json_pack("{s:s, s:s, s:b}", "objectTypeName", "File", "objectName", "y", "allowNoPrivilege", 0);
    struct place first = place_root(json_tree_of(&arena, shared));
    struct place second = place_root(json_tree_of(&arena, own));
    struct audit_object object = {0};
    read_audit(&reader, &first, &object);
    read_audit(&reader, &second, &object);
    read_audit_complete(&reader, &second, &object);
    ck_assert(!reader.failed);
    ck_assert_str_eq(object.subsystem, "build");
    ck_assert_str_eq(object.type_name, "File");
    ck_assert_str_eq(object.name, "y");
    ck_assert_uint_eq(object.handle_id, 7);
    ck_assert(object.creation && object.directory_service && !object.allow_no_privilege);
}
END_TEST

/* The names outlive the body and the reader's own arena. */
START_TEST(names_last)
{
    AUTO_ARENA lasting;
    arena_init(&lasting, ARENA_BYTES);
    struct arena own;
    arena_init(&own, ARENA_BYTES);
    struct reader reader = reader_of(&own, NULL);
    reader.lasting = &lasting;
    struct place root = place_root(
        json_tree_of(&own, json_pack("{s:s, s:s}", "subsystem", "build", "objectTypeName", "File")));
    struct audit_object object = {0};
    read_audit(&reader, &root, &object);
    read_audit_complete(&reader, &root, &object);
    arena_done(&own);
    ck_assert(!reader.failed);
    ck_assert_str_eq(object.subsystem, "build");
    ck_assert_str_eq(object.type_name, "File");
    ck_assert_str_eq(object.name, "");
}
END_TEST

START_TEST(memory_runs_out)
{
    AUTO_ARENA arena;
    AUTO_ARENA none;
    arena_init(&arena, ARENA_BYTES);
    arena_init(&none, 0);
    struct reader reader = reader_of(&arena, NULL);
    reader.lasting = &none;
    struct place root = place_root(json_tree_of(&arena, json_string("build")));
    ck_assert_str_eq(read_audit_name(&reader, &root), "");
    ck_assert(reader.failed);
    ck_assert_uint_eq(problem_status(reader.problem.kind), 503);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("read_audit");
    TCase *tests = tcase_create("read_audit");
    tcase_add_loop_test(tests, handle_row, 0, (int)(sizeof handles / sizeof handles[0]));
    tcase_add_loop_test(tests, text_row, 0, (int)(sizeof texts / sizeof texts[0]));
    tcase_add_test(tests, one_goes_over_the_other);
    tcase_add_test(tests, names_last);
    tcase_add_test(tests, memory_runs_out);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
