#include "platform/posix/audit_policy.h"

enum { ON_BOTH = AUDIT_ON_SUCCESS | AUDIT_ON_FAILURE };

const struct audit_policy audit_policy_standard = {
    .on =
        {
            [AUDIT_LOGON] = ON_BOTH,
            [AUDIT_SPECIAL_LOGON] = ON_BOTH,
            [AUDIT_GROUP_MEMBERSHIP] = ON_BOTH,
            [AUDIT_FILE_SYSTEM] = ON_BOTH,
            [AUDIT_REGISTRY] = ON_BOTH,
            [AUDIT_KERNEL_OBJECT] = ON_BOTH,
            [AUDIT_SAM] = ON_BOTH,
            [AUDIT_OTHER_OBJECT_ACCESS] = ON_BOTH,
            [AUDIT_HANDLE_MANIPULATION] = ON_BOTH,
            [AUDIT_CENTRAL_POLICY_STAGING] = ON_BOTH,
            [AUDIT_DIRECTORY_SERVICE_ACCESS] = ON_BOTH,
            [AUDIT_SENSITIVE_PRIVILEGE_USE] = ON_BOTH,
            [AUDIT_NON_SENSITIVE_PRIVILEGE_USE] = ON_BOTH,
            [AUDIT_AUTHORIZATION_POLICY_CHANGE] = ON_BOTH,
            [AUDIT_TOKEN_RIGHT_ADJUSTED] = ON_BOTH,
        },
};

bool audit_policy_on(const struct audit_policy *policy, enum audit_subcategory subcategory, bool success)
{
    const unsigned wanted = success ? AUDIT_ON_SUCCESS : AUDIT_ON_FAILURE;
    return (policy->on[subcategory] & wanted) != 0;
}

enum { BITS = 2, PACKED_BITS = BITS * AUDIT_SUBCATEGORIES };
_Static_assert(PACKED_BITS <= 64, "a policy fits into a number");

uint64_t audit_policy_pack(const struct audit_policy *policy)
{
    uint64_t packed = 0;
    for (unsigned i = 0; i < AUDIT_SUBCATEGORIES; i++)
        packed |= (uint64_t)(policy->on[i] & ON_BOTH) << (i * BITS);
    return packed;
}

void audit_policy_unpack(uint64_t packed, struct audit_policy *ret)
{
    for (unsigned i = 0; i < AUDIT_SUBCATEGORIES; i++)
        ret->on[i] = (uint8_t)(packed >> (i * BITS)) & ON_BOTH;
}
