/* privilege: PrivilegeCheck and AdjustTokenPrivileges on a token. */
#ifndef NTOKEND_PLATFORM_PRIVILEGE_H
#define NTOKEND_PLATFORM_PRIVILEGE_H

#include "platform/token.h"

/* As privilege_check_token (engine/privilege.h). Outputs start at not held. */
enum err platform_privilege_check(const struct platform_token *token, privilege_set asked, bool all,
                                  bool *ret_held, privilege_set *ret_used) MUST_USE;

/* As privilege_adjust (engine/privilege.h), on a token that the caller owns alone: a duplicate. */
enum err platform_privilege_adjust(struct platform_token *token, const struct privilege_change *change,
                                   struct privilege_state *ret_previous, privilege_set *ret_changed) MUST_USE;

#endif
