#include "platform/posix/central_text.h"

#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>

#define DACL   "effective = D:(A;;FA;;;BA)\n"
#define RULE   "[rule A]\n" DACL
#define POLICY "[policy S-1-17-1]\nrules = A\n"

static struct arena arena;

static void setup(void)
{
    arena_init(&arena, CENTRAL_TEXT_MEMORY_MAX);
}

static void teardown(void)
{
    arena_done(&arena);
}

/* "1:A+,B; 2:B": each policy by its last number, with its rules; + one with a condition. */
static const char *summary(const struct central_policies *policies)
{
    const char *text = "";
    for (size_t i = 0; i < policies->count; i++) {
        const struct central_policy *policy = &policies->items[i];
        text = arena_printf(&arena, "%s%s%u:", text, i == 0 ? "" : "; ", sid_rid(policy->sid));
        for (size_t j = 0; j < policy->rule_count; j++)
            text = arena_printf(&arena, "%s%s%s%s", text, j == 0 ? "" : ",", policy->rules[j]->name,
                                policy->rules[j]->applies_to.size != 0 ? "+" : "");
    }
    return text;
}

static const struct {
    const char *text;
    const char *summary;
} good_rows[] = {
    {RULE POLICY, "1:A"},
    {POLICY RULE, "1:A"}, /* a rule may follow */
    {"\xEF\xBB\xBF" RULE POLICY, "1:A"},
    {"[rule A]\r\neffective = D:(A;;FA;;;BA)\r\n[policy S-1-17-1]\r\nrules = A\r\n", "1:A"},
    {"# a comment\n;another\n\n \t\n" RULE "  # and one\n" POLICY, "1:A"},
    {"[rule A]\n applies_to=(@RESOURCE.dept == \"eng\") \n" DACL POLICY, "1:A+"},
    {"[rule A]\napplies_to = (@RESOURCE.n == 1 && @RESOURCE.s == \"a=b;c\")\n" DACL POLICY, "1:A+"},
    {"[rule A]\nstaged = D:\n" DACL POLICY, "1:A"},
    {"[rule A]\neffective = O:SYG:SYD:PAI(A;;FA;;;OW)(XA;;0x1;;;WD;(@USER.x == 1))\n" POLICY, "1:A"},
    {"[rule A]\neffective = D:\n" POLICY, "1:A"}, /* nobody */
    {RULE "[rule B b]\n" DACL POLICY "[policy S-1-17-3-2]\nname = two\nrules = B b , A\n", "1:A; 2:B b,A"},
    {"[ rule  A ]\n" DACL "[policy\tS-1-17-1]\nrules=A", NULL}, /* the kind comes first, then a blank */
    {RULE "[policy S-1-17-9]\nrules = A\n[policy S-1-17-2]\nrules = A\n[policy S-1-17-5]\nrules = A,A,\n",
     "2:A; 5:A,A; 9:A"},
    {RULE "[rule unused]\n" DACL POLICY, "1:A"},
};

START_TEST(good_row)
{
    struct central_policies policies;
    struct central_text_mistakes mistakes;
    enum err err =
        central_text_parse(&arena, bytes_of_string(good_rows[_i].text), NULL, &policies, &mistakes);
    if (good_rows[_i].summary == NULL) {
        ck_assert_int_eq(err, ERR_MALFORMED);
        return;
    }
    ck_assert_msg(err == ERR_NONE, "%zu mistakes", mistakes.count);
    ck_assert_str_eq(summary(&policies), good_rows[_i].summary);
    for (size_t i = 0; i < policies.count; i++)
        ck_assert_ptr_eq(central_policy_find(&policies, policies.items[i].sid), &policies.items[i]);
}
END_TEST

