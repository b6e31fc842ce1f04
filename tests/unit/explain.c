/* Why a check came out as it did: for each right the stage, the reason and the ACE; for each ACE what became of it. */
#include "engine/explain.h"
#include "engine/sddl.h"
#include "support/decide_row.h"
#include "support/suite.h"
#include "support/token_text.h"

#include <stdio.h>

#define ME    "S-1-5-21-1-2-3-1001" /* the user of token_text */
#define GROUP "S-1-5-21-1-2-3-2001"

enum { TEXT_MAX = 4000 };

struct row {
    const char *what;
    const char *token; /* token_text.h */
    const char *sddl;
    uint32_t desired;
    const char *
        rights; /* "1+granted-by-ace/dacl@0": each right, + granted, why, where, the ACE or the privilege's LUID */
    const char *aces; /* "0:granted 1:not-reached" of the DACL, then of further passes and the SACL */
    const char *self;
    const char *list; /* as in decide_row.h; with '*' in front a result list */
};

static const struct row rows[] = {
    {"an allow", "groups=WD", "O:SYG:SYD:(A;;0x1;;;WD)", 0x1, "1+granted-by-ace/dacl@0",
     .aces = "dacl 0:granted"},
    {"a deny before", "groups=WD", "O:SYG:SYD:(D;;0x2;;;WD)(A;;0x3;;;WD)", 0x3,
     "1+granted-by-ace/dacl@1 2-denied-by-ace/dacl@0", .aces = "dacl 0:denied 1:granted"},
    {"nothing is left to decide", "groups=WD", "O:SYG:SYD:(A;;0x1;;;WD)(D;;0x1;;;WD)", 0x1,
     "1+granted-by-ace/dacl@0", .aces = "dacl 0:granted 1:not-reached"},
    {"nor after every right is lost", "groups=WD", "O:SYG:SYD:(D;;0x1;;;WD)(A;;0x1;;;WD)", 0x1,
     "1-denied-by-ace/dacl@0", .aces = "dacl 0:denied 1:not-reached"},
    {"what was decided before", "groups=WD", "O:SYG:SYD:(A;;0x1;;;WD)(D;;0x1;;;WD)(A;;0x2;;;WD)", 0x3,
     "1+granted-by-ace/dacl@0 2+granted-by-ace/dacl@2", .aces = "dacl 0:granted 1:already-decided 2:granted"},
    {"of other rights", "groups=WD", "O:SYG:SYD:(A;;0x4;;;WD)(A;;0x1;;;WD)", 0x1, "1+granted-by-ace/dacl@1",
     .aces = "dacl 0:other-rights 1:granted"},
    {"nobody grants it", "groups=WD", "O:SYG:SYD:(A;;0x1;;;BA)", 0x1, "1-not-granted/dacl",
     .aces = "dacl 0:sid-not-in-token"},
    {"a disabled group", "groups=BA-", "O:SYG:SYD:(A;;0x1;;;BA)(D;;0x1;;;BA)", 0x1, "1-not-granted/dacl",
     .aces = "dacl 0:sid-disabled 1:sid-disabled"},
    {"a deny-only group", "groups=BA!", "O:SYG:SYD:(A;;0x1;;;BA)", 0x1, "1-not-granted/dacl",
     .aces = "dacl 0:sid-deny-only"},
    {"a deny-only user", "user!=" ME, "O:SYG:SYD:(A;;0x1;;;" ME ")(D;;0x1;;;" ME ")", 0x1,
     "1-denied-by-ace/dacl@1", .aces = "dacl 0:sid-deny-only 1:denied"},
    {"inherit-only", "groups=WD", "O:SYG:SYD:(A;IO;0x1;;;WD)", 0x1, "1-not-granted/dacl",
     .aces = "dacl 0:inherit-only"},
    {"an empty DACL", "groups=WD", "O:SYG:SYD:", 0x1, "1-empty-dacl/dacl", .aces = "dacl"},
    {"no DACL", "", "O:SYG:SY", 0x1, "1+granted-without-dacl/dacl", .aces = ""},
    {"a NULL DACL", "", "O:SYG:SYD:NO_ACCESS_CONTROL", 0x1, "1+granted-by-null-dacl/dacl", .aces = ""},
    {"the owner", "", "O:" ME "G:SYD:(D;;RC;;;WD)", 0x20001,
     "1-not-granted/dacl 20000+granted-to-owner/owner", .aces = "dacl 0:sid-not-in-token"},
    {"OWNER RIGHTS in its place", "", "O:" ME "G:SYD:(A;;0x1;;;OW)", 0x20001,
     "1+granted-by-ace/dacl@0 20000-not-granted/dacl", .aces = "dacl 0:granted"},
    {"a privilege", "privileges=9", "O:SYG:SYD:", 0x80001,
     "1-empty-dacl/dacl 80000+granted-by-privilege/privilege#9", .aces = "dacl"},
    {"the other privilege", "privileges=32", "O:SYG:SYD:", 0x80000, "80000+granted-by-privilege/privilege#32",
     .aces = "dacl"},
    {"SeSecurity", "privileges=8", "O:SYG:SYD:", SACL_ACCESS, "1000000+granted-by-privilege/privilege#8",
     .aces = "dacl"},
    {"no SeSecurity, so nothing is looked at", "groups=WD", "O:SYG:SYD:(A;;0x1;;;WD)S:(ML;;NW;;;HI)",
     SACL_ACCESS | 1, "1-not-examined/privilege#8 1000000-privilege-not-held/privilege#8",
     .aces = "dacl 0:not-reached sacl 0:not-reached"},
    {"no label is Medium", "groups=WD integrity=1000", "O:SYG:SYD:(A;;0x3;;;WD)", 0x3,
     "1+granted-by-ace/dacl@0 2-below-integrity-label/integrity", .aces = "dacl 0:granted"},
    {"a label", "groups=WD", "O:SYG:SYD:(A;;0x3;;;WD)S:(ML;IO;NW;;;SI)(ML;;NW;;;HI)(ML;;NW;;;LW)", 0x3,
     "1+granted-by-ace/dacl@0 2-below-integrity-label/integrity@1",
     .aces = "dacl 0:granted sacl 0:inherit-only 1:limited 2:not-first"},
    {"a label that is reached", "groups=WD", "O:SYG:SYD:(A;;0x3;;;WD)S:(ML;;NW;;;LW)", 0x2,
     "2+granted-by-ace/dacl@0", .aces = "dacl 0:granted sacl 0:satisfied"},
    {"a trust label before it", "groups=WD",
     "O:SYG:SYD:(A;;0x3;;;WD)S:(TL;;0x1;;;S-1-19-512-1024)(ML;;NW;;;HI)", 0x3,
     "1+granted-by-ace/dacl@0 2-below-trust-label/trust-label@0",
     .aces = "dacl 0:granted sacl 0:limited 1:limited"},
    {"an access filter", "groups=WD",
     "O:SYG:SYD:(A;;0x3;;;WD)S:(FL;;0x1;;;WD;(@USER.none == 1))(FL;;0x3;;;WD;(@USER.none == 2))", 0x3,
     "1+granted-by-ace/dacl@0 2-access-filtered/access-filter@0",
     .aces = "dacl 0:granted sacl 0:limited 1:limited"},
    {"restricting SIDs", "groups=WD,BA restricting=WD", "O:SYG:SYD:(A;;0x1;;;BA)(D;;0x2;;;WD)(A;;0x5;;;WD)",
     0x7, "1+granted-by-ace/dacl@0 2-denied-by-ace/dacl@1 4+granted-by-ace/dacl@2",
     .aces = "dacl 0:granted 1:denied 2:granted restricting-sids 0:sid-not-in-token 1:denied 2:granted"},
    {"restricting SIDs refuse", "groups=BA restricting=WD",
     "O:SYG:SYD:(A;;0x7;;;BA)(D;;0x2;;;WD)(A;;0x1;;;WD)", 0x7,
     "1+granted-by-ace/dacl@0 2-denied-by-ace/restricting-sids@1 4-not-granted/restricting-sids",
     .aces =
         "dacl 0:granted 1:not-reached 2:not-reached restricting-sids 0:sid-not-in-token 1:denied 2:granted"},
    {"an AppContainer", "groups=WD package=S-1-15-2-9 capabilities=S-1-15-3-1,S-1-15-3-2-",
     "O:SYG:SYD:(A;;0x7;;;WD)(D;;0x1;;;AC)(A;;0x2;;;S-1-15-3-2)(A;;0x1;;;AC)", 0x3,
     "1+granted-by-ace/dacl@0 2-not-granted/app-container",
     .aces = "dacl 0:granted 1:not-reached 2:not-reached 3:not-reached app-container 0:not-for-app-container "
             "1:not-for-app-container 2:sid-disabled 3:granted"},
    {"an AppContainer without a DACL", "package=S-1-15-2-9", "O:SYG:SY", 0x1, "1-no-dacl/app-container",
     .aces = ""},
    {"no principal self", "", "O:SYG:SYD:(A;;0x1;;;PS)", 0x1, "1-not-granted/dacl",
     .aces = "dacl 0:no-principal-self"},
    {"a principal self", "", "O:SYG:SYD:(A;;0x1;;;PS)", 0x1, "1+granted-by-ace/dacl@0",
     .aces = "dacl 0:granted", .self = ME},
    {"a condition that is unknown", "groups=WD",
     "O:SYG:SYD:(XA;;0x1;;;WD;(@USER.none == 1))(XD;;0x2;;;WD;(@USER.none == 1))(A;;0x3;;;WD)", 0x3,
     "1+granted-by-ace/dacl@2 2-denied-by-ace/dacl@1", .aces = "dacl 0:condition-unknown 1:denied 2:granted"},
    {"a condition that is false", "groups=WD", "O:SYG:SYD:(XA;;0x1;;;WD;(Member_of {SID(BA)}))", 0x1,
     "1-not-granted/dacl", .aces = "dacl 0:condition-false"},
    {"a condition that is true", "groups=WD", "O:SYG:SYD:(XA;;0x1;;;WD;(Member_of {SID(WD)}))", 0x1,
     "1+granted-by-ace/dacl@0", .aces = "dacl 0:granted"},
    {"a central access policy that nobody knows", "groups=WD",
     "O:SYG:SYD:(A;;0x1;;;WD)S:(SP;;;;;S-1-17-9)(SP;;;;;S-1-17-8)", 0x1,
     "1-refused-by-policy-rule/central-policy", .aces = "dacl 0:granted sacl 0:names-policy 1:not-first"},
    {"a policy that grants too", "groups=WD,BA", "O:SYG:SYD:(A;;0x1;;;WD)S:(SP;;;;;S-1-17-9)", 0x1,
     "1+granted-by-ace/dacl@0", .aces = "dacl 0:granted sacl 0:names-policy"},
    {"nothing is asked", "groups=WD", "O:SYG:SYD:(A;;0x1;;;WD)", 0, "", .aces = "dacl 0:not-reached"},
    {"a maximum", "groups=WD", "O:SYG:SYD:(D;;0x1F01FE;;;WD)(A;;0x200001;;;WD)", MAXIMUM,
     "1+granted-by-ace/dacl@1 2-denied-by-ace/dacl@0 4-denied-by-ace/dacl@0 8-denied-by-ace/dacl@0 "
     "10-denied-by-ace/dacl@0 20-denied-by-ace/dacl@0 40-denied-by-ace/dacl@0 80-denied-by-ace/dacl@0 "
     "100-denied-by-ace/dacl@0 10000-denied-by-ace/dacl@0 20000-denied-by-ace/dacl@0 "
     "40000-denied-by-ace/dacl@0 80000-denied-by-ace/dacl@0 100000-denied-by-ace/dacl@0 "
     "200000+granted-by-ace/dacl@1",
     .aces = "dacl 0:denied 1:granted"},
    {"a list: on all parts", "groups=WD",
     "O:SYG:SYD:(OA;;0x1;00000000-0000-0000-0000-000000000062;;WD)"
     "(OA;;0x1;00000000-0000-0000-0000-000000000063;;WD)(OA;;0x1;00000000-0000-0000-0000-000000000064;;WD)",
     0x1, "1+granted-on-all-parts/dacl@1", .aces = "dacl 0:granted 1:granted 2:not-reached",
     .list = "0a 1b 1c"},
    {"a list: what is not asked about", "groups=WD",
     "O:SYG:SYD:(OA;;0x1;00000000-0000-0000-0000-000000000064;;WD)(A;;0x1;;;WD)", 0x1,
     "1+granted-by-ace/dacl@1", .aces = "dacl 0:object-type-not-asked 1:granted", .list = "0a 1b"},
    {"a list: denied on a part", "groups=WD",
     "O:SYG:SYD:(OD;;0x1;00000000-0000-0000-0000-000000000062;;WD)(A;;0x1;;;WD)", 0x1,
     "1-denied-on-a-part/dacl@0", .aces = "dacl 0:denied 1:not-reached", .list = "0a 1b 1c"},
    {"a result list", "groups=WD",
     "O:SYG:SYD:(OD;;0x1;00000000-0000-0000-0000-000000000062;;WD)(A;;0x1;;;WD)", 0x1,
     "1-denied-on-a-part/dacl@0 | 1-denied-by-ace/dacl@0 | 1+granted-by-ace/dacl@1",
     .aces = "dacl 0:denied 1:granted", .list = "*0a 1b 1c"},
};

