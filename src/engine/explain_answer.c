/* Reading an explanation. */
#include "engine/explain.h"
#include "engine/membership.h"

static const char *const stage_names[EXPLAIN_STAGE_COUNT] = {
    [EXPLAIN_STAGE_TRUST_LABEL] = "trust-label",
    [EXPLAIN_STAGE_ACCESS_FILTER] = "access-filter",
    [EXPLAIN_STAGE_INTEGRITY] = "integrity",
    [EXPLAIN_STAGE_PRIVILEGE] = "privilege",
    [EXPLAIN_STAGE_OWNER] = "owner",
    [EXPLAIN_STAGE_DACL] = "dacl",
    [EXPLAIN_STAGE_RESTRICTING_SIDS] = "restricting-sids",
    [EXPLAIN_STAGE_APP_CONTAINER] = "app-container",
    [EXPLAIN_STAGE_POLICY] = "central-policy",
};

static const char *const reason_names[EXPLAIN_REASON_COUNT] = {
    [EXPLAIN_GRANTED_BY_ACE] = "granted-by-ace",
    [EXPLAIN_GRANTED_ON_ALL_PARTS] = "granted-on-all-parts",
    [EXPLAIN_GRANTED_BY_PRIVILEGE] = "granted-by-privilege",
    [EXPLAIN_GRANTED_TO_OWNER] = "granted-to-owner",
    [EXPLAIN_GRANTED_WITHOUT_DACL] = "granted-without-dacl",
    [EXPLAIN_GRANTED_BY_NULL_DACL] = "granted-by-null-dacl",
    [EXPLAIN_DENIED_BY_ACE] = "denied-by-ace",
    [EXPLAIN_DENIED_ON_A_PART] = "denied-on-a-part",
    [EXPLAIN_NOT_GRANTED] = "not-granted",
    [EXPLAIN_EMPTY_DACL] = "empty-dacl",
    [EXPLAIN_NO_DACL] = "no-dacl",
    [EXPLAIN_BELOW_TRUST_LABEL] = "below-trust-label",
    [EXPLAIN_ACCESS_FILTERED] = "access-filtered",
    [EXPLAIN_BELOW_INTEGRITY_LABEL] = "below-integrity-label",
    [EXPLAIN_REFUSED_BY_RULE] = "refused-by-policy-rule",
    [EXPLAIN_REFUSED_WITH_RULE] = "refused-with-policy-rule",
    [EXPLAIN_PRIVILEGE_NOT_HELD] = "privilege-not-held",
    [EXPLAIN_NOT_EXAMINED] = "not-examined",
};

/* Those that the walk records for itself are never asked for. */
static const char *const outcome_names[EXPLAIN_OUTCOME_COUNT] = {
    [EXPLAIN_ACE_NOT_REACHED] = "not-reached",
    [EXPLAIN_ACE_SERVER_SID] = "server-sid-not-in-token",
    [EXPLAIN_ACE_OBJECT_TYPE] = "object-type-not-asked",
    [EXPLAIN_ACE_CONDITION_FALSE] = "condition-false",
    [EXPLAIN_ACE_CONDITION_UNKNOWN] = "condition-unknown",
    [EXPLAIN_ACE_GRANTED] = "granted",
    [EXPLAIN_ACE_DENIED] = "denied",
    [EXPLAIN_ACE_LIMITED] = "limited",
    [EXPLAIN_ACE_PASSED] = "satisfied",
    [EXPLAIN_ACE_NAMES_POLICY] = "names-policy",
    [EXPLAIN_ACE_ALREADY_DECIDED] = "already-decided",
    [EXPLAIN_ACE_OTHER_RIGHTS] = "other-rights",
    [EXPLAIN_ACE_INHERIT_ONLY] = "inherit-only",
    [EXPLAIN_ACE_TYPE] = "type-without-meaning",
    [EXPLAIN_ACE_NOT_FIRST] = "not-first",
    [EXPLAIN_ACE_SID_ABSENT] = "sid-not-in-token",
    [EXPLAIN_ACE_SID_DISABLED] = "sid-disabled",
    [EXPLAIN_ACE_SID_DENY_ONLY] = "sid-deny-only",
    [EXPLAIN_ACE_NO_PRINCIPAL_SELF] = "no-principal-self",
    [EXPLAIN_ACE_NOT_FOR_PACKAGE] = "not-for-app-container",
};

const char *explain_stage_name(enum explain_stage stage)
{
    return stage_names[stage];
}

const char *explain_reason_name(enum explain_reason reason)
{
    return reason_names[reason];
}

const char *explain_outcome_name(enum explain_outcome outcome)
{
    return outcome_names[outcome];
}

static unsigned bit_of(uint32_t right)
{
    unsigned bit = 0;
    while (bit < 31 && right >> bit != 1)
        bit++;
    return bit;
}

static void ace_at(const struct acl *acl, unsigned index, struct ace *ret)
{
    struct acl_iterator iterator = {0};
    while (acl_next(acl, &iterator, ret) && iterator.index < index)
        ;
}

