/* Mandatory integrity, every right under every policy of a label and several mappings. Reference 3.5. */
#include "support/acl_writer.h"
#include "support/decide_row.h"
#include "support/suite.h"
#include "support/token_text.h"

enum { POLICIES = 8, DACL_RIGHTS = 0x1FFFFF };

/* What the formula of 3.5 leaves below a label of policy 0 (nothing), 1 (NW), 2 (NR), 3, 4 (NX), 5, 6 and 7: worked out from
 * the formula as the reference prints it. The mappings are those of 3.12. */
static const struct {
    const char *name;
    struct generic_mapping mapping;
    uint32_t left[POLICIES];
} left_rows[] = {
    {"file",
     {0x120089, 0x120116, 0x1200A0, 0x1F01FF},
     {0x1F01FF, 0x1200A9, 0x1F0176, 0x100020, 0x1F01DF, 0x120089, 0x1F0156, 0x0}},
    {"key",
     {0x20019, 0x20006, 0x20019, 0xF003F},
     {0xF003F, 0x120019, 0x1F0026, 0x100000, 0xF003F, 0x20019, 0xF0026, 0x0}},
    {"service",
     {0x2008D, 0x20002, 0x20170, 0xF01FF},
     {0xF01FF, 0x1201FD, 0x1F0172, 0x100170, 0xF008F, 0x2008D, 0xF0002, 0x0}},
    {"process",
     {0x20410, 0x20BEA, 0x121001, 0x1FFFFF},
     {0x1FFFFF, 0x121411, 0x1FFBEF, 0x101001, 0xFEFFE, 0x20410, 0xFEBEE, 0x0}},
    {"mutex",
     {0x20001, 0x20000, 0x120000, 0x1F0001},
     {0x1F0001, 0x120001, 0x1F0000, 0x100000, 0xF0001, 0x20001, 0xF0000, 0x0}},
    {"directory object",
     {0x20094, 0x20028, 0x20004, 0xF01FF},
     {0xF01FF, 0x120094, 0x1F016B, 0x100000, 0xF01FF, 0x20094, 0xF016B, 0x0}},
    {"one bit each", {0x1, 0x2, 0x4, 0x8}, {0x8, 0x120005, 0x10000C, 0x100004, 0x20009, 0x20001, 0x8, 0x0}},
    {"zeros", {0x0, 0x0, 0x0, 0x0}, {0x0, 0x120000, 0x100000, 0x100000, 0x20000, 0x20000, 0x0, 0x0}},
};
enum { MAPPINGS = sizeof left_rows / sizeof left_rows[0] };

static struct arena arena;
static struct descriptor descriptor;
static const struct generic_mapping *mapping;

static void setup(void)
{
    arena_init(&arena, 1 << 20);
}

static void teardown(void)
{
    arena_done(&arena);
}

/* An object that grants everybody all, at High. */
static void make_object(uint32_t policy, uint8_t label_flags)
{
    struct acl_writer dacl;
    struct acl_writer sacl;
    const struct acl_writer_ace all = {.type = ACE_ACCESS_ALLOWED, .mask = UINT32_MAX, .sid = SID_EVERYONE};
    const struct acl_writer_ace label = {.type = ACE_SYSTEM_MANDATORY_LABEL,
                                         .flags = label_flags,
                                         .mask = policy,
                                         .sid = token_text_sid(&arena, bytes_of_string("S-1-16-12288"))};
    acl_writer_init(&dacl);
    acl_writer_init(&sacl);
    acl_writer_add(&dacl, &all);
    acl_writer_add(&sacl, &label);
    acl_writer_descriptor(&arena, SID_LOCAL_SYSTEM, &dacl, &sacl, &descriptor);
}

static uint32_t granted(const struct token *token, uint32_t desired)
{
    const struct access_request request = {
        .descriptor = &descriptor, .desired = desired, .mapping = *mapping};
    struct access_answer answer;
    ck_assert_int_eq(decide_access(token, &request, &answer), ERR_NONE);
    ck_assert(answer.allowed == (answer.granted != 0));
    return answer.granted;
}

