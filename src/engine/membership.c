#include "engine/membership.h"

struct builder {
    struct membership *set;
    struct membership_slot *slots; /* those of the set, to write to */
};

static void add(const struct builder *builder, const struct sid *sid, unsigned roles)
{
    if (sid == NULL || roles == 0)
        return;
    uint64_t hash = sid_hash(sid, builder->set->key);
    struct membership_slot *slot =
        &builder->slots[membership_slot_of(builder->set, sid, hash) - builder->set->slots];
    slot->sid = sid;
    slot->tag = (uint32_t)(hash >> 32);
    slot->roles |= roles;
}

/* A group that is neither enabled nor deny-only matches nothing, not even a deny. Reference 3.3. */
static unsigned roles_of_group(uint32_t attributes, unsigned allow, unsigned deny)
{
    if ((attributes & SE_GROUP_USE_FOR_DENY_ONLY) != 0)
        return deny;
    return (attributes & SE_GROUP_ENABLED) != 0 ? allow | deny : 0;
}

static void add_groups(const struct builder *builder, const struct sid_list *groups, unsigned allow,
                       unsigned deny)
{
    for (size_t i = 0; i < groups->count; i++)
        add(builder, groups->items[i].sid, roles_of_group(groups->items[i].attributes, allow, deny));
}

/* S-1-15-3-… */
static bool is_capability(const struct sid *sid)
{
    return sid_authority(sid) == 15 && sid->sub_authority_count >= 2 && sid_sub_authority(sid, 0) == 3;
}

/* Reference 3.9: what else a token lists as a capability is none. */
static void add_capabilities(const struct builder *builder, const struct sid_list *capabilities)
{
    for (size_t i = 0; i < capabilities->count; i++) {
        const struct sid_and_attributes *item = &capabilities->items[i];
        if (is_capability(item->sid))
            add(builder, item->sid, roles_of_group(item->attributes, MEMBER_PACKAGE, 0));
    }
}

/* Reference 3.9 */
static void add_package(const struct builder *builder, const struct token *token)
{
    if (token->package == NULL)
        return;
    add(builder, token->package, MEMBER_PACKAGE);
    add(builder,
        token->less_privileged_app_container ? SID_ALL_RESTRICTED_APP_PACKAGES : SID_ALL_APP_PACKAGES,
        MEMBER_PACKAGE);
    add_capabilities(builder, &token->capabilities);
}

/* A power of two that leaves at least half of the slots free; 0 when there are too many SIDs for any memory. */
static size_t slots_needed(const struct token *token)
{
    const size_t most = UINT32_MAX / 8;
    const size_t counts[] = {token->groups.count, token->restricting_sids.count, token->device_groups.count,
                             token->capabilities.count};
    size_t sids = 3; /* the user, the package, all packages */
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        if (counts[i] > most - sids)
            return 0;
        sids += counts[i];
    }
    size_t slots = 8;
    while (slots < 2 * sids)
        slots *= 2;
    return slots;
}

enum err token_index(struct token *token, struct arena *arena, const uint64_t key[2])
{
    size_t count = slots_needed(token);
    struct membership_slot *slots =
        count != 0 ? arena_alloc_array(arena, count, sizeof(struct membership_slot)) : NULL;
    if (slots == NULL)
        return ERR_NO_MEMORY;
    struct membership set = {.key = {key[0], key[1]}, .slots = slots, .mask = (uint32_t)(count - 1)};
    struct builder builder = {.set = &set, .slots = slots};
    add(&builder, token->user, MEMBER_DENY | (token->user_deny_only ? 0 : MEMBER_ALLOW));
    add_groups(&builder, &token->groups, MEMBER_ALLOW, MEMBER_DENY);
    for (size_t i = 0; i < token->restricting_sids.count; i++)
        add(&builder, token->restricting_sids.items[i].sid, MEMBER_RESTRICTING);
    add_groups(&builder, &token->device_groups, MEMBER_DEVICE_ALLOW, MEMBER_DEVICE_DENY);
    add_package(&builder, token);
    token->membership = set;
    return ERR_NONE;
}
