/* Central access policies: what their rules take away from what the object grants. Reference 3.11. */
#include "engine/sddl.h"
#include "support/decide_row.h"
#include "support/suite.h"
#include "support/token_text.h"

#define ME        "S-1-5-21-1-2-3-1001" /* the user of token_text */
#define BIT(luid) (UINT64_C(1) << (luid))

enum { RULES_MAX = 3, MAPPED = 0x1F01FF };

/* In the order of their SIDs' bytes, which central_policies wants: S-1-17-1 to S-1-17-13. */
static const struct {
    const char *rules[RULES_MAX][2]; /* condition ("" for none) and DACL */
} policy_rows[] = {
    /*  1 */ {{{"", "D:(A;;0x3;;;WD)"}}},
    /*  2 */ {{{"", "D:(A;;0x7;;;WD)"}, {"", "D:(A;;0x5;;;WD)"}, {"", "D:(A;;0xd;;;WD)"}}},
    /*  3 */ {{{"(@RESOURCE.dept == \"eng\")", "D:(A;;0x1;;;WD)"}, {"(@RESOURCE.secret)", "D:"}}},
    /*  4 */ {{{"", "D:"}}},
    /*  5 */ {{{"", "D:(A;;RC;;;OW)"}}},
    /*  6 */ {{{"", "D:(A;;0x3;;;BA)(A;;0x1;;;BU)"}}},
    /*  7 */ {{{"", "D:(A;;0x3;;;WD)(A;;0x1;;;AC)"}}},
    /*  8 */ {{{"", "D:(A;;0x1;;;PS)"}}},
    /*  9 */ {{{"", "D:(OA;;0x1;00000000-0000-0000-0000-000000000061;;WD)(A;;0x2;;;WD)"}}},
    /* 10 */ {{{"", "D:(OD;;0x1;00000000-0000-0000-0000-00000000007a;;WD)(A;;0x3;;;WD)"}}},
    /* 11 */ {{{"", "D:(D;;0x1;;;BA)(A;;0xf;;;WD)"}}},
    /* 12 */ {{{NULL}}},
    /* 13 */ {{{"", "D:(XA;;0x1;;;WD;(Member_of{SID(BA)}))(XA;;0x2;;;WD;(@RESOURCE.dept == \"eng\"))"}}},
};
enum { POLICY_COUNT = sizeof policy_rows / sizeof policy_rows[0] };

static struct arena arena;
static struct central_policies policies;
static struct central_policy items[POLICY_COUNT];
static struct central_rule rules[POLICY_COUNT][RULES_MAX];
static const struct central_rule *listed[POLICY_COUNT][RULES_MAX];
static struct sid_buffer names[POLICY_COUNT];

static void make_rule(const char *const row[2], struct central_rule *ret)
{
    struct sddl_error error = {0};
    struct bytes raw;
    struct descriptor descriptor;
    enum err err = sddl_read(&arena, bytes_of_string(row[1]), NULL, &raw, &error);
    ck_assert_msg(err == ERR_NONE, "%s: %s", row[1], error.expected);
    ck_assert_int_eq(descriptor_parse(raw, &descriptor), ERR_NONE);
    *ret = (struct central_rule){.effective = descriptor.dacl};
    if (row[0][0] == '\0')
        return;
    err = sddl_read_condition(&arena, bytes_of_string(row[0]), NULL, &ret->applies_to, &error);
    ck_assert_msg(err == ERR_NONE, "%s: %s", row[0], error.expected);
}

static void make_policies(void)
{
    arena_init(&arena, 1000000);
    for (uint32_t i = 0; i < POLICY_COUNT; i++) {
        const uint32_t id = i + 1;
        ck_assert_int_eq(sid_make(&names[i], 17, &id, 1), ERR_NONE);
        items[i] = (struct central_policy){.sid = sid_of(&names[i]), .rules = listed[i]};
        while (items[i].rule_count < RULES_MAX && policy_rows[i].rules[items[i].rule_count][0] != NULL) {
            const size_t rule = items[i].rule_count++;
            make_rule(policy_rows[i].rules[rule], &rules[i][rule]);
            listed[i][rule] = &rules[i][rule];
        }
    }
    policies = (struct central_policies){.items = items, .count = POLICY_COUNT};
}

static void free_policies(void)
{
    arena_done(&arena);
}

