/* Conditional expressions, reference 3.10; "as measured" is what public tests saw on Windows. Malformed ones are the rows of
 * condition_malformed.c. */
#include "engine/condition.h"
#include "engine/decide.h"
#include "support/acl_writer.h"
#include "support/condition_text.h"
#include "support/suite.h"
#include "support/token_text.h"

enum { T = TRUTH_TRUE, F = TRUTH_FALSE, U = TRUTH_UNKNOWN };

#define TOKEN "groups=WD,BA,BU!,SY- device=AU,WD!"
#define USER                                                                                                 \
    "a=1 b=0 yes=?1 no=?0 foo='foo foobar='foo,'bar case*='Foo empty= nums=1,2,3 big=u0xffffffffffffffff "   \
    "neg=-1 off-=1 deny!=1 oct=#0102 sid=SID(BA) twice='first twice='last blank=' zo=0,1 oz=1,0 odd=?2"
#define DEVICE   "managed=?1"
#define LOCAL    "TSA://ProcUnique=7"
#define RESOURCE "dept='HR level=15 same=1 same=2 repeats='a,'A list='x,'y hidden-=1 veiled-=1 veiled=1"

struct row {
    const char *expression;
    int truth; /* under an allow ACE */
};

static const struct row value_rows[] = {
    /* bare attributes */
    {"@user.a", T},
    {"@user.b", F},
    {"@user.yes", T},
    {"@user.no", F},
    {"@user.foo", T},
    {"@user.blank", F},
    {"@user.zo", T}, /* as measured */
    {"@user.oz", T}, /* as measured */
    {"@user.empty", U},
    {"@user.absent", U},
    {"@user.oct", U},
    {"@user.sid", U},
    {"@user.A", T}, /* names are compared without case */
    {"@device.managed", T},
    {"@user.managed", U},
    {"@local.TSA://ProcUnique", T},
    {"@resource.level", T},
    {"@user.off", U},
    {"@user.odd", U}, /* a boolean of 2 */
    {"@user.twice 'last ==", T},
    {"@user.twice 'first ==", F},
    {"@resource.same", U},    /* 1.5: two attributes of one name */
    {"@resource.repeats", U}, /* 1.5: a value twice */
    {"@resource.inherited", U},
    {"@resource.hidden", U},
    {"@resource.veiled", U}, /* 1.5, also when the first of them is disabled */
    /* == and != */
    {"@user.a 1 ==", T},
    {"@user.a 2 ==", F},
    {"@user.a 2 !=", T},
    {"@user.foo 'FOO ==", T},
    {"@user.foo 'bar !=", T},
    {"@user.case 'foo ==", F},
    {"@user.case 'Foo ==", T},
    {"@user.foo @user.case ==", F},
    {"@user.case @user.foo ==", F},
    {"@user.case 'foo Contains", F},
    {"@user.foobar @user.case Any_of", F},
    {"@user.absent 'x ==", U},
    {"@user.absent 'x !=", U},
    {"@user.empty 'x !=", U},
    {"@user.foo @user.absent !=", U},
    {"@user.foo @user.empty ==", U},
    {"@user.foo 42 ==", U},
    {"@user.foobar { 'bar 'foo } ==", T}, /* as measured: order does not count */
    {"@user.foobar { 'FOO 'BAR } ==", T},
    {"@user.foobar { 'foo 'bar 'foo } ==", F}, /* as measured */
    {"@user.foobar { 'foo 'foo } ==", F},
    {"@user.foobar { 'bar 'bar } !=", T},
    {"@user.foobar 'foo !=", T}, /* as measured */
    {"@user.foobar { 'foo 'bar 'baz } !=", T},
    {"@user.foobar { 1 2 } ==", U},
    {"@user.foobar { 'foo 2 } ==", U},
    {"@user.foo { 'foo } ==", T},
    {"@user.foo { } !=", T}, /* as measured */
    {"@user.absent { } ==", U},
    {"@user.foo @user.foo ==", T},
    {"@user.yes 1 ==", T},
    {"@user.yes 42 ==", U}, /* as measured */
    {"@user.yes @user.no ==", F},
    {"@user.oct #0102 ==", T},
    {"@user.oct #01 ==", F},
    {"@user.oct 'x ==", U},
    {"@user.sid SID(BA) ==", T},
    {"@user.sid SID(BU) !=", T},
    {"@resource.list { 'Y 'X } ==", T},
    /* numbers of both kinds */
    {"@user.big 18446744073709551615 ==", T},
    {"@user.big -1 ==", F},
    {"@user.neg -1 ==", T},
    {"@user.neg 18446744073709551615 ==", F}, /* the sign decides, not the bits */
    {"@user.neg =0401000000000000000202 ==", T},
    {"@user.neg @user.big <", T},
    {"@user.neg 0 <", T},
    {"@user.neg -2 >", T},
    {"@user.big 9223372036854775807 >", T},
    {"@user.a +1 >=", T},
    /* < <= > >= */
    {"@user.a 1 <", F},
    {"@user.a 1 <=", T},
    {"@user.a 0 >", T},
    {"@user.a 2 >=", F},
    {"@user.foo 'foo_bar <", T},
    {"@user.foo '_ <", T}, /* as measured: upper case is below '_' */
    {"@user.foo @user.absent <", U},
    {"@user.foobar 'foo <", U}, /* as measured: lists have no order */
    {"@user.foo { 'zoo } <", U},
    {"@user.foobar @user.foobar <=", U},
    {"@resource.list 'zz <", U},
    {"@user.foo @resource.list <", U},
    {"@user.oct #010200 <", T},
    {"@user.oct #02 <", T},
    {"@user.sid SID(BU) <", U},
    {"@user.foo 1 <", U},
    {"@user.a =0000", T}, /* padding */
};

