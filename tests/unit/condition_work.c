#include "engine/condition.h"
#include "support/acl_writer.h"
#include "support/condition_text.h"
#include "support/suite.h"
#include "support/token_text.h"

#include <stdio.h>
#include <string.h>

/* What an evaluation may cost. Trap 26. */
enum { NAME_SIZE = 3000, VALUES = 100, TEXT_MAX = 16384 };

static char text[TEXT_MAX];

/* "@resource.nnn… { 1000 1001 … } Contains" */
static struct bytes contains_of(struct arena *arena, const char *name)
{
    int size = snprintf(text, sizeof text, "@resource.%s {", name);
    for (int i = 0; i < VALUES; i++)
        size += snprintf(text + size, sizeof text - (size_t)size, " %d", 1000 + i);
    (void)snprintf(text + size, sizeof text - (size_t)size, " } Contains");
    return condition_text_expression(arena, text);
}

static struct acl sacl_with(struct arena *arena, const char *name)
{
    static struct descriptor descriptor;
    (void)snprintf(text, sizeof text, "%s=1", name);
    const struct claim_set set = condition_text_claims(arena, text);
    const struct acl_writer_ace ace = {.type = ACE_SYSTEM_RESOURCE_ATTRIBUTE,
                                       .sid = SID_EVERYONE,
                                       .application_data = condition_text_relative(arena, &set.claims[0])};
    struct acl_writer writer;
    acl_writer_init(&writer);
    acl_writer_add(&writer, &ace);
    acl_writer_descriptor(arena, SID_LOCAL_SYSTEM, NULL, &writer, &descriptor);
    return descriptor.sacl;
}

/* The name of a resource attribute is read again for each value that is looked for in it. */
START_TEST(long_names_are_charged)
{
    static const struct {
        size_t name_size;
        enum truth truth;
    } rows[] = {{1, TRUTH_FALSE}, {NAME_SIZE, TRUTH_UNKNOWN}};
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    char name[NAME_SIZE + 1] = {0};
    memset(name, 'n', rows[_i].name_size);
    const struct acl sacl = sacl_with(&arena, name);
    size_t work = 20000; /* enough for the attribute and the values, not for 100 times the name */
    const struct condition_subject subject = {
        .token = token_text_read(&arena, "user=S-1-5-21-1-2-3-4"), .sacl = &sacl, .work = &work};
    ck_assert_int_eq(condition_evaluate(contains_of(&arena, name), &subject, false), rows[_i].truth);
}
END_TEST

/* `count` times the part, between what stands before and behind. */
static const char *repeat(const char *before, const char *part, int count, const char *behind)
{
    int size = snprintf(text, sizeof text, "%s", before);
    for (int i = 0; i < count; i++)
        size += snprintf(text + size, sizeof text - (size_t)size, "%s", part);
    (void)snprintf(text + size, sizeof text - (size_t)size, "%s", behind);
    return text;
}

static size_t cost(struct arena *arena, const char *expression, const struct acl *sacl)
{
    size_t work = CONDITION_WORK_MAX;
    struct token *token = token_text_read(arena, "groups=BA");
    token->user_claims = condition_text_claims(arena, "a=1 b=1 c=1 d=1 e=1 f=1 g=1 h=1 i=1 j=1");
    const struct condition_subject subject = {.token = token, .sacl = sacl, .work = &work};
    (void)condition_evaluate(condition_text_expression(arena, expression), &subject, false);
    return CONDITION_WORK_MAX - work;
}

/* Nothing is for nothing: each row is a hundred times what costs at least so much, whatever the rest costs. */
static const struct {
    const char *what;
    const char *before;
    const char *part;
    const char *behind;
    size_t least; /* of one part, beyond a sixteenth of its bytes */
} costs[] = {
    {"a claim is looked for among ten", "@user.a Exists", " @user.none Exists &&", "", 10},
    {"the name is compared with each of theirs", "@user.a Exists",
     " @user.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa Exists &&", "", 90},
    {"attributes of the object are read to their end", "@user.a Exists", " @resource.none Exists &&", "",
     100},
    {"NOT looks at all that waits", "@user.a Exists @user.a Exists @user.a Exists @user.a Exists", " !",
     " && && &&", 3},
    {"each SID is looked up", "{", " SID(BA)", " } Member_of", 2},
    {"each value is compared with each", "@user.a {", " 1", " } Contains", 2},
};

START_TEST(cost_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 22);
    char name[NAME_SIZE + 1] = {0};
    memset(name, 'n', NAME_SIZE);
    const struct acl sacl = sacl_with(&arena, name);
    const char *once = repeat(costs[_i].before, costs[_i].part, 1, costs[_i].behind);
    const size_t one = cost(&arena, once, &sacl);
    const char *often = repeat(costs[_i].before, costs[_i].part, 101, costs[_i].behind);
    const size_t all = cost(&arena, often, &sacl);
    ck_assert_msg(all - one >= 100 * costs[_i].least, "%s: %zu", costs[_i].what, (all - one) / 100);
    ck_assert_uint_lt(all, CONDITION_WORK_MAX);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("condition_work");
    TCase *tests = tcase_create("condition_work");
    tcase_add_loop_test(tests, long_names_are_charged, 0, 2);
    tcase_add_loop_test(tests, cost_row, 0, (int)(sizeof costs / sizeof costs[0]));
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