#define ALL     "O:SYG:SYD:(A;;0x1fffff;;;WD)"
#define SP(id)  "S:(SP;;;;;S-1-17-" #id ")"
#define DEPT(d) "(RA;;;;;WD;(\"dept\",TS,0,\"" d "\"))"
#define SECRET  "(RA;;;;;WD;(\"secret\",TI,0,1))"
#define WORLD   "groups=WD"

static const struct decide_row rows[] = {
    {"a rule grants", WORLD, ALL SP(1), 0x3, .granted = 0x3},
    {"a rule does not", WORLD, ALL SP(1), 0x4, .granted = 0},
    {"a rule grants a part", WORLD, ALL SP(1), 0x5, .granted = 0},
    {"of a maximum what both grant", WORLD, ALL SP(1), MAXIMUM, .granted = 0x3},
    {"a maximum and a right that the rule lacks", WORLD, ALL SP(1), MAXIMUM | 0x4, .granted = 0},
    {"a rule gives nothing that the object does not", WORLD, "O:SYG:SYD:(A;;0x1;;;WD)" SP(1), 0x2,
     .granted = 0},
    {"nor in a maximum", WORLD, "O:SYG:SYD:(A;;0x6;;;WD)" SP(1), MAXIMUM, .granted = 0x2},
    {"nor to whom the object grants nothing", WORLD, "O:SYG:SYD:" SP(1), MAXIMUM, .granted = 0},
    {"a NULL DACL is limited too", WORLD, "O:SYG:SY" SP(1), MAXIMUM, .granted = 0x3},
    {"every rule must grant", WORLD, ALL SP(2), 0x5, .granted = 0x5},
    {"one of three does not", WORLD, ALL SP(2), 0x2, .granted = 0},
    {"the intersection of three", WORLD, ALL SP(2), MAXIMUM, .granted = 0x5},
    {"a policy without rules", WORLD, ALL SP(12), 0x1FFFFF, .granted = 0x1FFFFF},
    {"a rule denies", "groups=WD,BA", ALL SP(11), 0x1, .granted = 0},
    {"a rule denies others", WORLD, ALL SP(11), 0x1, .granted = 0x1},
    {"a deny-only group is denied by a rule", "groups=WD,BA!", ALL SP(11), MAXIMUM, .granted = 0xE},

    {"applies: no attribute, unknown", WORLD, ALL SP(3), 0x3, .granted = 0x3},
    {"applies: another value", WORLD, ALL SP(3) DEPT("hr"), 0x3, .granted = 0x3},
    {"applies: the value", WORLD, ALL SP(3) DEPT("eng"), 0x3, .granted = 0},
    {"applies: the value, granted", WORLD, ALL SP(3) DEPT("eng"), 0x1, .granted = 0x1},
    {"applies: an attribute behind the policy's ACE or before", WORLD,
     ALL "S:" DEPT("eng") "(SP;;;;;S-1-17-3)", 0x3, .granted = 0},
    {"applies: the other rule", WORLD, ALL SP(3) SECRET, 0x1, .granted = 0},
    {"applies: both rules", WORLD, ALL SP(3) SECRET DEPT("eng"), MAXIMUM, .granted = 0},
    {"conditions in a rule's DACL: of the token", "groups=WD,BA", ALL SP(13), MAXIMUM, .granted = 0x1},
    {"conditions in a rule's DACL: of the object", WORLD, ALL SP(13) DEPT("eng"), MAXIMUM, .granted = 0x2},

    {"an inherit-only ACE names no policy", WORLD, ALL "S:(SP;OICIIO;;;;S-1-17-4)", 0x4, .granted = 0x4},
    {"the first policy counts", WORLD, ALL "S:(SP;;;;;S-1-17-1)(SP;;;;;S-1-17-4)", 0x1, .granted = 0x1},
    {"the first effective policy counts", WORLD, ALL "S:(SP;IO;;;;S-1-17-1)(SP;;;;;S-1-17-4)", 0x1,
     .granted = 0},
    {"no policy among other ACEs", WORLD, ALL "S:(AU;SA;0x1;;;WD)(ML;;NW;;;ME)", 0x1, .granted = 0x1},

    {"unknown: nobody", WORLD, ALL SP(99), 0x1, .granted = 0},
    {"unknown: nobody, maximum", WORLD, ALL SP(99), MAXIMUM, .granted = 0},
    {"unknown: administrators", "groups=WD,BA", ALL SP(99), 0x1FFFFF, .granted = 0x1FFFFF},
    {"unknown: administrators by their maximum", "groups=WD,BA", ALL SP(99), MAXIMUM, .granted = 0x1FFFFF},
    {"unknown: administrators in a filtered token", "groups=WD,BA!", ALL SP(99), 0x1, .granted = 0},
    {"unknown: the system", "user=SY groups=WD", ALL SP(99), 0x1FFFFF, .granted = 0x1FFFFF},
    {"unknown: gives no more than the object", "groups=WD,BA", "O:SYG:SYD:(A;;0x1;;;BA)" SP(99), 0x2,
     .granted = 0},
    {"unknown: a longer SID", WORLD, ALL "S:(SP;;;;;S-1-17-1-1)", 0x1, .granted = 0},
    {"unknown: before all", WORLD, ALL "S:(SP;;;;;S-1-17-0)", 0x1, .granted = 0},

    /* the whole step again, with the rule's DACL */
    {"the owner has the same rights in a rule", WORLD, "O:" ME "G:SYD:" SP(4), 0x60000, .granted = 0x60000},
    {"and no more", WORLD, "O:" ME "G:SYD:(A;;0xf;;;WD)" SP(4), 0x20001, .granted = 0},
    {"the owner of an object of an unknown policy", WORLD, "O:" ME "G:SYD:" SP(99), MAXIMUM,
     .granted = 0x60000},
    {"OWNER RIGHTS in the rule", WORLD, "O:" ME "G:SYD:" SP(5), MAXIMUM, .granted = 0x20000},
    {"OWNER RIGHTS in the rule, not granted", WORLD, "O:" ME "G:SYD:" SP(5), 0x40000, .granted = 0},
    {"OWNER RIGHTS in the object", WORLD, "O:" ME "G:SYD:(A;;RC;;;OW)" SP(4), MAXIMUM, .granted = 0x20000},
    {"privileges pass through", "groups=WD privileges=8,9", "O:SYG:SYD:" SP(4), SACL_ACCESS | 0x80000,
     SACL_ACCESS | 0x80000, .used = BIT(8) | BIT(9)},
    {"privileges pass, the DACL does not", "groups=WD privileges=8", ALL SP(4), SACL_ACCESS | 0x1, 0,
     .used = BIT(8)},
    {"integrity stays", "groups=WD integrity=1000", ALL SP(1), 0x2, .granted = 0},
    {"integrity and the maximum", "groups=WD integrity=1000", ALL SP(1), MAXIMUM, .granted = 0x1},
    {"restricting SIDs, in the rule too", "groups=WD,BA restricting=BU,WD", ALL SP(6), MAXIMUM,
     .granted = 0x1},
    {"restricting SIDs: nothing for them", "groups=WD,BA restricting=RC,WD", ALL SP(6), 0x1, .granted = 0},
    {"a write-restricted reader", "groups=WD,BA write-restricting=BU,WD", ALL SP(6), 0x1, .granted = 0x1},
    {"a write-restricted writer", "groups=WD,BA write-restricting=BU,WD", ALL SP(6), 0x2, .granted = 0},
    {"an AppContainer", "groups=WD package=S-1-15-2-9", ALL "(A;;0x3;;;AC)" SP(7), MAXIMUM, .granted = 0x1},
    {"an AppContainer that the rule forgot", "groups=WD package=S-1-15-2-9", ALL "(A;;0x3;;;AC)" SP(1), 0x1,
     .granted = 0},
    {"the principal self", WORLD, ALL SP(8), 0x1, 0x1, .self = ME},
    {"no principal self", WORLD, ALL SP(8), 0x1, .granted = 0},
};

