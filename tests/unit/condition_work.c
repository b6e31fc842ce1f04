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

int main(void)
{
    Suite *suite = suite_create("condition_work");
    TCase *tests = tcase_create("condition_work");
    tcase_add_loop_test(tests, long_names_are_charged, 0, 2);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
