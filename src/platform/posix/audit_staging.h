/* audit_staging: 4818, a check that central access policies would answer otherwise once their staged rules are in force. Reference
 * 3.11; Microsoft's page "Audit Central Access Policy Staging". */
#ifndef NTOKEND_PLATFORM_POSIX_AUDIT_STAGING_H
#define NTOKEND_PLATFORM_POSIX_AUDIT_STAGING_H

#include "platform/posix/audit_explain.h"
#include "platform/posix/audit_policy.h"

/* Irrespective of the SACL's audit ACEs. Costs nothing but a look at the SACL where no rule is staged. ERR_NO_MEMORY, ERR_IO. */
enum err audit_staging(struct audited *audited, const struct audit_policy *policy) MUST_USE;

#endif
