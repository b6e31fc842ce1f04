/* Any sound descriptor, with its conditions and attributes, under a few tokens and kinds of check. */
#include "engine/audit.h"
#include "engine/explain_condition.h"
#include "fuzz/fuzz.h"

enum { TOKENS = 3, NODES = 3 };

static const struct generic_mapping file = {0x120089, 0x120116, 0x1200A0, 0x1F01FF};
static const struct claim_value numbers[] = {{.number = 1}, {.number = 2}};
static const struct claim_value texts[] = {{.data = {(const uint8_t *)"H\0R", 4}}};
static const struct claim claims[] = {
    {.name = {(const uint8_t *)"a", 2}, .type = CLAIM_INT64, .values = numbers, .value_count = 2},
    {.name = {(const uint8_t *)"b", 2}, .type = CLAIM_STRING, .values = texts, .value_count = 1},
    {.name = {(const uint8_t *)"c", 2}, .type = CLAIM_BOOLEAN, .values = numbers, .value_count = 1},
};

/* An ordinary token, a restricted one and an AppContainer's. */
static void make_tokens(struct arena *arena, struct token tokens[TOKENS])
{
    static struct sid_and_attributes groups[2];
    static const uint64_t key[2] = {1, 2};
    const struct claim_set set = {.claims = claims, .count = sizeof claims / sizeof claims[0]};
    groups[0] = (struct sid_and_attributes){.sid = SID_EVERYONE, .attributes = SE_GROUP_ENABLED};
    groups[1] =
        (struct sid_and_attributes){.sid = SID_ADMINISTRATORS, .attributes = SE_GROUP_USE_FOR_DENY_ONLY};
    for (size_t i = 0; i < TOKENS; i++)
        tokens[i] = (struct token){.type = TOKEN_IMPERSONATION,
                                   .level = SECURITY_IMPERSONATION,
                                   .user = SID_LOCAL_SYSTEM,
                                   .groups = {.items = groups, .count = 2},
                                   .device_groups = {.items = groups, .count = 2},
                                   .has_device = true,
                                   .user_claims = set,
                                   .device_claims = set,
                                   .local_claims = set,
                                   .integrity_level = i == 0 ? INTEGRITY_LOW : INTEGRITY_MEDIUM,
                                   .mandatory_policy = TOKEN_MANDATORY_POLICY_NO_WRITE_UP};
    tokens[1].restricted = true;
    tokens[1].restricting_sids = tokens[1].groups;
    tokens[2].package = SID_ALL_APP_PACKAGES;
    for (size_t i = 0; i < TOKENS; i++)
        FUZZ_ASSERT(token_index(&tokens[i], arena, key) == ERR_NONE);
}

static void read_aces(struct arena *arena, struct explanation *explanation, enum explain_stage stage,
                      enum acl_state state, const struct acl *acl)
{
    struct acl_iterator iterator = {0};
    struct ace ace;
    while (state == ACL_THERE && acl_next(acl, &iterator, &ace)) {
        struct explained_condition condition;
        enum explain_outcome outcome = explanation_ace(explanation, stage, iterator.index, &ace);
        FUZZ_ASSERT(explain_outcome_name(outcome) != NULL);
        enum err err = explain_condition(arena, explanation, stage, iterator.index, &ace, NULL, &condition);
        FUZZ_ASSERT(err == ERR_NONE || err == ERR_NO_MEMORY);
    }
}

