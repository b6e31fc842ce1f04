#include "oracle/oracle_internal.h"

/* 5.2, the types that speak. */
static bool is_audit_kind(uint8_t type)
{
    return type == ACE_SYSTEM_AUDIT || type == ACE_SYSTEM_AUDIT_OBJECT || type == ACE_SYSTEM_AUDIT_CALLBACK ||
           type == ACE_SYSTEM_AUDIT_CALLBACK_OBJECT;
}

static bool is_alarm_kind(uint8_t type)
{
    return type == ACE_SYSTEM_ALARM || type == ACE_SYSTEM_ALARM_OBJECT || type == ACE_SYSTEM_ALARM_CALLBACK ||
           type == ACE_SYSTEM_ALARM_CALLBACK_OBJECT;
}

static bool is_callback_kind(uint8_t type)
{
    return type == ACE_SYSTEM_AUDIT_CALLBACK || type == ACE_SYSTEM_AUDIT_CALLBACK_OBJECT;
}

/* 5.2 rule 2. */
static bool wants_outcome(const struct ace *ace, bool allowed)
{
    return (ace->flags & (allowed ? 0x40U : 0x80U)) != 0;
}

/* 5.2 rule 3. Without MAXIMUM_ALLOWED: a success by what was granted, a failure by what was desired. */
static bool mask_overlaps(const struct oracle *oracle, const struct ace *ace, bool allowed, uint32_t granted)
{
    if (!oracle->maximum)
        return (ace->mask & (allowed ? granted : oracle->request->desired)) != 0;
    if ((ace->mask & RIGHT_MAXIMUM_ALLOWED) != 0)
        return true;
    return allowed ? (ace->mask & granted) != 0 : ace->mask != 0;
}

/* 5.2 rule 5 and Q2; as of a deny, the condition sees deny-only groups. */
static bool condition_holds(const struct oracle *oracle, const struct ace *ace)
{
    if (!is_callback_kind(ace->type))
        return true;
    enum oracle_truth truth = oracle_condition(oracle, ace->application_data, true);
    if (truth == ORACLE_UNKNOWN)
        oracle_mark(oracle, MARK_AUDIT_IN_DOUBT);
    return truth != ORACLE_FALSE;
}

/* Whether the node is the ACE's or lies below it: 3.7 and 5.2 rule 4; the first of equal GUIDs. */
static bool speaks_of(const struct oracle *oracle, const struct ace *ace, size_t node)
{
    const struct object_node *nodes = oracle->request->nodes;
    size_t target = 0;
    if (ace->object_type == NULL)
        return true;
    while (target < oracle->request->node_count && !guid_equal(&nodes[target].guid, ace->object_type))
        target++;
    if (target >= oracle->request->node_count || node < target)
        return false;
    for (size_t i = target + 1; i <= node; i++) {
        if (nodes[i].level <= nodes[target].level)
            return false;
    }
    return true;
}

/* One ACE and one answer: of the whole, or of a node. */
static void ask(const struct oracle *oracle, const struct ace *ace, bool allowed, uint32_t granted,
                struct audit_answer *ret)
{
    if (!wants_outcome(ace, allowed) || !mask_overlaps(oracle, ace, allowed, granted) ||
        !condition_holds(oracle, ace))
        return;
    oracle_mark(oracle, allowed ? MARK_AUDIT_SUCCESS : MARK_AUDIT_FAILURE);
    ret->success = ret->success || allowed;
    ret->failure = ret->failure || !allowed;
}

/* In a result list the ACE speaks of a node and those below; of one answer when its node is in the list at all. */
static void ask_ace(const struct oracle *oracle, const struct ace *ace, const struct access_answer *answer,
                    struct audit_answer *ret)
{
    const struct access_request *request = oracle->request;
    bool listed = ace->object_type == NULL;
    for (size_t i = 0; i < request->node_count; i++) {
        if (!speaks_of(oracle, ace, i))
            continue;
        listed = true;
        if (ace->object_type != NULL)
            oracle_mark(oracle, MARK_AUDIT_NODE);
        if (request->result_list)
            ask(oracle, ace, request->nodes[i].allowed, request->nodes[i].granted, ret);
    }
    if (listed && !request->result_list)
        ask(oracle, ace, answer->allowed, answer->granted, ret);
}

void oracle_audit(const struct token *token, const struct access_request *request,
                  const struct access_answer *answer, struct oracle_trace *trace, struct audit_answer *ret)
{
    const struct oracle oracle = {.token = token,
                                  .request = request,
                                  .descriptor = request->descriptor,
                                  .trace = trace,
                                  .maximum = (request->desired & RIGHT_MAXIMUM_ALLOWED) != 0};
    struct acl_iterator iterator = {0};
    struct ace ace;
    *ret = (struct audit_answer){.success = false};
    if (oracle.descriptor->sacl_state != ACL_THERE)
        return;
    while (acl_next(&oracle.descriptor->sacl, &iterator, &ace)) {
        if (is_alarm_kind(ace.type))
            oracle_mark(&oracle, MARK_ALARM);
        if ((ace.flags & ACE_INHERIT_ONLY) != 0 || !is_audit_kind(ace.type))
            continue;
        /* rule 1: as with denies */
        if (oracle_token_matches(token, oracle_resolve(&oracle, ace.sid), true))
            ask_ace(&oracle, &ace, answer, ret);
    }
    if (ret->success && ret->failure)
        oracle_mark(&oracle, MARK_AUDIT_BOTH);
}