static const struct row set_rows[] = {
    {"@user.foobar 'foo Contains", T},
    {"@user.foobar { 'foo 'bar } Contains", T},
    {"@user.foobar { 'foo 'bar 'bar } Contains", T}, /* as measured */
    {"@user.foobar { 'foo 'baz } Contains", F},
    {"@user.foobar { 'foo 'baz } Not_Contains", T},
    {"@user.foobar { 1 2 3 } Contains", U}, /* as measured */
    {"@user.foo { } Contains", F},          /* as measured, and the next three */
    {"@user.foo { } Not_Contains", T},
    {"@user.absent { } Contains", F},
    {"@user.absent { } Not_Contains", T},
    {"@user.absent { 'foo } Not_Contains", U},
    {"@user.foobar @user.foo Contains", T},
    {"@user.nums { 3 1 } Contains", T},
    {"@user.foo @user.empty Contains", U},
    {"@user.foobar { 'baz 'BAR } Any_of", T},
    {"@user.foobar { 'baz } Any_of", F},
    {"@user.foobar { 'baz } Not_Any_of", T},
    {"@user.foo 'foo Any_of", U},        /* as measured: a literal must be a list */
    {"@user.foobar 'baz Not_Any_of", U}, /* as measured */
    {"@user.foobar @user.foo Any_of", T},
    {"@user.foo { } Any_of", F}, /* as measured, and the next three */
    {"@user.foo { } Not_Any_of", T},
    {"@user.absent { } Any_of", U},
    {"@user.absent { } Not_Any_of", U},
    {"@resource.dept { 'Sales 'HR } Any_of", T},
    /* Exists */
    {"@user.a Exists", T},
    {"@user.a Not_Exists", F},
    {"@user.absent Exists", F}, /* Q6 */
    {"@user.absent Not_Exists", T},
    {"@user.empty Exists", U}, /* as measured */
    {"@user.empty Not_Exists", U},
    {"@resource.dept Exists", T},
    {"@resource.repeats Exists", F},
    {"@local.nothing Exists", F},
    {"1 Exists", U},
    /* members: BA is enabled, BU deny-only, SY disabled, AU not there */
    {"SID(BA) Member_of", T},
    {"{ SID(BA) SID(WD) } Member_of", T},
    {"{ SID(BA) SID(AU) } Member_of", F},
    {"{ SID(BA) SID(AU) } Not_Member_of", T},
    {"{ SID(BA) SID(AU) } Member_of_Any", T},
    {"{ SID(SY) SID(AU) } Member_of_Any", F},
    {"{ SID(SY) SID(AU) } Not_Member_of_Any", T},
    {"{ SID(BA) SID(AU) } Not_Member_of_Any", F},
    {"SID(BU) Member_of", F},
    {"SID(SY) Member_of", F},
    {"SID(AU) Device_Member_of", T},
    {"SID(BA) Device_Member_of", F},
    {"SID(WD) Device_Member_of", F}, /* deny-only */
    {"{ SID(AU) SID(BA) } Device_Member_of_Any", T},
    {"{ SID(AU) SID(BA) } Not_Device_Member_of", T},
    {"{ SID(AU) SID(BA) } Not_Device_Member_of_Any", F},
    {"{ } Member_of", U},
    {"{ } Not_Member_of_Any", U},
    {"'BA Member_of", U},
    {"{ SID(BA) 1 } Member_of", U},
    {"@user.sid Member_of", U},
    /* logic */
    {"@user.a @user.yes &&", T},
    {"@user.a @user.b &&", F},
    {"@user.absent @user.b &&", F},
    {"@user.absent @user.a &&", U},
    {"@user.absent @user.a ||", T},
    {"@user.absent @user.b ||", U},
    {"@user.b @user.no ||", F},
    {"@user.absent !", U},
    {"@user.a !", F},
    {"@user.b !", T},
    {"@user.b ! ! ! !", F}, /* as measured, and the rest of NOT */
    {"@user.b @user.b && !", T},
    {"@user.a @user.b @user.b || ! &&", T},
    {"@user.b ! @user.b ! ||", T},
    {"@user.a ! @user.a ||", T},
    {"@user.a @user.b ! &&", U},
    {"@user.a @user.a ! ||", U},
    {"@user.a @user.a @user.a || ||", T},
    {"@user.a 1 == @user.b 0 == ! &&", F},
    {"@user.foo 1 == @user.a ||", T}, /* a mismatch is a value, not an error */
    {"@user.odd 1 == @user.a ||", U}, /* a boolean of 2 is one */
    {"@user.odd 2 < @user.a ||", U},
};

