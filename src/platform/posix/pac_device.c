#include "platform/posix/pac_device.h"

enum { DOMAIN_GROUP_SIZE = 12 }; /* DomainId, GroupCount, GroupIds */

/* DOMAIN_GROUP_MEMBERSHIP, [MS-PAC] 2.2.3 */
struct domain_group {
    bool has_domain;
    struct ndr_array array;
    const struct sid *domain;
    struct bytes memberships;
};

struct device {
    uint32_t user_rid;
    uint32_t primary_group_rid;
    bool has_domain;
    struct ndr_array groups;
    struct ndr_array extra_sids;
    struct ndr_array domain_groups;
    const struct sid *domain;
    struct bytes memberships;
    struct domain_group *others;
    size_t other_count;
};

static void read_fixed(struct ndr *ndr, struct device *device)
{
    device->user_rid = ndr_u32(ndr);
    device->primary_group_rid = ndr_u32(ndr);
    device->has_domain = ndr_pointer(ndr);
    device->groups = ndr_array(ndr);
    device->extra_sids = ndr_array(ndr);
    device->domain_groups = ndr_array(ndr);
}

static enum err read_others(struct ndr *ndr, struct arena *arena, struct pac_budget *budget,
                            struct device *device)
{
    size_t count = ndr_array_begin(ndr, device->domain_groups, DOMAIN_GROUP_SIZE);
    if (count > PAC_SIDS_MAX)
        return ERR_TOO_LARGE;
    struct domain_group *others = arena_alloc_array(arena, count, sizeof *others);
    if (others == NULL)
        return ERR_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        others[i].has_domain = ndr_pointer(ndr);
        others[i].array = ndr_array(ndr);
    }
    for (size_t i = 0; i < count; i++) {
        others[i].domain = others[i].has_domain ? ndr_sid(ndr) : NULL;
        others[i].memberships = pac_memberships(ndr, others[i].array, budget);
    }
    device->others = others;
    device->other_count = count;
    return ndr_finish(ndr);
}

static enum err read_deferred(struct ndr *ndr, struct arena *arena, struct pac_budget *budget,
                              struct device *device, struct sid_list *extra_sids)
{
    device->domain = device->has_domain ? ndr_sid(ndr) : NULL;
    device->memberships = pac_memberships(ndr, device->groups, budget);
    enum err err = pac_sid_array(ndr, device->extra_sids, arena, budget, extra_sids);
    if (err == ERR_NONE)
        err = read_others(ndr, arena, budget, device);
    return err;
}

static enum err take_account(struct arena *arena, const struct device *device, struct pac_groups *groups)
{
    if (device->user_rid != 0) {
        const struct sid *account = NULL;
        enum err err = pac_sid_make(arena, device->domain, device->user_rid, &account);
        if (err != ERR_NONE)
            return err;
        groups->items[groups->count++] =
            (struct sid_and_attributes){.sid = account, .attributes = PAC_GROUP_DEFAULT};
    }
    return pac_groups_add_account(groups, arena, device->domain, device->primary_group_rid,
                                  device->memberships);
}

static enum err take_groups(struct arena *arena, const struct device *device, struct sid_list *ret)
{
    size_t room = (size_t)device->groups.count + 2;
    for (size_t i = 0; i < device->other_count; i++)
        room += device->others[i].array.count;
    struct pac_groups groups;
    enum err err = pac_groups_init(arena, room, &groups);
    if (err == ERR_NONE)
        err = take_account(arena, device, &groups);
    for (size_t i = 0; i < device->other_count && err == ERR_NONE; i++)
        err = pac_groups_add(&groups, arena, device->others[i].domain, device->others[i].memberships, 0);
    if (err == ERR_NONE)
        *ret = (struct sid_list){.items = groups.items, .count = groups.count};
    return err;
}

enum err pac_device_decode(struct arena *arena, struct bytes input, struct pac_budget *budget,
                           struct sid_list *ret_groups, struct sid_list *ret_extra_sids)
{
    struct ndr ndr;
    enum err err = ndr_open_pointer(input, &ndr);
    if (err != ERR_NONE)
        return err;
    struct device device = {0};
    struct sid_list extra_sids = {0};
    read_fixed(&ndr, &device);
    err = read_deferred(&ndr, arena, budget, &device, &extra_sids);
    if (err == ERR_NONE)
        err = take_groups(arena, &device, ret_groups);
    if (err == ERR_NONE)
        *ret_extra_sids = extra_sids;
    return err;
}
