/* membership: which roles a SID has in a token, in constant time. Reference 3.3, "Matching a SID". */
#ifndef NTOKEND_ENGINE_MEMBERSHIP_H
#define NTOKEND_ENGINE_MEMBERSHIP_H

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

/* The roles of `sid` in an indexed token; 0 when it has none. Does not grow with the number of groups. */
unsigned membership_of(const struct token *token, const struct sid *sid);

#endif