static void say_right(const struct explained_right *right, char *text)
{
    char *at = text + strlen(text);
    const bool first = at == text || at[-1] == ' ';
    at += snprintf(at, 200, "%s%x%c%s/%s", first ? "" : " ", right->right, right->granted ? '+' : '-',
                   explain_reason_name(right->reason), explain_stage_name(right->stage));
    if (right->ace != EXPLAIN_NO_ACE)
        at += snprintf(at, 200, "@%u", right->ace);
    if (right->privilege != 0)
        (void)snprintf(at, 200, "#%u", right->privilege);
}

static void say_rights(const struct explanation *explanation, char *text)
{
    for (size_t node = 0; node < explanation->node_count; node++) {
        if (node != 0)
            (void)snprintf(text + strlen(text), TEXT_MAX - strlen(text), " | ");
        for (uint32_t right = 1; right != 0; right <<= 1) {
            if ((explanation->asked & right) == 0)
                continue;
            const struct explained_right answer = explanation_right(explanation, node, right);
            ck_assert_uint_eq(answer.granted, (explanation->granted[node] & right) != 0);
            say_right(&answer, text);
        }
    }
}

static void say_acl(const struct explanation *explanation, enum explain_stage stage, const char *name,
                    const struct acl *acl, char *text)
{
    struct acl_iterator iterator = {0};
    struct ace ace;
    sprintf(text + strlen(text), "%s%s", *text == '\0' ? "" : " ", name);
    while (acl_next(acl, &iterator, &ace))
        sprintf(text + strlen(text), " %u:%s", iterator.index,
                explain_outcome_name(explanation_ace(explanation, stage, iterator.index, &ace)));
}

