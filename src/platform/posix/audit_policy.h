/* audit_policy: which subcategories of events are written. Reference 5.6; [Event Audit] of the security template
 * ([MS-GPSB] 2.2.4) and audit.csv ([MS-GPAC] 2.2.1). */
#ifndef NTOKEND_PLATFORM_POSIX_AUDIT_POLICY_H
#define NTOKEND_PLATFORM_POSIX_AUDIT_POLICY_H

#include "engine/guid.h"

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

/* What a file says of some of them. */
struct audit_overrides {
    uint8_t on[AUDIT_SUBCATEGORIES]; /* AUDIT_ON_…, of those that are listed */
    bool listed[AUDIT_SUBCATEGORIES];
};

/* The nine categories of [Event Audit]. */
enum audit_category {
    AUDIT_CATEGORY_SYSTEM,
    AUDIT_CATEGORY_LOGON,
    AUDIT_CATEGORY_OBJECT_ACCESS,
    AUDIT_CATEGORY_PRIVILEGE_USE,
    AUDIT_CATEGORY_POLICY_CHANGE,
    AUDIT_CATEGORY_ACCOUNT_MANAGEMENT,
    AUDIT_CATEGORY_DETAILED_TRACKING,
    AUDIT_CATEGORY_DIRECTORY_SERVICE,
    AUDIT_CATEGORY_ACCOUNT_LOGON,
    AUDIT_CATEGORIES
};

/* By its key in [Event Audit], in either case. ERR_NOT_FOUND. */
enum err audit_category_find(struct bytes key, enum audit_category *ret) MUST_USE;
/* All subcategories of a category are on as `on` (AUDIT_ON_…) says. */
void audit_overrides_list(struct audit_overrides *overrides, enum audit_category category, unsigned on);

/* The subcategory of a GUID, with braces or without. ERR_NOT_FOUND: none whose events are written here; ERR_MALFORMED: no
 * GUID. *ret_known, also when it is not found: Windows has that subcategory. */
enum err audit_subcategory_find(struct bytes guid, enum audit_subcategory *ret, bool *ret_known) MUST_USE;

/* A value of both files: 0 to 4. *ret_on: AUDIT_ON_…, of 0 and 4 nothing. ERR_MALFORMED. */
enum err audit_value_parse(struct bytes text, unsigned *ret_value, unsigned *ret_on) MUST_USE;

void audit_policy_override(struct audit_policy *policy, const struct audit_overrides *overrides);
bool audit_policy_on(const struct audit_policy *policy, enum audit_subcategory subcategory, bool success);

/* All of a policy in one number, so that threads read it without a lock while it is replaced. */
uint64_t audit_policy_pack(const struct audit_policy *policy);
void audit_policy_unpack(uint64_t packed, struct audit_policy *ret);

struct platform;

/* The policy in force: the standard, changed by the template and then by audit.csv. */
void platform_audit_policy(const struct platform *platform, struct audit_policy *ret);

#endif
