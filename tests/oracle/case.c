#include "oracle/case.h"
#include "engine/explain.h"

#include <stdlib.h>

enum { ARENA_LIMIT = 1 << 20 };

static size_t put_acl(const struct case_acl *acl, uint8_t *at)
{
    size_t size = ACL_HEADER_SIZE;
    if (acl->state != ACL_THERE)
        return 0;
    for (unsigned i = 0; i < acl->count; i++) {
        memcpy(at + size, acl->aces[i].bytes, acl->aces[i].size);
        size += acl->aces[i].size;
    }
    memset(at, 0, ACL_HEADER_SIZE);
    at[0] = ACL_REVISION_DS;
    le16_store(at + 2, (uint16_t)size);
    le16_store(at + 4, (uint16_t)acl->count);
    return size;
}

static size_t put_sid(const struct sid *sid, uint8_t *at)
{
    if (sid == NULL)
        return 0;
    memcpy(at, sid, sid_size(sid));
    return sid_size(sid);
}

/* One part: its offset, when it has any bytes. */
static void put_offset(uint8_t *raw, size_t field, size_t *at, size_t size)
{
    le32_store(raw + field, size == 0 ? 0 : (uint32_t)*at);
    *at += size;
}

static size_t put_descriptor(const struct access_case *one, uint8_t *raw)
{
    unsigned control = SE_SELF_RELATIVE;
    size_t at = SD_HEADER_SIZE;
    control |= one->dacl.state != ACL_ABSENT ? SE_DACL_PRESENT : 0;
    control |= one->sacl.state != ACL_ABSENT ? SE_SACL_PRESENT : 0;
    raw[0] = SD_REVISION;
    raw[1] = 0;
    le16_store(raw + 2, (uint16_t)control);
    put_offset(raw, 4, &at, put_sid(one->owner, raw + at));
    put_offset(raw, 8, &at, put_sid(one->group, raw + at));
    put_offset(raw, 12, &at, put_acl(&one->sacl, raw + at));
    put_offset(raw, 16, &at, put_acl(&one->dacl, raw + at));
    return at;
}

static struct sid_list list_of(const struct case_sids *sids)
{
    return (struct sid_list){.items = sids->items, .count = sids->count};
}

static struct claim_set set_of(struct case_claims *claims)
{
    for (unsigned i = 0; i < claims->count; i++)
        claims->claims[i].values = claims->values[i];
    return (struct claim_set){.claims = claims->claims, .count = claims->count};
}

/* Behind the descriptor in raw. */
static void bind_policies(struct access_case *one, uint8_t *at)
{
    static const uint8_t name[] = {SID_REVISION, 1, 0, 0, 0, 0, 0, 17, 1, 0, 0, 0};
    for (unsigned i = 0; i < one->rule_count; i++) {
        struct central_rule *rule = &one->central_rules[i];
        const size_t size = put_acl(&one->rules[i].dacl, at);
        *rule = (struct central_rule){
            .name = "rule", .applies_to = bytes_of(one->rules[i].condition, one->rules[i].condition_size)};
        if (acl_parse(bytes_of(at, size), &rule->effective) != ERR_NONE)
            abort();
        one->central_list[i] = rule;
        at += size;
    }
    one->central_policy = (struct central_policy){
        .sid = (const struct sid *)name, .rules = one->central_list, .rule_count = one->rule_count};
    one->central_policies = (struct central_policies){.items = &one->central_policy, .count = 1};
    one->request.policies = &one->central_policies;
}

void case_bind(struct access_case *one, uint8_t raw[CASE_RAW_SIZE], struct descriptor *ret_descriptor)
{
    struct bytes whole = one->whole;
    if (whole.size == 0)
        whole = bytes_of(raw, put_descriptor(one, raw));
    if (descriptor_parse(whole, ret_descriptor) != ERR_NONE) {
        (void)fprintf(stderr, "a generated descriptor does not parse\n");
        abort();
    }
    bind_policies(one, raw + (one->whole.size == 0 ? whole.size : 0));
    one->token.groups = list_of(&one->groups);
    one->token.restricting_sids = list_of(&one->restricting);
    one->token.device_groups = list_of(&one->device_groups);
    one->token.capabilities = list_of(&one->capabilities);
    one->token.user_claims = set_of(&one->user_claims);
    one->token.device_claims = set_of(&one->device_claims);
    one->token.local_claims = set_of(&one->local_claims);
    one->request.descriptor = ret_descriptor;
    one->request.nodes = one->request.node_count == 0 ? NULL : one->nodes;
}

static bool nodes_differ(const struct object_node *a, const struct object_node *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (a[i].allowed != b[i].allowed || a[i].granted != b[i].granted)
            return true;
    }
    return false;
}

