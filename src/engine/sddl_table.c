#include "engine/sddl_internal.h"

/* Reference 1.3. [MS-DTYP] 2.5.1.1 swaps the numbers of XU and ZA; the bytes that Windows makes decide. */
static const struct sddl_ace_type types[] = {
    {"A", ACE_ACCESS_ALLOWED, DACL_SECURITY_INFORMATION},
    {"D", ACE_ACCESS_DENIED, DACL_SECURITY_INFORMATION},
    {"OA", ACE_ACCESS_ALLOWED_OBJECT, DACL_SECURITY_INFORMATION},
    {"OD", ACE_ACCESS_DENIED_OBJECT, DACL_SECURITY_INFORMATION},
    {"XA", ACE_ACCESS_ALLOWED_CALLBACK, DACL_SECURITY_INFORMATION},
    {"XD", ACE_ACCESS_DENIED_CALLBACK, DACL_SECURITY_INFORMATION},
    {"ZA", ACE_ACCESS_ALLOWED_CALLBACK_OBJECT, DACL_SECURITY_INFORMATION},
    {"AU", ACE_SYSTEM_AUDIT, SACL_SECURITY_INFORMATION},
    {"AL", ACE_SYSTEM_ALARM, SACL_SECURITY_INFORMATION},
    {"OU", ACE_SYSTEM_AUDIT_OBJECT, SACL_SECURITY_INFORMATION},
    {"OL", ACE_SYSTEM_ALARM_OBJECT, SACL_SECURITY_INFORMATION},
    {"XU", ACE_SYSTEM_AUDIT_CALLBACK, SACL_SECURITY_INFORMATION},
    {"ML", ACE_SYSTEM_MANDATORY_LABEL, LABEL_SECURITY_INFORMATION},
    {"RA", ACE_SYSTEM_RESOURCE_ATTRIBUTE, ATTRIBUTE_SECURITY_INFORMATION},
    {"SP", ACE_SYSTEM_SCOPED_POLICY_ID, SCOPE_SECURITY_INFORMATION},
    {"TL", ACE_SYSTEM_PROCESS_TRUST_LABEL, PROCESS_TRUST_LABEL_SECURITY_INFORMATION},
    {"FL", ACE_SYSTEM_ACCESS_FILTER, ACCESS_FILTER_SECURITY_INFORMATION},
};

#define CODES(rows)                                                                                          \
    {                                                                                                        \
        .items = (rows), .count = sizeof(rows) / sizeof(rows)[0]                                             \
    }

static const struct sddl_code rights[] = {
    {"CC", 0x1},        {"DC", 0x2},        {"LC", 0x4},     {"SW", 0x8},        {"RP", 0x10},
    {"WP", 0x20},       {"DT", 0x40},       {"LO", 0x80},    {"CR", 0x100},      {"SD", 0x10000},
    {"RC", 0x20000},    {"WD", 0x40000},    {"WO", 0x80000}, {"GA", 0x10000000}, {"GX", 0x20000000},
    {"GW", 0x40000000}, {"GR", 0x80000000},
};
const struct sddl_codes SDDL_RIGHTS = CODES(rights);

/* Where a file code and a key code have the same value the file code is written. */
static const struct sddl_code right_groups[] = {
    {"FA", 0x1F01FF}, {"FR", 0x120089}, {"FW", 0x120116}, {"FX", 0x1200A0},
    {"KA", 0xF003F},  {"KR", 0x20019},  {"KW", 0x20006},  {"KX", 0x20019},
};
const struct sddl_codes SDDL_RIGHT_GROUPS = CODES(right_groups);

static const struct sddl_code label_rights[] = {
    {"NW", MANDATORY_NO_WRITE_UP},
    {"NR", MANDATORY_NO_READ_UP},
    {"NX", MANDATORY_NO_EXECUTE_UP},
};
const struct sddl_codes SDDL_LABEL_RIGHTS = CODES(label_rights);

static const struct sddl_code flags[] = {
    {"OI", ACE_OBJECT_INHERIT}, {"CI", ACE_CONTAINER_INHERIT}, {"NP", ACE_NO_PROPAGATE_INHERIT},
    {"IO", ACE_INHERIT_ONLY},   {"ID", ACE_INHERITED},         {"SA", ACE_SUCCESSFUL_ACCESS},
    {"FA", ACE_FAILED_ACCESS},  {"CR", ACE_CRITICAL},
};
static const struct sddl_code filter_flags[] = {
    {"OI", ACE_OBJECT_INHERIT}, {"CI", ACE_CONTAINER_INHERIT}, {"NP", ACE_NO_PROPAGATE_INHERIT},
    {"IO", ACE_INHERIT_ONLY},   {"ID", ACE_INHERITED},         {"TP", ACE_TRUST_PROTECTED_FILTER},
};

const struct sddl_codes *sddl_flags_of(uint8_t type)
{
    static const struct sddl_codes of_all = CODES(flags);
    static const struct sddl_codes of_filters = CODES(filter_flags);
    return type == ACE_SYSTEM_ACCESS_FILTER ? &of_filters : &of_all;
}

const struct sddl_ace_type *sddl_type_of(uint8_t type)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (types[i].type == type)
            return &types[i];
    return NULL;
}

const struct sddl_ace_type *sddl_type_named(struct bytes name)
{
    const unsigned key = sddl_key(name);
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (sddl_key_of_row(types[i].name) == key)
            return &types[i];
    return NULL;
}

bool sddl_type_holds(uint8_t type, const struct sid *sid)
{
    switch (type) {
    case ACE_SYSTEM_MANDATORY_LABEL:
        return sid_authority(sid) == 16 && sid->sub_authority_count == 1;
    case ACE_SYSTEM_RESOURCE_ATTRIBUTE:
        return sid_equal(sid, SID_EVERYONE);
    case ACE_SYSTEM_SCOPED_POLICY_ID:
        return sid_authority(sid) == 17 && sid->sub_authority_count > 0;
    case ACE_SYSTEM_PROCESS_TRUST_LABEL:
        return sid_authority(sid) == 19 && sid->sub_authority_count == 2;
    default:
        return sid->sub_authority_count >
               0; /* a SID without any has no text that reads back: reference 1.1 */
    }
}

const struct sddl_code *sddl_code_named(const struct sddl_codes *codes, struct bytes name)
{
    const unsigned key = sddl_key(name);
    for (size_t i = 0; i < codes->count; i++)
        if (sddl_key_of_row(codes->items[i].name) == key)
            return &codes->items[i];
    return NULL;
}
