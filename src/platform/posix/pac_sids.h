/* pac_sids: the lists of SIDs of a PAC. A PAC sends most of them as a RID and its attributes, under one domain.
 * [MS-PAC] 2.2.1, 2.2.2 and 2.2.3. */
#ifndef NTOKEND_PLATFORM_POSIX_PAC_SIDS_H
#define NTOKEND_PLATFORM_POSIX_PAC_SIDS_H

#include "base/arena.h"
#include "engine/token.h"
#include "platform/posix/ndr.h"

/* What the attributes of a group are when the PAC names it without any: mandatory, enabled by default, enabled. */
#define PAC_GROUP_DEFAULT (SE_GROUP_MANDATORY | SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED)

/* How many SIDs this PAC may still have. The first list past it fails with ERR_TOO_LARGE. */
struct pac_budget {
    size_t sids;
};

/* The deferred part of a PGROUP_MEMBERSHIP: u32le RID and u32le attributes of each, borrowed from the input. */
struct bytes pac_memberships(struct ndr *ndr, struct ndr_array array, struct pac_budget *budget);

/* The deferred part of a PKERB_SID_AND_ATTRIBUTES. The SIDs borrow the input. */
enum err pac_sid_array(struct ndr *ndr, struct ndr_array array, struct arena *arena,
                       struct pac_budget *budget, struct sid_list *ret) MUST_USE;

/* domain + rid, in the arena. ERR_MALFORMED without a domain or when it is full; ERR_NO_MEMORY. */
enum err pac_sid_make(struct arena *arena, const struct sid *domain, uint32_t rid,
                      const struct sid **ret) MUST_USE;

/* A list of domain + RID that is made in steps. */
struct pac_groups {
    struct sid_and_attributes *items;
    size_t count;
    size_t room;
};
enum err pac_groups_init(struct arena *arena, size_t room, struct pac_groups *ret) MUST_USE;
/* Appends them all, with more attributes. ERR_MALFORMED when there are any but no domain. */
enum err pac_groups_add(struct pac_groups *groups, struct arena *arena, const struct sid *domain,
                        struct bytes memberships, uint32_t attributes) MUST_USE;
/* The primary group first, with its own attributes if it is listed; then the others, none twice: the
 * attributes of two are united. A primary RID of 0 is none. */
enum err pac_groups_add_account(struct pac_groups *groups, struct arena *arena, const struct sid *domain,
                                uint32_t primary_rid, struct bytes memberships) MUST_USE;

#endif