/* Whether an ACE speaks of a node below this one. Lists are in preorder, so that what is above comes first. */
static bool speaks_of_part(const struct explanation *explanation, size_t node, uint16_t index)
{
    const struct access_request *request = explanation->request;
    struct ace ace = {0};
    ace_at(&request->descriptor->dacl, index, &ace);
    if (ace.object_type == NULL)
        return false;
    size_t target = 0;
    while (target < request->node_count && !guid_equal(&request->nodes[target].guid, ace.object_type))
        target++;
    return target < request->node_count && target > node;
}

static void explain_limited(const struct explanation *explanation, unsigned bit,
                            struct explained_right *right)
{
    static const enum explain_reason reasons[] = {[EXPLAIN_STAGE_TRUST_LABEL] = EXPLAIN_BELOW_TRUST_LABEL,
                                                  [EXPLAIN_STAGE_ACCESS_FILTER] = EXPLAIN_ACCESS_FILTERED,
                                                  [EXPLAIN_STAGE_INTEGRITY] = EXPLAIN_BELOW_INTEGRITY_LABEL};
    right->stage = explanation->limit.stage[bit];
    right->reason = reasons[right->stage];
    right->ace = explanation->limit.by[bit];
}

/* Not granted by this pass. */
static void explain_missing(const struct explanation *explanation, enum explain_stage stage, size_t node,
                            unsigned bit, struct explained_right *right)
{
    const struct explain_node *known = &explanation->passes[stage - EXPLAIN_STAGE_DACL].nodes[node];
    const struct descriptor *descriptor = explanation->request->descriptor;
    right->stage = stage;
    if ((known->denied >> bit & 1) != 0) {
        right->ace = known->by[bit];
        right->reason =
            speaks_of_part(explanation, node, right->ace) ? EXPLAIN_DENIED_ON_A_PART : EXPLAIN_DENIED_BY_ACE;
    } else if (descriptor->dacl_state != ACL_THERE) {
        right->reason = EXPLAIN_NO_DACL;
    } else {
        right->reason = descriptor->dacl.ace_count == 0 ? EXPLAIN_EMPTY_DACL : EXPLAIN_NOT_GRANTED;
    }
}

static void explain_granted(const struct explanation *explanation, size_t node, unsigned bit,
                            struct explained_right *right)
{
    const struct explain_node *known = &explanation->passes[0].nodes[node];
    const struct descriptor *descriptor = explanation->request->descriptor;
    right->granted = true;
    if ((explanation->privileged & right->right) != 0) {
        right->stage = EXPLAIN_STAGE_PRIVILEGE;
        right->reason = EXPLAIN_GRANTED_BY_PRIVILEGE;
        if (right->right == RIGHT_ACCESS_SYSTEM_SECURITY)
            right->privilege = SE_SECURITY;
        else
            right->privilege =
                (explanation->used & privilege_bit(SE_RELABEL)) != 0 ? SE_RELABEL : SE_TAKE_OWNERSHIP;
    } else if ((explanation->owned & right->right) != 0) {
        right->stage = EXPLAIN_STAGE_OWNER;
        right->reason = EXPLAIN_GRANTED_TO_OWNER;
    } else if (descriptor->dacl_state != ACL_THERE) {
        right->reason =
            descriptor->dacl_state == ACL_NULL ? EXPLAIN_GRANTED_BY_NULL_DACL : EXPLAIN_GRANTED_WITHOUT_DACL;
    } else {
        right->ace = known->by[bit];
        right->reason = speaks_of_part(explanation, node, right->ace) ? EXPLAIN_GRANTED_ON_ALL_PARTS
                                                                      : EXPLAIN_GRANTED_BY_ACE;
    }
}

/* The first pass that has a say in the right and did not grant it. What privileges and ownership gave before is beyond
 * the first two, not beyond the AppContainer's. */
static bool find_missing(const struct explanation *explanation, size_t node, uint32_t right,
                         enum explain_stage *ret)
{
    const bool given = ((explanation->privileged | explanation->owned) & right) != 0;
    for (unsigned i = 0; i < EXPLAIN_PASSES; i++) {
        const struct explain_pass *pass = &explanation->passes[i];
        enum explain_stage stage = EXPLAIN_STAGE_DACL + i;
        if (given && stage != EXPLAIN_STAGE_APP_CONTAINER)
            continue;
        if ((pass->judged & right & ~pass->nodes[node].granted) != 0) {
            *ret = stage;
            return true;
        }
    }
    return false;
}

