#include "platform/posix/pac_logon.h"

#include "base/utf16.h"

/* UserFlags, [MS-PAC] 2.5 */
#define EXTRA_SIDS_VALID      UINT32_C(0x00000020)
#define RESOURCE_GROUPS_VALID UINT32_C(0x00000200)

enum {
    TIMES_SIZE = 6 * 8,
    SESSION_KEY_SIZE = 16,
    NAMES_BEFORE_GROUPS =
        6, /* EffectiveName, FullName, LogonScript, ProfilePath, HomeDirectory, HomeDirectoryDrive */
    NAMES_AFTER_GROUPS = 2, /* LogonServer, LogonDomainName */
    /* Reserved1[2], UserAccountControl, SubAuthStatus, two times, FailedILogonCount, Reserved3 */
    STATUS_SIZE = 2 * 4 + 4 + 4 + 2 * 8 + 4 + 4,
};

/* The fixed part, in its order. */
struct fixed {
    struct ndr_string names[NAMES_BEFORE_GROUPS];
    uint32_t user_rid;
    uint32_t primary_group_rid;
    struct ndr_array groups;
    uint32_t user_flags;
    struct ndr_string domain_names[NAMES_AFTER_GROUPS];
    bool has_domain;
    struct ndr_array extra_sids;
    bool has_resource_domain;
    struct ndr_array resource_groups;
};

/* What the pointers lead to. */
struct deferred {
    struct bytes account_name;
    struct bytes domain_name;
    struct bytes groups;
    const struct sid *domain;
    struct sid_list extra_sids;
    const struct sid *resource_domain;
    struct bytes resource_groups;
};

static void read_fixed(struct ndr *ndr, struct fixed *fixed)
{
    ndr_skip(ndr, TIMES_SIZE);
    for (size_t i = 0; i < NAMES_BEFORE_GROUPS; i++)
        fixed->names[i] = ndr_string(ndr);
    (void)ndr_u16(ndr); /* LogonCount */
    (void)ndr_u16(ndr); /* BadPasswordCount */
    fixed->user_rid = ndr_u32(ndr);
    fixed->primary_group_rid = ndr_u32(ndr);
    fixed->groups = ndr_array(ndr);
    fixed->user_flags = ndr_u32(ndr);
    ndr_skip(ndr, SESSION_KEY_SIZE);
    for (size_t i = 0; i < NAMES_AFTER_GROUPS; i++)
        fixed->domain_names[i] = ndr_string(ndr);
    fixed->has_domain = ndr_pointer(ndr);
    ndr_skip(ndr, STATUS_SIZE);
    fixed->extra_sids = ndr_array(ndr);
    fixed->has_resource_domain = ndr_pointer(ndr);
    fixed->resource_groups = ndr_array(ndr);
}

/* In the order of the pointers, C706 14.3.12.3. */
static enum err read_deferred(struct ndr *ndr, const struct fixed *fixed, struct arena *arena,
                              struct pac_budget *budget, struct deferred *ret)
{
    ret->account_name = ndr_string_text(ndr, fixed->names[0]);
    for (size_t i = 1; i < NAMES_BEFORE_GROUPS; i++)
        (void)ndr_string_text(ndr, fixed->names[i]);
    ret->groups = pac_memberships(ndr, fixed->groups, budget);
    (void)ndr_string_text(ndr, fixed->domain_names[0]);
    ret->domain_name = ndr_string_text(ndr, fixed->domain_names[1]);
    ret->domain = fixed->has_domain ? ndr_sid(ndr) : NULL;
    enum err err = pac_sid_array(ndr, fixed->extra_sids, arena, budget, &ret->extra_sids);
    if (err != ERR_NONE)
        return err;
    ret->resource_domain = fixed->has_resource_domain ? ndr_sid(ndr) : NULL;
    ret->resource_groups = pac_memberships(ndr, fixed->resource_groups, budget);
    return ndr_finish(ndr);
}

/* A user of another domain than the logon domain has UserId 0 and comes as the first of ExtraSids. [MS-PAC] 2.5 UserId */
static enum err take_user(struct arena *arena, uint32_t user_rid, struct pac_identity *identity)
{
    if (user_rid != 0)
        return pac_sid_make(arena, identity->logon_domain, user_rid, &identity->user);
    struct sid_list *extra_sids = &identity->extra_sids;
    if (extra_sids->count == 0)
        return ERR_MALFORMED;
    identity->user = extra_sids->items[0].sid;
    extra_sids->items++;
    extra_sids->count--;
    return ERR_NONE;
}

static enum err take_groups(struct arena *arena, const struct fixed *fixed, const struct deferred *deferred,
                            struct pac_identity *identity)
{
    struct pac_groups groups;
    enum err err = pac_groups_init(arena, (size_t)fixed->groups.count + 1, &groups);
    if (err == ERR_NONE)
        err = pac_groups_add_account(&groups, arena, deferred->domain, fixed->primary_group_rid,
                                     deferred->groups);
    if (err != ERR_NONE)
        return err;
    identity->groups = (struct sid_list){.items = groups.items, .count = groups.count};
    if ((fixed->user_flags & RESOURCE_GROUPS_VALID) == 0)
        return ERR_NONE;
    err = pac_groups_init(arena, fixed->resource_groups.count, &groups);
    if (err == ERR_NONE)
        err = pac_groups_add(&groups, arena, deferred->resource_domain, deferred->resource_groups,
                             SE_GROUP_RESOURCE);
    if (err == ERR_NONE)
        identity->resource_groups = (struct sid_list){.items = groups.items, .count = groups.count};
    return err;
}

enum err pac_text(struct arena *arena, struct bytes utf16le, const char **ret)
{
    if (utf16le.size == 0) {
        *ret = NULL;
        return ERR_NONE;
    }
    struct bytes utf8 = {0};
    enum err err = utf16_to_utf8(arena, utf16le, &utf8);
    if (err != ERR_NONE)
        return err;
    if (memchr(utf8.data, 0, utf8.size) != NULL)
        return ERR_MALFORMED;
    *ret = (const char *)utf8.data;
    return ERR_NONE;
}

static enum err take_names(struct arena *arena, const struct deferred *deferred,
                           struct pac_identity *identity)
{
    enum err err = pac_text(arena, deferred->account_name, &identity->account_name);
    if (err == ERR_NONE)
        err = pac_text(arena, deferred->domain_name, &identity->domain_name);
    return err;
}

enum err pac_logon_decode(struct arena *arena, struct bytes input, struct pac_budget *budget,
                          struct pac_identity *ret)
{
    struct ndr ndr;
    enum err err = ndr_open_pointer(input, &ndr);
    if (err != ERR_NONE)
        return err;
    struct fixed fixed = {0};
    read_fixed(&ndr, &fixed);
    struct deferred deferred = {0};
    err = read_deferred(&ndr, &fixed, arena, budget, &deferred);
    if (err != ERR_NONE)
        return err;
    if (deferred.domain == NULL)
        return ERR_MALFORMED;
    struct pac_identity identity = *ret;
    identity.logon_domain = deferred.domain;
    identity.user_flags = fixed.user_flags;
    identity.primary_group_rid = fixed.primary_group_rid;
    if ((fixed.user_flags & EXTRA_SIDS_VALID) != 0)
        identity.extra_sids = deferred.extra_sids;
    err = take_names(arena, &deferred, &identity);
    if (err == ERR_NONE)
        err = take_user(arena, fixed.user_rid, &identity);
    if (err == ERR_NONE)
        err = take_groups(arena, &fixed, &deferred, &identity);
    if (err == ERR_NONE)
        *ret = identity;
    return err;
}
