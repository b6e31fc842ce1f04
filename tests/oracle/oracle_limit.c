#include "oracle/oracle_internal.h"

/* The next effective SACL ACE of a type; false at the end. */
static bool next_of_type(const struct oracle *oracle, uint8_t type, struct acl_iterator *iterator,
                         struct ace *ret)
{
    if (oracle->descriptor->sacl_state != ACL_THERE)
        return false;
    while (acl_next(&oracle->descriptor->sacl, iterator, ret)) {
        if (ret->type == type && (ret->flags & ACE_INHERIT_ONLY) == 0 && ret->sid != NULL)
            return true;
    }
    return false;
}

static bool is_trust(const struct sid *sid)
{
    return sid != NULL && sid_authority(sid) == 19 && sid->sub_authority_count == 2;
}

/* 1.1: dominates when both numbers are at least as high; 3.4 step 1: no trust in the token is S-1-19-0-0. What is no
 * trust SID dominates nothing and is dominated by nothing. */
static bool trust_dominates(const struct sid *token, const struct sid *label)
{
    uint32_t type = 0;
    uint32_t level = 0;
    if (!is_trust(label))
        return false;
    if (token != NULL && is_trust(token)) {
        type = sid_sub_authority(token, 0);
        level = sid_sub_authority(token, 1);
    }
    return type >= sid_sub_authority(label, 0) && level >= sid_sub_authority(label, 1);
}

/* 3.4 step 1: the first trust label. */
uint32_t oracle_trust_limit(const struct oracle *oracle)
{
    struct acl_iterator iterator = {0};
    struct ace ace;
    if (!next_of_type(oracle, ACE_SYSTEM_PROCESS_TRUST_LABEL, &iterator, &ace))
        return UINT32_MAX;
    if (trust_dominates(oracle->token->trust, ace.sid))
        return UINT32_MAX;
    oracle_mark(oracle, MARK_LIMIT_BY_TRUST);
    return ace.mask | RIGHT_ACCESS_SYSTEM_SECURITY;
}

/* 3.4 step 2: every access filter whose condition is not TRUE. */
uint32_t oracle_filter_limit(const struct oracle *oracle)
{
    struct acl_iterator iterator = {0};
    struct ace ace;
    uint32_t limit = UINT32_MAX;
    while (next_of_type(oracle, ACE_SYSTEM_ACCESS_FILTER, &iterator, &ace)) {
        if (oracle_condition(oracle, ace.application_data, false) == ORACLE_TRUE)
            continue;
        oracle_mark(oracle, MARK_LIMIT_BY_FILTER);
        limit &= ace.mask | RIGHT_ACCESS_SYSTEM_SECURITY;
    }
    return limit;
}

/* 3.5, the formula. */
static uint32_t integrity_allows(const struct generic_mapping *mapping, uint32_t policy)
{
    const bool nw = (policy & MANDATORY_NO_WRITE_UP) != 0;
    const bool nr = (policy & MANDATORY_NO_READ_UP) != 0;
    const bool nx = (policy & MANDATORY_NO_EXECUTE_UP) != 0;
    const uint32_t r = mapping->read | RIGHT_READ_CONTROL;
    const uint32_t w =
        mapping->write | RIGHT_DELETE | RIGHT_WRITE_DAC | RIGHT_WRITE_OWNER | RIGHT_ACCESS_SYSTEM_SECURITY;
    const uint32_t x = (mapping->execute & ~mapping->read) | RIGHT_SYNCHRONIZE;
    uint32_t allow = mapping->read | mapping->execute | RIGHT_SYNCHRONIZE | RIGHT_READ_CONTROL;
    if (!nw)
        allow |= mapping->all;
    if (nr)
        allow &= ~(r & ~((nw ? 0 : w) | (nx ? 0 : x)));
    if (nx)
        allow &= ~(x & ~((nw ? 0 : w) | (nr ? 0 : r)));
    if (nw)
        allow &= ~(w & ~((nx ? 0 : x) | (nr ? 0 : r)));
    return allow;
}

/* 3.5: S-1-16-RID; what is none is above every token. */
static uint64_t level_of(const struct sid *label)
{
    if (label == NULL || sid_authority(label) != 16 || label->sub_authority_count != 1)
        return UINT64_MAX;
    return sid_sub_authority(label, 0);
}

/* 3.5: the first label, Medium with NW when there is none. */
uint32_t oracle_integrity_limit(const struct oracle *oracle)
{
    struct acl_iterator iterator = {0};
    struct ace ace;
    uint64_t level = INTEGRITY_MEDIUM;
    uint32_t policy = MANDATORY_NO_WRITE_UP;
    uint32_t allow = 0;
    if ((oracle->token->mandatory_policy & TOKEN_MANDATORY_POLICY_NO_WRITE_UP) == 0)
        return UINT32_MAX;
    if (next_of_type(oracle, ACE_SYSTEM_MANDATORY_LABEL, &iterator, &ace)) {
        level = level_of(ace.sid);
        policy = ace.mask & (MANDATORY_NO_WRITE_UP | MANDATORY_NO_READ_UP | MANDATORY_NO_EXECUTE_UP);
    }
    if (oracle->token->integrity_level >= level)
        return UINT32_MAX;
    oracle_mark(oracle, MARK_LIMIT_BY_INTEGRITY);
    allow = policy == 0 ? oracle->request->mapping.all : integrity_allows(&oracle->request->mapping, policy);
    if (oracle_privilege(oracle, SE_RELABEL))
        allow |= RIGHT_WRITE_OWNER;
    return allow;
}