/* Auditing writes to no answer. */
static void audit_engine(const struct token *token, const struct access_request *request,
                         struct case_answer *answer)
{
    struct object_node before[CASE_NODES_MAX];
    memcpy(before, answer->nodes, sizeof before);
    const enum err err = audit_decide(token, request, &answer->answer, &answer->audit);
    if (err != ERR_NONE || nodes_differ(before, answer->nodes, request->node_count)) {
        (void)fprintf(stderr, "auditing fails, or changes an answer\n");
        abort();
    }
}

/* The request of one of the answers; the nodes are copied so that none sees what another wrote. */
static struct access_request request_of(const struct access_case *one, struct case_answer *ret)
{
    struct access_request request = one->request;
    memcpy(ret->nodes, one->nodes, sizeof ret->nodes);
    request.nodes = request.nodes == NULL ? NULL : ret->nodes;
    return request;
}

static void ask_engine(const struct token *token, const struct access_request *request,
                       struct case_answer *ret)
{
    ret->answer = (struct access_answer){.allowed = true, .granted = UINT32_MAX};
    ret->audit = (struct audit_answer){.success = false};
    ret->err = decide_access(token, request, &ret->answer);
    if (ret->err == ERR_NONE)
        audit_engine(token, request, ret);
}

static void ask_oracle(struct access_case *one, struct oracle_trace *trace, struct case_answer *ret)
{
    const struct access_request request = request_of(one, ret);
    ret->err = oracle_access(&one->token, &request, trace, &ret->answer);
    ret->audit = (struct audit_answer){.success = false};
    if (ret->err == ERR_NONE)
        oracle_audit(&one->token, &request, &ret->answer, trace, &ret->audit);
}

static void index_token(struct access_case *one, struct arena *arena)
{
    static const uint64_t key[2] = {UINT64_C(0x0123456789ABCDEF), UINT64_C(0x5A5A5A5AA5A5A5A5)};
    arena_init(arena, ARENA_LIMIT);
    if (token_index(&one->token, arena, key) != ERR_NONE)
        abort();
}

void case_run(struct access_case *one, struct oracle_trace *trace, struct case_answer *ret_engine,
              struct case_answer *ret_oracle)
{
    uint8_t raw[CASE_RAW_SIZE];
    struct descriptor descriptor;
    AUTO_ARENA arena;
    case_bind(one, raw, &descriptor);
    index_token(one, &arena);
    const struct access_request request = request_of(one, ret_engine);
    ask_engine(&one->token, &request, ret_engine);
    ask_oracle(one, trace, ret_oracle);
}

void case_decide(struct access_case *one, struct case_answer *ret)
{
    uint8_t raw[CASE_RAW_SIZE];
    struct descriptor descriptor;
    AUTO_ARENA arena;
    case_bind(one, raw, &descriptor);
    index_token(one, &arena);
    const struct access_request request = request_of(one, ret);
    ask_engine(&one->token, &request, ret);
}

/* The rights that the explanation calls granted in a node. */
static uint32_t told_of(const struct explanation *explanation, size_t node)
{
    uint32_t told = 0;
    for (uint32_t right = 1; right != 0; right <<= 1) {
        if ((explanation->asked & right) != 0 && explanation_right(explanation, node, right).granted)
            told |= right;
    }
    return told;
}

/* A yes has just the rights that are told; of a no one that was asked for is missing, or there are none. */
static bool tells_the_answer(const struct access_request *request, const struct case_answer *got)
{
    const struct explanation *explanation = request->explanation;
    const uint32_t named = request->desired & ~RIGHT_MAXIMUM_ALLOWED;
    const uint32_t told = told_of(explanation, 0);
    bool same = got->answer.allowed ? told == got->answer.granted : (named & ~told) != 0 || told == 0;
    for (size_t i = 0; i < request->node_count && request->result_list; i++)
        same = same && told_of(explanation, i) == got->nodes[i].granted;
    return same;
}

bool case_explain(struct access_case *one, struct case_answer *ret)
{
    uint8_t raw[CASE_RAW_SIZE];
    struct descriptor descriptor;
    AUTO_ARENA arena;
    case_bind(one, raw, &descriptor);
    index_token(one, &arena);
    struct access_request request = request_of(one, ret);
    request.explanation = explanation_new(&arena, &request);
    if (request.explanation == NULL)
        abort();
    ask_engine(&one->token, &request, ret);
    return ret->err != ERR_NONE || tells_the_answer(&request, ret);
}

bool case_differs(const struct access_case *one, const struct case_answer *a, const struct case_answer *b)
{
    if (a->err != b->err || a->answer.allowed != b->answer.allowed || a->answer.granted != b->answer.granted)
        return true;
    if (a->err != ERR_NONE) /* a call that fails has no answer but the denial */
        return false;
    return a->answer.reason != b->answer.reason || a->answer.privileges_used != b->answer.privileges_used ||
           a->audit.success != b->audit.success || a->audit.failure != b->audit.failure ||
           nodes_differ(a->nodes, b->nodes, one->request.node_count);
}