static void say_aces(const struct explanation *explanation, const struct descriptor *descriptor, char *text)
{
    for (unsigned i = 0; i < EXPLAIN_PASSES; i++) {
        enum explain_stage stage = EXPLAIN_STAGE_DACL + i;
        bool made = i == 0 || explanation->passes[i].judged != 0;
        if (descriptor->dacl_state == ACL_THERE && made)
            say_acl(explanation, stage, explain_stage_name(stage), &descriptor->dacl, text);
    }
    if (descriptor->sacl_state == ACL_THERE)
        say_acl(explanation, EXPLAIN_STAGE_INTEGRITY, "sacl", &descriptor->sacl, text);
}

static void read_descriptor(struct arena *arena, const char *sddl, struct descriptor *ret)
{
    const struct sddl_domains none = {0};
    struct sddl_error error = {0};
    struct bytes raw;
    ck_assert_msg(sddl_read(arena, bytes_of_string(sddl), &none, &raw, &error) == ERR_NONE, "%s: at %zu",
                  sddl, error.offset);
    ck_assert_int_eq(descriptor_parse(raw, ret), ERR_NONE);
}

START_TEST(explains)
{
    const struct row *row = &rows[_i];
    struct object_node nodes[DECIDE_ROW_NODES_MAX];
    struct descriptor descriptor;
    AUTO_ARENA arena;
    arena_init(&arena, 1000000);
    read_descriptor(&arena, row->sddl, &descriptor);
    const bool result_list = row->list != NULL && row->list[0] == '*';
    struct access_request request = {
        .descriptor = &descriptor,
        .desired = row->desired,
        .mapping = {0x120089, 0x120116, 0x1200A0, 0x1F01FF},
        .principal_self = row->self != NULL ? token_text_sid(&arena, bytes_of_string(row->self)) : NULL,
        .nodes = row->list != NULL ? nodes : NULL,
        .node_count = row->list != NULL ? decide_row_nodes(row->list + result_list, nodes) : 0,
        .result_list = result_list};
    request.explanation = explanation_new(&arena, &request);
    ck_assert_ptr_nonnull(request.explanation);
    struct access_answer answer;
    ck_assert_int_eq(decide_access(token_text_read(&arena, row->token), &request, &answer), ERR_NONE);
    char text[TEXT_MAX] = "";
    say_rights(request.explanation, text);
    ck_assert_msg(strcmp(text, row->rights) == 0, "%s: %s", row->what, text);
    text[0] = '\0';
    say_aces(request.explanation, &descriptor, text);
    ck_assert_msg(strcmp(text, row->aces) == 0, "%s: %s", row->what, text);
}
END_TEST

