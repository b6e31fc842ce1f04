#include "api/write_token.h"

static json_t *write_sids(struct writer *writer, struct sid_list list)
{
    json_t *array = json_array();
    for (size_t i = 0; i < list.count; i++) {
        json_t *object = write_sid(writer, list.items[i].sid, NULL);
        write_member(writer, object, "attributes",
                     write_flags(writer, &NAMES_GROUP_ATTRIBUTES, list.items[i].attributes));
        write_item(writer, array, object);
    }
    return array;
}

json_t *write_user(struct writer *writer, const struct token *token, const struct token_details *details)
{
    const char *name = NULL;
    if (details->account_name != NULL && details->domain_name != NULL)
        name = arena_printf(writer->arena, "%s\\%s", details->domain_name, details->account_name);
    return write_sid(writer, token->user, name);
}

static json_t *write_user_group(struct writer *writer, const struct token *token,
                                const struct token_details *details)
{
    json_t *user = write_user(writer, token, details);
    uint32_t attributes = token->user_deny_only ? SE_GROUP_USE_FOR_DENY_ONLY : 0;
    write_member(writer, user, "attributes", write_flags(writer, &NAMES_GROUP_ATTRIBUTES, attributes));
    return user;
}

static json_t *write_names(struct writer *writer, const struct token_details *details)
{
    const struct {
        const char *key;
        const char *value;
    } rows[] = {
        {"account", details->account_name},
        {"domain", details->domain_name},
        {"upn", details->upn},
        {"principal", details->principal},
    };
    json_t *object = json_object();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].value != NULL)
            write_member(writer, object, rows[i].key, write_text(rows[i].value));
    }
    return object;
}

static json_t *write_integrity(struct writer *writer, uint32_t level)
{
    struct sid_buffer sid;
    if (sid_make(&sid, 16, &level, 1) != ERR_NONE)
        return NULL;
    return write_sid(writer, sid_of(&sid), NULL);
}

static void write_logon(struct writer *writer, json_t *object, const struct token_details *details)
{
    write_member(writer, object, "logonId",
                 write_text(arena_printf(writer->arena, "0x%llx", (unsigned long long)details->logon_id)));
    const char *logon = names_of(&NAMES_LOGON_TYPES, details->logon_type);
    if (logon != NULL)
        write_member(writer, object, "logonType", write_text(logon));
    if (details->authentication != NULL)
        write_member(writer, object, "authentication", write_text(details->authentication));
    if (details->expires_at != 0)
        write_member(writer, object, "expiresAt", write_time(writer, details->expires_at));
}

static json_t *write_claim_sets(struct writer *writer, const struct token *token)
{
    json_t *object = json_object();
    write_member(writer, object, "user", write_claims(writer, &token->user_claims));
    write_member(writer, object, "device", write_claims(writer, &token->device_claims));
    write_member(writer, object, "local", write_claims(writer, &token->local_claims));
    return object;
}

static void write_kind(struct writer *writer, json_t *object, const struct token *token)
{
    write_member(writer, object, "type", write_text(names_of(&NAMES_TOKEN_TYPES, token->type)));
    if (token->type == TOKEN_IMPERSONATION)
        write_member(writer, object, "impersonationLevel",
                     write_text(names_of(&NAMES_IMPERSONATION_LEVELS, token->level)));
    write_member(writer, object, "integrityLevel", write_integrity(writer, token->integrity_level));
    write_member(writer, object, "mandatoryPolicy",
                 write_flags(writer, &NAMES_MANDATORY_POLICY, token->mandatory_policy));
}

json_t *write_token(struct writer *writer, const struct token *token, const struct token_details *details)
{
    json_t *object = json_object();
    write_member(writer, object, "user", write_user_group(writer, token, details));
    write_member(writer, object, "names", write_names(writer, details));
    write_member(writer, object, "groups", write_sids(writer, token->groups));
    write_member(writer, object, "privileges", write_privileges(writer, &token->privileges));
    write_kind(writer, object, token);
    write_logon(writer, object, details);
    write_member(writer, object, "claims", write_claim_sets(writer, token));
    write_member(writer, object, "deviceGroups", write_sids(writer, token->device_groups));
    write_member(writer, object, "restrictingSids", write_sids(writer, token->restricting_sids));
    write_member(writer, object, "writeRestricted", json_boolean(token->write_restricted));
    return write_done(writer, object);
}
