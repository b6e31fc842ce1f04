/* pac: decodes the buffers of a Privilege Attribute Certificate ([MS-PAC] 2.4 to 2.13) that GSSAPI has verified.
 * Bounded in every loop and allocation; nothing in it trusts a count or an offset. */
#ifndef NTOKEND_PLATFORM_POSIX_PAC_H
#define NTOKEND_PLATFORM_POSIX_PAC_H

#include "base/arena.h"
#include "engine/token.h"

/* The raw buffers; data is NULL where the PAC has none of that type. */
struct pac_buffers {
    struct bytes logon_info;    /* 1: KERB_VALIDATION_INFO, NDR */
    struct bytes upn_dns_info;  /* 12 */
    struct bytes client_claims; /* 13: PAC_CLIENT_CLAIMS_INFO, NDR */
    struct bytes device_info;   /* 14: PAC_DEVICE_INFO, NDR */
    struct bytes device_claims; /* 15 */
    struct bytes requestor_sid; /* 18 */
};

enum {
    PAC_SIDS_MAX = 4096,            /* groups, extra SIDs and resource groups of one PAC together */
    PAC_CLAIMS_MAX = 1024,          /* claims of one set */
    PAC_CLAIM_VALUES_MAX = 16384,   /* values of one set together */
    PAC_CLAIMS_BYTES_MAX = 1 << 20, /* a claims set once decompressed */
};

/* What the buffers say; nothing is filtered or believed yet. Everything lives in the arena. */
struct pac_identity {
    const struct sid *user;
    const struct sid *logon_domain;
    const char *account_name; /* EffectiveName; NULL when empty */
    const char *domain_name;  /* LogonDomainName */
    const char *upn;          /* UPN_DNS_INFO; NULL when absent */
    const char *dns_domain;
    uint32_t user_flags;
    uint32_t primary_group_rid;
    struct sid_list groups;     /* GroupIds under the logon domain, the primary group first, none twice */
    struct sid_list extra_sids; /* only when UserFlags has 0x20 */
    struct sid_list resource_groups; /* only when UserFlags has 0x200; attributes have SE_GROUP_RESOURCE */
    struct claim_set user_claims;
    bool has_device;
    struct sid_list device_groups; /* the device's account, its primary group, then the others */
    struct sid_list device_extra_sids;
    struct claim_set device_claims;
};

/* ERR_MALFORMED for anything that is not sound, ERR_TOO_LARGE past a bound above, ERR_NO_MEMORY. A requestor SID or an
 * UPN_DNS_INFO SID that differs from the user of LOGON_INFO is ERR_MALFORMED. LOGON_INFO must be there. */
enum err pac_decode(struct arena *arena, const struct pac_buffers *buffers,
                    struct pac_identity *ret) MUST_USE;

#endif
