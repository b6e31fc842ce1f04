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

/* Where the last SID of an ACE begins, behind the type's fixed fields, GUIDs and the server SID of a compound ACE; beyond
 * the end when these do not fit. */
static size_t sid_offset(struct bytes ace, unsigned class)
{
    enum { PLAIN = ACE_HEADER_SIZE + 4, OBJECT_FIXED = PLAIN + 4, COMPOUND_FIXED = PLAIN + 4 };
    if ((class & ACE_CLASS_OBJECT) != 0) {
        if (ace.size < OBJECT_FIXED)
            return OBJECT_FIXED;
        const uint32_t present = le32_load(ace.data + PLAIN);
        const size_t guids = ((present & ACE_OBJECT_TYPE_PRESENT) != 0 ? 1U : 0U) +
                             ((present & ACE_INHERITED_OBJECT_TYPE_PRESENT) != 0 ? 1U : 0U);
        return OBJECT_FIXED + GUID_SIZE * guids;
    }
    if ((class & ACE_CLASS_COMPOUND) != 0) {
        const size_t server =
            ace.size < COMPOUND_FIXED ? 0 : sid_checked_size(bytes_from(ace, COMPOUND_FIXED));
        return server == 0 ? ace.size + 1 : COMPOUND_FIXED + server;
    }
    return PLAIN;
}

size_t ace_checked_size(struct bytes input)
{
    if (input.size < ACE_HEADER_SIZE)
        return 0;
    const size_t size = le16_load(input.data + 2);
    if (size < ACE_HEADER_SIZE || size % 4 != 0 || size > input.size)
        return 0;
    const unsigned class = ace_class(input.data[0]);
    if ((class & ACE_CLASS_KNOWN) == 0)
        return size;
    const struct bytes ace = bytes_of(input.data, size);
    const size_t at = sid_offset(ace, class);
    return at <= size && sid_checked_size(bytes_from(ace, at)) != 0 ? size : 0;
}

enum err ace_parse(struct bytes input, struct ace *ret)
{
    if (ace_checked_size(input) == 0)
        return ERR_INVALID_ACL;
    ace_load(input.data, ret);
    return ERR_NONE;
}
