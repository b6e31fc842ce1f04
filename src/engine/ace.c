#include "engine/ace.h"

/* [MS-DTYP] 2.4.4.1; reference 1.3 */
enum {
    ALLOW = ACE_CLASS_KNOWN | ACE_CLASS_ALLOW,
    DENY = ACE_CLASS_KNOWN | ACE_CLASS_DENY,
    AUDIT = ACE_CLASS_KNOWN | ACE_CLASS_AUDIT | ACE_CLASS_SYSTEM,
    SYSTEM = ACE_CLASS_KNOWN | ACE_CLASS_SYSTEM,
    OBJECT = ACE_CLASS_OBJECT,
    CALLBACK = ACE_CLASS_CALLBACK,
};

/* System alarm ACEs are reserved and without effect: they are no audit. */
const uint8_t ace_classes[UINT8_MAX + 1] = {
    [ACE_ACCESS_ALLOWED] = ALLOW,
    [ACE_ACCESS_DENIED] = DENY,
    [ACE_SYSTEM_AUDIT] = AUDIT,
    [ACE_SYSTEM_ALARM] = SYSTEM,
    [ACE_ACCESS_ALLOWED_COMPOUND] = ACE_CLASS_KNOWN | ACE_CLASS_COMPOUND,
    [ACE_ACCESS_ALLOWED_OBJECT] = ALLOW | OBJECT,
    [ACE_ACCESS_DENIED_OBJECT] = DENY | OBJECT,
    [ACE_SYSTEM_AUDIT_OBJECT] = AUDIT | OBJECT,
    [ACE_SYSTEM_ALARM_OBJECT] = SYSTEM | OBJECT,
    [ACE_ACCESS_ALLOWED_CALLBACK] = ALLOW | CALLBACK,
    [ACE_ACCESS_DENIED_CALLBACK] = DENY | CALLBACK,
    [ACE_ACCESS_ALLOWED_CALLBACK_OBJECT] = ALLOW | OBJECT | CALLBACK,
    [ACE_ACCESS_DENIED_CALLBACK_OBJECT] = DENY | OBJECT | CALLBACK,
    [ACE_SYSTEM_AUDIT_CALLBACK] = AUDIT | CALLBACK,
    [ACE_SYSTEM_ALARM_CALLBACK] = SYSTEM | CALLBACK,
    [ACE_SYSTEM_AUDIT_CALLBACK_OBJECT] = AUDIT | OBJECT | CALLBACK,
    [ACE_SYSTEM_ALARM_CALLBACK_OBJECT] = SYSTEM | OBJECT | CALLBACK,
    [ACE_SYSTEM_MANDATORY_LABEL] = SYSTEM,
    [ACE_SYSTEM_RESOURCE_ATTRIBUTE] = SYSTEM,
    [ACE_SYSTEM_SCOPED_POLICY_ID] = SYSTEM,
    [ACE_SYSTEM_PROCESS_TRUST_LABEL] = SYSTEM,
    [ACE_SYSTEM_ACCESS_FILTER] = SYSTEM | CALLBACK,
};

size_t ace_sid_offset(struct bytes ace, unsigned class)
{
    enum { FIXED = ACE_MASK_END + 4 };
    if (ace.size < FIXED)
        return FIXED;
    if ((class & ACE_CLASS_COMPOUND) != 0) {
        const size_t server = sid_checked_size(bytes_from(ace, FIXED));
        return server == 0 ? ace.size + 1 : FIXED + server;
    }
    const uint32_t present = le32_load(ace.data + ACE_MASK_END);
    const size_t guids = ((present & ACE_OBJECT_TYPE_PRESENT) != 0 ? 1U : 0U) +
                         ((present & ACE_INHERITED_OBJECT_TYPE_PRESENT) != 0 ? 1U : 0U);
    return FIXED + GUID_SIZE * guids;
}

enum err ace_parse(struct bytes input, struct ace *ret)
{
    if (ace_checked_size(input) == 0)
        return ERR_INVALID_ACL;
    ace_load(input.data, ret);
    return ERR_NONE;
}
