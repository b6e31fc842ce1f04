#include "windows/real/rows.h"

#include "conformance/corpus_access.h"
#include "engine/sddl.h"
#include "support/token_text.h"
#include "windows/real/ask_text.h"

#include <check.h>

static struct asked *next(struct row_answers *ret, const char *way)
{
    ck_assert_uint_lt(ret->count, ROW_QUESTIONS_MAX);
    ret->way[ret->count] = way;
    return &ret->asked[ret->count++];
}

static void ask_decision(const struct machine *machine, struct vector *vector, const struct decide_row *row,
                         const char *way, struct row_answers *ret)
{
    struct decide_case *ready = arena_alloc(&vector->arena, sizeof *ready);
    ck_assert_ptr_nonnull(ready);
    decide_row_prepare(row, &vector->arena, ready);
    ask_access(machine, ready, &vector->arena, next(ret, way));
    if (row->results == NULL)
        return;
    ready->request.result_list = true;
    ask_access(machine, ready, &vector->arena, next(ret, "nodes"));
}

static void access_row(const struct machine *machine, struct vector *vector, struct row_answers *ret)
{
    struct decide_row row;
    vector_access_row(vector, &row);
    ask_decision(machine, vector, &row, "", ret);
}

static void condition_row(const struct machine *machine, struct vector *vector, struct row_answers *ret)
{
    struct decide_row row;
    vector_truth_row(vector, false, &row);
    ask_decision(machine, vector, &row, "allow", ret);
    vector_truth_row(vector, true, &row);
    ask_decision(machine, vector, &row, "deny", ret);
}

static bool flag(const struct vector *vector, const char *key)
{
    return json_is_true(json_object_get(vector->json, key));
}

static void privilege_row(const struct machine *machine, struct vector *vector, struct row_answers *ret)
{
    const struct token *token = token_text_read(&vector->arena, vector_text(vector, "token"));
    ask_privileges(machine, token, vector_luids(vector, "asked"), flag(vector, "all"), &vector->arena,
                   next(ret, ""));
}

static void adjustment_row(const struct machine *machine, struct vector *vector, struct row_answers *ret)
{
    const struct token *token = token_text_read(&vector->arena, vector_text(vector, "token"));
    const struct privilege_change change = {.enable = vector_luids(vector, "enable"),
                                            .disable = vector_luids(vector, "disable"),
                                            .remove = vector_luids(vector, "remove"),
                                            .disable_all = flag(vector, "disable_all")};
    ask_adjustment(machine, token, &change, &vector->arena, next(ret, ""));
}

static void mapping_row(const struct machine *machine, struct vector *vector, struct row_answers *ret)
{
    static const struct {
        uint32_t right;
        const char *way;
    } rights[] = {{RIGHT_GENERIC_READ, "read"},
                  {RIGHT_GENERIC_WRITE, "write"},
                  {RIGHT_GENERIC_EXECUTE, "execute"},
                  {RIGHT_GENERIC_ALL, "all"}};
    const struct generic_mapping mapping = vector_mapping(vector);
    (void)machine;
    if (vector_optional(vector, "mask") != NULL)
        ask_mapping(vector_mask(vector, "mask"), &mapping, &vector->arena, next(ret, ""));
    for (size_t i = 0; vector_optional(vector, "mask") == NULL && i < 4; i++)
        ask_mapping(rights[i].right, &mapping, &vector->arena, next(ret, rights[i].way));
}

static void sid_row(const struct machine *machine, struct vector *vector, struct row_answers *ret)
{
    ask_sid(machine, vector_text(vector, "text"), &vector->arena, next(ret, ""));
}

static void valid_row(const struct machine *machine, struct vector *vector, struct row_answers *ret)
{
    (void)machine;
    ask_valid(vector_bytes(vector, "hex"), &vector->arena, next(ret, ""));
}

static void reading_row(const struct machine *machine, struct vector *vector, struct row_answers *ret)
{
    ask_sddl_read(machine, vector_expanded(vector, "text"), &vector->arena, next(ret, ""));
}

static void writing_row(const struct machine *machine, struct vector *vector, struct row_answers *ret)
{
    struct sddl_error error;
    struct bytes raw = vector_bytes(vector, "hex");
    const uint32_t information = vector_optional(vector, "information") != NULL
                                     ? vector_mask(vector, "information")
                                     : ALL_SECURITY_INFORMATION;
    if (vector_optional(vector, "hex") == NULL &&
        sddl_read(&vector->arena, bytes_of_string(vector_expanded(vector, "sd")), &machine->platform.domains,
                  &raw, &error) != ERR_NONE) {
        next(ret, "")->why_not = "its aliases name nobody on this machine";
        return;
    }
    ask_sddl_write(machine, raw, information, &vector->arena, next(ret, ""));
}

static const struct kind {
    const char *api;
    void (*ask)(const struct machine *machine, struct vector *vector, struct row_answers *ret);
    bool access;
} kinds[] = {
    {"AccessCheck", access_row, true},
    {"AccessCheckByType", access_row, true},
    {"AccessCheckByTypeResultList", access_row, true},
    {"AccessCheckAndAuditAlarm", access_row, true},
    {"AccessCheckByTypeAndAuditAlarm", access_row, true},
    {"AccessCheckByTypeResultListAndAuditAlarm", access_row, true},
    {"Condition", condition_row, true},
    {"PrivilegeCheck", privilege_row, false},
    {"AdjustTokenPrivileges", adjustment_row, false},
    {"MapGenericMask", mapping_row, false},
    {"ConvertStringSidToSid", sid_row, false},
    {"IsValidSecurityDescriptor", valid_row, false},
    {"SddlRead", reading_row, false},
    {"SddlWrite", writing_row, false},
};

static const struct kind *kind_of(const struct vector *vector)
{
    const char *api = vector_text(vector, "api");
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].api, api) == 0)
            return &kinds[i];
    return NULL;
}

bool rows_is_access(const struct vector *vector)
{
    const struct kind *kind = kind_of(vector);
    return json_object_get(vector->json, "request") != NULL || (kind != NULL && kind->access);
}

/* {"id": …, "request": …} of access_check_vectors.json; {"in": …} and {"sddl": …} of the texts. */
static bool corpus_row(const struct machine *machine, struct vector *vector, struct row_answers *ret)
{
    const char *text = vector_optional(vector, "in");
    const json_t *request = json_object_get(vector->json, "request");
    if (text == NULL)
        text = vector_optional(vector, "sddl");
    if (text != NULL)
        ask_sddl_read(machine, text, &vector->arena, next(ret, ""));
    if (request == NULL)
        return text != NULL;
    struct corpus_case *ready = arena_alloc(&vector->arena, sizeof *ready);
    struct decide_case *question = arena_alloc(&vector->arena, sizeof *question);
    ck_assert(ready != NULL && question != NULL);
    if (!corpus_access_read(request, &vector->arena, ready)) {
        next(ret, "")->why_not = ready->why;
        return true;
    }
    *question = (struct decide_case){
        .token = &ready->token, .descriptor = ready->descriptor, .request = ready->request};
    ask_access(machine, question, &vector->arena, next(ret, ""));
    return true;
}

void rows_ask(const struct machine *machine, struct vector *vector, struct row_answers *ret)
{
    const struct kind *kind = kind_of(vector);
    ret->count = 0;
    if (corpus_row(machine, vector, ret))
        return;
    ck_assert_msg(kind != NULL, "no api '%s'", vector_text(vector, "api"));
    kind->ask(machine, vector, ret);
}
