#include "oracle/oracle_internal.h"

void oracle_mark(const struct oracle *oracle, enum oracle_mark mark)
{
    oracle->trace->marks[mark]++;
}

/* 3.7: element 0 has level 0 and no other does, at most 4, each at most one deeper than the one before. */
static bool object_list_is_valid(const struct access_request *request)
{
    if (request->node_count == 0)
        return !request->result_list; /* 3.1 */
    for (size_t i = 0; i < request->node_count; i++) {
        uint16_t level = request->nodes[i].level;
        if (i == 0 ? level != 0 : (level == 0 || level > 4 || level > request->nodes[i - 1].level + 1))
            return false;
    }
    return true;
}

/* 3.2, rows 2 to 7. */
static enum err call_is_valid(const struct token *token, const struct access_request *request)
{
    if ((request->desired & RIGHT_GENERIC_MASK) != 0)
        return ERR_GENERIC_NOT_MAPPED;
    if (token->type != TOKEN_IMPERSONATION)
        return ERR_NO_IMPERSONATION_TOKEN;
    if (token->level < SECURITY_IDENTIFICATION)
        return ERR_BAD_IMPERSONATION_LEVEL;
    if (!object_list_is_valid(request))
        return ERR_INVALID_PARAMETER;
    return ERR_NONE;
}

/* 3.2 row 8. */
static bool security_privilege_is_missing(const struct oracle *oracle)
{
    return (oracle->need & RIGHT_ACCESS_SYSTEM_SECURITY) != 0 && !oracle_privilege(oracle, SE_SECURITY);
}

/* 3.4 step 4. A privilege supplies nothing that the limits of steps 1 to 3 take away. */
static void use_privileges(struct oracle *oracle)
{
    const uint32_t within = oracle->need & oracle->limit;
    if ((within & RIGHT_ACCESS_SYSTEM_SECURITY) != 0 && oracle_privilege(oracle, SE_SECURITY)) {
        oracle->previous |= RIGHT_ACCESS_SYSTEM_SECURITY;
        oracle->used |= privilege_bit(SE_SECURITY);
    }
    if ((within & RIGHT_WRITE_OWNER) != 0) {
        unsigned luid = oracle_privilege(oracle, SE_TAKE_OWNERSHIP) ? SE_TAKE_OWNERSHIP : SE_RELABEL;
        if (oracle_privilege(oracle, luid)) {
            oracle->previous |= RIGHT_WRITE_OWNER;
            oracle->used |= privilege_bit(luid);
        }
    }
    if (oracle->used != 0)
        oracle_mark(oracle, MARK_PRIVILEGE_USED);
}

/* 3.4 step 5: any effective S-1-3-4 ACE, allow or deny. Q11: an inherit-only one is not effective. */
static bool dacl_names_owner_rights(const struct oracle *oracle)
{
    struct acl_iterator iterator = {0};
    struct ace ace;
    if (oracle->descriptor->dacl_state != ACL_THERE)
        return false;
    while (acl_next(&oracle->descriptor->dacl, &iterator, &ace)) {
        bool speaks = ace.type == ACE_ACCESS_ALLOWED_COMPOUND ||
                      (ace_class(ace.type) & (ACE_CLASS_ALLOW | ACE_CLASS_DENY)) != 0;
        if ((ace.flags & ACE_INHERIT_ONLY) != 0 || !speaks)
            continue;
        if (sid_equal(ace.sid, SID_OWNER_RIGHTS) ||
            (ace.server_sid != NULL && sid_equal(ace.server_sid, SID_OWNER_RIGHTS)))
            return true;
    }
    return false;
}

static bool is_restricted(const struct token *token)
{
    return token->restricted || token->write_restricted;
}

