#include "platform/audit.h"

#include "platform/posix/state.h"

bool platform_audit_available(const struct platform *platform)
{
    return platform->settings.audit.store.url != NULL;
}
