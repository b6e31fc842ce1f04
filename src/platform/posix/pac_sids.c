#include "platform/posix/pac_sids.h"

enum {
    MEMBERSHIP_SIZE = 8,         /* RelativeId, Attributes */
    SID_AND_ATTRIBUTES_SIZE = 8, /* a pointer, Attributes */
};

static uint32_t membership_rid(struct bytes memberships, size_t index)
{
    return le32_load(memberships.data + MEMBERSHIP_SIZE * index);
}

static uint32_t membership_attributes(struct bytes memberships, size_t index)
{
    return le32_load(memberships.data + MEMBERSHIP_SIZE * index + 4);
}

static size_t array_begin(struct ndr *ndr, struct ndr_array array, size_t element_size,
                          struct pac_budget *budget)
{
    size_t count = ndr_array_begin(ndr, array, element_size);
    if (count > budget->sids) {
        ndr_fail(ndr, ERR_TOO_LARGE);
        return 0;
    }
    budget->sids -= count;
    return count;
}

struct bytes pac_memberships(struct ndr *ndr, struct ndr_array array, struct pac_budget *budget)
{
    size_t count = array_begin(ndr, array, MEMBERSHIP_SIZE, budget);
    return cursor_take(&ndr->cursor, MEMBERSHIP_SIZE * count);
}

enum err pac_sid_array(struct ndr *ndr, struct ndr_array array, struct arena *arena,
                       struct pac_budget *budget, struct sid_list *ret)
{
    size_t count = array_begin(ndr, array, SID_AND_ATTRIBUTES_SIZE, budget);
    struct sid_and_attributes *items = arena_alloc_array(arena, count, sizeof *items);
    if (items == NULL)
        return ERR_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        if (!ndr_pointer(ndr))
            ndr_fail(ndr, ERR_MALFORMED);
        items[i].attributes = ndr_u32(ndr);
    }
    for (size_t i = 0; i < count; i++)
        items[i].sid = ndr_sid(ndr);
    enum err err = ndr_error(ndr);
    if (err == ERR_NONE)
        *ret = (struct sid_list){.items = items, .count = count};
    return err;
}

enum err pac_sid_make(struct arena *arena, const struct sid *domain, uint32_t rid, const struct sid **ret)
{
    struct sid_buffer buffer;
    if (domain == NULL || sid_append(&buffer, domain, rid) != ERR_NONE)
        return ERR_MALFORMED;
    const struct sid *sid = arena_copy(arena, &buffer, sid_size(sid_of(&buffer)));
    if (sid == NULL)
        return ERR_NO_MEMORY;
    *ret = sid;
    return ERR_NONE;
}

enum err pac_groups_init(struct arena *arena, size_t room, struct pac_groups *ret)
{
    struct sid_and_attributes *items = arena_alloc_array(arena, room, sizeof *items);
    if (items == NULL)
        return ERR_NO_MEMORY;
    *ret = (struct pac_groups){.items = items, .count = 0, .room = room};
    return ERR_NONE;
}

/* `count` SIDs in one piece of memory, which differ from the model in their last sub-authority. */
struct sid_run {
    struct sid_buffer model;
    size_t size;
    uint8_t *next;
};

static enum err run_start(struct sid_run *run, struct arena *arena, const struct sid *domain, size_t count)
{
    if (domain == NULL || sid_append(&run->model, domain, 0) != ERR_NONE)
        return ERR_MALFORMED;
    run->size = sid_size(sid_of(&run->model));
    run->next = arena_alloc_array(arena, count, run->size);
    return run->next == NULL ? ERR_NO_MEMORY : ERR_NONE;
}

static void run_append(struct sid_run *run, struct pac_groups *groups, uint32_t rid, uint32_t attributes)
{
    memcpy(run->next, &run->model, run->size);
    le32_store(run->next + run->size - 4, rid);
    groups->items[groups->count++] =
        (struct sid_and_attributes){.sid = (const struct sid *)run->next, .attributes = attributes};
    run->next += run->size;
}