static struct {
    struct arena arena;
    struct token *token;
    struct descriptor descriptor;
    struct acl_writer sacl;
    size_t work;
} world;

static void make_world(void)
{
    arena_init(&world.arena, 10000000);
    world.token = token_text_read(&world.arena, TOKEN);
    world.token->user_claims = condition_text_claims(&world.arena, USER);
    world.token->device_claims = condition_text_claims(&world.arena, DEVICE);
    world.token->local_claims = condition_text_claims(&world.arena, LOCAL);
    acl_writer_init(&world.sacl);
    struct claim_set resources = condition_text_claims(&world.arena, RESOURCE " inherited=1");
    for (size_t i = 0; i < resources.count; i++) {
        const struct acl_writer_ace ace = {.type = ACE_SYSTEM_RESOURCE_ATTRIBUTE,
                                           .flags = i + 1 == resources.count ? ACE_INHERIT_ONLY : 0,
                                           .sid = SID_EVERYONE,
                                           .application_data =
                                               condition_text_relative(&world.arena, &resources.claims[i])};
        acl_writer_add(&world.sacl, &ace);
    }
    acl_writer_descriptor(&world.arena, SID_LOCAL_SYSTEM, NULL, &world.sacl, &world.descriptor);
}

static void end_world(void)
{
    arena_done(&world.arena);
}

static enum truth evaluate(struct bytes expression, bool deny_only)
{
    world.work = CONDITION_WORK_MAX;
    const struct condition_subject subject = {
        .token = world.token, .sacl = &world.descriptor.sacl, .work = &world.work};
    return condition_evaluate(expression, &subject, deny_only);
}

static void check_row(const struct row *row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1000000);
    enum truth truth = evaluate(condition_text_expression(&arena, row->expression), false);
    ck_assert_msg((int)truth == row->truth, "%s is %d", row->expression, (int)truth);
}

START_TEST(value_row)
{
    check_row(&value_rows[_i]);
}
END_TEST

START_TEST(set_row)
{
    check_row(&set_rows[_i]);
}
END_TEST

/* What differs under a deny ACE. */
static const struct row deny_rows[] = {
    {"SID(BU) Member_of", T}, {"SID(SY) Member_of", F}, {"SID(WD) Device_Member_of", T},
    {"@user.deny", T},        {"@user.off", U},
};

START_TEST(deny_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1000000);
    struct bytes expression = condition_text_expression(&arena, deny_rows[_i].expression);
    ck_assert_int_eq(evaluate(expression, true), deny_rows[_i].truth);
}
END_TEST

START_TEST(only_with_its_signature)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1000000);
    struct bytes sound = condition_text_expression(&arena, "@user.a");
    ck_assert_int_eq(evaluate(sound, false), T);
    ck_assert_int_eq(evaluate(bytes_of(sound.data + 4, sound.size - 4), false), U);
    ck_assert_int_eq(evaluate(bytes_of(NULL, 0), false), U);
    for (size_t size = 0; size < sound.size - 2;
         size++) /* cut off anywhere; the last two bytes are padding */
        ck_assert_int_eq(evaluate(bytes_of(sound.data, size), false), U);
}
END_TEST