/* Two rules: the first grants one right of the two, the second both. */
static const struct {
    const char *what;
    uint32_t desired;
    const char *rights;
} policy_rows[] = {
    {"all that a rule grants", 0x1, "1+granted-by-ace/dacl@0"},
    {"what it does not", 0x2, "2-refused-by-policy-rule/central-policy"},
    {"one with the other", 0x3,
     "1-refused-with-policy-rule/central-policy 2-refused-by-policy-rule/central-policy"},
    {"what the object refuses, no rule is asked", 0x5, "1+granted-by-ace/dacl@0 4-not-granted/dacl"},
};

START_TEST(a_central_access_policy)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1000000);
    struct descriptor one;
    struct descriptor both;
    struct descriptor object;
    read_descriptor(&arena, "D:(A;;0x1;;;WD)", &one);
    read_descriptor(&arena, "D:(A;;0x3;;;WD)", &both);
    read_descriptor(&arena, "O:SYG:SYD:(A;;0x3;;;WD)S:(SP;;;;;S-1-17-9)", &object);
    const struct central_rule rules[] = {{.name = "one", .effective = one.dacl},
                                         {.name = "both", .effective = both.dacl}};
    const struct central_rule *const listed[] = {&rules[0], &rules[1]};
    const struct central_policy policy = {
        .sid = token_text_sid(&arena, bytes_of_string("S-1-17-9")), .rules = listed, .rule_count = 2};
    const struct central_policies policies = {.items = &policy, .count = 1};
    struct access_request request = {
        .descriptor = &object, .desired = policy_rows[_i].desired, .policies = &policies};
    request.explanation = explanation_new(&arena, &request);
    struct access_answer answer;
    char text[TEXT_MAX] = "";
    ck_assert_int_eq(decide_access(token_text_read(&arena, "groups=WD"), &request, &answer), ERR_NONE);
    say_rights(request.explanation, text);
    ck_assert_msg(strcmp(text, policy_rows[_i].rights) == 0, "%s: %s", policy_rows[_i].what, text);
    for (uint32_t right = 1; right <= request.desired; right <<= 1) {
        struct explained_right explained = explanation_right(request.explanation, 0, right);
        ck_assert(explained.stage != EXPLAIN_STAGE_POLICY || strcmp(explained.rule, "one") == 0);
    }
}
END_TEST

