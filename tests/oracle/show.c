/* A case and its answers for a person. */
#include "engine/sddl.h"
#include "oracle/case.h"

enum { ARENA_LIMIT = 1 << 24 };

static void show_sid(FILE *out, const char *what, const struct sid *sid)
{
    char text[SID_TEXT_MAX];
    if (sid == NULL)
        return;
    (void)sid_format(sid, text);
    (void)fprintf(out, "#   %s %s\n", what, text);
}

static void show_sids(FILE *out, const char *what, const struct sid_list *list)
{
    char text[SID_TEXT_MAX];
    for (size_t i = 0; i < list->count; i++) {
        (void)sid_format(list->items[i].sid, text);
        (void)fprintf(out, "#   %s %s 0x%x\n", what, text, list->items[i].attributes);
    }
}

static void show_bytes(FILE *out, struct bytes bytes)
{
    for (size_t i = 0; i < bytes.size; i++)
        (void)fprintf(out, "%02x", bytes.data[i]);
}

static void show_claims(FILE *out, const char *what, const struct claim_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        const struct claim *claim = &set->claims[i];
        (void)fprintf(out, "#   %s ", what);
        show_bytes(out, claim->name);
        (void)fprintf(out, " type %u flags 0x%x:", (unsigned)claim->type, claim->flags);
        for (size_t k = 0; k < claim->value_count; k++) {
            (void)fprintf(out, " %llx/", (unsigned long long)claim->values[k].number);
            show_bytes(out, claim->values[k].data);
        }
        (void)fputc('\n', out);
    }
}

static void show_token(FILE *out, const struct token *token)
{
    (void)fprintf(out,
                  "# token: type %u level %u%s%s%s%s%s integrity 0x%x policy %u privileges present %llx "
                  "enabled %llx\n",
                  (unsigned)token->type, (unsigned)token->level,
                  token->user_deny_only ? " user-deny-only" : "", token->restricted ? " restricted" : "",
                  token->write_restricted ? " write-restricted" : "", token->has_device ? " device" : "",
                  token->less_privileged_app_container ? " lpac" : "", token->integrity_level,
                  token->mandatory_policy, (unsigned long long)token->privileges.present,
                  (unsigned long long)token->privileges.enabled);
    show_sid(out, "user", token->user);
    show_sids(out, "group", &token->groups);
    show_sids(out, "restricting", &token->restricting_sids);
    show_sids(out, "device group", &token->device_groups);
    show_sid(out, "package", token->package);
    show_sids(out, "capability", &token->capabilities);
    show_sid(out, "trust", token->trust);
    show_claims(out, "@User", &token->user_claims);
    show_claims(out, "@Device", &token->device_claims);
    show_claims(out, "local", &token->local_claims);
}

static void show_descriptor(FILE *out, const struct descriptor *descriptor)
{
    AUTO_ARENA arena;
    struct bytes text;
    arena_init(&arena, ARENA_LIMIT);
    if (sddl_write(&arena, descriptor, ALL_SECURITY_INFORMATION, NULL, &text) == ERR_NONE)
        (void)fprintf(out, "# %.*s\n", (int)text.size, (const char *)text.data);
    (void)fprintf(out, "# descriptor ");
    show_bytes(out, descriptor->raw);
    (void)fputc('\n', out);
}

static void show_answer(FILE *out, const char *who, const struct access_case *one,
                        const struct case_answer *answer)
{
    (void)fprintf(out, "# %s: %s, %s 0x%x, reason %s, privileges %llx,%s%s audited\n", who,
                  err_win32_name(answer->err), answer->answer.allowed ? "allowed" : "denied",
                  answer->answer.granted, err_win32_name(answer->answer.reason),
                  (unsigned long long)answer->answer.privileges_used, answer->audit.success ? " success" : "",
                  answer->audit.failure ? " failure" : "");
    for (size_t i = 0; i < one->request.node_count; i++)
        (void)fprintf(out, "#   node %zu level %u guid %02x: %s 0x%x\n", i, answer->nodes[i].level,
                      answer->nodes[i].guid.bytes[0], answer->nodes[i].allowed ? "allowed" : "denied",
                      answer->nodes[i].granted);
}

/* Each as the object with the rule's DACL, so that it can be asked about. */
static void show_rules(FILE *out, const struct access_case *one, const struct descriptor *object)
{
    for (unsigned i = 0; i < one->rule_count; i++) {
        struct descriptor descriptor = *object;
        descriptor.dacl_state = ACL_THERE;
        descriptor.dacl = one->central_rules[i].effective;
        (void)fprintf(out, "# rule %u of S-1-17-1, condition ", i);
        show_bytes(out, bytes_of(one->rules[i].condition, one->rules[i].condition_size));
        (void)fputc('\n', out);
        show_descriptor(out, &descriptor);
    }
}

void case_show(FILE *out, struct access_case *one)
{
    const struct access_request *request = &one->request;
    struct oracle_trace trace = {0};
    struct case_answer engine, oracle;
    uint8_t raw[CASE_RAW_SIZE];
    struct descriptor descriptor;
    case_run(one, &trace, &engine, &oracle);
    case_bind(one, raw, &descriptor);
    show_descriptor(out, &descriptor);
    show_rules(out, one, &descriptor);
    show_token(out, &one->token);
    (void)fprintf(out, "# desired 0x%x mapping %x %x %x %x%s\n", request->desired, request->mapping.read,
                  request->mapping.write, request->mapping.execute, request->mapping.all,
                  request->result_list ? " result list" : "");
    show_sid(out, "self", request->principal_self);
    show_answer(out, "engine", one, &engine);
    show_answer(out, "oracle", one, &oracle);
}
