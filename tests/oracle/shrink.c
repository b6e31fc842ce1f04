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
    if (index >= acl->count)
        return false;
    acl->count--;
    memmove(&acl->aces[index], &acl->aces[index + 1], (acl->count - index) * sizeof *acl->aces);
    return true;
}

static bool drop_sid(struct case_sids *sids, unsigned index)
{
    if (index >= sids->count)
        return false;
    sids->count--;
    memmove(&sids->items[index], &sids->items[index + 1], (sids->count - index) * sizeof *sids->items);
    return true;
}

static bool drop_claim(struct case_claims *claims, unsigned index)
{
    if (index >= claims->count)
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
    if (index >= one->request.node_count)
        return false;
    one->request.node_count--;
    memmove(&one->nodes[index], &one->nodes[index + 1],
            (one->request.node_count - index) * sizeof *one->nodes);
    return true;
}

static bool drop_right(uint32_t *mask, unsigned index)
{
    uint32_t before = *mask;
    *mask &= ~(UINT32_C(1) << index);
    return *mask != before;
}

/* The parts that are there or not. */
static bool drop_trait(struct access_case *one, unsigned index)
{
    const struct access_case before = *one;
    struct token *token = &one->token;
    switch (index) {
    case 0:
        token->restricted = token->write_restricted = false;
        break;
    case 1:
        token->write_restricted = false;
        break;
    case 2:
        token->package = NULL;
        break;
    case 3:
        token->trust = NULL;
        break;
    case 4:
        token->privileges = (struct privilege_state){0};
        break;
    case 5:
        token->mandatory_policy = 0;
        break;
    case 6:
        token->has_device = token->user_deny_only = token->less_privileged_app_container = false;
        break;
    case 7:
        one->request.principal_self = NULL;
        break;
    case 8:
        one->request.result_list = false;
        break;
    default:
        one->sacl.state = one->sacl.count == 0 ? ACL_ABSENT : one->sacl.state;
        break;
    }
    return memcmp(&before, one, sizeof before) != 0;
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
    return index <= 9 && drop_trait(one, index);
}

void case_shrink(struct access_case *one)
{
    enum { WAYS = 12, INDEX_MAX = 32 };
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
