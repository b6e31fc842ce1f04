/* Rows that are decided: access checks, and conditions by way of them. */
#include "conformance/vector.h"
#include "support/acl_writer.h"
#include "support/condition_text.h"
#include "support/decide_row.h"
#include "support/token_text.h"

#include <check.h>

static const char *member(const json_t *json, const char *key)
{
    const char *text = json_string_value(json_object_get(json, key));
    return text != NULL ? text : "";
}

/* {"type": 9, "flags": 8, "mask": 1, "sid": "WD", "server": "BA", "guid": "a", "tokens": "@user.a"} */
static void add_ace(struct vector *vector, struct acl_writer *acl, const json_t *json)
{
    const char *guid = member(json, "guid");
    const char *server = member(json, "server");
    const char *tokens = json_string_value(json_object_get(json, "tokens"));
    const struct guid object_type = decide_row_guid(guid[0]);
    struct acl_writer_ace ace = {.type = (uint8_t)json_integer_value(json_object_get(json, "type")),
                                 .flags = (uint8_t)json_integer_value(json_object_get(json, "flags")),
                                 .mask = (uint32_t)json_integer_value(json_object_get(json, "mask")),
                                 .object_type = guid[0] != '\0' ? &object_type : NULL};
    ace.sid = token_text_sid(&vector->arena, bytes_of_string(member(json, "sid")));
    if (server[0] != '\0')
        ace.server_sid = token_text_sid(&vector->arena, bytes_of_string(server));
    if (tokens != NULL)
        ace.application_data = condition_text_expression(&vector->arena, tokens);
    acl_writer_add(acl, &ace);
}

static struct acl_writer *read_acl(struct vector *vector, const char *key)
{
    const json_t *list = json_object_get(vector->json, key);
    if (list == NULL)
        return NULL;
    struct acl_writer *acl = arena_alloc(&vector->arena, sizeof *acl);
    ck_assert_ptr_nonnull(acl);
    acl_writer_init(acl);
    for (size_t i = 0; i < json_array_size(list); i++)
        add_ace(vector, acl, json_array_get(list, i));
    return acl;
}

static struct decide_row row_of(struct vector *vector)
{
    return (struct decide_row){.what = vector_text(vector, "id"),
                               .token = vector_expanded(vector, "token"),
                               .sddl = vector_expanded(vector, "sd"),
                               .user_claims = vector_optional(vector, "user"),
                               .device_claims = vector_optional(vector, "device"),
                               .local_claims = vector_optional(vector, "local"),
                               .list = vector_optional(vector, "list"),
                               .results = vector_optional(vector, "nodes"),
                               .audit = vector_optional(vector, "audit"),
                               .audit_list = vector_optional(vector, "audit_list")};
}

bool vector_descriptor(struct vector *vector, struct descriptor *ret)
{
    if (json_object_get(vector->json, "dacl") == NULL && json_object_get(vector->json, "sacl") == NULL)
        return false;
    acl_writer_descriptor(&vector->arena, token_text_sid(&vector->arena, bytes_of_string("SY")),
                          read_acl(vector, "dacl"), read_acl(vector, "sacl"), ret);
    return true;
}

void vector_access_row(struct vector *vector, struct decide_row *ret)
{
    const struct generic_mapping mapping = vector_mapping(vector);
    struct descriptor descriptor;
    struct decide_row row = row_of(vector);
    if (vector_descriptor(vector, &descriptor))
        row.descriptor = arena_copy(&vector->arena, &descriptor, sizeof descriptor);
    row.desired = vector_mask(vector, "desired");
    row.granted = vector_mask(vector, "granted");
    row.err = vector_err(vector, "error");
    row.reason = vector_err(vector, "reason");
    row.used = vector_luids(vector, "used");
    row.self = vector_optional(vector, "self") != NULL ? vector_expanded(vector, "self") : NULL;
    row.mapping = arena_copy(&vector->arena, &mapping, sizeof mapping);
    row.policies = vector_policies(vector);
    *ret = row;
}

void vector_check_access(struct vector *vector)
{
    struct decide_row row;
    vector_access_row(vector, &row);
    decide_row_check(&row);
}

void vector_condition_descriptor(struct vector *vector, bool deny, struct descriptor *ret)
{
    struct acl_writer dacl;
    const struct sid *everyone = token_text_sid(&vector->arena, bytes_of_string("WD"));
    const struct acl_writer_ace ace = {
        .type = deny ? ACE_ACCESS_DENIED_CALLBACK : ACE_ACCESS_ALLOWED_CALLBACK,
        .mask = 1,
        .sid = everyone,
        .application_data = condition_text_expression(&vector->arena, vector_text(vector, "tokens"))};
    const struct acl_writer_ace allow = {.mask = 1, .sid = everyone};
    acl_writer_init(&dacl);
    acl_writer_add(&dacl, &ace);
    if (deny)
        acl_writer_add(&dacl, &allow);
    acl_writer_descriptor(&vector->arena, everyone, &dacl, NULL, ret);
}

/* The same, and what the SACL wants of the answer. */
void vector_check_audit(struct vector *vector)
{
    ck_assert_ptr_nonnull(vector_optional(vector, "audit"));
    ck_assert((vector_optional(vector, "audit_list") == NULL) == (vector_optional(vector, "nodes") == NULL));
    vector_check_access(vector);
}

/* An allow ACE grants under TRUE alone; behind a deny ACE an allow ACE grants under FALSE alone. Reference 7.1. */
void vector_truth_row(struct vector *vector, bool deny, struct decide_row *ret)
{
    struct decide_row row = row_of(vector);
    const char *under_deny = vector_optional(vector, "truth_under_deny");
    const char *truth = deny && under_deny != NULL ? under_deny : vector_text(vector, "truth");
    const char *condition = vector_text(vector, "if");
    const char *sacl = vector_text(vector, "resource");
    struct descriptor descriptor;
    ck_assert(strchr("TFU", truth[0]) != NULL && truth[0] != '\0');
    row.token = row.token[0] != '\0' ? row.token : "groups=WD";
    if (vector_optional(vector, "tokens") != NULL) {
        vector_condition_descriptor(vector, deny, &descriptor);
        row.descriptor = arena_copy(&vector->arena, &descriptor, sizeof descriptor);
    }
    row.sddl = arena_printf(&vector->arena, "O:SYG:SYD:(%s;;0x1;;;WD;(%s))%s%s", deny ? "XD" : "XA",
                            condition, deny ? "(A;;0x1;;;WD)" : "", sacl);
    row.what = arena_printf(&vector->arena, "%s under %s", row.what, deny ? "a deny ACE" : "an allow ACE");
    row.desired = 1;
    row.granted = (truth[0] == 'T' && !deny) || (truth[0] == 'F' && deny);
    *ret = row;
}

void vector_check_condition(struct vector *vector)
{
    struct decide_row row;
    vector_truth_row(vector, false, &row);
    decide_row_check(&row);
    vector_truth_row(vector, true, &row);
    decide_row_check(&row);
}