/* The same once more with an explanation, which changes nothing and can be read in full. */
static void explain(const struct token *token, struct access_request request,
                    const struct access_answer *answer)
{
    AUTO_ARENA arena;
    struct access_answer again;
    struct object_node nodes[NODES];
    const struct descriptor *descriptor = request.descriptor;
    arena_init(&arena, 16 << 20);
    if (request.nodes != NULL) {
        memcpy(nodes, request.nodes, sizeof nodes);
        request.nodes = nodes;
    }
    struct explanation *explanation = explanation_new(&arena, &request);
    FUZZ_ASSERT(explanation != NULL);
    request.explanation = explanation;
    FUZZ_ASSERT(decide_access(token, &request, &again) == ERR_NONE);
    FUZZ_ASSERT(again.allowed == answer->allowed && again.granted == answer->granted);
    for (size_t node = 0; node < explanation->node_count; node++) {
        for (uint32_t right = 1; right != 0; right <<= 1) {
            if ((explanation->asked & right) == 0)
                continue;
            const struct explained_right explained = explanation_right(explanation, node, right);
            FUZZ_ASSERT(explained.granted == ((explanation->granted[node] & right) != 0));
        }
    }
    read_aces(&arena, explanation, EXPLAIN_STAGE_INTEGRITY, descriptor->sacl_state, &descriptor->sacl);
    for (unsigned i = 0; i < EXPLAIN_PASSES; i++)
        read_aces(&arena, explanation, EXPLAIN_STAGE_DACL + i, descriptor->dacl_state, &descriptor->dacl);
}

/* The SACL wants of an answer only what it is, and leaves it alone. */
static void audit(const struct token *token, const struct access_request *request,
                  const struct access_answer *answer)
{
    struct audit_answer wanted;
    struct object_node before[NODES] = {0};
    for (size_t i = 0; i < request->node_count; i++)
        before[i] = request->nodes[i];
    FUZZ_ASSERT(audit_decide(token, request, answer, &wanted) == ERR_NONE);
    for (size_t i = 0; i < request->node_count; i++)
        FUZZ_ASSERT(before[i].allowed == request->nodes[i].allowed &&
                    before[i].granted == request->nodes[i].granted);
    FUZZ_ASSERT(request->result_list || !wanted.success || answer->allowed);
    FUZZ_ASSERT(request->result_list || !wanted.failure || !answer->allowed);
}

static struct access_answer ask(const struct token *token, struct access_request *request, uint32_t desired)
{
    struct access_answer answer;
    request->desired = desired;
    FUZZ_ASSERT(decide_access(token, request, &answer) == ERR_NONE);
    FUZZ_ASSERT(answer.allowed == (answer.granted != 0));
    FUZZ_ASSERT((answer.granted & (RIGHT_MAXIMUM_ALLOWED | RIGHT_ACCESS_SYSTEM_SECURITY)) == 0);
    explain(token, *request, &answer);
    audit(token, request, &answer);
    return answer;
}

/* One answer and a result list agree on the root, and what is granted by name is in the maximum. */
static void check(const struct token *token, const struct descriptor *descriptor, bool listed)
{
    struct object_node nodes[NODES] = {
        {.level = 0}, {.level = 1, .guid = {{1}}}, {.level = 1, .guid = {{2}}}};
    struct access_request request = {.descriptor = descriptor,
                                     .mapping = file,
                                     .principal_self = SID_LOCAL_SYSTEM,
                                     .nodes = listed ? nodes : NULL,
                                     .node_count = listed ? NODES : 0};
    const struct access_answer maximum = ask(token, &request, RIGHT_MAXIMUM_ALLOWED);
    for (uint32_t right = 1; right <= RIGHT_SYNCHRONIZE; right <<= 1) {
        if ((right & file.all) == 0)
            continue; /* without a DACL the maximum is what the type has: reference 3.6 */
        const struct access_answer one = ask(token, &request, right);
        FUZZ_ASSERT(one.granted == (maximum.granted & right));
    }
    if (!listed)
        return;
    request.result_list = true;
    const struct access_answer list = ask(token, &request, RIGHT_MAXIMUM_ALLOWED);
    FUZZ_ASSERT(list.granted == maximum.granted && list.allowed == nodes[0].allowed);
    FUZZ_ASSERT((nodes[0].granted & ~(nodes[1].granted & nodes[2].granted)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct token tokens[TOKENS];
    struct descriptor descriptor;
    if (descriptor_parse(bytes_of(data, size), &descriptor) != ERR_NONE || descriptor.owner == NULL ||
        descriptor.group == NULL)
        return 0;
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 16);
    make_tokens(&arena, tokens);
    for (size_t i = 0; i < TOKENS; i++) {
        check(&tokens[i], &descriptor, false);
        check(&tokens[i], &descriptor, true);
    }
    return 0;
}
