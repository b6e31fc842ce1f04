#include "platform/posix/token_build.h"

#include "platform/posix/accounts.h"
#include "platform/posix/asserted.h"
#include "platform/posix/groups.h"

enum {
    LOGON_GUEST = 0x1, /* UserFlags, [MS-PAC] 2.5 */
    GUEST_RID = 501,
    CREATE_GLOBAL = 30, /* SeCreateGlobalPrivilege */
    /* a service's own SID may own what it makes, and can be switched off */
    SERVICE_ATTRIBUTES = SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED | SE_GROUP_OWNER,
    /* of a PAC's attributes those that a KDC may set: [MS-PAC] 2.2.1 */
    ASSERTED_ATTRIBUTES = GROUPS_ATTRIBUTES | SE_GROUP_OWNER | SE_GROUP_USE_FOR_DENY_ONLY | SE_GROUP_RESOURCE,
};

/* A token in the making. */
struct draft {
    const struct token_origin *origin;
    const struct sid *user;
    struct groups groups;
    right_set rights;        /* of the user and the effective groups */
    right_set denied_rights; /* of all, as what must not let in by doubt */
};

/* [MS-DTYP] 2.4.2.4 has no names in engine/sid.h for these */
static const uint8_t local_sid[] = {1, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0}; /* S-1-2-0 */
static const uint8_t compounded_sid[] = {
    1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0,    0, 0, 0, /* S-1-5-21-0-0-0-496 */
    0, 0, 0, 0, 0, 0, 0, 0, 0,  0, 0xF0, 1, 0, 0};
static const uint8_t claims_valid_sid[] = {
    1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0,    0, 0, 0, /* S-1-5-21-0-0-0-497 */
    0, 0, 0, 0, 0, 0, 0, 0, 0,  0, 0xF1, 1, 0, 0};

static bool list_has(struct sid_list list, const uint8_t *sid)
{
    for (size_t i = 0; i < list.count; i++) {
        if (sid_equal(list.items[i].sid, (const struct sid *)sid))
            return true;
    }
    return false;
}

static void refuse_sid(struct token_refused *refused, const struct sid *sid)
{
    if (refused->count < TOKEN_REFUSED_SHOWN)
        sid_copy(&refused->shown[refused->count], sid);
    refused->count++;
}

static enum err add_asserted(struct groups *groups, const struct token_origin *origin, struct sid_list list,
                             uint32_t more, struct token_refused *refused)
{
    for (size_t i = 0; i < list.count; i++) {
        if (sid_equal(list.items[i].sid, SID_THIS_ORGANIZATION))
            continue; /* finish_network adds it, but for those from another organization */
        if (!asserted_as_group(list.items[i].sid, origin->machine)) {
            refuse_sid(refused, list.items[i].sid);
            continue;
        }
        uint32_t attributes = (list.items[i].attributes & ASSERTED_ATTRIBUTES) | more;
        enum err err = groups_add(groups, list.items[i].sid, attributes);
        if (err != ERR_NONE)
            return err;
    }
    return ERR_NONE;
}

/* S-1-5-5-high-low, which only this logon has. */
static enum err add_logon_sid(struct draft *draft)
{
    const uint32_t sub_authorities[] = {5, (uint32_t)(draft->origin->logon_id >> 32),
                                        (uint32_t)draft->origin->logon_id};
    struct sid_buffer sid;
    enum err err = sid_make(&sid, 5, sub_authorities, 3);
    return err != ERR_NONE ? err
                           : groups_add(&draft->groups, sid_of(&sid), GROUPS_ATTRIBUTES | SE_GROUP_LOGON_ID);
}

static enum err add_well_known(struct draft *draft, const struct sid *const *sids, size_t count)
{
    enum err err = ERR_NONE;
    for (size_t i = 0; i < count && err == ERR_NONE; i++)
        err = groups_add(&draft->groups, sids[i], GROUPS_ATTRIBUTES);
    return err;
}

/* What policy_groups_of tells of one member. */
struct enlargement {
    struct draft *draft;
    bool builtin;   /* the pass over BUILTIN; else over the machine's own groups */
    bool effective; /* the member is */
};

static enum err enlarge(void *context, const struct sid *group)
{
    const struct enlargement *enlargement = context;
    struct groups *groups = &enlargement->draft->groups;
    if (sid_in_domain(group, SID_BUILTIN) != enlargement->builtin)
        return ERR_NONE;
    if (!enlargement->effective)
        return groups_find(groups, group) != NULL ? ERR_NONE
                                                  : groups_add(groups, group, SE_GROUP_USE_FOR_DENY_ONLY);
    uint32_t owner = sid_equal(group, SID_ADMINISTRATORS) ? SE_GROUP_OWNER : 0;
    return groups_add(groups, group, GROUPS_ATTRIBUTES | owner);
}

static enum err enlarge_by(struct draft *draft, const struct sid *member, bool builtin, bool effective)
{
    struct enlargement enlargement = {.draft = draft, .builtin = builtin, .effective = effective};
    return policy_groups_of(draft->origin->policy, member, draft->origin->domain, enlarge, &enlargement);
}