/* Every size up to enough: no explanation, or a whole one. */
START_TEST(memory_that_runs_out)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1000000);
    struct descriptor descriptor;
    read_descriptor(&arena, "O:SYG:SYD:(A;;0x1;;;WD)S:(ML;;NW;;;HI)", &descriptor);
    const struct access_request request = {.descriptor = &descriptor};
    unsigned failed = 0;
    bool done = false;
    for (size_t limit = 0; !done; limit += 64) {
        AUTO_ARENA small;
        arena_init(&small, limit);
        done = explanation_new(&small, &request) != NULL;
        failed += !done;
    }
    ck_assert_uint_gt(failed, 3);
}
END_TEST

/* Programs rely on the words: each has one, and no two are alike. */
START_TEST(codes_are_distinct)
{
    for (int i = 0; i < EXPLAIN_REASON_COUNT; i++)
        for (int k = 0; k < i; k++)
            ck_assert_str_ne(explain_reason_name((enum explain_reason)i),
                             explain_reason_name((enum explain_reason)k));
    for (int i = EXPLAIN_ACE_GRANTED; i < EXPLAIN_OUTCOME_COUNT; i++)
        for (int k = EXPLAIN_ACE_GRANTED; k < i; k++)
            ck_assert_str_ne(explain_outcome_name((enum explain_outcome)i),
                             explain_outcome_name((enum explain_outcome)k));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("explain");
    TCase *tests = tcase_create("explain");
    tcase_add_loop_test(tests, explains, 0, (int)(sizeof rows / sizeof rows[0]));
    tcase_add_loop_test(tests, a_central_access_policy, 0, (int)(sizeof policy_rows / sizeof policy_rows[0]));
    tcase_add_test(tests, memory_that_runs_out);
    tcase_add_test(tests, codes_are_distinct);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
