#include "engine/descriptor.h"
#include "support/suite.h"

#define COUNT(rows) (int)(sizeof(rows) / sizeof(rows)[0])

#define MASK      "\x01\0\0\0"
#define SID_WD    "\1\1\0\0\0\0\0\1\0\0\0\0"
#define GUID_A    "\1\2\3\4\5\6\7\1\2\3\4\5\6\7\1\2"
#define PLAIN     "\0\0\x14\0" MASK SID_WD
#define ROW(text) text, sizeof(text) - 1

/* Reference 1.3 and 1.5; trap 25: short and unaligned AceSize, sizes that are believed. */
static const struct {
    const char *data;
    size_t size;
    enum err err;
} ace_rows[] = {
    {ROW(PLAIN), ERR_NONE},
    {ROW(PLAIN "more"), ERR_NONE},
    {ROW("\0\0\x18\0" MASK SID_WD "slck"), ERR_NONE},
    {ROW("\5\0\x18\0" MASK "\0\0\0\0" SID_WD), ERR_NONE},
    {ROW("\5\0\x28\0" MASK "\1\0\0\0" GUID_A SID_WD), ERR_NONE},
    {ROW("\5\0\x28\0" MASK "\2\0\0\0" GUID_A SID_WD), ERR_NONE},
    {ROW("\5\0\x38\0" MASK "\3\0\0\0" GUID_A GUID_A SID_WD), ERR_NONE},
    {ROW("\4\0\x24\0" MASK "\1\0\0\0" SID_WD SID_WD), ERR_NONE},
    {ROW("\x16\0\4\0"), ERR_NONE}, /* unknown types need a header only */
    {ROW("\xff\0\x08\0abcd"), ERR_NONE},
    {ROW("\0\0\0\0" MASK SID_WD), ERR_INVALID_ACL},   /* AceSize 0 */
    {ROW("\x16\0\0\0"), ERR_INVALID_ACL},             /* of an unknown type too */
    {ROW("\0\0\x13\0" MASK SID_WD), ERR_INVALID_ACL}, /* not a multiple of 4 */
    {ROW("\0\0\x15\0" MASK SID_WD "x"), ERR_INVALID_ACL},
    {ROW("\x16\0\5\0abcd"), ERR_INVALID_ACL},
    {ROW("\0\0\x10\0" MASK SID_WD), ERR_INVALID_ACL}, /* the SID runs out of the ACE */
    {ROW("\0\0\x18\0" MASK SID_WD), ERR_INVALID_ACL}, /* the ACE runs out of the input */
    {ROW("\0\0\x08\0" MASK), ERR_INVALID_ACL},
    {ROW("\0\0\4\0"), ERR_INVALID_ACL},
    {ROW("\0\0\x14"), ERR_INVALID_ACL},
    {ROW(""), ERR_INVALID_ACL},
    {ROW("\0\0\x14\0" MASK "\2\1\0\0\0\0\0\1\0\0\0\0"), ERR_INVALID_ACL}, /* SID revision 2 */
    {ROW("\0\0\x14\0" MASK "\1\2\0\0\0\0\0\1\0\0\0\0"), ERR_INVALID_ACL}, /* one sub-authority too many */
    {ROW("\5\0\x14\0" MASK "\0\0\0\0" SID_WD), ERR_INVALID_ACL},
    {ROW("\5\0\x18\0" MASK "\1\0\0\0" SID_WD), ERR_INVALID_ACL}, /* the GUID would eat the SID */
    {ROW("\5\0\x28\0" MASK "\3\0\0\0" GUID_A SID_WD), ERR_INVALID_ACL},
    {ROW("\4\0\x18\0" MASK "\1\0\0\0" SID_WD), ERR_INVALID_ACL}, /* one SID of a compound ACE */
    {ROW("\4\0\x0c\0" MASK "\1\0\0\0"), ERR_INVALID_ACL},
};

