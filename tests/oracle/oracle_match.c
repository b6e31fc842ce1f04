#include "oracle/oracle_internal.h"

/* 3.3: in an ACE, S-1-3-4 stands for the owner; S-1-5-10 for the self SID when given, otherwise it matches nothing
 * (8.1 trap 29). NULL: matches nothing. */
const struct sid *oracle_resolve(const struct oracle *oracle, const struct sid *sid)
{
    if (sid_equal(sid, SID_OWNER_RIGHTS)) {
        oracle_mark(oracle, MARK_OWNER_ALIAS);
        return oracle->descriptor->owner;
    }
    if (sid_equal(sid, SID_PRINCIPAL_SELF)) {
        oracle_mark(oracle, MARK_SELF);
        return oracle->request->principal_self;
    }
    return sid;
}

/* 3.3: ENABLED and not deny-only for an allow; for a deny also USE_FOR_DENY_ONLY; with neither it matches nothing. */
static bool attributes_match(uint32_t attributes, bool deny)
{
    if ((attributes & SE_GROUP_USE_FOR_DENY_ONLY) != 0)
        return deny;
    return (attributes & SE_GROUP_ENABLED) != 0;
}

static bool list_matches(const struct sid_list *list, const struct sid *sid, bool deny)
{
    for (size_t i = 0; i < list->count; i++) {
        if (sid_equal(list->items[i].sid, sid) && attributes_match(list->items[i].attributes, deny))
            return true;
    }
    return false;
}

/* 3.3: the user, unless deny-only, or a group. */
bool oracle_token_matches(const struct token *token, const struct sid *sid, bool deny)
{
    if (sid == NULL)
        return false;
    if (sid_equal(token->user, sid) && (deny || !token->user_deny_only))
        return true;
    return list_matches(&token->groups, sid, deny);
}

/* 3.10: the same over the device's groups; without a device nothing matches. */
bool oracle_device_matches(const struct token *token, const struct sid *sid, bool deny)
{
    return token->has_device && list_matches(&token->device_groups, sid, deny);
}

/* 3.3: the restricting list alone, attributes ignored. */
bool oracle_restricting_matches(const struct token *token, const struct sid *sid)
{
    if (sid == NULL)
        return false;
    for (size_t i = 0; i < token->restricting_sids.count; i++) {
        if (sid_equal(token->restricting_sids.items[i].sid, sid))
            return true;
    }
    return false;
}

/* S-1-15-3-… */
static bool is_capability(const struct sid *sid)
{
    return sid_authority(sid) == 15 && sid->sub_authority_count >= 2 && sid_sub_authority(sid, 0) == 3;
}

/* 3.9: the package SID, ALL APPLICATION PACKAGES (LPAC: ALL RESTRICTED APPLICATION PACKAGES) or an enabled
 * capability; not a SID that the user or the groups match. */
bool oracle_package_matches(const struct token *token, const struct sid *sid)
{
    if (sid == NULL || oracle_token_matches(token, sid, false))
        return false;
    if (sid_equal(sid, token->package))
        return true;
    if (sid_equal(sid, token->less_privileged_app_container ? SID_ALL_RESTRICTED_APP_PACKAGES
                                                            : SID_ALL_APP_PACKAGES))
        return true;
    return is_capability(sid) && list_matches(&token->capabilities, sid, false);
}

/* 3.4 step 4: privileges must be enabled. */
bool oracle_privilege(const struct oracle *oracle, unsigned luid)
{
    return (oracle->token->privileges.enabled >> luid & 1) != 0;
}
