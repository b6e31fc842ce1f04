/* Rows about privileges and generic mappings. */
#include "conformance/vector.h"
#include "support/token_text.h"

#include <check.h>

static bool flag(const struct vector *vector, const char *key)
{
    return json_is_true(json_object_get(vector->json, key));
}

void vector_check_privileges(struct vector *vector)
{
    const struct token *token = token_text_read(&vector->arena, vector_text(vector, "token"));
    privilege_set used = ~UINT64_C(0);
    bool answer =
        privilege_check(&token->privileges, vector_luids(vector, "asked"), flag(vector, "all"), &used);
    ck_assert_int_eq(answer, flag(vector, "answer"));
    ck_assert_uint_eq(used, vector_luids(vector, "used"));
}

void vector_check_adjustment(struct vector *vector)
{
    const struct token *token = token_text_read(&vector->arena, vector_text(vector, "token"));
    const struct privilege_change change = {.enable = vector_luids(vector, "enable"),
                                            .disable = vector_luids(vector, "disable"),
                                            .remove = vector_luids(vector, "remove"),
                                            .disable_all = flag(vector, "disable_all")};
    struct privilege_state state = token->privileges;
    struct privilege_state previous;
    privilege_set changed = 0;
    state.enabled_by_default = vector_luids(vector, "by_default");
    enum err err = privilege_adjust(&state, token->integrity_level, &change, &previous, &changed);
    ck_assert_int_eq(err, vector_err(vector, "error"));
    ck_assert_uint_eq(state.present, vector_luids(vector, "present"));
    ck_assert_uint_eq(state.enabled, vector_luids(vector, "enabled"));
    ck_assert_uint_eq(changed, vector_luids(vector, "changed"));
    ck_assert_uint_eq(previous.present, changed);
    ck_assert_uint_eq(previous.enabled, token->privileges.enabled & changed);
    ck_assert_uint_eq(state.enabled_by_default, vector_luids(vector, "by_default") & state.present);
}

/* "generic": what R, W, X and A stand for; or "mask" and what it is "mapped" to. */
void vector_check_mapping(struct vector *vector)
{
    const struct generic_mapping mapping = vector_mapping(vector);
    const char *four = vector_optional(vector, "generic");
    if (four == NULL) {
        ck_assert_uint_eq(generic_map(&mapping, vector_mask(vector, "mask")), vector_mask(vector, "mapped"));
        return;
    }
    const char *got =
        arena_printf(&vector->arena, "%X %X %X %X", generic_map(&mapping, RIGHT_GENERIC_READ),
                     generic_map(&mapping, RIGHT_GENERIC_WRITE), generic_map(&mapping, RIGHT_GENERIC_EXECUTE),
                     generic_map(&mapping, RIGHT_GENERIC_ALL));
    ck_assert_str_eq(got, four);
}