static void assert_same_view(const struct ace *a, const struct ace *b)
{
    ck_assert_uint_eq(a->type, b->type);
    ck_assert_uint_eq(a->flags, b->flags);
    ck_assert_uint_eq(a->mask, b->mask);
    ck_assert_ptr_eq(a->sid, b->sid);
    ck_assert_ptr_eq(a->server_sid, b->server_sid);
    ck_assert_ptr_eq(a->object_type, b->object_type);
    ck_assert_ptr_eq(a->inherited_object_type, b->inherited_object_type);
    ck_assert(bytes_equal(a->application_data, b->application_data));
    ck_assert_ptr_eq(a->raw.data, b->raw.data);
    ck_assert_uint_eq(a->raw.size, b->raw.size);
}

START_TEST(ace_row)
{
    struct ace ace = {0};
    enum err err = ace_parse(bytes_of(ace_rows[_i].data, ace_rows[_i].size), &ace);
    ck_assert_int_eq(err, ace_rows[_i].err);
    if (err != ERR_NONE)
        return;
    struct ace loaded;
    ace_load(ace.raw.data, &loaded);
    assert_same_view(&ace, &loaded);
    ck_assert((ace.sid != NULL) == ((ace_class(ace.type) & ACE_CLASS_KNOWN) != 0));
    if (ace.sid != NULL)
        ck_assert(sid_equal(ace.sid, SID_EVERYONE) && ace.mask == 1);
}
END_TEST

START_TEST(ace_fields)
{
    struct ace ace;
    ck_assert_int_eq(ace_parse(bytes_of(ROW("\5\3\x2c\0" MASK "\2\0\0\0" GUID_A SID_WD "artx")), &ace),
                     ERR_NONE);
    ck_assert_uint_eq(ace.flags, ACE_OBJECT_INHERIT | ACE_CONTAINER_INHERIT);
    ck_assert_ptr_null(ace.object_type);
    ck_assert_mem_eq(ace.inherited_object_type, GUID_A, GUID_SIZE);
    ck_assert(bytes_equal(ace.application_data, bytes_of_string("artx")));
    ck_assert_int_eq(ace_parse(bytes_of(ROW("\4\0\x24\0" MASK "\1\0\0\0" SID_WD SID_WD)), &ace), ERR_NONE);
    ck_assert_ptr_eq(ace.server_sid, ace.raw.data + 12);
    ck_assert_ptr_eq(ace.sid, ace.raw.data + 24);
}
END_TEST

static const struct {
    const char *data;
    size_t size;
    int count; /* -1: ERR_INVALID_ACL */
} acl_rows[] = {
    {ROW("\2\0\x08\0\0\0\0\0"), 0},
    {ROW("\4\0\x08\0\0\0\0\0"), 0},
    {ROW("\2\0\x08\0\0\0\0\0behind it"), 0},
    {ROW("\2\0\x1c\0\1\0\0\0" PLAIN), 1},
    {ROW("\2\0\x30\0\2\0\0\0" PLAIN PLAIN), 2},
    {ROW("\2\0\x20\0\1\0\0\0" PLAIN "slck"), 1},
    {ROW("\2\0\x20\0\2\0\0\0" PLAIN "\x77\0\4\0"), 2}, /* an unknown type is kept */
    {ROW("\1\0\x08\0\0\0\0\0"), -1},
    {ROW("\5\0\x08\0\0\0\0\0"), -1},
    {ROW("\2\0\x07\0\0\0\0\0"), -1},
    {ROW("\2\0\x09\0\0\0\0\0"), -1}, /* runs out of the input */
    {ROW("\2\0\x08\0\0\0\0"), -1},
    {ROW(""), -1},
    {ROW("\2\0\x08\0\1\0\0\0" PLAIN), -1}, /* AceCount above what AclSize holds */
    {ROW("\2\0\x1c\0\2\0\0\0" PLAIN), -1},
    {ROW("\2\0\x1c\0\xff\xff\0\0" PLAIN), -1},
    {ROW("\2\0\x18\0\1\0\0\0" PLAIN), -1}, /* the last ACE runs past AclSize */
    {ROW("\2\0\x20\0\2\0\0\0" PLAIN "\x77\0\0\0"), -1},
};

