/* Descriptors in SDDL where a system reads them: what becomes of each of its outcomes. The system is this file's. */
#include "api/read.h"
#include "platform/sddl.h"
#include "support/json_tree.h"
#include "support/suite.h"

static const char *text_asked;
static enum err err_said;
static struct sddl_error error_said;

enum err platform_sddl_read(struct platform *platform, struct arena *arena, struct bytes text,
                            struct bytes *ret, struct sddl_error *ret_error)
{
    struct sddl_error error = {0};
    ck_assert_ptr_nonnull(platform);
    text_asked = arena_string(arena, text);
    *ret_error = error_said;
    return err_said != ERR_NONE ? err_said
                                : sddl_read(arena, bytes_of_string("O:BAG:BAD:"), NULL, ret, &error);
}

static const struct {
    enum err err;
    struct sddl_error error;
    enum problem_kind kind;
    enum err win32;
    const char *expected;
    const char *detail;
} rows[] = {
    {ERR_INVALID_ACL,
     {7, "a blue moon"},
     PROBLEM_INVALID_SDDL,
     ERR_INVALID_ACL,
     "a blue moon",
     "SDDL: expected a blue moon at character 7"},
    {ERR_NONE_MAPPED,
     {0, "SDDL that this Windows takes"},
     PROBLEM_INVALID_SDDL,
     ERR_NONE_MAPPED,
     "SDDL that this Windows takes",
     "SDDL: expected SDDL that this Windows takes at character 0"},
    {ERR_FAILED, {0, NULL}, PROBLEM_INTERNAL, ERR_NONE, NULL, "the SDDL could not be read"},
    {ERR_NO_MEMORY, {0, NULL}, PROBLEM_UNAVAILABLE, ERR_NONE, NULL, NULL},
};

static struct reader read_it(struct arena *arena, struct platform *platform, struct descriptor *ret)
{
    struct reader reader = reader_of(arena, NULL);
    reader.platform = platform;
    const struct json *body = json_tree_of(arena, json_pack("{s:s}", "v", "D:(A;;FR;;;WD)"));
    struct place root = place_root(body);
    struct place place = place_member(&root, "v");
    text_asked = NULL;
    read_descriptor(&reader, &place, ret, NULL);
    return reader;
}

START_TEST(refused_row)
{
    static char anything;
    AUTO_ARENA arena;
    struct descriptor descriptor = {0};
    arena_init(&arena, 100000);
    err_said = rows[_i].err;
    error_said = rows[_i].error;
    const struct reader reader = read_it(&arena, (struct platform *)&anything, &descriptor);
    ck_assert(reader.failed);
    ck_assert_int_eq(reader.problem.kind, rows[_i].kind);
    ck_assert_int_eq(reader.problem.win32, rows[_i].win32);
    ck_assert_uint_eq(reader.problem.offset, rows[_i].error.offset);
    ck_assert_ptr_eq(reader.problem.expected, rows[_i].expected);
    if (rows[_i].detail != NULL)
        ck_assert_str_eq(reader.problem.detail, rows[_i].detail);
    ck_assert_ptr_null(descriptor.raw.data);
}
END_TEST

/* The system's bytes count, and without one the engine reads. */
START_TEST(who_reads)
{
    static char anything;
    AUTO_ARENA arena;
    struct descriptor descriptor = {0};
    arena_init(&arena, 100000);
    err_said = ERR_NONE;
    struct reader reader = read_it(&arena, (struct platform *)&anything, &descriptor);
    ck_assert(!reader.failed);
    ck_assert_str_eq(text_asked, "D:(A;;FR;;;WD)");
    ck_assert(descriptor.owner != NULL && descriptor.dacl.ace_count == 0);
    reader = read_it(&arena, NULL, &descriptor);
    ck_assert(!reader.failed);
    ck_assert_ptr_null(text_asked);
    ck_assert(descriptor.owner == NULL && descriptor.dacl.ace_count == 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("read_sddl");
    TCase *tests = tcase_create("read_sddl");
    tcase_add_loop_test(tests, refused_row, 0, (int)(sizeof rows / sizeof rows[0]));
    tcase_add_test(tests, who_reads);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