/* An object type list: the object's DACL sees it, the rules do not. "61" is the GUID of node a. */
static const struct decide_row list_rows[] = {
    {"the rule limits all nodes", WORLD, ALL SP(1), 0x3, 0x3, .list = "0r 1a", .results = "3+ 3+"},
    {"the rule refuses all nodes", WORLD, ALL SP(1), 0x7, 0, .list = "0r 1a", .results = "0- 0-"},
    {"of a maximum", WORLD, ALL SP(1), MAXIMUM, 0x3, .list = "0r 1a", .results = "3+ 3+"},
    {"a label refuses the rule's step as well", "groups=WD integrity=1000", ALL SP(1), 0x3, 0,
     .list = "0r 1a", .results = "0- 0-"},
    {"of a maximum with a right that the rule lacks", WORLD, ALL SP(1), MAXIMUM | 0x4, 0, .list = "0r 1a",
     .results = "3- 3-"},
    {"a partial mask", WORLD,
     "O:SYG:SYD:(OA;;0x1;00000000-0000-0000-0000-000000000061;;WD)(A;;0x2;;;WD)" SP(1), 0x3, 0x3,
     .list = "0r 1a", .results = "3+ 3+"},
    {"a node that the object refuses", WORLD,
     "O:SYG:SYD:(OA;;0x1;00000000-0000-0000-0000-000000000061;;WD)(A;;0x2;;;WD)" SP(1), 0x3, 0,
     .list = "0r 1a 1b", .results = "2- 3+ 2-"},
    {"an object ACE in a rule does not allow", WORLD, ALL SP(9), 0x1, 0, .list = "0r 1a", .results = "0- 0-"},
    {"an object ACE in a rule denies the whole", WORLD, ALL SP(10), 0x1, 0, .list = "0r 1a",
     .results = "0- 0-"},
    {"and no more", WORLD, ALL SP(10), 0x2, 0x2, .list = "0r 1a", .results = "2+ 2+"},
};