struct explained_right explanation_right(const struct explanation *explanation, size_t node, uint32_t right)
{
    struct explained_right answer = {
        .right = right, .stage = EXPLAIN_STAGE_DACL, .reason = EXPLAIN_NOT_GRANTED, .ace = EXPLAIN_NO_ACE};
    const unsigned bit = bit_of(right);
    enum explain_stage stage = EXPLAIN_STAGE_DACL;
    if (!explanation->examined) {
        answer.stage = EXPLAIN_STAGE_PRIVILEGE;
        answer.privilege = SE_SECURITY;
        answer.reason =
            right == RIGHT_ACCESS_SYSTEM_SECURITY ? EXPLAIN_PRIVILEGE_NOT_HELD : EXPLAIN_NOT_EXAMINED;
    } else if ((explanation->limit.left & right) == 0) {
        explain_limited(explanation, bit, &answer);
    } else if (find_missing(explanation, node, right, &stage)) {
        explain_missing(explanation, stage, node, bit, &answer);
    } else if ((explanation->policy.left & right) == 0) {
        answer.stage = EXPLAIN_STAGE_POLICY;
        answer.reason = (explanation->policy.collective & right) != 0 ? EXPLAIN_REFUSED_WITH_RULE
                                                                      : EXPLAIN_REFUSED_BY_RULE;
        answer.rule = explanation->policy.policy->rules[explanation->policy.rule[bit]]->name;
    } else {
        explain_granted(explanation, node, bit, &answer);
    }
    return answer;
}

static bool holds(const struct sid_list *list, const struct sid *sid)
{
    for (size_t i = 0; i < list->count; i++) {
        if (sid_equal(list->items[i].sid, sid))
            return true;
    }
    return false;
}

/* Why an ACE does not name who is asked about. */
static enum explain_outcome unnamed(const struct explanation *explanation, enum explain_stage stage,
                                    const struct ace *ace)
{
    const struct token *token = explanation->token;
    const struct sid *sid = ace->sid;
    if (sid_equal(sid, SID_OWNER_RIGHTS))
        sid = explanation->request->descriptor->owner;
    else if (sid_equal(sid, SID_PRINCIPAL_SELF))
        sid = explanation->request->principal_self;
    if (sid == NULL)
        return EXPLAIN_ACE_NO_PRINCIPAL_SELF;
    const unsigned roles = membership_of(token, sid);
    const bool package = stage == EXPLAIN_STAGE_APP_CONTAINER;
    if (package && ((ace_class(ace->type) & ACE_CLASS_DENY) != 0 || (roles & MEMBER_ALLOW) != 0))
        return EXPLAIN_ACE_NOT_FOR_PACKAGE;
    if (stage == EXPLAIN_STAGE_RESTRICTING_SIDS)
        return EXPLAIN_ACE_SID_ABSENT;
    if (!package && (roles & MEMBER_DENY) != 0)
        return EXPLAIN_ACE_SID_DENY_ONLY;
    return holds(package ? &token->capabilities : &token->groups, sid) ? EXPLAIN_ACE_SID_DISABLED
                                                                       : EXPLAIN_ACE_SID_ABSENT;
}

static enum explain_outcome applied(const struct explanation *explanation, const struct explain_ace *known,
                                    const struct ace *ace)
{
    if ((known->decided & explanation->asked) != 0)
        return (ace_class(ace->type) & ACE_CLASS_DENY) != 0 ? EXPLAIN_ACE_DENIED : EXPLAIN_ACE_GRANTED;
    return (ace->mask & explanation->asked) != 0 ? EXPLAIN_ACE_ALREADY_DECIDED : EXPLAIN_ACE_OTHER_RIGHTS;
}

static enum explain_outcome sacl_outcome(const struct explain_ace *known, const struct ace *ace)
{
    if (known->outcome == EXPLAIN_ACE_CONDITION_FALSE || known->outcome == EXPLAIN_ACE_CONDITION_UNKNOWN)
        return EXPLAIN_ACE_LIMITED;
    if (known->outcome != EXPLAIN_ACE_NOT_REACHED)
        return known->outcome;
    if ((ace->flags & ACE_INHERIT_ONLY) != 0)
        return EXPLAIN_ACE_INHERIT_ONLY;
    return ace->type == ACE_SYSTEM_MANDATORY_LABEL || ace->type == ACE_SYSTEM_PROCESS_TRUST_LABEL ||
                   ace->type == ACE_SYSTEM_SCOPED_POLICY_ID
               ? EXPLAIN_ACE_NOT_FIRST
               : EXPLAIN_ACE_TYPE;
}

enum explain_outcome explanation_ace(const struct explanation *explanation, enum explain_stage stage,
                                     unsigned index, const struct ace *ace)
{
    if (!explanation->examined)
        return EXPLAIN_ACE_NOT_REACHED;
    if (explain_stage_reads_sacl(stage))
        return sacl_outcome(&explanation->limit.aces[index], ace);
    const struct explain_ace *known = &explanation->passes[stage - EXPLAIN_STAGE_DACL].aces[index];
    switch (known->outcome) {
    case EXPLAIN_ACE_APPLIED:
    case EXPLAIN_ACE_APPLIED_IN_DOUBT:
        return applied(explanation, known, ace);
    case EXPLAIN_ACE_NO_PART:
        return (ace->flags & ACE_INHERIT_ONLY) != 0 ? EXPLAIN_ACE_INHERIT_ONLY : EXPLAIN_ACE_TYPE;
    case EXPLAIN_ACE_SID:
        return unnamed(explanation, stage, ace);
    default:
        return known->outcome;
    }
}
