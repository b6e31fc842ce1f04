#include "api/write_token.h"
#include "support/suite.h"

static const char *const texts[] = {"a"};

static const struct {
    uint32_t mask;
    const char *type; /* NULL: none */
    const char *json;
} masks[] = {
    {0, "file", "{\"mask\":\"0x00000000\",\"rights\":[]}"},
    {0x10003, "file",
     "{\"mask\":\"0x00010003\",\"rights\":[\"FILE_READ_DATA\",\"FILE_WRITE_DATA\",\"DELETE\"]}"},
    {0x10003, NULL, "{\"mask\":\"0x00010003\",\"rights\":[\"DELETE\",\"0x00000001\",\"0x00000002\"]}"},
    {0x8001, "registry-key", "{\"mask\":\"0x00008001\",\"rights\":[\"KEY_QUERY_VALUE\",\"0x00008000\"]}"},
    {0x02000000, "file", "{\"mask\":\"0x02000000\",\"rights\":[\"MAXIMUM_ALLOWED\"]}"},
};

static void expect(json_t *actual, const char *json)
{
    json_auto_t *expected = json_loads(json, JSON_DECODE_ANY, NULL);
    char *text = json_dumps(actual, JSON_ENCODE_ANY | JSON_COMPACT);
    ck_assert_ptr_nonnull(expected);
    ck_assert_msg(json_equal(expected, actual), "%s, not %s", text, json);
    free(text);
    json_decref(actual);
}

START_TEST(mask_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 100000);
    struct writer writer = {.arena = &arena};
    if (masks[_i].type != NULL)
        writer.type = securable_find(bytes_of_string(masks[_i].type));
    expect(write_mask(&writer, masks[_i].mask), masks[_i].json);
    ck_assert(!writer.failed);
}
END_TEST

static const struct {
    const struct names *names;
    uint32_t flags;
    const char *json;
} flags[] = {
    {&NAMES_GROUP_ATTRIBUTES, 7, "[\"MANDATORY\",\"ENABLED_BY_DEFAULT\",\"ENABLED\"]"},
    {&NAMES_GROUP_ATTRIBUTES, 0xC0000007, "[\"MANDATORY\",\"ENABLED_BY_DEFAULT\",\"ENABLED\",\"LOGON_ID\"]"},
    {&NAMES_GROUP_ATTRIBUTES, 0x40000000, "[\"0x40000000\"]"}, /* half of LOGON_ID is none of it */
    {&NAMES_GROUP_ATTRIBUTES, 0x20000100, "[\"RESOURCE\",\"0x00000100\"]"},
    {&NAMES_MANDATORY_POLICY, 0, "[]"},
    {&NAMES_CONTROL_FLAGS, 0x8004, "[\"DACL_PRESENT\",\"SELF_RELATIVE\"]"},
};

START_TEST(flags_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 100000);
    struct writer writer = {.arena = &arena};
    expect(write_flags(&writer, flags[_i].names, flags[_i].flags), flags[_i].json);
}
END_TEST

static const struct {
    int64_t seconds;
    const char *json;
} times[] = {
    {0, "\"1970-01-01T00:00:00Z\""},
    {1795370096, "\"2026-11-22T17:54:56Z\""},
    {4102444800, "\"2100-01-01T00:00:00Z\""},
};

START_TEST(time_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 100000);
    struct writer writer = {.arena = &arena};
    expect(write_time(&writer, times[_i].seconds), times[_i].json);
}
END_TEST

#define VALUES(...)                                                                                          \
    .values = (const struct claim_value[])                                                                   \
    {                                                                                                        \
        __VA_ARGS__                                                                                          \
    }
#define ONE(type_) .name = {(const uint8_t *)"n", 2}, .type = (type_), .value_count = 1

static const struct {
    struct claim claim;
    const char *values;
} claims[] = {
    {{ONE(CLAIM_INT64), VALUES({.number = UINT64_MAX})}, "[-1]"},
    {{ONE(CLAIM_INT64), VALUES({.number = UINT64_C(1) << 63})}, "[\"-9223372036854775808\"]"},
    {{ONE(CLAIM_INT64), VALUES({.number = 9007199254740991})}, "[9007199254740991]"},
    {{ONE(CLAIM_INT64), VALUES({.number = 9007199254740992})}, "[\"9007199254740992\"]"},
    {{ONE(CLAIM_UINT64), VALUES({.number = 9007199254740991})}, "[9007199254740991]"},
    {{ONE(CLAIM_UINT64), VALUES({.number = UINT64_MAX})}, "[\"18446744073709551615\"]"},
    {{ONE(CLAIM_BOOLEAN), VALUES({.number = 1})}, "[true]"},
    {{ONE(CLAIM_STRING), VALUES({.data = {(const uint8_t *)"\xe4", 2}})}, "[\"\u00e4\"]"},
    {{ONE(CLAIM_STRING), VALUES({.data = {(const uint8_t *)"\0\xd8", 2}})}, "[\"\ufffd\"]"},
    {{ONE(CLAIM_SID), VALUES({.data = {(const uint8_t *)"\1\1\0\0\0\0\0\1\0\0\0\0", 12}})}, "[\"S-1-1-0\"]"},
    {{ONE(CLAIM_SID), VALUES({.data = {(const uint8_t *)"\2", 1}})}, "[\"Ag==\"]"},
    {{ONE(CLAIM_OCTETS), VALUES({.data = {(const uint8_t *)"\0\1", 2}})}, "[\"AAE=\"]"},
};

START_TEST(claim_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 100000);
    struct writer writer = {.arena = &arena};
    const struct claim_set set = {.claims = &claims[_i].claim, .count = 1};
    json_auto_t *array = write_claims(&writer, &set);
    const json_t *claim = json_array_get(array, 0);
    ck_assert(!writer.failed);
    ck_assert_str_eq(json_string_value(json_object_get(claim, "name")), "n");
    expect(json_incref(json_object_get(claim, "values")), claims[_i].values);
}
END_TEST

/* Never an answer with a member missing: memory that ran out anywhere leaves nothing. */
START_TEST(memory_that_ran_out_leaves_nothing)
{
    size_t limit = 0;
    bool done = false;
    for (; !done; limit += 8) {
        AUTO_ARENA arena;
        arena_init(&arena, limit);
        struct writer writer = {.arena = &arena};
        json_t *object = json_object();
        write_member(&writer, object, "mask", write_mask(&writer, 0x8001));
        write_member(&writer, object, "time", write_time(&writer, 0));
        write_member(&writer, object, "base64", write_base64(&writer, bytes_of_string(texts[0])));
        json_auto_t *finished = write_done(&writer, object);
        done = finished != NULL;
        ck_assert(done != writer.failed);
        ck_assert(!done || (json_object_size(finished) == 3 &&
                            json_object_size(json_object_get(finished, "mask")) == 2));
    }
    ck_assert(limit > 8);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("write");
    TCase *tests = tcase_create("write");
    tcase_add_loop_test(tests, mask_row, 0, (int)(sizeof masks / sizeof masks[0]));
    tcase_add_loop_test(tests, flags_row, 0, (int)(sizeof flags / sizeof flags[0]));
    tcase_add_loop_test(tests, time_row, 0, (int)(sizeof times / sizeof times[0]));
    tcase_add_loop_test(tests, claim_row, 0, (int)(sizeof claims / sizeof claims[0]));
    tcase_add_test(tests, memory_that_ran_out_leaves_nothing);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
