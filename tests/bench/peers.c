#include "peers.h"

#include "peers_condition.h"

#include "engine/sid_hash.h"

/* Where the ACEs of the DACL begin and how many they are. */
static const uint8_t *dacl_of(struct bytes descriptor, unsigned *ret_count)
{
    const uint8_t *dacl = descriptor.data + le32_load(descriptor.data + 16);
    *ret_count = le16_load(dacl + 4);
    return dacl + ACL_HEADER_SIZE;
}

static inline bool in_token(const void *where, const struct sid *sid)
{
    const struct token *token = where;
    if (sid_equal(token->user, sid))
        return true;
    for (size_t i = 0; i < token->groups.count; i++) {
        if (sid_equal(token->groups.items[i].sid, sid))
            return true;
    }
    return false;
}

static inline bool in_set(const void *where, const struct sid *sid)
{
    const struct peers_set *set = where;
    const uint64_t hash = sid_hash(sid, set->key);
    uint32_t place = (uint32_t)hash & set->mask;
    for (; set->slots[place].sid != NULL; place = (place + 1) & set->mask) {
        if (set->slots[place].tag == (uint32_t)(hash >> 32) && sid_equal(set->slots[place].sid, sid))
            return true;
    }
    return false;
}

static void put(struct peers_set *set, const struct sid *sid)
{
    const uint64_t hash = sid_hash(sid, set->key);
    uint32_t place = (uint32_t)hash & set->mask;
    while (set->slots[place].sid != NULL)
        place = (place + 1) & set->mask;
    set->slots[place] = (struct peers_slot){.sid = sid, .tag = (uint32_t)(hash >> 32)};
}

enum err peers_set_make(struct arena *arena, const struct token *token, struct peers_set *ret)
{
    size_t count = 8;
    while (count < 2 * (token->groups.count + 1))
        count *= 2;
    struct peers_set set = {.slots = arena_alloc_array(arena, count, sizeof(struct peers_slot)),
                            .mask = (uint32_t)(count - 1),
                            .key = {UINT64_C(0x123456789ABCDEF1), UINT64_C(0xA4093822299F31D0)}};
    if (set.slots == NULL)
        return ERR_NO_MEMORY;
    put(&set, token->user);
    for (size_t i = 0; i < token->groups.count; i++)
        put(&set, token->groups.items[i].sid);
    *ret = set;
    return ERR_NONE;
}

/* One walk, made twice by the compiler: once with each way to find a SID. */
static inline __attribute__((always_inline)) uint32_t walk(const struct token *token, struct bytes descriptor,
                                                           uint32_t desired, finder *find, const void *where)
{
    unsigned count;
    const uint8_t *ace = dacl_of(descriptor, &count);
    bool maximum = desired == RIGHT_MAXIMUM_ALLOWED;
    uint32_t granted = 0;
    uint32_t denied = 0;
    for (; count > 0; count--, ace += le16_load(ace + 2)) {
        const struct sid *sid = (const struct sid *)(ace + 8);
        if ((ace[1] & ACE_INHERIT_ONLY) != 0 || !find(where, sid))
            continue;
        const bool conditional = ace[0] == ACE_ACCESS_ALLOWED_CALLBACK;
        if (conditional && !peers_condition(bytes_from(bytes_of(ace, le16_load(ace + 2)), 8 + sid_size(sid)),
                                            token, find, where))
            continue;
        if (ace[0] == ACE_ACCESS_ALLOWED || conditional)
            granted |= le32_load(ace + 4) & ~denied;
        else if (ace[0] == ACE_ACCESS_DENIED)
            denied |= le32_load(ace + 4) & ~granted;
        if (!maximum && ((desired & ~granted) == 0 || (desired & denied) != 0))
            break;
    }
    return maximum ? granted : granted & desired;
}

uint32_t peers_compare(const struct token *token, struct bytes descriptor, uint32_t desired)
{
    return walk(token, descriptor, desired, in_token, token);
}

uint32_t peers_bound(const struct token *token, const struct peers_set *set, struct bytes descriptor,
                     uint32_t desired)
{
    return walk(token, descriptor, desired, in_set, set);
}

static inline __attribute__((always_inline)) uint32_t
walk_tree(struct bytes descriptor, struct object_node *nodes, size_t count, finder *find, const void *where)
{
    unsigned aces;
    const uint8_t *ace = dacl_of(descriptor, &aces);
    for (size_t i = 0; i < count; i++)
        nodes[i].granted = 0;
    for (; aces > 0; aces--, ace += le16_load(ace + 2)) {
        const struct guid *guid = (const struct guid *)(ace + 12);
        const struct sid *sid = (const struct sid *)(ace + 28);
        if (!find(where, sid))
            continue;
        size_t node = 0;
        while (node < count && !guid_equal(&nodes[node].guid, guid))
            node++;
        if (node < count)
            nodes[node].granted |= le32_load(ace + 4);
    }
    uint32_t common = UINT32_MAX;
    for (size_t i = 0; i < count; i++) {
        if (i + 1 == count || nodes[i + 1].level <= nodes[i].level)
            common &= nodes[i].granted;
    }
    return common;
}

uint32_t peers_compare_tree(const struct token *token, struct bytes descriptor, struct object_node *nodes,
                            size_t count)
{
    return walk_tree(descriptor, nodes, count, in_token, token);
}

uint32_t peers_bound_tree(const struct peers_set *set, struct bytes descriptor, struct object_node *nodes,
                          size_t count)
{
    return walk_tree(descriptor, nodes, count, in_set, set);
}
