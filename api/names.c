#include "api/names.h"

#include "engine/descriptor.h"
#include "engine/token.h"

#define NAMES(constant, rows) const struct names constant = {rows, sizeof(rows) / sizeof((rows)[0])}

static const struct name group_attributes[] = {
    {"MANDATORY", SE_GROUP_MANDATORY},
    {"ENABLED_BY_DEFAULT", SE_GROUP_ENABLED_BY_DEFAULT},
    {"ENABLED", SE_GROUP_ENABLED},
    {"OWNER", SE_GROUP_OWNER},
    {"USE_FOR_DENY_ONLY", SE_GROUP_USE_FOR_DENY_ONLY},
    {"INTEGRITY", SE_GROUP_INTEGRITY},
    {"INTEGRITY_ENABLED", SE_GROUP_INTEGRITY_ENABLED},
    {"RESOURCE", SE_GROUP_RESOURCE},
    {"LOGON_ID", SE_GROUP_LOGON_ID},
};
NAMES(NAMES_GROUP_ATTRIBUTES, group_attributes);

static const struct name privilege_attribute_words[] = {
    {"ENABLED_BY_DEFAULT", SE_PRIVILEGE_ENABLED_BY_DEFAULT},
    {"ENABLED", SE_PRIVILEGE_ENABLED},
};
NAMES(NAMES_PRIVILEGE_ATTRIBUTES, privilege_attribute_words);

static const struct name privilege_state_words[] = {
    {"ENABLED_BY_DEFAULT", SE_PRIVILEGE_ENABLED_BY_DEFAULT},
    {"ENABLED", SE_PRIVILEGE_ENABLED},
    {"USED_FOR_ACCESS", SE_PRIVILEGE_USED_FOR_ACCESS},
};
NAMES(NAMES_PRIVILEGE_STATE, privilege_state_words);

static const struct name mandatory_policy[] = {
    {"NO_WRITE_UP", TOKEN_MANDATORY_POLICY_NO_WRITE_UP},
    {"NEW_PROCESS_MIN", TOKEN_MANDATORY_POLICY_NEW_PROCESS_MIN},
};
NAMES(NAMES_MANDATORY_POLICY, mandatory_policy);

static const struct name token_types[] = {
    {"primary", TOKEN_PRIMARY},
    {"impersonation", TOKEN_IMPERSONATION},
};
NAMES(NAMES_TOKEN_TYPES, token_types);

static const struct name impersonation_levels[] = {
    {"anonymous", SECURITY_ANONYMOUS},
    {"identification", SECURITY_IDENTIFICATION},
    {"impersonation", SECURITY_IMPERSONATION},
    {"delegation", SECURITY_DELEGATION},
};
NAMES(NAMES_IMPERSONATION_LEVELS, impersonation_levels);

/* SECURITY_LOGON_TYPE, the ones that a service meets */
static const struct name logon_types[] = {
    {"system", 0}, {"interactive", 2}, {"network", 3}, {"batch", 4}, {"service", 5},
};
NAMES(NAMES_LOGON_TYPES, logon_types);

/* AUDIT_EVENT_TYPE */
static const struct name audit_types[] = {{"object-access", 0}, {"directory-service-access", 1}};
NAMES(NAMES_AUDIT_TYPES, audit_types);

static const struct name claim_types[] = {
    {"int64", CLAIM_INT64}, {"uint64", CLAIM_UINT64},   {"string", CLAIM_STRING},
    {"sid", CLAIM_SID},     {"boolean", CLAIM_BOOLEAN}, {"octets", CLAIM_OCTETS},
};
NAMES(NAMES_CLAIM_TYPES, claim_types);

static const struct name claim_flags[] = {
    {"NON_INHERITABLE", CLAIM_NON_INHERITABLE},
    {"CASE_SENSITIVE", CLAIM_CASE_SENSITIVE},
    {"USE_FOR_DENY_ONLY", CLAIM_USE_FOR_DENY_ONLY},
    {"DISABLED_BY_DEFAULT", CLAIM_DISABLED_BY_DEFAULT},
    {"DISABLED", CLAIM_DISABLED},
    {"MANDATORY", CLAIM_MANDATORY},
};
NAMES(NAMES_CLAIM_FLAGS, claim_flags);

