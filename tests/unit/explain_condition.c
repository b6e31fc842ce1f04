/* The terms of a condition, each with its value. */
#include "engine/explain_condition.h"
#include "support/suite.h"
#include "support/token_text.h"

#include <stdio.h>

enum { TEXT_MAX = 4000 };

/* A group WD, no claims, and of the object: n is 5, s is "x". */
static const struct {
    const char *condition;
    const char *expected; /* the whole, then the terms: value, text, and in [] what is absent; T F ? */
} rows[] = {
    {"@RESOURCE.n == 5", "T: T @RESOURCE.n == 5"},
    {"@RESOURCE.n", "T: T @RESOURCE.n"},
    {"!(@RESOURCE.n)", "F: T @RESOURCE.n"},
    {"@USER.n == 5", "?: ? @USER.n == 5 [@USER.n]"},
    {"@USER.n == @DEVICE.m", "?: ? @USER.n == @DEVICE.m [@USER.n @DEVICE.m]"},
    {"@RESOURCE.s == 5", "?: ? @RESOURCE.s == 5"},
    {"Exists @USER.n", "F: F Exists @USER.n"},
    {"@RESOURCE.n && @RESOURCE.s == \"y\"", "F: T @RESOURCE.n F @RESOURCE.s == \"y\""},
    {"@RESOURCE.s == \"y\" && @RESOURCE.n", "F: F @RESOURCE.s == \"y\" T @RESOURCE.n"},
    {"(Member_of {SID(WD)} || @USER.a) && !(Member_of_Any {SID(BA), SID(BU)})",
     "T: T Member_of {SID(WD)} ? @USER.a [@USER.a] F Member_of_any {SID(BA), SID(BU)}"},
    {"@RESOURCE.n Any_of {4, 5} || local", "T: T @RESOURCE.n Any_of {4, 5} ? local [local]"},
};

static char letter(enum truth truth)
{
    static const char letters[] = {[TRUTH_FALSE] = 'F', [TRUTH_UNKNOWN] = '?', [TRUTH_TRUE] = 'T'};
    return letters[truth];
}

static void say(const struct explained_condition *condition, char text[TEXT_MAX])
{
    size_t used = (size_t)snprintf(text, TEXT_MAX, "%c:", letter(condition->value));
    for (size_t i = 0; i < condition->term_count; i++) {
        const struct explained_term *term = &condition->terms[i];
        used += (size_t)snprintf(text + used, TEXT_MAX - used, " %c %s", letter(term->value), term->text);
        for (size_t k = 0; k < term->absent_count; k++)
            used += (size_t)snprintf(text + used, TEXT_MAX - used, "%s%s%s", k == 0 ? " [" : " ",
                                     term->absent[k], k + 1 == term->absent_count ? "]" : "");
    }
}

/* The condition of the one ACE of the DACL, after a check for 0x1. */
static void explain(struct arena *arena, const struct descriptor *descriptor, struct explained_condition *ret)
{
    struct access_request request = {.descriptor = descriptor, .desired = 1};
    struct acl_iterator iterator = {0};
    struct access_answer answer;
    struct ace ace;
    request.explanation = explanation_new(arena, &request);
    ck_assert_ptr_nonnull(request.explanation);
    ck_assert_int_eq(decide_access(token_text_read(arena, "groups=WD"), &request, &answer), ERR_NONE);
    ck_assert(acl_next(&descriptor->dacl, &iterator, &ace));
    ck_assert_int_eq(explain_condition(arena, request.explanation, EXPLAIN_STAGE_DACL, 0, &ace, NULL, ret),
                     ERR_NONE);
}

static void read_descriptor(struct arena *arena, const char *who, const char *condition,
                            struct descriptor *ret)
{
    const char *text = arena_printf(arena,
                                    "O:SYG:SYD:(XA;;0x1;;;%s;(%s))S:(RA;;;;;WD;(\"n\",TI,0,5))"
                                    "(RA;;;;;WD;(\"s\",TS,0,\"x\"))",
                                    who, condition);
    struct sddl_error error = {0};
    struct bytes raw;
    ck_assert_msg(sddl_read(arena, bytes_of_string(text), NULL, &raw, &error) == ERR_NONE, "%s: at %zu", text,
                  error.offset);
    ck_assert_int_eq(descriptor_parse(raw, ret), ERR_NONE);
}

