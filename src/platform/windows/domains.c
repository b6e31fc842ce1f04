#include "platform/windows/domains.h"

#include "base/log.h"

static bool is_domain(const struct sid *sid)
{
    return sid_authority(sid) == 5 && sid->sub_authority_count == 4 && sid_sub_authority(sid, 0) == 21;
}

/* S-1-5-21 and three numbers. *ret_sid is NULL for a setting that is not there. */
static enum err read_setting(const char *key, const char *text, struct sid_buffer *buffer,
                             const struct sid **ret_sid)
{
    *ret_sid = NULL;
    if (text == NULL)
        return ERR_NONE;
    if (sid_parse(bytes_of_string(text), buffer) != ERR_NONE || !is_domain(sid_of(buffer))) {
        LOG(LOG_LEVEL_ERROR, "setting-refused", LOG_STRING("key", key), LOG_STRING("value", text),
            LOG_STRING("remedy", "give the SID of a domain: S-1-5-21 and three numbers"));
        return ERR_INVALID_SID;
    }
    *ret_sid = sid_of(buffer);
    return ERR_NONE;
}

/* The SID in what the authority said, when it is a domain's. */
static void learn(PSID said, struct sid_buffer *buffer, const struct sid **ret_sid)
{
    const struct sid *sid;
    if (*ret_sid != NULL || said == NULL || sid_view(bytes_of(said, SID_SIZE_MAX), &sid) != ERR_NONE ||
        !is_domain(sid))
        return;
    sid_copy(buffer, sid);
    *ret_sid = sid_of(buffer);
}

/* Both structures begin with a name and end with the SID, which is NULL outside a domain. [MS-LSAD] 2.2.4.5, 2.2.4.14 */
static void ask_authority(struct platform *platform)
{
    const struct system *system = &platform->system;
    LSA_OBJECT_ATTRIBUTES attributes = {.Length = sizeof attributes};
    LSA_HANDLE policy = NULL;
    PVOID answer = NULL;
    if (system->LsaOpenPolicy(NULL, &attributes, POLICY_VIEW_LOCAL_INFORMATION, &policy) != 0)
        return;
    if (system->LsaQueryInformationPolicy(policy, PolicyAccountDomainInformation, &answer) == 0) {
        learn(((POLICY_ACCOUNT_DOMAIN_INFO *)answer)->DomainSid, &platform->machine,
              &platform->domains.machine);
        (void)system->LsaFreeMemory(answer);
    }
    answer = NULL;
    if (system->LsaQueryInformationPolicy(policy, PolicyDnsDomainInformation, &answer) == 0) {
        learn(((POLICY_DNS_DOMAIN_INFO *)answer)->Sid, &platform->domain, &platform->domains.domain);
        (void)system->LsaFreeMemory(answer);
    }
    (void)system->LsaClose(policy);
}

enum err domains_read(struct platform *platform)
{
    const struct platform_settings *settings = &platform->settings;
    struct sddl_domains *domains = &platform->domains;
    enum err err = read_setting("machine-sid", settings->machine_sid, &platform->machine, &domains->machine);
    if (err == ERR_NONE)
        err = read_setting("domain-sid", settings->domain_sid, &platform->domain, &domains->domain);
    if (err == ERR_NONE)
        err = read_setting("forest-sid", settings->forest_sid, &platform->forest_root, &domains->forest_root);
    if (err != ERR_NONE)
        return err;
    ask_authority(platform);
    if (domains->forest_root == NULL)
        domains->forest_root = domains->domain;
    return ERR_NONE;
}