/* 3.4 step 5. */
static void use_ownership(struct oracle *oracle)
{
    const struct token *token = oracle->token;
    const struct sid *owner = oracle->descriptor->owner;
    const uint32_t rights = RIGHT_READ_CONTROL | RIGHT_WRITE_DAC;
    if (!oracle_token_matches(token, owner, false))
        return;
    if (is_restricted(token) && !oracle_restricting_matches(token, owner)) /* 3.8 */
        return;
    if (dacl_names_owner_rights(oracle)) {
        oracle_mark(oracle, MARK_OWNER_RIGHTS_CANCELLED);
        return;
    }
    oracle_mark(oracle, MARK_OWNER_RIGHTS);
    oracle->previous |= oracle->maximum ? rights : rights & oracle->need;
}

/* 3.8: the rights that a write-restricted token must be given twice. */
static uint32_t write_bits(const struct generic_mapping *mapping)
{
    return (mapping->write & ~(mapping->read | mapping->execute)) | UINT32_C(0x010D0000);
}

/* 3.8: which rights the second pass has to give as well. Q9: with MAXIMUM_ALLOWED the write bits. */
static uint32_t restricted_rights(const struct oracle *oracle)
{
    const struct token *token = oracle->token;
    uint32_t writes = write_bits(&oracle->request->mapping);
    if (!is_restricted(token))
        return 0;
    if (!token->write_restricted) {
        oracle_mark(oracle, MARK_RESTRICTED_PASS);
        return UINT32_MAX;
    }
    if ((oracle->need & writes) != 0) {
        oracle_mark(oracle, MARK_WRITE_RESTRICTED_PASS);
        return UINT32_MAX;
    }
    if (oracle->maximum)
        oracle_mark(oracle, MARK_WRITE_RESTRICTED_PART);
    return oracle->maximum ? writes : 0;
}

/* 3.4 steps 7 to 10 up to the masks: what each node has in the end. */
static void total_of_nodes(const struct oracle *oracle, uint32_t ret_total[ORACLE_NODES_MAX])
{
    uint32_t normal[ORACLE_NODES_MAX], second[ORACLE_NODES_MAX], package[ORACLE_NODES_MAX];
    const uint32_t twice = restricted_rights(oracle);
    oracle_walk(oracle, PASS_NORMAL, normal);
    if (twice != 0)
        oracle_walk(oracle, PASS_RESTRICTING, second);
    if (oracle->token->package != NULL) {
        oracle_mark(oracle, MARK_APP_CONTAINER_PASS);
        oracle_walk(oracle, PASS_APP_CONTAINER, package);
    }
    for (size_t i = 0; i < oracle->node_count; i++) {
        uint32_t total = normal[i];
        if (twice != 0)
            total &= second[i] | ~twice;
        total |= oracle->previous; /* 3.8: privileges and ownership are not filtered by restriction */
        if (oracle->token->package != NULL)
            total &= package[i]; /* 3.9: they do not count for an AppContainer */
        ret_total[i] = total & oracle->limit;
    }
}

/* 3.6, the answer from a node's total. */
static bool is_enough(const struct oracle *oracle, uint32_t total, uint32_t *ret_granted)
{
    *ret_granted = oracle->maximum ? total : total & oracle->need;
    return (total & oracle->need) == oracle->need && *ret_granted != 0;
}

/* 3.11: the first SP ACE that is not inherit-only names the policy. */
static const struct sid *scoped_policy(const struct oracle *oracle)
{
    struct acl_iterator iterator = {0};
    struct ace ace;
    if (oracle->descriptor->sacl_state != ACL_THERE)
        return NULL;
    while (acl_next(&oracle->descriptor->sacl, &iterator, &ace)) {
        if (ace.type == ACE_SYSTEM_SCOPED_POLICY_ID && (ace.flags & ACE_INHERIT_ONLY) == 0)
            return ace.sid;
    }
    return NULL;
}

/* 3.11: the step of one rule, over the whole object; 0 when it refuses. */
static uint32_t total_of_rule(const struct oracle *plain, const struct acl *dacl)
{
    struct oracle rule = *plain;
    struct descriptor descriptor = *plain->descriptor;
    struct access_request request = *plain->request;
    uint32_t total[ORACLE_NODES_MAX];
    descriptor.dacl_state = ACL_THERE;
    descriptor.dacl = *dacl;
    request.nodes = NULL;
    request.node_count = 0;
    request.result_list = false;
    rule.descriptor = &descriptor;
    rule.request = &request;
    rule.node_count = 1;
    rule.previous = 0;
    use_privileges(&rule);
    use_ownership(&rule);
    total_of_nodes(&rule, total);
    return !rule.maximum && (total[0] & rule.need) != rule.need ? 0 : total[0];
}