START_TEST(explains)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1000000);
    struct descriptor descriptor;
    struct explained_condition condition;
    char text[TEXT_MAX];
    read_descriptor(&arena, "WD", rows[_i].condition, &descriptor);
    explain(&arena, &descriptor, &condition);
    ck_assert(condition.evaluated && !condition.malformed);
    say(&condition, text);
    ck_assert_msg(strcmp(text, rows[_i].expected) == 0, "%s: %s", rows[_i].condition, text);
}
END_TEST

START_TEST(what_was_not_evaluated_is_not_explained)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1000000);
    struct descriptor descriptor;
    struct explained_condition condition;
    read_descriptor(&arena, "BA", "@RESOURCE.n == 5", &descriptor);
    explain(&arena, &descriptor, &condition);
    ck_assert(!condition.evaluated && condition.term_count == 0);
}
END_TEST

/* The bytes of the condition, broken one by one: unknown, or something else that is sound. */
START_TEST(what_is_malformed_has_no_terms)
{
    AUTO_ARENA arena;
    arena_init(&arena, 10000000);
    unsigned malformed = 0;
    struct descriptor descriptor;
    read_descriptor(&arena, "WD", "@RESOURCE.n == 5", &descriptor);
    struct acl_iterator iterator = {0};
    struct ace ace;
    ck_assert(acl_next(&descriptor.dacl, &iterator, &ace));
    const size_t start = (size_t)(ace.application_data.data - descriptor.raw.data);
    for (size_t i = start; i < start + ace.application_data.size; i++) {
        uint8_t *bytes = arena_copy(&arena, descriptor.raw.data, descriptor.raw.size);
        struct descriptor broken;
        struct explained_condition condition;
        bytes[i] ^= 0x7F;
        ck_assert_int_eq(descriptor_parse(bytes_of(bytes, descriptor.raw.size), &broken), ERR_NONE);
        explain(&arena, &broken, &condition);
        ck_assert(!condition.malformed || (condition.value == TRUTH_UNKNOWN && condition.term_count == 0));
        malformed += condition.malformed;
        /* behind the last token: all of the terms are sound, and the whole is not */
        ck_assert(i + 1 != start + ace.application_data.size || condition.malformed);
    }
    ck_assert_uint_gt(malformed, 5);
}
END_TEST

/* As many terms as there is room for, and as there is work for. */
START_TEST(terms_have_an_end)
{
    AUTO_ARENA arena;
    arena_init(&arena, 10000000);
    const char *condition = "@RESOURCE.n";
    struct descriptor descriptor;
    struct explained_condition explained;
    for (unsigned i = 1; i < EXPLAIN_TERMS_MAX + 9; i++)
        condition = arena_printf(&arena, "%s && @RESOURCE.n", condition);
    read_descriptor(&arena, "WD", condition, &descriptor);
    explain(&arena, &descriptor, &explained);
    ck_assert(explained.evaluated && explained.value == TRUTH_TRUE);
    ck_assert_uint_eq(explained.term_count, EXPLAIN_TERMS_MAX);
    for (size_t i = 0; i < explained.term_count; i++)
        ck_assert(explained.terms[i].value == TRUTH_TRUE);
}
END_TEST

START_TEST(without_work_no_term_is_told)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1000000);
    struct descriptor descriptor;
    struct explained_condition explained;
    struct access_answer answer;
    struct acl_iterator iterator = {0};
    struct ace ace;
    read_descriptor(&arena, "WD", "@RESOURCE.n && @RESOURCE.n", &descriptor);
    struct access_request request = {.descriptor = &descriptor, .desired = 1};
    request.explanation = explanation_new(&arena, &request);
    ck_assert_ptr_nonnull(request.explanation);
    ck_assert_int_eq(decide_access(token_text_read(&arena, "groups=WD"), &request, &answer), ERR_NONE);
    ck_assert(acl_next(&descriptor.dacl, &iterator, &ace));
    request.explanation->work = 1;
    ck_assert_int_eq(
        explain_condition(&arena, request.explanation, EXPLAIN_STAGE_DACL, 0, &ace, NULL, &explained),
        ERR_NONE);
    ck_assert(explained.evaluated && explained.value == TRUTH_TRUE);
    ck_assert_uint_eq(explained.term_count, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("explain_condition");
    TCase *tests = tcase_create("explain_condition");
    tcase_add_loop_test(tests, explains, 0, (int)(sizeof rows / sizeof rows[0]));
    tcase_add_test(tests, what_was_not_evaluated_is_not_explained);
    tcase_add_test(tests, what_is_malformed_has_no_terms);
    tcase_add_test(tests, terms_have_an_end);
    tcase_add_test(tests, without_work_no_term_is_told);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
