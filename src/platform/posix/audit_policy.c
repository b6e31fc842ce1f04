#include "platform/posix/audit_policy.h"

enum { ON_BOTH = AUDIT_ON_SUCCESS | AUDIT_ON_FAILURE };

/* All but `id` is alike in the GUIDs of subcategories: 0CCE92id-69AE-11D9-BED3-505054503030. [MS-GPAC] 2.2.1.2; the
 * categories are those of ntsecapi.h. */
static const struct {
    uint8_t id;
    uint8_t category;
} subcategories[AUDIT_SUBCATEGORIES] = {
    [AUDIT_LOGON] = {0x15, AUDIT_CATEGORY_LOGON},
    [AUDIT_SPECIAL_LOGON] = {0x1B, AUDIT_CATEGORY_LOGON},
    [AUDIT_GROUP_MEMBERSHIP] = {0x49, AUDIT_CATEGORY_LOGON},
    [AUDIT_FILE_SYSTEM] = {0x1D, AUDIT_CATEGORY_OBJECT_ACCESS},
    [AUDIT_REGISTRY] = {0x1E, AUDIT_CATEGORY_OBJECT_ACCESS},
    [AUDIT_KERNEL_OBJECT] = {0x1F, AUDIT_CATEGORY_OBJECT_ACCESS},
    [AUDIT_SAM] = {0x20, AUDIT_CATEGORY_OBJECT_ACCESS},
    [AUDIT_OTHER_OBJECT_ACCESS] = {0x27, AUDIT_CATEGORY_OBJECT_ACCESS},
    [AUDIT_HANDLE_MANIPULATION] = {0x23, AUDIT_CATEGORY_OBJECT_ACCESS},
    [AUDIT_CENTRAL_POLICY_STAGING] = {0x46, AUDIT_CATEGORY_OBJECT_ACCESS},
    [AUDIT_DIRECTORY_SERVICE_ACCESS] = {0x3B, AUDIT_CATEGORY_DIRECTORY_SERVICE},
    [AUDIT_SENSITIVE_PRIVILEGE_USE] = {0x28, AUDIT_CATEGORY_PRIVILEGE_USE},
    [AUDIT_NON_SENSITIVE_PRIVILEGE_USE] = {0x29, AUDIT_CATEGORY_PRIVILEGE_USE},
    [AUDIT_AUTHORIZATION_POLICY_CHANGE] = {0x31, AUDIT_CATEGORY_POLICY_CHANGE},
    [AUDIT_TOKEN_RIGHT_ADJUSTED] = {0x4A, AUDIT_CATEGORY_DETAILED_TRACKING},
};
enum { ID_FIRST = 0x10, ID_LAST = 0x4A }; /* of all subcategories of Windows */

/* [MS-GPSB] 2.2.4 */
static const char *const category_keys[AUDIT_CATEGORIES] = {
    [AUDIT_CATEGORY_SYSTEM] = "AuditSystemEvents",
    [AUDIT_CATEGORY_LOGON] = "AuditLogonEvents",
    [AUDIT_CATEGORY_OBJECT_ACCESS] = "AuditObjectAccess",
    [AUDIT_CATEGORY_PRIVILEGE_USE] = "AuditPrivilegeUse",
    [AUDIT_CATEGORY_POLICY_CHANGE] = "AuditPolicyChange",
    [AUDIT_CATEGORY_ACCOUNT_MANAGEMENT] = "AuditAccountManage",
    [AUDIT_CATEGORY_DETAILED_TRACKING] = "AuditProcessTracking",
    [AUDIT_CATEGORY_DIRECTORY_SERVICE] = "AuditDSAccess",
    [AUDIT_CATEGORY_ACCOUNT_LOGON] = "AuditAccountLogon",
};

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

enum err audit_category_find(struct bytes key, enum audit_category *ret)
{
    for (unsigned i = 0; i < AUDIT_CATEGORIES; i++) {
        if (bytes_equal_ignoring_case(key, bytes_of_string(category_keys[i]))) {
            *ret = (enum audit_category)i;
            return ERR_NONE;
        }
    }
    return ERR_NOT_FOUND;
}

void audit_overrides_list(struct audit_overrides *overrides, enum audit_category category, unsigned on)
{
    for (unsigned i = 0; i < AUDIT_SUBCATEGORIES; i++) {
        if (subcategories[i].category != category)
            continue;
        overrides->on[i] = (uint8_t)on;
        overrides->listed[i] = true;
    }
}

enum err audit_subcategory_find(struct bytes guid, enum audit_subcategory *ret, bool *ret_known)
{
    static const struct guid family = {
        {0x00, 0x92, 0xCE, 0x0C, 0xAE, 0x69, 0xD9, 0x11, 0xBE, 0xD3, 0x50, 0x50, 0x54, 0x50, 0x30, 0x30}};
    struct guid parsed;
    *ret_known = false;
    if (guid.size >= 2 && guid.data[0] == '{' && guid.data[guid.size - 1] == '}')
        guid = bytes_of(guid.data + 1, guid.size - 2);
    if (guid_parse(guid, &parsed) != ERR_NONE)
        return ERR_MALFORMED;
    const uint8_t id = parsed.bytes[0]; /* the lowest byte of the first number */
    parsed.bytes[0] = 0;
    if (!guid_equal(&parsed, &family))
        return ERR_NOT_FOUND;
    *ret_known = id >= ID_FIRST && id <= ID_LAST;
    for (unsigned i = 0; i < AUDIT_SUBCATEGORIES; i++) {
        if (subcategories[i].id == id) {
            *ret = (enum audit_subcategory)i;
            return ERR_NONE;
        }
    }
    return ERR_NOT_FOUND;
}

enum err audit_value_parse(struct bytes text, unsigned *ret_value, unsigned *ret_on)
{
    enum { NONE = 4 };
    if (text.size != 1 || text.data[0] < '0' || text.data[0] > '0' + NONE)
        return ERR_MALFORMED;
    const unsigned value = text.data[0] - (unsigned)'0';
    *ret_value = value;
    *ret_on = value & ON_BOTH;
    return ERR_NONE;
}

void audit_policy_override(struct audit_policy *policy, const struct audit_overrides *overrides)
{
    for (unsigned i = 0; i < AUDIT_SUBCATEGORIES; i++) {
        if (overrides->listed[i])
            policy->on[i] = overrides->on[i];
    }
}

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
