#include "engine/membership.h"

/* Open addressing: a slot is free while it has no SID. The tag is the half of the hash that does not choose the place,
 * so that a SID is read only when it is almost surely the right one. */
struct membership_slot {
    const struct sid *sid;
    uint32_t tag;
    uint32_t roles;
};

static uint64_t load_word(const uint8_t *at)
{
    uint64_t word; /* in the order of the machine: a hash never leaves the process */
    memcpy(&word, at, sizeof word);
    return word;
}

__extension__ typedef unsigned __int128 uint128;

/* All 128 bits of the product decide, so that no input bit is lost (the mixing step of wyhash). */
static uint64_t fold(uint64_t a, uint64_t b)
{
    uint128 product = (uint128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* The whole SID under the key, 16 bytes a step. The last step overlaps the one before instead of padding, which is
 * sound because the first eight bytes, always read, hold the length. */
static inline uint64_t hash_sid(const struct sid *sid, const uint64_t key[2])
{
    const uint8_t *at = (const uint8_t *)sid;
    const uint8_t *end = at + sid_size(sid);
    if (end - at < 16)
        return fold(load_word(at) ^ key[0], load_word(end - 8) ^ key[1]);
    uint64_t hash = key[0];
    for (; end - at > 16; at += 16)
        hash = fold(load_word(at) ^ hash, load_word(at + 8) ^ key[1]);
    return fold(load_word(end - 16) ^ hash, load_word(end - 8) ^ key[1]);
}

/* sid_equal without a call, which the hot path would have to save its registers for. Once the first words are equal the
 * lengths are too; the last word overlaps the one before. */
static inline bool same_sid(const struct sid *left, const struct sid *right)
{
    const uint8_t *a = (const uint8_t *)left;
    const uint8_t *b = (const uint8_t *)right;
    if (load_word(a) != load_word(b))
        return false;
    const size_t last = sid_size(left) - 8;
    for (size_t at = 8; at < last; at += 8) {
        if (load_word(a + at) != load_word(b + at))
            return false;
    }
    return load_word(a + last) == load_word(b + last);
}

/* The slot that holds `sid`, or the free one where it belongs. At least half of the slots are free, so there is one. */
static inline const struct membership_slot *find_slot(const struct membership *set, const struct sid *sid,
                                                      uint64_t hash)
{
    uint32_t tag = (uint32_t)(hash >> 32);
    uint32_t place = (uint32_t)hash & set->mask;
    for (;; place = (place + 1) & set->mask) {
        const struct membership_slot *slot = &set->slots[place];
        if (slot->sid == NULL || (slot->tag == tag && same_sid(slot->sid, sid)))
            return slot;
    }
}

/* Aligned, so that its speed does not hang on what the linker puts before it. */
__attribute__((aligned(64))) unsigned membership_of(const struct token *token, const struct sid *sid)
{
    const struct membership *set = &token->membership;
    if (set->slots == NULL)
        return 0;
    return find_slot(set, sid, hash_sid(sid, set->key))->roles;
}

struct builder {
    struct membership *set;
    struct membership_slot *slots; /* those of the set, to write to */
};

static void add(const struct builder *builder, const struct sid *sid, unsigned roles)
{
    if (sid == NULL || roles == 0)
        return;
    uint64_t hash = hash_sid(sid, builder->set->key);
    struct membership_slot *slot = &builder->slots[find_slot(builder->set, sid, hash) - builder->set->slots];
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
