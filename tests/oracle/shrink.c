/* Makes a case smaller while the engine and the oracle still differ on it. */
#include "oracle/case.h"

static bool still_differs(struct access_case *one)
{
    struct oracle_trace trace = {0};
    struct case_answer engine, oracle;
    case_run(one, &trace, &engine, &oracle);
    return case_differs(one, &engine, &oracle);
}

static bool drop_ace(struct case_acl *acl, unsigned index)
{
    if (index >= acl->count || index >= CASE_ACES_MAX)
        return false;
    acl->count--;
    memmove(&acl->aces[index], &acl->aces[index + 1], (acl->count - index) * sizeof *acl->aces);
    return true;
}

static bool drop_sid(struct case_sids *sids, unsigned index)
{
    if (index >= sids->count || index >= CASE_SIDS_MAX)
        return false;
    sids->count--;
    memmove(&sids->items[index], &sids->items[index + 1], (sids->count - index) * sizeof *sids->items);
    return true;
}

static bool drop_claim(struct case_claims *claims, unsigned index)
{
    if (index >= claims->count || index >= CASE_CLAIMS_MAX)
        return false;
    claims->count--;
    memmove(&claims->claims[index], &claims->claims[index + 1],
            (claims->count - index) * sizeof *claims->claims);
    memmove(&claims->values[index], &claims->values[index + 1],
            (claims->count - index) * sizeof *claims->values);
    return true;
}

static bool drop_node(struct access_case *one, unsigned index)
{
    if (index >= one->request.node_count || index >= CASE_NODES_MAX)
        return false;
    one->request.node_count--;
    memmove(&one->nodes[index], &one->nodes[index + 1],
            (one->request.node_count - index) * sizeof *one->nodes);
    return true;
}

static bool drop_right(uint32_t *mask, unsigned index)
{
    uint32_t before = *mask;
    *mask &= ~(uint32_t)(UINT64_C(1) << index);
    return *mask != before;
}

static bool drop_flag(bool *flag)
{
    bool before = *flag;
    *flag = false;
    return before;
}

static bool drop_pointer(const struct sid **sid)
{
    bool before = *sid != NULL;
    *sid = NULL;
    return before;
}

static bool drop_empty_sacl(struct case_acl *sacl)
{
    bool empty = sacl->state != ACL_ABSENT && sacl->count == 0;
    sacl->state = empty ? ACL_ABSENT : sacl->state;
    return empty;
}

/* The last of the rules, or the condition of a rule. */
static bool drop_rule(struct access_case *one, unsigned index)
{
    if (one->rule_count == 0)
        return false;
    if (index == 0) {
        one->rule_count--;
        return true;
    }
    struct case_rule *rule = &one->rules[one->rule_count - 1];
    bool before = index == 1 && rule->condition_size != 0;
    rule->condition_size = before ? 0 : rule->condition_size;
    return before;
}

/* The parts that are there or not. */
static bool drop_trait(struct access_case *one, unsigned index)
{
    struct token *token = &one->token;
    switch (index) {
    case 0:
        return drop_flag(&token->restricted);
    case 1:
        return drop_flag(&token->write_restricted);
    case 2:
        return drop_pointer(&token->package);
    case 3:
        return drop_pointer(&token->trust);
    case 4:
        return drop_flag(&token->has_device);
    case 5:
        return drop_flag(&token->user_deny_only);
    case 6:
        return drop_flag(&token->less_privileged_app_container);
    case 7:
        return drop_pointer(&one->request.principal_self);
    case 8:
        return drop_flag(&one->request.result_list);
    case 9:
        return drop_right(&token->mandatory_policy, 0);
    default:
        return index == 10 && drop_empty_sacl(&one->sacl);
    }
}

/* A privilege is dropped from both of its sets. */
static bool drop_privilege(struct privilege_state *state, unsigned index)
{
    bool before = (state->present & privilege_bit(index)) != 0;
    state->present &= ~privilege_bit(index);
    state->enabled &= ~privilege_bit(index);
    return before;
}

/* One way to make a case smaller; false: there is nothing of the kind at the index. */
static bool drop(struct access_case *one, unsigned way, unsigned index)
{
    struct case_acl *acls[] = {&one->dacl, &one->sacl};
    struct case_sids *sids[] = {&one->groups, &one->restricting, &one->device_groups, &one->capabilities};
    struct case_claims *claims[] = {&one->user_claims, &one->device_claims, &one->local_claims};
    if (way < 2)
        return drop_ace(acls[way], index);
    if (way < 6)
        return drop_sid(sids[way - 2], index);
    if (way < 9)
        return drop_claim(claims[way - 6], index);
    if (way == 9)
        return drop_node(one, index);
    if (way == 10)
        return drop_right(&one->request.desired, index);
    if (way == 11)
        return drop_privilege(&one->token.privileges, index);
    if (way == 12)
        return drop_rule(one, index);
    if (way == 13 || way == 14)
        return drop_ace(&one->rules[way - 13].dacl, index);
    return drop_trait(one, index);
}

void case_shrink(struct access_case *one)
{
    enum { WAYS = 16, INDEX_MAX = 64 };
    bool smaller = true;
    while (smaller) {
        smaller = false;
        for (unsigned at = 0; at < WAYS * INDEX_MAX; at++) {
            struct access_case less = *one;
            if (drop(&less, at / INDEX_MAX, at % INDEX_MAX) && still_differs(&less)) {
                *one = less;
                smaller = true;
            }
        }
    }
}