enum err pac_groups_add(struct pac_groups *groups, struct arena *arena, const struct sid *domain,
                        struct bytes memberships, uint32_t attributes)
{
    size_t count = memberships.size / MEMBERSHIP_SIZE;
    if (count == 0)
        return ERR_NONE;
    if (count > groups->room - groups->count)
        return ERR_FAILED;
    struct sid_run run;
    enum err err = run_start(&run, arena, domain, count);
    if (err != ERR_NONE)
        return err;
    for (size_t i = 0; i < count; i++)
        run_append(&run, groups, membership_rid(memberships, i),
                   membership_attributes(memberships, i) | attributes);
    return ERR_NONE;
}

/* The RIDs so far: an open hash of their places in the list, counted from 1. Users may have a thousand groups. */
struct rid_set {
    struct bytes memberships;
    uint32_t *slots;
    size_t mask;
    size_t *items; /* of each place: where its group went */
};

static enum err rid_set_init(struct rid_set *set, struct arena *arena, struct bytes memberships)
{
    size_t size = 16;
    while (size < 2 * (memberships.size / MEMBERSHIP_SIZE))
        size *= 2;
    *set = (struct rid_set){.memberships = memberships, .mask = size - 1};
    set->slots = arena_alloc_array(arena, size, sizeof *set->slots);
    set->items = arena_alloc_array(arena, memberships.size / MEMBERSHIP_SIZE, sizeof *set->items);
    return set->slots == NULL || set->items == NULL ? ERR_NO_MEMORY : ERR_NONE;
}

/* The first place with the same RID, which may be this one. At least half of the slots stay free, so the walk ends. */
static size_t rid_set_add(struct rid_set *set, size_t index)
{
    uint32_t rid = membership_rid(set->memberships, index);
    size_t slot =
        (rid * UINT32_C(0x9E3779B1) >> 16) & set->mask; /* RIDs are mostly consecutive: spread them */
    for (; set->slots[slot] != 0; slot = (slot + 1) & set->mask) {
        if (membership_rid(set->memberships, set->slots[slot] - 1) == rid)
            return set->slots[slot] - 1;
    }
    set->slots[slot] = (uint32_t)index + 1;
    return index;
}

static uint32_t attributes_of(struct bytes memberships, size_t count, uint32_t rid)
{
    uint32_t attributes = 0;
    bool listed = false;
    for (size_t i = 0; i < count; i++) {
        if (membership_rid(memberships, i) != rid)
            continue;
        attributes |= membership_attributes(memberships, i);
        listed = true;
    }
    return listed ? attributes : PAC_GROUP_DEFAULT;
}

enum err pac_groups_add_account(struct pac_groups *groups, struct arena *arena, const struct sid *domain,
                                uint32_t primary_rid, struct bytes memberships)
{
    size_t count = memberships.size / MEMBERSHIP_SIZE;
    if (count >= groups->room - groups->count)
        return ERR_FAILED;
    struct sid_run run;
    struct rid_set seen;
    enum err err = run_start(&run, arena, domain, count + 1);
    if (err == ERR_NONE)
        err = rid_set_init(&seen, arena, memberships);
    if (err != ERR_NONE)
        return err;
    if (primary_rid != 0)
        run_append(&run, groups, primary_rid, attributes_of(memberships, count, primary_rid));
    for (size_t i = 0; i < count; i++) {
        uint32_t rid = membership_rid(memberships, i);
        uint32_t attributes = membership_attributes(memberships, i);
        if (primary_rid != 0 && rid == primary_rid)
            continue;
        size_t first = rid_set_add(&seen, i);
        if (first == i) {
            seen.items[i] = groups->count;
            run_append(&run, groups, rid, attributes);
        } else {
            groups->items[seen.items[first]].attributes |= attributes; /* deny-only must not get lost */
        }
    }
    return ERR_NONE;
}