static void check(const struct decide_row *row)
{
    struct decide_row asked = *row;
    asked.policies = &policies;
    decide_row_check(&asked);
}

START_TEST(row)
{
    check(&rows[_i]);
}
END_TEST

START_TEST(list_row)
{
    check(&list_rows[_i]);
}
END_TEST

/* Q5 (I): without policies at all every policy is unknown; [MS-DTYP] 2.5.3.1.4 would not look. */
static const struct decide_row none_rows[] = {
    {"no policies: nobody", WORLD, ALL SP(1), 0x1, .granted = 0},
    {"no policies: administrators", "groups=WD,BA", ALL SP(1), 0x1, .granted = 0x1},
    {"no policies, and none named", WORLD, ALL, 0x1, .granted = 0x1},
};

START_TEST(none_row)
{
    static const struct central_policies empty;
    struct decide_row asked = none_rows[_i];
    decide_row_check(&asked);
    asked.policies = &empty;
    decide_row_check(&asked);
}
END_TEST

/* An owner who spends all the work on conditions of his own does not shake off a rule. */
START_TEST(no_work_left)
{
    const struct token *token = token_text_read(&arena, WORLD);
    size_t work = 1;
    const struct condition_subject subject = {.token = token, .work = &work};
    ck_assert(central_rule_applies(&rules[2][0], &subject));
    ck_assert_uint_eq(work, 0);
    work = CONDITION_WORK_MAX;
    ck_assert(!central_rule_applies(&rules[2][0], &subject));
    ck_assert_uint_ne(work, 0);
}
END_TEST

/* Whatever the rules say, no answer is larger than without them. */
START_TEST(never_more)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct decide_row asked = rows[i];
        struct sddl_error error = {0};
        struct bytes raw;
        struct descriptor descriptor;
        struct access_answer with;
        struct access_answer without;
        ck_assert_int_eq(sddl_read(&arena, bytes_of_string(asked.sddl), NULL, &raw, &error), ERR_NONE);
        ck_assert_int_eq(descriptor_parse(raw, &descriptor), ERR_NONE);
        struct access_request request = {
            .descriptor = &descriptor, .desired = MAXIMUM, .mapping = {.all = MAPPED}, .policies = &policies};
        const struct token *token = token_text_read(&arena, asked.token);
        ck_assert_int_eq(decide_access(token, &request, &with), ERR_NONE);
        descriptor.sacl_state = ACL_ABSENT;
        ck_assert_int_eq(decide_access(token, &request, &without), ERR_NONE);
        ck_assert_msg((with.granted & ~without.granted) == 0, "%s", asked.what);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("decide_policy");
    TCase *tests = tcase_create("decide_policy");
    tcase_add_checked_fixture(tests, make_policies, free_policies);
    tcase_add_loop_test(tests, row, 0, (int)(sizeof rows / sizeof rows[0]));
    tcase_add_loop_test(tests, list_row, 0, (int)(sizeof list_rows / sizeof list_rows[0]));
    tcase_add_loop_test(tests, none_row, 0, (int)(sizeof none_rows / sizeof none_rows[0]));
    tcase_add_test(tests, no_work_left);
    tcase_add_test(tests, never_more);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
