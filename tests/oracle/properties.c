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

static void put_in_front(struct chance *chance, uint8_t type, uint8_t flags, struct case_acl *acl)
{
    const struct sid *sid = make_sid(chance);
    struct case_ace ace = {.size = (uint16_t)(8 + sid_size(sid)), .bytes = {type, flags}};
    le16_store(ace.bytes + 2, ace.size);
    le32_store(ace.bytes + 4, UINT32_C(1) << chance_below(chance, 21) | chance_below(chance, 65536));
    memcpy(ace.bytes + 8, sid, sid_size(sid));
    memmove(&acl->aces[1], &acl->aces[0], acl->count * sizeof *acl->aces);
    acl->aces[0] = ace;
    acl->count++;
}

static bool deny_in_front_grants_no_more(struct chance *chance, const struct access_case *one,
                                         const struct case_answer *answer)
{
    struct access_case other = *one;
    struct case_answer denied;
    if (one->whole.size != 0 || one->dacl.state != ACL_THERE || one->dacl.count == CASE_ACES_MAX)
        return true;
    put_in_front(chance, ACE_ACCESS_DENIED, 0, &other.dacl);
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

static bool audit_is_of_the_answer(const struct access_case *one, const struct case_answer *answer)
{
    if (one->request.result_list)
        return true;
    return answer->audit.success <= answer->answer.allowed &&
           answer->audit.failure <= !answer->answer.allowed &&
           (answer->err == ERR_NONE || (!answer->audit.success && !answer->audit.failure));
}

static bool is_audit(const struct case_ace *ace)
{
    return (ace_class(ace->bytes[0]) & ACE_CLASS_AUDIT) != 0;
}

/* Without the ACEs that ask for audits the check has the same answer, and none is asked for. */
static bool audits_have_no_say(const struct access_case *one, const struct case_answer *answer)
{
    struct access_case other = *one;
    struct case_answer silent;
    if (one->whole.size != 0)
        return true;
    other.sacl.count = 0;
    for (unsigned i = 0; i < one->sacl.count; i++) {
        if (!is_audit(&one->sacl.aces[i]))
            other.sacl.aces[other.sacl.count++] = one->sacl.aces[i];
    }
    case_decide(&other, &silent);
    if (silent.audit.success || silent.audit.failure)
        return false;
    silent.audit = answer->audit;
    return !case_differs(one, answer, &silent);
}

/* One more audit ACE takes no audit away. */
static bool another_audit_audits_no_less(struct chance *chance, const struct access_case *one,
                                         const struct case_answer *answer)
{
    struct access_case other = *one;
    struct case_answer more;
    if (one->whole.size != 0 || one->sacl.state != ACL_THERE || one->sacl.count == CASE_ACES_MAX)
        return true;
    put_in_front(chance, ACE_SYSTEM_AUDIT, ACE_SUCCESSFUL_ACCESS, &other.sacl);
    case_decide(&other, &more);
    return more.audit.success >= answer->audit.success && more.audit.failure == answer->audit.failure;
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
    if (!audit_is_of_the_answer(one, &answer))
        return "one answer is audited as what it is";
    if (!audits_have_no_say(one, &answer))
        return "audit ACEs change no answer";
    if (!another_audit_audits_no_less(chance, one, &answer))
        return "another audit ACE audits no less";
    return broken_by_explaining(one, &answer);
}
