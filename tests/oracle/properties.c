/* What holds of every access check, whatever the rules. */
#include "oracle/case.h"

/* Whether `after` has anything that `before` lacks. */
static bool grants_more(const struct access_case *one, const struct case_answer *before,
                        const struct case_answer *after)
{
    bool more = (after->answer.granted & ~before->answer.granted) != 0;
    for (size_t i = 0; i < one->request.node_count && one->request.result_list; i++)
        more = more || (after->nodes[i].granted & ~before->nodes[i].granted) != 0;
    return more;
}

static bool is_within_desired(const struct access_case *one, const struct case_answer *answer)
{
    const uint32_t desired = one->request.desired;
    bool within = (desired & RIGHT_MAXIMUM_ALLOWED) != 0 || (answer->answer.granted & ~desired) == 0;
    within = within && (answer->answer.granted & RIGHT_MAXIMUM_ALLOWED) == 0;
    for (size_t i = 0; i < one->request.node_count && (desired & RIGHT_MAXIMUM_ALLOWED) == 0; i++)
        within = within && (answer->nodes[i].granted & ~desired) == 0;
    return within;
}

static bool root_is_the_same(const struct access_case *one, const struct case_answer *answer)
{
    struct access_case other = *one;
    struct case_answer list;
    if (one->request.node_count == 0 || one->request.result_list || answer->err != ERR_NONE)
        return true;
    other.request.result_list = true;
    case_decide(&other, &list);
    return list.err == ERR_NONE && list.answer.allowed == answer->answer.allowed &&
           list.answer.granted == answer->answer.granted && list.answer.reason == answer->answer.reason &&
           list.answer.privileges_used == answer->answer.privileges_used &&
           list.nodes[0].allowed == answer->answer.allowed;
}

static const char *broken_by_explaining(const struct access_case *one, const struct case_answer *answer)
{
    struct access_case other = *one;
    struct case_answer explained;
    const bool tells = case_explain(&other, &explained);
    if (case_differs(one, answer, &explained))
        return "explaining changes nothing";
    return tells ? NULL : "an explanation tells the answer";
}

static void put_deny_in_front(struct chance *chance, struct case_acl *dacl)
{
    const struct sid *sid = make_sid(chance);
    struct case_ace deny = {.size = (uint16_t)(8 + sid_size(sid)), .bytes = {ACE_ACCESS_DENIED}};
    le16_store(deny.bytes + 2, deny.size);
    le32_store(deny.bytes + 4, UINT32_C(1) << chance_below(chance, 21) | chance_below(chance, 65536));
    memcpy(deny.bytes + 8, sid, sid_size(sid));
    memmove(&dacl->aces[1], &dacl->aces[0], dacl->count * sizeof *dacl->aces);
    dacl->aces[0] = deny;
    dacl->count++;
}

static bool deny_in_front_grants_no_more(struct chance *chance, const struct access_case *one,
                                         const struct case_answer *answer)
{
    struct access_case other = *one;
    struct case_answer denied;
    if (one->whole.size != 0 || one->dacl.state != ACL_THERE || one->dacl.count == CASE_ACES_MAX)
        return true;
    put_deny_in_front(chance, &other.dacl);
    case_decide(&other, &denied);
    return denied.err == answer->err && !grants_more(one, answer, &denied);
}

/* Whether a new member of `sid` may lose something for it: a deny names it, or a condition may ask for it. */
static bool may_cost_in(const struct case_acl *dacl, const struct sid *sid)
{
    for (unsigned i = 0; i < dacl->count; i++) {
        struct ace ace;
        ace_load(dacl->aces[i].bytes, &ace);
        unsigned class = ace_class(ace.type);
        if ((class & ACE_CLASS_CALLBACK) != 0)
            return true;
        if ((class & ACE_CLASS_DENY) == 0 || ace.sid == NULL)
            continue;
        if (sid_equal(ace.sid, sid) || sid_equal(ace.sid, SID_OWNER_RIGHTS) ||
            sid_equal(ace.sid, SID_PRINCIPAL_SELF))
            return true;
    }
    return false;
}

/* The same of the object and of the rules over it. */
static bool may_cost(const struct access_case *one, const struct sid *sid)
{
    if (may_cost_in(&one->dacl, sid))
        return true;
    for (unsigned i = 0; i < one->rule_count; i++) {
        if (one->rules[i].condition_size != 0 || may_cost_in(&one->rules[i].dacl, sid))
            return true;
    }
    for (unsigned i = 0; i < one->sacl.count; i++) {
        if (one->sacl.aces[i].bytes[0] == ACE_SYSTEM_ACCESS_FILTER)
            return true;
    }
    return one->token.package != NULL; /* 3.9: what the groups match is not the package's */
}

static bool another_group_costs_nothing(struct chance *chance, const struct access_case *one,
                                        const struct case_answer *answer)
{
    struct access_case other = *one;
    struct case_answer more;
    const struct sid *sid = make_sid(chance);
    if (one->whole.size != 0 || one->groups.count == CASE_SIDS_MAX || may_cost(one, sid))
        return true;
    other.groups.items[other.groups.count++] =
        (struct sid_and_attributes){.sid = sid, .attributes = SE_GROUP_ENABLED};
    case_decide(&other, &more);
    return more.err == answer->err && !grants_more(one, &more, answer);
}

static bool rules_grant_no_more(const struct access_case *one, const struct case_answer *answer)
{
    struct access_case other = *one;
    struct case_answer free_of_rules;
    other.rule_count = 0;
    case_decide(&other, &free_of_rules);
    return free_of_rules.err == answer->err && !grants_more(one, &free_of_rules, answer);
}

const char *case_broken_property(struct chance *chance, struct access_case *one)
{
    struct case_answer answer;
    case_decide(one, &answer);
    if (!is_within_desired(one, &answer))
        return "what is granted was asked for";
    if (!root_is_the_same(one, &answer))
        return "the root of a result list has the one answer";
    if (!deny_in_front_grants_no_more(chance, one, &answer))
        return "a deny in front grants no more";
    if (!another_group_costs_nothing(chance, one, &answer))
        return "another group costs nothing unless a deny names it";
    if (!rules_grant_no_more(one, &answer))
        return "rules of a central policy grant no more";
    return broken_by_explaining(one, &answer);
}