/* Trap 26: neither depth nor work grows without end. */
START_TEST(depth_and_work_are_bounded)
{
    enum { DEEP = 2000 };
    AUTO_ARENA arena;
    arena_init(&arena, 1000000);
    struct bytes one = condition_text_expression(&arena, "@user.a");
    uint8_t *deep = arena_alloc(&arena, 4 + (size_t)DEEP * 8);
    ck_assert_ptr_nonnull(deep);
    memcpy(deep, one.data, 4);
    for (size_t i = 0; i < DEEP; i++) {
        memcpy(deep + 4 + i * 7, one.data + 4, 7);
        deep[4 + DEEP * 7 + i] = 0xA0;
    }
    ck_assert_int_eq(evaluate(bytes_of(deep, 4 + (size_t)DEEP * 8 - 1), false), U);
    world.work = 3;
    const struct condition_subject poor = {.token = world.token, .work = &world.work};
    struct bytes nums = condition_text_expression(&arena, "@user.nums @user.nums ==");
    ck_assert_int_eq(condition_evaluate(nums, &poor, false), U);
    ck_assert_int_eq(evaluate(nums, false), T);
}
END_TEST

/* 3.10: which ACEs apply under which truth. Each row before (A;;0x1;;;WD); granted is of a maximum. */
static const struct {
    uint8_t type;
    const char *expression;
    uint32_t mask;
    uint32_t granted;
} ace_rows[] = {
    {ACE_ACCESS_ALLOWED_CALLBACK, "@user.a", 2, 3},      {ACE_ACCESS_ALLOWED_CALLBACK, "@user.b", 2, 1},
    {ACE_ACCESS_ALLOWED_CALLBACK, "@user.absent", 2, 1}, {ACE_ACCESS_DENIED_CALLBACK, "@user.a", 1, 0},
    {ACE_ACCESS_DENIED_CALLBACK, "@user.b", 1, 1},       {ACE_ACCESS_DENIED_CALLBACK, "@user.absent", 1, 0},
    {ACE_SYSTEM_ACCESS_FILTER, "@user.a", 0, 1},         {ACE_SYSTEM_ACCESS_FILTER, "@user.b", 0, 0},
    {ACE_SYSTEM_ACCESS_FILTER, "@user.absent", 0, 0},    {ACE_SYSTEM_ACCESS_FILTER, "@user.b", 1, 1},
};

START_TEST(ace_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1000000);
    const struct acl_writer_ace conditional = {
        .type = ace_rows[_i].type,
        .mask = ace_rows[_i].mask,
        .sid = SID_EVERYONE,
        .application_data = condition_text_expression(&arena, ace_rows[_i].expression)};
    const struct acl_writer_ace allow = {.type = ACE_ACCESS_ALLOWED, .mask = 1, .sid = SID_EVERYONE};
    struct acl_writer dacl;
    struct acl_writer sacl;
    acl_writer_init(&dacl);
    acl_writer_init(&sacl);
    acl_writer_add(ace_rows[_i].type == ACE_SYSTEM_ACCESS_FILTER ? &sacl : &dacl, &conditional);
    acl_writer_add(&dacl, &allow);
    struct descriptor descriptor;
    acl_writer_descriptor(&arena, SID_LOCAL_SYSTEM, &dacl, &sacl, &descriptor);
    const struct access_request request = {.descriptor = &descriptor, .desired = UINT32_C(0x02000000)};
    struct access_answer answer;
    ck_assert_int_eq(decide_access(world.token, &request, &answer), ERR_NONE);
    ck_assert_uint_eq(answer.granted, ace_rows[_i].granted);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("condition");
    TCase *tests = tcase_create("condition");
    tcase_add_unchecked_fixture(tests, make_world, end_world);
    tcase_add_loop_test(tests, value_row, 0, (int)(sizeof value_rows / sizeof value_rows[0]));
    tcase_add_loop_test(tests, set_row, 0, (int)(sizeof set_rows / sizeof set_rows[0]));
    tcase_add_loop_test(tests, deny_row, 0, (int)(sizeof deny_rows / sizeof deny_rows[0]));
    tcase_add_test(tests, only_with_its_signature);
    tcase_add_test(tests, depth_and_work_are_bounded);
    tcase_add_loop_test(tests, ace_row, 0, (int)(sizeof ace_rows / sizeof ace_rows[0]));
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
