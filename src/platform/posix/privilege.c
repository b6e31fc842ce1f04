#include "platform/privilege.h"

#include "platform/posix/token_storage.h"

enum err platform_privilege_adjust(struct platform_token *token, const struct privilege_change *change,
                                   struct privilege_state *ret_previous, privilege_set *ret_changed)
{
    return privilege_adjust(&token->view.privileges, token->view.integrity_level, change, ret_previous,
                            ret_changed);
}