static const struct {
    const char *text;
    unsigned line;
    const char *mistake; /* a part of it */
    unsigned character;
} bad_rows[] = {
    {"", 0, "no policy", 0},
    {"# nothing\n", 1, "no policy", 0},
    {RULE, 2, "no policy", 0},
    {"effective = D:\n", 1, "before the first section", 0},
    {"\xFF" RULE POLICY, 0, "UTF-8", 0},
    {"[rule A", 1, "closing bracket", 0},
    {"[rules A]\n", 1, "a section is", 0},
    {"[]\n", 1, "a section is", 0},
    {"[rule]\n", 1, "needs a name", 0},
    {"[rule A,B]\n", 1, "without a comma", 0},
    {RULE RULE POLICY, 3, "such a rule already", 0},
    {"[rule A]\n" POLICY, 1, "without a line `effective", 0},
    {POLICY "[rule A]\n", 3, "without a line `effective", 0},
    {"[rule A]\n" DACL DACL POLICY, 3, "twice", 0},
    {"[rule A]\napplies_to = (@RESOURCE.a)\napplies_to = (@RESOURCE.a)\n" DACL POLICY, 3, "twice", 0},
    {"[rule A]\nstaged = D:\nstaged = D:\n" DACL POLICY, 3, "twice", 0},
    {"[rule A]\nrules = A\n", 2, "a rule has", 0},
    {"[rule A]\nEffective = D:\n", 2, "a rule has", 0},
    {"[rule A]\neffective\n", 2, "without =", 0},
    {"[rule A]\neffective =\n", 2, "nothing behind =", 0},
    {"[rule A]\neffective = D:(A;;FA;;;XY)\n", 2, "not SDDL", 12},
    {"[rule A]\neffective = O:BA\n", 2, "needs a DACL", 0},
    {"[rule A]\neffective = D:NO_ACCESS_CONTROL\n", 2, "needs a DACL", 0},
    {"[rule A]\neffective = D:(A;;FA;;;BA)S:\n", 2, "no SACL", 0},
    {"[rule A]\neffective = D:(D;;GA;;;WD)\n", 2, "never mapped", 0},
    {"[rule A]\nstaged = D:(A;;GR;;;WD)\n", 2, "never mapped", 0},
    {"[rule A]\napplies_to = @RESOURCE.a\n", 2, "not SDDL", 1},
    {"[rule A]\napplies_to = (@RESOURCE.a\n", 2, "not SDDL", 13},
    {"[rule A]\napplies_to = (@RESOURCE.a))(A;;FA;;;WD)\n", 2, "not SDDL", 14},
    {RULE "[policy S-1-5-18]\n", 3, "S-1-17-", 0},
    {RULE "[policy S-1-17]\n", 3, "S-1-17-", 0},
    {RULE "[policy finance]\n", 3, "S-1-17-", 0},
    {RULE POLICY POLICY, 5, "such a policy already", 0},
    {RULE "[policy S-1-17-1]\n", 3, "without a line `rules", 0},
    {RULE "[policy S-1-17-1]\nname = x\n[rule B]\n" DACL, 3, "without a line `rules", 0},
    {RULE "[policy S-1-17-1]\nrules =\n", 4, "nothing behind =", 0},
    {RULE "[policy S-1-17-1]\nrules = A\nrules = A\n", 5, "twice", 0},
    {RULE "[policy S-1-17-1]\nname = A\nname = A\n", 5, "twice", 0},
    {RULE "[policy S-1-17-1]\neffective = D:\n", 4, "a policy has", 0},
    {RULE "[policy S-1-17-1]\nrules = a\n", 4, "no such rule", 0},
    {RULE "[policy S-1-17-1]\nrules = A,,A\n", 4, "no such rule", 0},
};

START_TEST(bad_row)
{
    struct central_policies policies = {0};
    struct central_text_mistakes mistakes;
    enum err err = central_text_parse(&arena, bytes_of_string(bad_rows[_i].text), NULL, &policies, &mistakes);
    ck_assert_int_eq(err, ERR_MALFORMED);
    ck_assert_uint_eq(policies.count, 0);
    /* one mistake, and none that only follows from it */
    ck_assert_uint_eq(mistakes.count, 1);
    const struct central_text_mistake *mistake = &mistakes.items[0];
    ck_assert_msg(strstr(mistake->text, bad_rows[_i].mistake) != NULL, "%s", mistake->text);
    ck_assert_msg(mistake->line == bad_rows[_i].line, "line %u", mistake->line);
    ck_assert_msg(mistake->character == bad_rows[_i].character, "character %u", mistake->character);
}
END_TEST

/* `count` times what the format makes of the number, behind a head. */
static struct bytes many(const char *head, const char *format, unsigned count, const char *tail)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    ck_assert_ptr_nonnull(out);
    (void)fputs(head, out);
    for (unsigned i = 0; i < count; i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        /* cppcheck-suppress wrongPrintfScanfArgNum; a format may leave the number out */
        (void)fprintf(out, format, i);
#pragma GCC diagnostic pop
    }
    (void)fputs(tail, out);
    ck_assert_int_eq(fclose(out), 0);
    const char *copy = arena_string(&arena, bytes_of(text, size));
    free(text);
    ck_assert_ptr_nonnull(copy);
    return bytes_of(copy, size);
}

/* All in one go, in the order of the lines but for rules that nobody wrote. */
START_TEST(every_mistake)
{
    static const char text[] =
        "[rule A]\neffective = D:(A;;FA;;;XY)\nstaged = D:(D;;GA;;;WD)\n"   /* 2, 3 */
        "[rule B]\n[policy S-1-5-18]\nrules = nobody\n"                     /* 4, 5; 6 is of no section */
        "[policy S-1-17-1]\nrules = A, C\ncolour = red\n[policy S-1-17-2]"; /* 8 later, 9, 10 */
    static const unsigned lines[] = {2, 3, 4, 5, 9, 10, 8};
    struct central_policies policies = {0};
    struct central_text_mistakes mistakes;
    ck_assert_int_eq(central_text_parse(&arena, bytes_of_string(text), NULL, &policies, &mistakes),
                     ERR_MALFORMED);
    ck_assert_uint_eq(policies.count, 0);
    ck_assert_uint_eq(mistakes.count, sizeof lines / sizeof lines[0]);
    for (size_t i = 0; i < mistakes.count; i++)
        ck_assert_uint_eq(mistakes.items[i].line, lines[i]);
}
END_TEST

