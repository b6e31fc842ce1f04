/* membership: which roles a SID has in a token, in constant time. Reference 3.3, "Matching a SID". */
#ifndef NTOKEND_ENGINE_MEMBERSHIP_H
#define NTOKEND_ENGINE_MEMBERSHIP_H

#include "engine/sid_hash.h"
#include "engine/token.h"

enum {
    MEMBER_ALLOW = 1,       /* allow ACEs match: the user, or a group that is enabled and not deny-only */
    MEMBER_DENY = 2,        /* deny ACEs match: those, deny-only groups and a deny-only user */
    MEMBER_RESTRICTING = 4, /* among the restricting SIDs, attributes ignored */
    MEMBER_PACKAGE =
        8, /* the AppContainer's package, its enabled capabilities, S-1-15-2-1 or for LPAC -2-2 */
    MEMBER_DEVICE_ALLOW = 16,
    MEMBER_DEVICE_DENY = 32,
};

/* Open addressing in words of 32 bits, so that the index of a hundred groups is a few cache lines; a slot is free while it is 0,
 * since whoever has no role is not in it. The tag is of the half of the hash that does not choose the place, so that a SID is
 * read only when it is almost surely the right one. */
enum {
    MEMBERSHIP_SIDS_MAX = 1 << 16, /* lowest 16 bits: which of membership.sids */
    MEMBERSHIP_ROLES_SHIFT = 16,   /* then 6 bits: MEMBER_… */
    MEMBERSHIP_TAG_SHIFT = 22,     /* then 10 bits: the highest ones of the hash */
};

/* The slot that holds `sid`, or the free one where it belongs. At least half of the slots are free, so there is one. */
static inline const uint32_t *membership_slot_of(const struct membership *set, const struct sid *sid,
                                                 uint64_t hash)
{
    const uint32_t tag = (uint32_t)(hash >> 32);
    uint32_t place = (uint32_t)hash & set->mask;
    for (;; place = (place + 1) & set->mask) {
        const uint32_t *slot = &set->slots[place];
        if (*slot == 0 || ((*slot ^ tag) >> MEMBERSHIP_TAG_SHIFT == 0 &&
                           sid_equal(set->sids[*slot % MEMBERSHIP_SIDS_MAX], sid)))
            return slot;
    }
}

/* The filter has four bits for each slot, at least eight for each SID: seven of eight strangers, or more, find a 0. */
enum { MEMBERSHIP_FILTER_BITS = 4, MEMBERSHIP_FILTER_WORD = 32 };

/* Which bit of the filter belongs to `sid`. A product with its end alone is enough: who makes SIDs that share a bit, which is
 * easy, gains that they are looked up. */
static inline uint64_t membership_filter_bit(const struct membership *set, const struct sid *sid)
{
    const uint8_t *end = (const uint8_t *)sid + sid_size(sid);
    return word_load(end - SID_SIZE_MIN) * (set->key[0] | 1) >> set->filter_shift;
}

/* Whether `sid` may be in a set that was made; false is certain. */
static inline bool membership_may_hold(const struct membership *set, const struct sid *sid)
{
    const uint64_t bit = membership_filter_bit(set, sid);
    return (set->filter[bit / MEMBERSHIP_FILTER_WORD] >> bit % MEMBERSHIP_FILTER_WORD & 1) != 0;
}

/* The same as membership_of, of a set that was made. Most SIDs of an ACL are of nobody in the token, which the filter tells
 * without a hash of the whole SID. */
static inline unsigned membership_roles(const struct membership *set, const struct sid *sid)
{
    if (!membership_may_hold(set, sid))
        return 0;
    return *membership_slot_of(set, sid, sid_hash(sid, set->key)) >> MEMBERSHIP_ROLES_SHIFT & 63;
}

/* The roles of `sid` in a token; 0 when it has none, and in a token without an index. Does not grow with the number of
 * groups. */
static inline unsigned membership_of(const struct token *token, const struct sid *sid)
{
    const struct membership *set = &token->membership;
    return set->slots != NULL ? membership_roles(set, sid) : 0;
}

#endif
