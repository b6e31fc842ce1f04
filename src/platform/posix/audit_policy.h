/* audit_policy: which subcategories of events are written. Reference 5.6; [Event Audit] of the security template
 * ([MS-GPSB] 2.2.4) and audit.csv ([MS-GPAC] 2.2.1). */
#ifndef NTOKEND_PLATFORM_POSIX_AUDIT_POLICY_H
#define NTOKEND_PLATFORM_POSIX_AUDIT_POLICY_H

#include "base/bytes.h"

enum audit_subcategory {
    AUDIT_LOGON,
    AUDIT_SPECIAL_LOGON,
    AUDIT_GROUP_MEMBERSHIP,
    AUDIT_FILE_SYSTEM,
    AUDIT_REGISTRY,
    AUDIT_KERNEL_OBJECT,
    AUDIT_SAM,
    AUDIT_OTHER_OBJECT_ACCESS,
    AUDIT_HANDLE_MANIPULATION,
    AUDIT_CENTRAL_POLICY_STAGING,
    AUDIT_DIRECTORY_SERVICE_ACCESS,
    AUDIT_SENSITIVE_PRIVILEGE_USE,
    AUDIT_NON_SENSITIVE_PRIVILEGE_USE,
    AUDIT_AUTHORIZATION_POLICY_CHANGE,
    AUDIT_TOKEN_RIGHT_ADJUSTED,
    AUDIT_SUBCATEGORIES
};

enum { AUDIT_ON_SUCCESS = 1, AUDIT_ON_FAILURE = 2 };

struct audit_policy {
    uint8_t on[AUDIT_SUBCATEGORIES]; /* AUDIT_ON_… */
};

/* Without any policy everything is on: who configures a log wants to read in it. */
extern const struct audit_policy audit_policy_standard;

bool audit_policy_on(const struct audit_policy *policy, enum audit_subcategory subcategory, bool success);

/* All of a policy in one number, so that threads read it without a lock while it is replaced. */
uint64_t audit_policy_pack(const struct audit_policy *policy);
void audit_policy_unpack(uint64_t packed, struct audit_policy *ret);

struct platform;

/* The policy in force: the standard, changed by the template and then by audit.csv. */
void platform_audit_policy(const struct platform *platform, struct audit_policy *ret);

#endif
