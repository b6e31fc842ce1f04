#include "platform/access.h"

#include "platform/windows/check_system.h"
#include "platform/windows/shadow.h"

/* The system takes its own into account, and tells them to nobody. */
const struct central_policies *platform_policies_acquire(struct platform *platform)
{
    (void)platform;
    return NULL;
}

void platform_policies_release(const struct central_policies *policies)
{
    (void)policies;
}

enum err platform_access_check(const struct platform_token *token, const struct access_request *request,
                               struct access_answer *ret)
{
    struct shadow shadow;
    shadow_begin(&shadow, token, request);
    enum err err = check_system(token, request, ret);
    shadow_end(&shadow, token, request, err, ret);
    return err;
}
