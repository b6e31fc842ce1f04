#include "platform/posix/groups.h"

enum { ROOM_FIRST = 32 };

void groups_init(struct groups *groups, struct arena *arena)
{
    *groups = (struct groups){.arena = arena};
}

static int order(const struct sid *a, const struct sid *b)
{
    if (a->sub_authority_count != b->sub_authority_count)
        return a->sub_authority_count < b->sub_authority_count ? -1 : 1;
    return memcmp(a, b, sid_size(a));
}

/* Where the SID is in groups->order, or would be. */
static size_t place_of(const struct groups *groups, const struct sid *sid, bool *ret_found)
{
    size_t low = 0;
    size_t high = groups->count;
    *ret_found = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int way = order(groups->items[groups->order[middle]].sid, sid);
        if (way == 0) {
            *ret_found = true;
            return middle;
        }
        if (way < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static enum err make_room(struct groups *groups)
{
    if (groups->count < groups->room)
        return ERR_NONE;
    if (groups->count >= GROUPS_MAX)
        return ERR_TOO_LARGE;
    size_t room = groups->room == 0 ? ROOM_FIRST : groups->room * 2;
    struct sid_and_attributes *items = arena_alloc_array(groups->arena, room, sizeof *items);
    uint16_t *places = arena_alloc_array(groups->arena, room, sizeof *places);
    if (items == NULL || places == NULL)
        return ERR_NO_MEMORY;
    if (groups->count > 0) {
        memcpy(items, groups->items, groups->count * sizeof *items);
        memcpy(places, groups->order, groups->count * sizeof *places);
    }
    groups->items = items;
    groups->order = places;
    groups->room = room;
    return ERR_NONE;
}

static uint32_t settle(uint32_t attributes)
{
    bool enable = (attributes & SE_GROUP_MANDATORY) != 0 && (attributes & SE_GROUP_USE_FOR_DENY_ONLY) == 0;
    return enable ? attributes | SE_GROUP_ENABLED : attributes;
}

enum err groups_add(struct groups *groups, const struct sid *sid, uint32_t attributes)
{
    bool found = false;
    size_t place = place_of(groups, sid, &found);
    if (found) {
        struct sid_and_attributes *group = &groups->items[groups->order[place]];
        group->attributes = settle(group->attributes | attributes);
        return ERR_NONE;
    }
    enum err err = make_room(groups);
    if (err != ERR_NONE)
        return err;
    const struct sid *copy = arena_copy(groups->arena, sid, sid_size(sid));
    if (copy == NULL)
        return ERR_NO_MEMORY;
    memmove(groups->order + place + 1, groups->order + place,
            (groups->count - place) * sizeof *groups->order);
    groups->order[place] = (uint16_t)groups->count;
    groups->items[groups->count++] =
        (struct sid_and_attributes){.sid = copy, .attributes = settle(attributes)};
    return ERR_NONE;
}

const struct sid_and_attributes *groups_find(const struct groups *groups, const struct sid *sid)
{
    bool found = false;
    size_t place = place_of(groups, sid, &found);
    return found ? &groups->items[groups->order[place]] : NULL;
}

bool groups_effective(const struct sid_and_attributes *group)
{
    return (group->attributes & (SE_GROUP_ENABLED | SE_GROUP_USE_FOR_DENY_ONLY)) == SE_GROUP_ENABLED;
}

struct sid_list groups_list(const struct groups *groups)
{
    return (struct sid_list){.items = groups->items, .count = groups->count};
}
