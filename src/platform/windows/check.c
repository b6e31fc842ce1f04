#include "platform/check.h"

/* What Windows has of them it says only to who uses them. */
void platform_check(const struct platform_settings *settings, platform_found *found, void *context)
{
    struct platform *platform = NULL;
    struct platform_health health = {.ready = false};
    enum err err = platform_start(settings, &platform);
    if (err != ERR_NONE) {
        found(context, "domain_sid", false, "or another setting cannot be used; the log says which");
        return;
    }
    platform_health(platform, &health);
    platform_stop(platform);
    if (!health.ready)
        found(
            context, "package", false,
            "cannot authenticate anybody: there is no such security package, or this account may not use it or "
            "impersonate; name another, or use the service's account");
}