/* Q5: what an unknown policy is: (A;;0x1fffff;;;BA)(A;;0x1fffff;;;SY). */
static const struct acl *recovery_dacl(void)
{
    static uint8_t raw[ACL_HEADER_SIZE + 2 * (8 + SID_SIZE_MAX)];
    static struct acl acl;
    const struct sid *const sids[] = {SID_ADMINISTRATORS, SID_LOCAL_SYSTEM};
    size_t size = ACL_HEADER_SIZE;
    for (unsigned i = 0; i < 2; i++) {
        const size_t length = 8 + sid_size(sids[i]);
        le16_store(raw + size + 2, (uint16_t)length);
        le32_store(raw + size + 4, 0x1FFFFF);
        memcpy(raw + size + 8, sids[i], length - 8);
        size += length;
    }
    raw[0] = ACL_REVISION;
    le16_store(raw + 2, (uint16_t)size);
    raw[4] = 2;
    return acl_parse(bytes_of(raw, size), &acl) == ERR_NONE ? &acl : NULL;
}

/* 3.11: what all rules that apply leave. */
static uint32_t total_of_policy(const struct oracle *oracle, const struct sid *sid)
{
    const struct central_policies *policies = oracle->request->policies;
    uint32_t total = UINT32_MAX;
    for (size_t i = 0; policies != NULL && i < policies->count; i++) {
        const struct central_policy *policy = &policies->items[i];
        if (!sid_equal(policy->sid, sid))
            continue;
        for (size_t j = 0; j < policy->rule_count; j++) {
            const struct central_rule *rule = policy->rules[j];
            if (rule->applies_to.size == 0 ||
                oracle_condition(oracle, rule->applies_to, false) == ORACLE_TRUE)
                total &= total_of_rule(oracle, &rule->effective);
        }
        return total;
    }
    return total_of_rule(oracle, recovery_dacl());
}

static void answer(const struct oracle *oracle, struct access_answer *ret)
{
    uint32_t total[ORACLE_NODES_MAX];
    uint32_t granted = 0;
    const struct sid *policy = scoped_policy(oracle);
    total_of_nodes(oracle, total);
    if (policy != NULL) {
        const uint32_t left = total_of_policy(oracle, policy);
        oracle_mark(oracle, left == UINT32_MAX ? MARK_POLICY_WITHOUT_SAY : MARK_POLICY);
        for (size_t i = 0; i < oracle->node_count; i++)
            total[i] &= left;
    }
    for (size_t i = 0; i < oracle->node_count && oracle->request->result_list; i++) {
        struct object_node *node = &oracle->request->nodes[i];
        node->allowed = is_enough(oracle, total[i], &node->granted);
    }
    ret->allowed = is_enough(oracle, total[0], &granted);
    ret->granted = ret->allowed ? granted : 0;
    ret->reason = ret->allowed ? ERR_NONE : ERR_ACCESS_DENIED;
    ret->privileges_used = oracle->used;
}

/* 3.4, in its order. */
static enum err check(struct oracle *oracle, struct access_answer *ret)
{
    if (security_privilege_is_missing(oracle)) {
        oracle_mark(oracle, MARK_PRIVILEGE_NOT_HELD);
        ret->reason = ERR_PRIVILEGE_NOT_HELD;
        return ERR_NONE;
    }
    if (oracle->descriptor->owner == NULL || oracle->descriptor->group == NULL) { /* 3.2 row 10 */
        oracle_mark(oracle, MARK_BAD_DESCRIPTOR);
        return ERR_INVALID_SECURITY_DESCR;
    }
    oracle->limit = oracle_trust_limit(oracle) & oracle_filter_limit(oracle) & oracle_integrity_limit(oracle);
    use_privileges(oracle);
    use_ownership(oracle);
    answer(oracle, ret);
    return ERR_NONE;
}