/* One pass over the SIDs that are there when it starts. First those that count in full, so that what they bring is not taken
 * for deny-only because a deny-only group brings it too. */
static enum err add_aliases(struct draft *draft, bool builtin)
{
    size_t count = draft->groups.count;
    enum err err = enlarge_by(draft, draft->user, builtin, true);
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < count && err == ERR_NONE; i++) {
            struct sid_and_attributes member = draft->groups.items[i];
            bool effective = groups_effective(&member);
            if (effective == (pass == 0))
                err = enlarge_by(draft, member.sid, builtin, effective);
        }
    }
    return err;
}

/* [MS-DTYP] 2.5.2.1.1: the account domain, then BUILTIN over what that gave; groups of groups no further.
 * [MS-DTYP] 2.5.2.1.2: rights are the union over all SIDs. */
static enum err add_policy(struct draft *draft)
{
    enum err err = add_aliases(draft, false);
    if (err == ERR_NONE)
        err = add_aliases(draft, true);
    if (err != ERR_NONE)
        return err;
    const struct policy *policy = draft->origin->policy;
    draft->rights = draft->denied_rights = policy_rights(policy, draft->user);
    for (size_t i = 0; i < draft->groups.count; i++) {
        right_set rights = policy_rights(policy, draft->groups.items[i].sid);
        draft->denied_rights |= rights;
        if (groups_effective(&draft->groups.items[i]))
            draft->rights |= rights;
    }
    return ERR_NONE;
}

/* A deny right beats the right, and counts also through a group for deny only. [MS-LSAD] 3.1.1.2.2 */
static bool may_log_on_from_network(const struct draft *draft)
{
    return (draft->denied_rights & right_bit(RIGHT_DENY_NETWORK_LOGON)) == 0 &&
           (draft->rights & right_bit(RIGHT_NETWORK_LOGON)) != 0;
}

static bool has_effective(const struct draft *draft, const struct sid *sid)
{
    const struct sid_and_attributes *group = groups_find(&draft->groups, sid);
    return group != NULL && groups_effective(group);
}

/* Reference 6.3; the groups are those of Microsoft's "Windows Integrity Mechanism Design": Administrators, Backup Operators,
 * Network Configuration Operators, Cryptographic Operators. Who is not even an authenticated user has Everyone's level. */
static uint32_t integrity_of(const struct draft *draft)
{
    static const uint32_t high_rids[] = {544, 551, 556, 569};
    if (!has_effective(draft, SID_AUTHENTICATED_USERS))
        return INTEGRITY_LOW;
    if ((draft->rights & privilege_needs_high_integrity()) != 0)
        return INTEGRITY_HIGH;
    for (size_t i = 0; i < sizeof high_rids / sizeof high_rids[0]; i++) {
        struct sid_buffer sid;
        if (sid_append(&sid, SID_BUILTIN, high_rids[i]) == ERR_NONE && has_effective(draft, sid_of(&sid)))
            return INTEGRITY_HIGH;
    }
    return INTEGRITY_MEDIUM;
}

/* `enabled`: the privileges that are on from the start. */
static enum err finish(struct draft *draft, struct token *token, privilege_set enabled)
{
    privilege_set present = right_privileges(draft->rights);
    token->user = arena_copy(draft->groups.arena, draft->user, sid_size(draft->user));
    if (token->user == NULL)
        return ERR_NO_MEMORY;
    token->groups = groups_list(&draft->groups);
    token->integrity_level = integrity_of(draft);
    token->mandatory_policy = TOKEN_MANDATORY_POLICY_NO_WRITE_UP | TOKEN_MANDATORY_POLICY_NEW_PROCESS_MIN;
    if (token->integrity_level < INTEGRITY_HIGH)
        present &= ~privilege_needs_high_integrity(); /* reference 3.5, last point */
    token->privileges = (struct privilege_state){
        .present = present, .enabled = present & enabled, .enabled_by_default = present & enabled};
    return ERR_NONE;
}

/* All that is the same for every network logon, once the draft holds what its proof says. */
static enum err finish_network(struct draft *draft, bool guest, struct token *token)
{
    const struct sid *const sids[] = {SID_EVERYONE, SID_NETWORK};
    enum err err = add_well_known(draft, sids, 2);
    if (err == ERR_NONE && !guest)
        err = add_well_known(draft, &SID_AUTHENTICATED_USERS, 1);
    if (err == ERR_NONE && groups_find(&draft->groups, SID_OTHER_ORGANIZATION) == NULL)
        err = add_well_known(draft, &SID_THIS_ORGANIZATION, 1);
    if (err == ERR_NONE)
        err = add_logon_sid(draft);
    if (err == ERR_NONE)
        err = add_policy(draft);
    if (err != ERR_NONE)
        return err;
    if (!may_log_on_from_network(draft))
        return ERR_LOGON_TYPE_NOT_GRANTED;
    token->type = TOKEN_IMPERSONATION;
    token->level = draft->origin->level;
    return finish(draft, token, ~UINT64_C(0)); /* reference 4.3, "State at logon", and Q4 */
}

