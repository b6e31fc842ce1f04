#include "oracle/case.h"

static uint32_t make_attributes(struct chance *chance)
{
    static const uint32_t attributes[] = {
        SE_GROUP_MANDATORY | SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED,
        SE_GROUP_ENABLED,
        SE_GROUP_USE_FOR_DENY_ONLY,
        SE_GROUP_USE_FOR_DENY_ONLY | SE_GROUP_ENABLED,
        0,
        SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_OWNER,
        SE_GROUP_MANDATORY,
        SE_GROUP_ENABLED | SE_GROUP_RESOURCE | SE_GROUP_LOGON_ID,
    };
    static const unsigned weights[] = {50, 10, 14, 5, 8, 4, 3, 6};
    return attributes[chance_weighted(chance, weights, 8)];
}

static void make_sids(struct chance *chance, struct case_sids *ret)
{
    ret->count = chance_below(chance, CASE_SIDS_MAX + 1);
    for (unsigned i = 0; i < ret->count; i++)
        ret->items[i] =
            (struct sid_and_attributes){.sid = make_sid(chance), .attributes = make_attributes(chance)};
}

static const struct sid *constant_sid(unsigned which)
{
    /* in wire form: S-1-19-512-4096, S-1-19-1024-8192, S-1-19-0-0, S-1-19-512-8192, S-1-5-19, S-1-15-2-11-22-33-44 */
    static const uint8_t wire[][28] = {
        {1, 2, 0, 0, 0, 0, 0, 19, 0, 2, 0, 0, 0, 16},
        {1, 2, 0, 0, 0, 0, 0, 19, 0, 4, 0, 0, 0, 32},
        {1, 2, 0, 0, 0, 0, 0, 19},
        {1, 2, 0, 0, 0, 0, 0, 19, 0, 2, 0, 0, 0, 32},
        {1, 1, 0, 0, 0, 0, 0, 5, 19},
        {1, 5, 0, 0, 0, 0, 0, 15, 2, 0, 0, 0, 11, 0, 0, 0, 22, 0, 0, 0, 33, 0, 0, 0, 44},
    };
    return (const struct sid *)wire[which];
}

static void make_privileges(struct chance *chance, struct privilege_state *ret)
{
    static const unsigned luids[] = {SE_SECURITY, SE_TAKE_OWNERSHIP, SE_RELABEL, SE_BACKUP, SE_RESTORE};
    for (unsigned i = 0; i < sizeof luids / sizeof *luids; i++) {
        if (!chance_percent(chance, 35))
            continue;
        ret->present |= privilege_bit(luids[i]);
        ret->enabled |= chance_percent(chance, 60) ? privilege_bit(luids[i]) : 0;
    }
}

/* Restricting SIDs, an AppContainer, a trust level: what few tokens have. */
static void make_confinement(struct chance *chance, struct access_case *ret)
{
    struct token *token = &ret->token;
    token->restricted = chance_percent(chance, 22);
    token->write_restricted = chance_percent(chance, token->restricted ? 45 : 2);
    if (token->restricted || token->write_restricted)
        make_sids(chance, &ret->restricting);
    if (chance_percent(chance, 14)) {
        token->package = constant_sid(5);
        token->less_privileged_app_container = chance_percent(chance, 30);
        make_sids(chance, &ret->capabilities);
    }
    if (chance_percent(chance, 40))
        token->trust = constant_sid(chance_below(chance, 5));
}

void make_token(struct chance *chance, struct access_case *ret)
{
    static const uint32_t levels[] = {INTEGRITY_MEDIUM,    INTEGRITY_HIGH,   INTEGRITY_LOW,
                                      INTEGRITY_UNTRUSTED, INTEGRITY_SYSTEM, INTEGRITY_MEDIUM_PLUS};
    static const unsigned weights[] = {50, 22, 12, 5, 8, 3};
    struct token *token = &ret->token;
    token->type = chance_percent(chance, 1) ? TOKEN_PRIMARY : TOKEN_IMPERSONATION;
    token->level = chance_percent(chance, 1) ? SECURITY_ANONYMOUS
                                             : (enum impersonation_level)(1 + chance_below(chance, 3));
    token->user = chance_percent(chance, 85) ? case_user() : make_sid(chance);
    token->user_deny_only = chance_percent(chance, 6);
    token->integrity_level = levels[chance_weighted(chance, weights, 6)];
    token->mandatory_policy = chance_percent(chance, 85) ? 3 : chance_below(chance, 4);
    make_sids(chance, &ret->groups);
    make_privileges(chance, &token->privileges);
    make_confinement(chance, ret);
    token->has_device = chance_percent(chance, 50);
    if (token->has_device) {
        make_sids(chance, &ret->device_groups);
        make_claims(chance, &ret->device_claims);
    }
    make_claims(chance, &ret->user_claims);
    make_claims(chance, &ret->local_claims);
}
