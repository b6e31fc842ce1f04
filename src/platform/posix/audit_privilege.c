#include "platform/posix/audit_privilege.h"

#include "platform/posix/audit_policy.h"

enum {
    TASK_SENSITIVE = 13056,
    TASK_NON_SENSITIVE = 13057,
    SE_LOCK_MEMORY = 4,
    SE_SYSTEM_ENVIRONMENT = 22,
    SE_ENABLE_DELEGATION = 27
};

/* The lists of 4672 and of 4673 have these in common. */
static privilege_set powerful(void)
{
    return privilege_bit(SE_ASSIGN_PRIMARY_TOKEN) | privilege_bit(SE_AUDIT) | privilege_bit(SE_BACKUP) |
           privilege_bit(SE_CREATE_TOKEN) | privilege_bit(SE_DEBUG) | privilege_bit(SE_ENABLE_DELEGATION) |
           privilege_bit(SE_IMPERSONATE) | privilege_bit(SE_LOAD_DRIVER) | privilege_bit(SE_RESTORE) |
           privilege_bit(SE_SECURITY) | privilege_bit(SE_SYSTEM_ENVIRONMENT) |
           privilege_bit(SE_TAKE_OWNERSHIP) | privilege_bit(SE_TCB);
}

static bool sensitive(privilege_set privileges)
{
    return (privileges & (powerful() | privilege_bit(SE_LOCK_MEMORY))) != 0;
}

uint16_t audit_privilege_task(privilege_set privileges)
{
    return sensitive(privileges) ? TASK_SENSITIVE : TASK_NON_SENSITIVE;
}

bool audit_privilege_on(const struct platform *platform, privilege_set privileges, bool success)
{
    struct audit_policy policy;
    platform_audit_policy(platform, &policy);
    return audit_policy_on(
        &policy, sensitive(privileges) ? AUDIT_SENSITIVE_PRIVILEGE_USE : AUDIT_NON_SENSITIVE_PRIVILEGE_USE,
        success);
}

/* The page of 4672 has no SeLockMemoryPrivilege; since Windows 10 the event lists the last of these too (O: raw events). */
privilege_set audit_privilege_special(privilege_set held)
{
    return held & (powerful() | privilege_bit(SE_DELEGATE_SESSION_USER_IMPERSONATE));
}
