#include "engine/membership.h"

struct builder {
    const struct membership *set;
    uint32_t *slots; /* those of the set, to write to */
    uint32_t *filter;
    const struct sid **sids;
    uint32_t count;
};

static inline __attribute__((always_inline)) void add(struct builder *builder, const struct sid *sid,
                                                      unsigned roles)
{
    if (sid == NULL || roles == 0)
        return;
    const uint64_t hash = sid_hash(sid, builder->set->key);
    uint32_t *slot = &builder->slots[membership_slot_of(builder->set, sid, hash) - builder->set->slots];
    uint32_t value = *slot;
    if (value == 0) {
        value = (uint32_t)(hash >> 32 >> MEMBERSHIP_TAG_SHIFT << MEMBERSHIP_TAG_SHIFT) | builder->count;
        builder->sids[builder->count++] = sid;
    }
    *slot = value | (uint32_t)roles << MEMBERSHIP_ROLES_SHIFT;
    const uint64_t bit = membership_filter_bit(builder->set, sid);
    builder->filter[bit / MEMBERSHIP_FILTER_WORD] |= UINT32_C(1) << bit % MEMBERSHIP_FILTER_WORD;
}

/* A group that is neither enabled nor deny-only matches nothing, not even a deny. Reference 3.3. */
static unsigned roles_of_group(uint32_t attributes, unsigned allow, unsigned deny)
{
    if ((attributes & SE_GROUP_USE_FOR_DENY_ONLY) != 0)
        return deny;
    return (attributes & SE_GROUP_ENABLED) != 0 ? allow | deny : 0;
}

static void add_groups(struct builder *builder, const struct sid_list *groups, unsigned allow, unsigned deny)
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
static void add_capabilities(struct builder *builder, const struct sid_list *capabilities)
{
    for (size_t i = 0; i < capabilities->count; i++) {
        const struct sid_and_attributes *item = &capabilities->items[i];
        if (is_capability(item->sid))
            add(builder, item->sid, roles_of_group(item->attributes, MEMBER_PACKAGE, 0));
    }
}

/* Reference 3.9 */
static void add_package(struct builder *builder, const struct token *token)
{
    if (token->package == NULL)
        return;
    add(builder, token->package, MEMBER_PACKAGE);
    add(builder,
        token->less_privileged_app_container ? SID_ALL_RESTRICTED_APP_PACKAGES : SID_ALL_APP_PACKAGES,
        MEMBER_PACKAGE);
    add_capabilities(builder, &token->capabilities);
}

/* How many SIDs may get into the index; 0 when there are more than it can number. */
static size_t sids_of(const struct token *token)
{
    const size_t counts[] = {token->groups.count, token->restricting_sids.count, token->device_groups.count,
                             token->capabilities.count};
    size_t sids = 3; /* the user, the package, all packages */
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        if (counts[i] > MEMBERSHIP_SIDS_MAX - sids)
            return 0;
        sids += counts[i];
    }
    return sids;
}

/* A power of two that leaves at least half of the slots free. */
static size_t slots_for(size_t sids)
{
    size_t slots = 8;
    while (slots < 2 * sids)
        slots *= 2;
    return slots;
}

static size_t filter_words(size_t slots)
{
    return slots * MEMBERSHIP_FILTER_BITS / MEMBERSHIP_FILTER_WORD;
}

static unsigned filter_shift(size_t slots)
{
    unsigned shift = 64;
    for (size_t bits = slots * MEMBERSHIP_FILTER_BITS; bits > 1; bits /= 2)
        shift--;
    return shift;
}

size_t token_index_size(const struct token *token)
{
    const size_t sids = sids_of(token);
    if (sids == 0)
        return 0;
    const size_t slots = slots_for(sids);
    return sids * sizeof(const struct sid *) + (slots + filter_words(slots)) * sizeof(uint32_t);
}

void token_index_at(struct token *token, void *memory, const uint64_t key[2])
{
    size_t count = sids_of(token);
    const struct sid **sids = memory;
    const size_t slot_count = slots_for(count);
    uint32_t *slots = (uint32_t *)(void *)(sids + count);
    uint32_t *filter = slots + slot_count;
    struct membership set = {.key = {key[0], key[1]},
                             .sids = sids,
                             .slots = slots,
                             .filter = filter,
                             .mask = (uint32_t)(slot_count - 1),
                             .filter_shift = filter_shift(slot_count)};
    struct builder builder = {.set = &set, .slots = slots, .filter = filter, .sids = sids};
    add(&builder, token->user, MEMBER_DENY | (token->user_deny_only ? 0 : MEMBER_ALLOW));
    add_groups(&builder, &token->groups, MEMBER_ALLOW, MEMBER_DENY);
    for (size_t i = 0; i < token->restricting_sids.count; i++)
        add(&builder, token->restricting_sids.items[i].sid, MEMBER_RESTRICTING);
    add_groups(&builder, &token->device_groups, MEMBER_DEVICE_ALLOW, MEMBER_DEVICE_DENY);
    add_package(&builder, token);
    token->membership = set;
}

enum err token_index(struct token *token, struct arena *arena, const uint64_t key[2])
{
    size_t size = token_index_size(token);
    void *memory = size != 0 ? arena_alloc(arena, size) : NULL;
    if (memory == NULL)
        return ERR_NO_MEMORY;
    token_index_at(token, memory, key);
    return ERR_NONE;
}
