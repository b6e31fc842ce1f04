#include "platform/privilege.h"

#include "platform/posix/token_storage.h"

enum err platform_privilege_check(const struct platform_token *token, privilege_set asked, bool all,
                                  bool *ret_held, privilege_set *ret_used)
{
    return privilege_check_token(&token->view, asked, all, ret_held, ret_used);
}

enum err platform_privilege_adjust(struct platform_token *token, const struct privilege_change *change,
                                   struct privilege_state *ret_previous, privilege_set *ret_changed)
{
    return privilege_adjust(&token->view.privileges, token->view.integrity_level, change, ret_previous,
                            ret_changed);
}
