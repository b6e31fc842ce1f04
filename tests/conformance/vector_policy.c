#include "conformance/vector.h"
#include "engine/sddl.h"

#include <check.h>

static struct bytes text_member(const json_t *json, const char *key)
{
    const char *text = json_string_value(json_object_get(json, key));
    return bytes_of_string(text != NULL ? text : "");
}

static void read_rule(struct vector *vector, const json_t *json, struct central_rule *ret)
{
    struct sddl_error error = {0};
    struct bytes condition = text_member(json, "if");
    struct bytes raw;
    struct descriptor descriptor;
    ck_assert_int_eq(sddl_read(&vector->arena, text_member(json, "dacl"), NULL, &raw, &error), ERR_NONE);
    ck_assert_int_eq(descriptor_parse(raw, &descriptor), ERR_NONE);
    *ret = (struct central_rule){.name = "rule", .effective = descriptor.dacl};
    if (condition.size != 0)
        ck_assert_int_eq(sddl_read_condition(&vector->arena, condition, NULL, &ret->applies_to, &error),
                         ERR_NONE);
}

static void read_policy(struct vector *vector, const json_t *json, struct central_policy *ret)
{
    const json_t *list = json_object_get(json, "rules");
    size_t count = json_array_size(list);
    struct sid_buffer *sid = arena_alloc(&vector->arena, sizeof *sid);
    struct central_rule *rules = arena_alloc_array(&vector->arena, count, sizeof *rules);
    const struct central_rule **listed = arena_alloc_array(&vector->arena, count, sizeof(void *));
    ck_assert(sid != NULL && rules != NULL && listed != NULL);
    ck_assert_int_eq(sid_parse(text_member(json, "sid"), sid), ERR_NONE);
    for (size_t i = 0; i < count; i++) {
        read_rule(vector, json_array_get(list, i), &rules[i]);
        listed[i] = &rules[i];
    }
    *ret = (struct central_policy){.sid = sid_of(sid), .rules = listed, .rule_count = count};
}

const struct central_policies *vector_policies(struct vector *vector)
{
    const json_t *list = json_object_get(vector->json, "policies");
    size_t count = json_array_size(list);
    if (list == NULL)
        return NULL;
    struct central_policies *policies = arena_alloc(&vector->arena, sizeof *policies);
    struct central_policy *items = arena_alloc_array(&vector->arena, count, sizeof *items);
    ck_assert(policies != NULL && items != NULL);
    for (size_t i = 0; i < count; i++)
        read_policy(vector, json_array_get(list, i), &items[i]);
    *policies = (struct central_policies){.items = items, .count = count};
    return policies;
}