static const struct name ace_types[] = {
    {"ACCESS_ALLOWED", ACE_ACCESS_ALLOWED},
    {"ACCESS_DENIED", ACE_ACCESS_DENIED},
    {"SYSTEM_AUDIT", ACE_SYSTEM_AUDIT},
    {"SYSTEM_ALARM", ACE_SYSTEM_ALARM},
    {"ACCESS_ALLOWED_COMPOUND", ACE_ACCESS_ALLOWED_COMPOUND},
    {"ACCESS_ALLOWED_OBJECT", ACE_ACCESS_ALLOWED_OBJECT},
    {"ACCESS_DENIED_OBJECT", ACE_ACCESS_DENIED_OBJECT},
    {"SYSTEM_AUDIT_OBJECT", ACE_SYSTEM_AUDIT_OBJECT},
    {"SYSTEM_ALARM_OBJECT", ACE_SYSTEM_ALARM_OBJECT},
    {"ACCESS_ALLOWED_CALLBACK", ACE_ACCESS_ALLOWED_CALLBACK},
    {"ACCESS_DENIED_CALLBACK", ACE_ACCESS_DENIED_CALLBACK},
    {"ACCESS_ALLOWED_CALLBACK_OBJECT", ACE_ACCESS_ALLOWED_CALLBACK_OBJECT},
    {"ACCESS_DENIED_CALLBACK_OBJECT", ACE_ACCESS_DENIED_CALLBACK_OBJECT},
    {"SYSTEM_AUDIT_CALLBACK", ACE_SYSTEM_AUDIT_CALLBACK},
    {"SYSTEM_ALARM_CALLBACK", ACE_SYSTEM_ALARM_CALLBACK},
    {"SYSTEM_AUDIT_CALLBACK_OBJECT", ACE_SYSTEM_AUDIT_CALLBACK_OBJECT},
    {"SYSTEM_ALARM_CALLBACK_OBJECT", ACE_SYSTEM_ALARM_CALLBACK_OBJECT},
    {"SYSTEM_MANDATORY_LABEL", ACE_SYSTEM_MANDATORY_LABEL},
    {"SYSTEM_RESOURCE_ATTRIBUTE", ACE_SYSTEM_RESOURCE_ATTRIBUTE},
    {"SYSTEM_SCOPED_POLICY_ID", ACE_SYSTEM_SCOPED_POLICY_ID},
    {"SYSTEM_PROCESS_TRUST_LABEL", ACE_SYSTEM_PROCESS_TRUST_LABEL},
    {"SYSTEM_ACCESS_FILTER", ACE_SYSTEM_ACCESS_FILTER},
};
NAMES(NAMES_ACE_TYPES, ace_types);

static const struct name ace_flags[] = {
    {"OBJECT_INHERIT", ACE_OBJECT_INHERIT},
    {"CONTAINER_INHERIT", ACE_CONTAINER_INHERIT},
    {"NO_PROPAGATE_INHERIT", ACE_NO_PROPAGATE_INHERIT},
    {"INHERIT_ONLY", ACE_INHERIT_ONLY},
    {"INHERITED", ACE_INHERITED},
    {"CRITICAL", ACE_CRITICAL},
    {"SUCCESSFUL_ACCESS", ACE_SUCCESSFUL_ACCESS},
    {"FAILED_ACCESS", ACE_FAILED_ACCESS},
};
NAMES(NAMES_ACE_FLAGS, ace_flags);

static const struct name control_flags[] = {
    {"OWNER_DEFAULTED", SE_OWNER_DEFAULTED},
    {"GROUP_DEFAULTED", SE_GROUP_DEFAULTED},
    {"DACL_PRESENT", SE_DACL_PRESENT},
    {"DACL_DEFAULTED", SE_DACL_DEFAULTED},
    {"SACL_PRESENT", SE_SACL_PRESENT},
    {"SACL_DEFAULTED", SE_SACL_DEFAULTED},
    {"DACL_TRUSTED", SE_DACL_TRUSTED},
    {"SERVER_SECURITY", SE_SERVER_SECURITY},
    {"DACL_AUTO_INHERIT_REQ", SE_DACL_AUTO_INHERIT_REQ},
    {"SACL_AUTO_INHERIT_REQ", SE_SACL_AUTO_INHERIT_REQ},
    {"DACL_AUTO_INHERITED", SE_DACL_AUTO_INHERITED},
    {"SACL_AUTO_INHERITED", SE_SACL_AUTO_INHERITED},
    {"DACL_PROTECTED", SE_DACL_PROTECTED},
    {"SACL_PROTECTED", SE_SACL_PROTECTED},
    {"RM_CONTROL_VALID", SE_RM_CONTROL_VALID},
    {"SELF_RELATIVE", SE_SELF_RELATIVE},
};
NAMES(NAMES_CONTROL_FLAGS, control_flags);

static const struct name label_policy[] = {
    {"NO_WRITE_UP", MANDATORY_NO_WRITE_UP},
    {"NO_READ_UP", MANDATORY_NO_READ_UP},
    {"NO_EXECUTE_UP", MANDATORY_NO_EXECUTE_UP},
};
NAMES(NAMES_LABEL_POLICY, label_policy);

const char *names_of(const struct names *names, uint32_t value)
{
    for (size_t i = 0; i < names->count; i++) {
        if (names->words[i].value == value)
            return names->words[i].name;
    }
    return NULL;
}
