/* Conditional expressions that are wrong are unknown, whatever stands around. [MS-DTYP] 2.4.4.17; reference 2.4, 3.10. */
#include "engine/condition.h"
#include "support/condition_text.h"
#include "support/suite.h"
#include "support/token_text.h"

static const char *const rows[] = {
    "",
    "@user.a @user.a", /* something is left over */
    "==",              /* nothing to compare */
    "@user.a ==",
    "&&",
    "!",
    "@user.a 1 ||", /* a literal is no truth */
    "1",
    "{ 1 }",
    "1 1 ==",                           /* the left side is no attribute */
    "@user.a @user.a 1 == ==",          /* a result is no value */
    "@user.a =50060000005001000000 ==", /* a list in a list */
    "@user.a =7F ==",                   /* a token there is not */
    "@user.a =94",
    "@user.a =A3",
    "@user.a =04010000000000000000 ==",   /* cut off */
    "@user.a =0401000000000000000402 ==", /* sign 4 */
    "@user.a =0401000000000000000002 ==", /* sign 0 */
    "@user.a =0401000000000000000304 ==", /* base 4 */
    "@user.a =0401000000000000000300 ==", /* base 0 */
    "@user.foo =1003000000660066 ==",     /* half a character */
    "@user.foo =10FFFFFFFF ==",
    "@user.sid =510400000001020304 ==",
    "@user.sid =510D00000001010000000000010000000000 ==", /* a SID and a byte more */
    /* A SID of no bytes: a reader that goes on takes what stands behind it, and then the user is not a member. */
    "=5100000000 Not_Member_of",
    "{ =5100000000 } Not_Member_of",
    "{ SID(BA) =5100000000 } Member_of_Any",
    "{ =5100000000 } Not_Device_Member_of_Any",
    "@user.sid =5100000000 !=",
    "@user.sid { SID(BA) =5100000000 } Any_of",
    "=F900000000",
    "=F90300000061006200",
    /* A name that nothing has is one that is not there: what is no name must not be. */
    "=F903000000610062 Not_Exists",
    "=FA03000000610062 Not_Exists",
    "=F900000000 Not_Exists",
    "=F9FFFFFFFF6100",
    "@user.a =000001",
    /* Lists in which a reader that trusts them finds the value: sign 4, base 4, a name, a list, an operator, no token. */
    "@user.a { =0401000000000000000402 } ==",
    "@user.a { 1 =0402000000000000000304 } Any_of",
    "@user.sid { =F91000000001020000000000052000000020020000 } ==",
    "@user.sid { =501000000001020000000000052000000020020000 } Contains",
    "@user.sid { =891000000001020000000000052000000020020000 } Any_of",
    "@user.a { =0001000000000000000302 } ==",
    /* Lists nothing is looked up in: cut off in a number, a size, a text, octets; half a character; padding. */
    "@user.absent { 1 =04010000 } == @user.a ||",
    "@user.absent { 'x =100000 } Contains @user.a ||",
    "@user.absent { 'x =10060000006100 } Any_of @user.a ||",
    "@user.absent { 'x =18FFFFFFFF } != @user.a ||",
    "@user.absent { =100100000061 } != @user.a ||",
    "@user.absent { 'x =0000 } < @user.a ||",
    /* Operators with an operand less than they need: none of them is passed over or takes what is below the stack. */
    "@user.a && @user.a",
    "@user.a || @user.a",
    "@user.a == @user.a",
    "@user.a @user.a && && @user.a",
    "@user.a 1 == || @user.a",
    "@user.a ||",
    "|| @user.a",
    "== @user.a",
    "Exists @user.a",
    "! @user.a",
    "Member_of @user.a",
};

/* What the rows above are but for the error. */
static const char *const sound_rows[] = {
    "@user.a { 1 } ==",
    "@user.a { 1 2 } Any_of",
    "@user.sid { SID(BA) } ==",
    "@user.sid { SID(BA) } Contains",
    "@user.absent { 'x } == @user.a ||",
    "@user.a @user.a &&",
    "@user.a @user.a == @user.a &&",
};

static struct {
    struct arena arena;
    struct token *token;
} world;

static void make_world(void)
{
    arena_init(&world.arena, 1000000);
    world.token = token_text_read(&world.arena, "groups=BA");
    world.token->user_claims = condition_text_claims(&world.arena, "a=1 foo='foo sid=SID(BA)");
}

static void end_world(void)
{
    arena_done(&world.arena);
}

static void check_row(const char *text, enum truth wanted)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1000000);
    struct bytes expression = condition_text_expression(&arena, text);
    for (int deny_only = 0; deny_only < 2; deny_only++) {
        size_t work = CONDITION_WORK_MAX;
        const struct condition_subject subject = {.token = world.token, .work = &work};
        enum truth truth = condition_evaluate(expression, &subject, deny_only != 0);
        ck_assert_msg(truth == wanted, "%s is %d", text, (int)truth);
    }
}

START_TEST(malformed_row)
{
    check_row(rows[_i], TRUTH_UNKNOWN);
}
END_TEST

START_TEST(sound_row)
{
    check_row(sound_rows[_i], TRUTH_TRUE);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("condition_malformed");
    TCase *tests = tcase_create("condition_malformed");
    tcase_add_unchecked_fixture(tests, make_world, end_world);
    tcase_add_loop_test(tests, malformed_row, 0, (int)(sizeof rows / sizeof rows[0]));
    tcase_add_loop_test(tests, sound_row, 0, (int)(sizeof sound_rows / sizeof sound_rows[0]));
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