static enum err add_identity(struct draft *draft, const struct pac_identity *identity,
                             struct token_refused *refused)
{
    struct groups *groups = &draft->groups;
    enum err err = add_asserted(groups, draft->origin, identity->groups, 0, refused);
    if (err == ERR_NONE)
        err = add_asserted(groups, draft->origin, identity->extra_sids, 0, refused);
    if (err == ERR_NONE)
        err = add_asserted(groups, draft->origin, identity->resource_groups, SE_GROUP_RESOURCE, refused);
    return err;
}

/* Claims and device only when the KDC vouches for them. Reference 6.1, points 6 and 7. */
static enum err add_claims_and_device(struct draft *draft, const struct pac_identity *identity,
                                      struct token *token, struct token_refused *refused)
{
    if (list_has(identity->extra_sids, claims_valid_sid))
        token->user_claims = identity->user_claims;
    if (!identity->has_device || !list_has(identity->extra_sids, compounded_sid))
        return ERR_NONE;
    struct groups device;
    groups_init(&device, draft->groups.arena);
    enum err err = add_asserted(&device, draft->origin, identity->device_groups, 0, refused);
    if (err == ERR_NONE)
        err = add_asserted(&device, draft->origin, identity->device_extra_sids, 0, refused);
    if (err != ERR_NONE)
        return err;
    token->has_device = true;
    token->device_groups = groups_list(&device);
    if (list_has(identity->device_extra_sids, claims_valid_sid))
        token->device_claims = identity->device_claims;
    return ERR_NONE;
}

enum err token_build_domain(struct arena *arena, const struct token_origin *origin,
                            const struct pac_identity *identity, struct token *ret,
                            struct token_refused *ret_refused)
{
    struct draft draft = {.origin = origin, .user = identity->user};
    struct token token = {0};
    bool guest = sid_rid(identity->user) == GUEST_RID || (identity->user_flags & LOGON_GUEST) != 0;
    *ret_refused = (struct token_refused){0};
    if (!asserted_as_user(identity->user, origin->machine)) {
        refuse_sid(ret_refused, identity->user);
        return ERR_LOGON_FAILURE;
    }
    groups_init(&draft.groups, arena);
    enum err err = add_identity(&draft, identity, ret_refused);
    if (err == ERR_NONE)
        err = add_claims_and_device(&draft, identity, &token, ret_refused);
    if (err == ERR_NONE)
        err = finish_network(&draft, guest, &token);
    if (err == ERR_NONE)
        *ret = token;
    return err;
}

static enum err add_local_groups(struct draft *draft, const struct nss_account *account)
{
    enum err err = ERR_NONE;
    for (size_t i = 0; i < account->group_count && err == ERR_NONE; i++) {
        struct sid_buffer sid;
        nss_group_sid(account->groups[i], &sid);
        err = groups_add(&draft->groups, sid_of(&sid), GROUPS_ATTRIBUTES);
    }
    return err;
}

enum err token_build_local(struct arena *arena, const struct token_origin *origin,
                           const struct nss_account *account, struct token *ret)
{
    struct sid_buffer user;
    struct token token = {0};
    if (account->uid == 0)
        return ERR_LOGON_FAILURE; /* nobody becomes root by a principal's name */
    nss_user_sid(account->uid, &user);
    struct draft draft = {.origin = origin, .user = sid_of(&user)};
    groups_init(&draft.groups, arena);
    enum err err = add_local_groups(&draft, account);
    if (err == ERR_NONE)
        err = finish_network(&draft, false, &token);
    if (err == ERR_NONE)
        *ret = token;
    return err;
}

enum err token_build_service(struct arena *arena, const struct token_origin *origin,
                             const struct nss_account *account, struct token *ret)
{
    struct sid_buffer user;
    struct token token = {.type = TOKEN_PRIMARY};
    nss_user_sid(account->uid, &user);
    struct draft draft = {.origin = origin, .user = sid_of(&user)};
    const struct sid *const sids[] = {SID_EVERYONE, SID_SERVICE, SID_AUTHENTICATED_USERS,
                                      SID_THIS_ORGANIZATION, (const struct sid *)local_sid};
    groups_init(&draft.groups, arena);
    enum err err = add_local_groups(&draft, account);
    if (err == ERR_NONE)
        err = add_well_known(&draft, sids, sizeof sids / sizeof sids[0]);
    if (err == ERR_NONE)
        err = groups_add(&draft.groups, ACCOUNTS_SERVICE_SID, SERVICE_ATTRIBUTES);
    if (err == ERR_NONE)
        err = add_logon_sid(&draft);
    if (err == ERR_NONE)
        err = add_policy(&draft);
    /* Reference 4.3, "State at logon": all but these wait until they are asked for. */
    if (err == ERR_NONE)
        err = finish(&draft, &token,
                     privilege_bit(SE_CHANGE_NOTIFY) | privilege_bit(SE_IMPERSONATE) |
                         privilege_bit(CREATE_GLOBAL));
    if (err == ERR_NONE)
        *ret = token;
    return err;
}
