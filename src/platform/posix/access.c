#include "platform/access.h"

enum err platform_access_check(const struct platform_token *token, const struct access_request *request,
                               struct access_answer *ret)
{
    return decide_access(platform_token_view(token), request, ret);
}