/* The maximum, and each right by itself, is what is left. */
static void check_left(const char *who, uint32_t left)
{
    const struct token *token = token_text_read(&arena, who);
    const uint32_t most = left & ~(uint32_t)(RIGHT_ACCESS_SYSTEM_SECURITY | RIGHT_MAXIMUM_ALLOWED);
    ck_assert_msg(granted(token, RIGHT_MAXIMUM_ALLOWED) == most, "%s: maximum 0x%x, not 0x%x", who,
                  granted(token, RIGHT_MAXIMUM_ALLOWED), most);
    for (unsigned bit = 0; bit < 21; bit++) {
        const uint32_t right = UINT32_C(1) << bit;
        ck_assert_msg(granted(token, right) == (left & right), "%s: right 0x%x", who, right);
    }
}

START_TEST(grid)
{
    const int row = _i / POLICIES;
    const int policy = _i % POLICIES;
    const uint32_t left = left_rows[row].left[policy];
    mapping = &left_rows[row].mapping;
    make_object((uint32_t)policy, 0);
    check_left("groups=WD integrity=2000", left);
    check_left("groups=WD integrity=2fff", left);
    check_left("groups=WD integrity=0", left);
    check_left("groups=WD integrity=2000 policy=1", left);
    check_left("groups=WD integrity=2000 privileges=32", left | RIGHT_WRITE_OWNER);
    check_left("groups=WD integrity=2000 privileges=32-", left);
    const uint32_t all = ~UINT32_C(0);
    const struct token *at = token_text_read(&arena, "groups=WD integrity=3000");
    const struct token *above = token_text_read(&arena, "groups=WD integrity=3001");
    const struct token *unbound = token_text_read(&arena, "groups=WD integrity=0 policy=2");
    ck_assert_uint_eq(granted(at, DACL_RIGHTS), DACL_RIGHTS);
    ck_assert_uint_eq(granted(above, DACL_RIGHTS), DACL_RIGHTS);
    ck_assert_uint_eq(granted(unbound, DACL_RIGHTS), DACL_RIGHTS);
    ck_assert_uint_eq(granted(unbound, RIGHT_MAXIMUM_ALLOWED),
                      all & ~(RIGHT_ACCESS_SYSTEM_SECURITY | RIGHT_MAXIMUM_ALLOWED));
}
END_TEST

/* An inherit-only label is none: Medium and NW. */
START_TEST(inherit_only)
{
    mapping = &left_rows[_i].mapping;
    make_object(MANDATORY_NO_READ_UP, ACE_INHERIT_ONLY | ACE_CONTAINER_INHERIT);
    check_left("groups=WD integrity=1fff", left_rows[_i].left[MANDATORY_NO_WRITE_UP]);
    const struct token *medium = token_text_read(&arena, "groups=WD integrity=2000");
    ck_assert_uint_eq(granted(medium, DACL_RIGHTS), DACL_RIGHTS);
}
END_TEST

/* The right to the SACL is a right to write, which a privilege gives only where the label leaves it. */
START_TEST(system_security)
{
    const struct token *low = token_text_read(&arena, "groups=WD integrity=2000 privileges=8");
    const struct token *high = token_text_read(&arena, "groups=WD integrity=3000 privileges=8");
    mapping = &left_rows[0].mapping;
    make_object((uint32_t)_i, 0);
    ck_assert_uint_eq(granted(low, RIGHT_ACCESS_SYSTEM_SECURITY), 0);
    ck_assert_uint_eq(granted(high, RIGHT_ACCESS_SYSTEM_SECURITY), RIGHT_ACCESS_SYSTEM_SECURITY);
}
END_TEST

/* Bits of a label's mask that nobody has given a meaning do not count. */
START_TEST(unknown_policy_bits)
{
    mapping = &left_rows[0].mapping;
    make_object(UINT32_C(0xFFFFFFF8) | (uint32_t)_i, 0);
    check_left("groups=WD integrity=2000", left_rows[0].left[_i]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("decide_integrity");
    TCase *tests = tcase_create("decide_integrity");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_loop_test(tests, grid, 0, MAPPINGS * POLICIES);
    tcase_add_loop_test(tests, inherit_only, 0, MAPPINGS);
    tcase_add_loop_test(tests, system_security, 0, POLICIES);
    tcase_add_loop_test(tests, unknown_policy_bits, 0, POLICIES);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
