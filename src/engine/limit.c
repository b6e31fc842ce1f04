#include "engine/limit.h"

enum {
    MANDATORY_AUTHORITY = 16,    /* S-1-16-level */
    TRUST_AUTHORITY = 19,        /* S-1-19-type-level */
    LEVEL_ABOVE_ALL = 0x7FFFFFFF /* of a label that names no level: no token reaches it */
};

/* What the SACL says, each the first effective ACE of its kind. */
struct labels {
    uint16_t integrity_ace;
    uint32_t integrity_level;
    uint32_t integrity_policy; /* MANDATORY_NO_… */
    bool integrity_found;
    bool trust_found;
    const struct sid *central_policy;
};

/* [MS-DTYP] 2.4.2: both parts of the trust must reach the label's. A token without one has S-1-19-0-0. */
static bool trust_dominates(const struct sid *trust, const struct sid *label)
{
    if (sid_authority(label) != TRUST_AUTHORITY || label->sub_authority_count != 2)
        return false;
    uint32_t type = 0;
    uint32_t level = 0;
    if (trust != NULL && sid_authority(trust) == TRUST_AUTHORITY && trust->sub_authority_count == 2) {
        type = sid_sub_authority(trust, 0);
        level = sid_sub_authority(trust, 1);
    }
    return type >= sid_sub_authority(label, 0) && level >= sid_sub_authority(label, 1);
}

/* What an ACE leaves that limits, unless the token satisfies it. */
static uint32_t left_by(const struct ace *ace, unsigned index, enum explain_outcome outcome,
                        struct explanation *explanation)
{
    const uint32_t left =
        outcome == EXPLAIN_ACE_PASSED ? UINT32_MAX : ace->mask | RIGHT_ACCESS_SYSTEM_SECURITY;
    const enum explain_stage stage =
        ace->type == ACE_SYSTEM_ACCESS_FILTER ? EXPLAIN_STAGE_ACCESS_FILTER : EXPLAIN_STAGE_TRUST_LABEL;
    if (explanation != NULL)
        explain_limit(explanation, stage, (uint16_t)index, outcome, left);
    return left;
}

static uint32_t left_by_trust(const struct token *token, const struct ace *ace, unsigned index,
                              struct explanation *explanation)
{
    bool dominates = trust_dominates(token->trust, ace->sid);
    return left_by(ace, index, dominates ? EXPLAIN_ACE_PASSED : EXPLAIN_ACE_LIMITED, explanation);
}

static uint32_t left_by_filter(const struct condition_subject *subject, const struct ace *ace, unsigned index,
                               struct explanation *explanation)
{
    enum truth truth = condition_evaluate(ace->application_data, subject, false);
    return left_by(ace, index,
                   truth == TRUTH_TRUE    ? EXPLAIN_ACE_PASSED
                   : truth == TRUTH_FALSE ? EXPLAIN_ACE_CONDITION_FALSE
                                          : EXPLAIN_ACE_CONDITION_UNKNOWN,
                   explanation);
}

/* Only the first label of a kind counts; every access filter does. */
static __attribute__((noinline)) uint32_t read_sacl(const struct condition_subject *subject,
                                                    struct labels *labels, struct explanation *explanation)
{
    uint32_t limit = UINT32_MAX;
    struct acl_iterator iterator = {0};
    struct ace ace;
    while (acl_next(subject->sacl, &iterator, &ace)) {
        if ((ace.flags & ACE_INHERIT_ONLY) != 0 || ace.sid == NULL)
            continue;
        if (ace.type == ACE_SYSTEM_PROCESS_TRUST_LABEL && !labels->trust_found) {
            labels->trust_found = true;
            limit &= left_by_trust(subject->token, &ace, iterator.index, explanation);
        } else if (ace.type == ACE_SYSTEM_ACCESS_FILTER) {
            limit &= left_by_filter(subject, &ace, iterator.index, explanation);
        } else if (ace.type == ACE_SYSTEM_MANDATORY_LABEL && !labels->integrity_found) {
            bool named = sid_authority(ace.sid) == MANDATORY_AUTHORITY && ace.sid->sub_authority_count == 1;
            labels->integrity_found = true;
            labels->integrity_ace = (uint16_t)iterator.index;
            labels->integrity_level = named ? sid_rid(ace.sid) : LEVEL_ABOVE_ALL;
            labels->integrity_policy =
                ace.mask & (MANDATORY_NO_WRITE_UP | MANDATORY_NO_READ_UP | MANDATORY_NO_EXECUTE_UP);
        } else if (ace.type == ACE_SYSTEM_SCOPED_POLICY_ID && labels->central_policy == NULL) {
            labels->central_policy = ace.sid;
            if (explanation != NULL)
                explain_limit(explanation, EXPLAIN_STAGE_POLICY, (uint16_t)iterator.index,
                              EXPLAIN_ACE_NAMES_POLICY, UINT32_MAX);
        }
    }
    return limit;
}