START_TEST(acl_row)
{
    struct acl acl = {0};
    enum err err = acl_parse(bytes_of(acl_rows[_i].data, acl_rows[_i].size), &acl);
    ck_assert_int_eq(err, acl_rows[_i].count < 0 ? ERR_INVALID_ACL : ERR_NONE);
    if (err != ERR_NONE)
        return;
    struct acl_iterator iterator = {0};
    struct ace ace;
    int count = 0;
    for (; acl_next(&acl, &iterator, &ace); count++)
        ck_assert_uint_eq(iterator.index, (unsigned)count);
    ck_assert_int_eq(count, acl_rows[_i].count);
    ck_assert(!acl_next(&acl, &iterator, &ace));
}
END_TEST

#define OFFSETS(o, g, s, d) o "\0\0\0" g "\0\0\0" s "\0\0\0" d "\0\0\0"
#define NO                  "\0"
#define EMPTY_ACL           "\2\0\x08\0\0\0\0\0"

static const struct {
    const char *data;
    size_t size;
    enum err err;
    enum acl_state dacl;
} descriptor_rows[] = {
    {ROW("\1\0\0\x80" OFFSETS(NO, NO, NO, NO)), ERR_NONE, ACL_ABSENT},
    {ROW("\1\0\4\x80" OFFSETS(NO, NO, NO, NO)), ERR_NONE, ACL_NULL},
    {ROW("\1\0\4\x80" OFFSETS(NO, NO, NO, "\x14") EMPTY_ACL), ERR_NONE, ACL_THERE},
    {ROW("\1\0\x14\x80" OFFSETS(NO, NO, "\x14", "\x14") EMPTY_ACL), ERR_NONE, ACL_THERE}, /* shared body */
    {ROW("\1\0\0\x80" OFFSETS("\x14", "\x14", NO, NO) SID_WD), ERR_NONE, ACL_ABSENT},
    {ROW("\1\0\0\x80" OFFSETS(NO, NO, NO, "\x07")), ERR_NONE, ACL_ABSENT}, /* offset without its bit */
    {ROW("\0\0\0\x80" OFFSETS(NO, NO, NO, NO)), ERR_UNKNOWN_REVISION, 0},
    {ROW("\2\0\0\x80" OFFSETS(NO, NO, NO, NO)), ERR_UNKNOWN_REVISION, 0},
    {ROW("\1\0\4\0" OFFSETS(NO, NO, NO, NO)), ERR_BAD_DESCRIPTOR_FORMAT, 0},
    {ROW("\1\0\4\x80" OFFSETS(NO, NO, NO, "\x08") EMPTY_ACL), ERR_INVALID_SECURITY_DESCR, 0},
    {ROW("\1\0\4\x80" OFFSETS(NO, NO, NO, "\x15") "x" EMPTY_ACL), ERR_INVALID_SECURITY_DESCR, 0},
    {ROW("\1\0\4\x80" OFFSETS(NO, NO, NO, "\x1c") EMPTY_ACL), ERR_INVALID_SECURITY_DESCR, 0},
    {ROW("\1\0\4\x80" OFFSETS(NO, NO, NO, "\xfc") EMPTY_ACL), ERR_INVALID_SECURITY_DESCR, 0},
    {ROW("\1\0\x10\x80" OFFSETS(NO, NO, "\xfc", NO) EMPTY_ACL), ERR_INVALID_SECURITY_DESCR, 0},
    {ROW("\1\0\0\x80" OFFSETS("\x10", NO, NO, NO) SID_WD), ERR_INVALID_SECURITY_DESCR, 0},
    {ROW("\1\0\0\x80" OFFSETS(NO, "\x16", NO, NO) "  " SID_WD), ERR_INVALID_SECURITY_DESCR, 0},
    {ROW("\1\0\0\x80" OFFSETS("\x20", NO, NO, NO) SID_WD), ERR_INVALID_SECURITY_DESCR, 0},
    {ROW("\1\0\0\x80" OFFSETS("\x18", NO, NO, NO) SID_WD), ERR_INVALID_SID, 0},
    {ROW("\1\0\0\x80" OFFSETS(NO, "\x14", NO, NO) "\1\1\0\0\0\0\0\1"), ERR_INVALID_SID, 0},
    {ROW("\1\0\4\x80" OFFSETS(NO, NO, NO, "\x14") "\1\0\x08\0\0\0\0\0"), ERR_INVALID_ACL, 0},
    {ROW("\1\0\4\x80" OFFSETS(NO, NO, NO, "\x18") EMPTY_ACL), ERR_INVALID_ACL, 0},
    {ROW("\1\0\x10\x80" OFFSETS(NO, NO, "\x14", NO) "\2\0\x07\0\0\0\0\0"), ERR_INVALID_ACL, 0},
    {ROW("\1\0\0\x80"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
     ERR_INVALID_SECURITY_DESCR, 0},
    {ROW(""), ERR_INVALID_SECURITY_DESCR, 0},
};

START_TEST(descriptor_row)
{
    struct descriptor descriptor = {0};
    enum err err =
        descriptor_parse(bytes_of(descriptor_rows[_i].data, descriptor_rows[_i].size), &descriptor);
    ck_assert_int_eq(err, descriptor_rows[_i].err);
    if (err == ERR_NONE)
        ck_assert_int_eq(descriptor.dacl_state, descriptor_rows[_i].dacl);
}
END_TEST

/* Trap 28: losing the present bit of a NULL DACL changes nothing, of an empty DACL it grants everything. */
static const struct {
    const char *dacl;
    size_t size;
    enum acl_state state;
    uint16_t control;
} build_rows[] = {
    {"", 0, ACL_ABSENT, 0},
    {"", 0, ACL_NULL, SE_DACL_PRESENT},
    {ROW(EMPTY_ACL), ACL_THERE, SE_DACL_PRESENT},
    {ROW(EMPTY_ACL), ACL_THERE, 0},
    {ROW("\2\0\x1c\0\1\0\0\0" PLAIN), ACL_THERE, SE_DACL_PRESENT},
};

START_TEST(build_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1000);
    struct bytes dacl = bytes_of(build_rows[_i].dacl, build_rows[_i].size);
    struct descriptor_parts parts = {
        .control = build_rows[_i].control, .owner = SID_LOCAL_SYSTEM, .group = SID_USERS, .dacl = dacl};
    struct bytes bytes;
    struct descriptor descriptor;
    ck_assert_int_eq(descriptor_build(&arena, &parts, &bytes), ERR_NONE);
    ck_assert_int_eq(descriptor_parse(bytes, &descriptor), ERR_NONE);
    ck_assert_int_eq(descriptor.dacl_state, build_rows[_i].state);
    ck_assert_int_eq(descriptor.sacl_state, ACL_ABSENT);
    ck_assert(sid_equal(descriptor.owner, SID_LOCAL_SYSTEM) && sid_equal(descriptor.group, SID_USERS));
    if (descriptor.dacl_state == ACL_THERE)
        ck_assert(bytes_equal(descriptor.dacl.raw, dacl));
}
END_TEST

START_TEST(build_keeps_its_limits)
{
    AUTO_ARENA arena;
    arena_init(&arena, 10);
    struct bytes bytes;
    static const uint8_t large[ACL_SIZE_MAX + 1];
    struct descriptor_parts parts = {.dacl = bytes_of(large, sizeof large)};
    ck_assert_int_eq(descriptor_build(&arena, &parts, &bytes), ERR_INVALID_ACL);
    parts.dacl.size = 0;
    ck_assert_int_eq(descriptor_build(&arena, &parts, &bytes), ERR_NO_MEMORY);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("descriptor");
    TCase *tests = tcase_create("descriptor");
    tcase_add_loop_test(tests, ace_row, 0, COUNT(ace_rows));
    tcase_add_test(tests, ace_fields);
    tcase_add_loop_test(tests, acl_row, 0, COUNT(acl_rows));
    tcase_add_loop_test(tests, descriptor_row, 0, COUNT(descriptor_rows));
    tcase_add_loop_test(tests, build_row, 0, COUNT(build_rows));
    tcase_add_test(tests, build_keeps_its_limits);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