START_TEST(many_mistakes)
{
    struct central_policies policies = {0};
    struct central_text_mistakes mistakes;
    struct bytes text = many(RULE POLICY, "colour = %u\n", CENTRAL_TEXT_MISTAKES_MAX + 5, "");
    ck_assert_int_eq(central_text_parse(&arena, text, NULL, &policies, &mistakes), ERR_MALFORMED);
    ck_assert_uint_eq(mistakes.count, CENTRAL_TEXT_MISTAKES_MAX);
    ck_assert_uint_eq(mistakes.left_out, 5);
}
END_TEST

static const struct {
    const char *head;
    const char *format;
    const char *tail;
    unsigned count; /* the most that is read */
    const char *mistake;
} bound_rows[] = {
    {"", "[rule %u]\neffective = D:\n", "[policy S-1-17-1]\nrules = 0\n", CENTRAL_TEXT_RULES_MAX,
     "more than 1024 rules"},
    {RULE, "[policy S-1-17-%u]\nrules = A\n", "", CENTRAL_TEXT_POLICIES_MAX, "more than 256 policies"},
    {RULE "[policy S-1-17-1]\nrules = A", ",A", "\n", CENTRAL_TEXT_LIST_MAX - 1, "more than 64 rules"},
    {POLICY "[rule A]\n" DACL "applies_to = (@RESOURCE.a", " || @RESOURCE.a", ")\n", 430,
     "longer than 3500 bytes"},
    {RULE POLICY "name = ", "x", "\n", CENTRAL_TEXT_NAME_MAX, "longer than 256 bytes"},
};

START_TEST(bound_row)
{
    struct central_policies policies;
    struct central_text_mistakes mistakes;
    const unsigned count = bound_rows[_i].count;
    const char *format = bound_rows[_i].format;
    struct bytes most = many(bound_rows[_i].head, format, count, bound_rows[_i].tail);
    enum err err = central_text_parse(&arena, most, NULL, &policies, &mistakes);
    ck_assert_msg(err == ERR_NONE, "%zu mistakes", mistakes.count);
    struct bytes more = many(bound_rows[_i].head, format, count + 10, bound_rows[_i].tail);
    ck_assert_int_eq(central_text_parse(&arena, more, NULL, &policies, &mistakes), ERR_MALFORMED);
    ck_assert_uint_ge(mistakes.count, 1);
    ck_assert_msg(strstr(mistakes.items[0].text, bound_rows[_i].mistake) != NULL, "%s",
                  mistakes.items[0].text);
}
END_TEST

START_TEST(too_large)
{
    struct central_policies policies;
    struct central_text_mistakes mistakes;
    struct bytes most = many(RULE POLICY "#", " ", CENTRAL_TEXT_SIZE_MAX - sizeof(RULE POLICY "#") + 1, "");
    ck_assert_uint_eq(most.size, CENTRAL_TEXT_SIZE_MAX);
    ck_assert_int_eq(central_text_parse(&arena, most, NULL, &policies, &mistakes), ERR_NONE);
    most.size++;
    ck_assert_int_eq(central_text_parse(&arena, most, NULL, &policies, &mistakes), ERR_TOO_LARGE);
}
END_TEST

/* Whatever little memory there is, the text is read or it is not. */
START_TEST(little_memory)
{
    static const char text[] = "[rule A]\napplies_to = (@RESOURCE.a == 1)\n" DACL POLICY "name = x\n";
    size_t failures = 0;
    enum err err = ERR_NO_MEMORY;
    for (size_t limit = 0; err == ERR_NO_MEMORY && limit < 1000000; limit += 64) {
        AUTO_ARENA small;
        struct central_policies policies;
        struct central_text_mistakes mistakes;
        arena_init(&small, limit);
        err = central_text_parse(&small, bytes_of_string(text), NULL, &policies, &mistakes);
        failures++;
    }
    ck_assert_int_eq(err, ERR_NONE);
    ck_assert_uint_gt(failures, 10);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("central_text");
    TCase *tests = tcase_create("central_text");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_loop_test(tests, good_row, 0, (int)(sizeof good_rows / sizeof good_rows[0]));
    tcase_add_loop_test(tests, bad_row, 0, (int)(sizeof bad_rows / sizeof bad_rows[0]));
    tcase_add_test(tests, every_mistake);
    tcase_add_test(tests, many_mistakes);
    tcase_add_loop_test(tests, bound_row, 0, (int)(sizeof bound_rows / sizeof bound_rows[0]));
    tcase_add_test(tests, too_large);
    tcase_add_test(tests, little_memory);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
