#include "platform/check.h"

#include "platform/certificate_file.h"
#include "platform/finding.h"

/* What Windows has of the rest it says only to who uses it. */
static void check_rest(const struct finding *finding, const struct platform_settings *settings)
{
    struct platform *platform = NULL;
    struct platform_health health = {.ready = false};
    struct platform_settings rest = *settings;
    rest.certificate = (struct certificate_settings){.file = NULL};
    enum err err = platform_start(&rest, &platform);
    if (err != ERR_NONE) {
        finding_tell(finding, "domain_sid", false, "or another setting cannot be used; the log says which");
        return;
    }
    platform_health(platform, &health);
    platform_stop(platform);
    if (!health.ready)
        finding_tell(
            finding, "package", false,
            "cannot authenticate anybody: there is no such security package, or this account may not use it or "
            "impersonate; name another, or use the service's account");
}

void platform_check(const struct platform_settings *settings, platform_found *found, void *context)
{
    const struct finding finding = {.found = found, .context = context};
    finding_of_file(&finding, "certificate", settings->certificate.file, &certificate_file_kind,
                    &settings->certificate);
    check_rest(&finding, settings);
}