/* Reference 3.5: what a label leaves to a token below it. A right that also belongs to a kind of access which the policy
 * does not forbid survives, so each kind is taken away without the others' rights. */
static uint32_t left_below_label(const struct generic_mapping *mapping, uint32_t policy)
{
    if (policy == 0)
        return mapping->all;
    const uint32_t write =
        mapping->write | RIGHT_DELETE | RIGHT_WRITE_DAC | RIGHT_WRITE_OWNER | RIGHT_ACCESS_SYSTEM_SECURITY;
    const uint32_t read = mapping->read | RIGHT_READ_CONTROL;
    const uint32_t execute = (mapping->execute & ~mapping->read) | RIGHT_SYNCHRONIZE;
    const bool no_write = (policy & MANDATORY_NO_WRITE_UP) != 0;
    const bool no_read = (policy & MANDATORY_NO_READ_UP) != 0;
    const bool no_execute = (policy & MANDATORY_NO_EXECUTE_UP) != 0;
    const uint32_t kept = (no_write ? 0 : write) | (no_read ? 0 : read) | (no_execute ? 0 : execute);
    const uint32_t taken = (no_write ? write : 0) | (no_read ? read : 0) | (no_execute ? execute : 0);
    const uint32_t base = mapping->read | mapping->execute | RIGHT_SYNCHRONIZE | RIGHT_READ_CONTROL |
                          (no_write ? 0 : mapping->all);
    return base & ~(taken & ~kept);
}

static void explain_label(struct explanation *explanation, const struct labels *labels, uint32_t left)
{
    const bool below = left != UINT32_MAX;
    explanation->limit.integrity = below;
    explanation->limit.integrity_level = labels->integrity_level;
    explanation->limit.integrity_policy = labels->integrity_policy;
    explanation->limit.integrity_ace = labels->integrity_ace;
    explain_limit(explanation, EXPLAIN_STAGE_INTEGRITY, labels->integrity_ace,
                  below ? EXPLAIN_ACE_LIMITED : EXPLAIN_ACE_PASSED, left);
}

uint32_t limit_of(const struct condition_subject *subject, const struct generic_mapping *mapping,
                  const struct sid **ret_policy, struct explanation *explanation)
{
    /* an object without a label is at Medium and may not be written from below */
    struct labels labels = {.integrity_ace = EXPLAIN_NO_ACE,
                            .integrity_level = INTEGRITY_MEDIUM,
                            .integrity_policy = MANDATORY_NO_WRITE_UP};
    const struct token *token = subject->token;
    uint32_t limit = subject->sacl != NULL ? read_sacl(subject, &labels, explanation) : UINT32_MAX;
    uint32_t left = UINT32_MAX;
    *ret_policy = labels.central_policy;
    if ((token->mandatory_policy & TOKEN_MANDATORY_POLICY_NO_WRITE_UP) != 0 &&
        token->integrity_level < labels.integrity_level) {
        left = left_below_label(mapping, labels.integrity_policy);
        if (privilege_is_enabled(&token->privileges, SE_RELABEL))
            left |= RIGHT_WRITE_OWNER;
    }
    if (explanation != NULL)
        explain_label(explanation, &labels, left);
    return limit & left;
}