enum err oracle_access(const struct token *token, const struct access_request *request,
                       struct oracle_trace *trace, struct access_answer *ret)
{
    struct oracle oracle = {
        .token = token,
        .request = request,
        .descriptor = request->descriptor,
        .trace = trace,
        .need = request->desired & ~RIGHT_MAXIMUM_ALLOWED,
        .maximum = (request->desired & RIGHT_MAXIMUM_ALLOWED) != 0,
        .node_count = request->node_count == 0 ? 1 : request->node_count,
    };
    *ret = (struct access_answer){.reason = ERR_ACCESS_DENIED};
    for (size_t i = 0; i < request->node_count; i++) {
        request->nodes[i].granted = 0;
        request->nodes[i].allowed = false;
    }
    if (oracle.node_count > ORACLE_NODES_MAX)
        return ERR_NOT_SUPPORTED;
    enum err err = call_is_valid(token, request);
    if (err != ERR_NONE) {
        oracle_mark(&oracle, err == ERR_INVALID_PARAMETER ? MARK_BAD_OBJECT_LIST : MARK_BAD_CALL);
        return err;
    }
    return check(&oracle, ret);
}

const char *oracle_mark_name(enum oracle_mark mark)
{
    static const char *const names[ORACLE_MARKS] = {
        [MARK_BAD_CALL] = "bad call",
        [MARK_BAD_OBJECT_LIST] = "bad object list",
        [MARK_BAD_DESCRIPTOR] = "no owner or group",
        [MARK_PRIVILEGE_NOT_HELD] = "privilege not held",
        [MARK_LIMIT_BY_TRUST] = "limited by trust label",
        [MARK_LIMIT_BY_FILTER] = "limited by access filter",
        [MARK_LIMIT_BY_INTEGRITY] = "limited by integrity",
        [MARK_PRIVILEGE_USED] = "privilege used",
        [MARK_OWNER_RIGHTS] = "owner's rights",
        [MARK_OWNER_RIGHTS_CANCELLED] = "owner's rights cancelled",
        [MARK_NULL_DACL] = "no DACL",
        [MARK_ALLOW] = "allow applied",
        [MARK_DENY] = "deny applied",
        [MARK_ALLOW_NODE] = "allow for a node",
        [MARK_DENY_NODE] = "deny for a node",
        [MARK_DENY_WHOLE] = "object deny without a list",
        [MARK_LIFTED] = "grant lifted to a parent",
        [MARK_ACE_SKIPPED] = "ACE of another type skipped",
        [MARK_RESTRICTED_PASS] = "restricting pass",
        [MARK_WRITE_RESTRICTED_PASS] = "write-restricted pass",
        [MARK_WRITE_RESTRICTED_PART] = "write-restricted maximum",
        [MARK_APP_CONTAINER_PASS] = "AppContainer pass",
        [MARK_SELF] = "PRINCIPAL_SELF",
        [MARK_OWNER_ALIAS] = "OWNER RIGHTS as the owner",
        [MARK_COMPOUND] = "compound ACE matched",
        [MARK_CONDITION_FALSE] = "condition FALSE",
        [MARK_CONDITION_TRUE] = "condition TRUE",
        [MARK_CONDITION_UNKNOWN] = "condition UNKNOWN",
        [MARK_RESOURCE_ATTRIBUTE] = "resource attribute found",
        [MARK_POLICY] = "limited by central policy",
        [MARK_POLICY_WITHOUT_SAY] = "central policy without a rule that applies",
        [MARK_AUDIT_SUCCESS] = "success audited",
        [MARK_AUDIT_FAILURE] = "failure audited",
        [MARK_AUDIT_BOTH] = "success and failure audited",
        [MARK_AUDIT_NODE] = "audit for a node",
        [MARK_AUDIT_IN_DOUBT] = "audit with a condition in doubt",
        [MARK_ALARM] = "alarm passed over",
    };
    return names[mark];
}
