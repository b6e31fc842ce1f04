/* groups: the group list of a token in the making: no SID twice, in the order of arrival. */
#ifndef NTOKEND_PLATFORM_POSIX_GROUPS_H
#define NTOKEND_PLATFORM_POSIX_GROUPS_H

#include "engine/token.h"

enum {
    GROUPS_MAX = 16384,
    /* what LSA gives most groups */
    GROUPS_ATTRIBUTES = SE_GROUP_MANDATORY | SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED,
};

struct groups {
    struct arena *arena;
    struct sid_and_attributes *items;
    size_t count;
    uint16_t *order; /* positions in items, by SID */
    size_t room;
};

void groups_init(struct groups *groups, struct arena *arena);
/* Copies the SID. One that is there gets the attributes of both, so that deny-only stays. Mandatory groups are enabled, as
 * when Windows makes a token (reference 3.3). ERR_TOO_LARGE past GROUPS_MAX, ERR_NO_MEMORY. */
enum err groups_add(struct groups *groups, const struct sid *sid, uint32_t attributes) MUST_USE;
/* NULL when it is not there. */
const struct sid_and_attributes *groups_find(const struct groups *groups, const struct sid *sid);
/* Allow ACEs match it: enabled and not for deny only. */
bool groups_effective(const struct sid_and_attributes *group);
struct sid_list groups_list(const struct groups *groups);

#endif
