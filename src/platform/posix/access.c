#include "platform/access.h"

#include "platform/posix/state.h"
#include "platform/posix/token_storage.h"

const struct central_policies *platform_policies_acquire(struct platform *platform)
{
    return central_file_acquire(&platform->central);
}

void platform_policies_release(const struct central_policies *policies)
{
    central_file_release(policies);
}

enum err platform_access_check(const struct platform_token *token, const struct access_request *request,
                               struct access_answer *ret)
{
    if (request->policies != NULL || request->descriptor->sacl_state != ACL_THERE)
        return decide_access(platform_token_view(token), request, ret);
    const struct central_policies *policies = platform_policies_acquire(token->storage->platform);
    if (policies == NULL)
        return decide_access(platform_token_view(token), request, ret);
    struct access_request asked = *request;
    asked.policies = policies;
    asked.explanation = NULL;
    enum err err = decide_access(platform_token_view(token), &asked, ret);
    platform_policies_release(policies);
    return err;
}
