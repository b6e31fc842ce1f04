#include "platform/posix/asserted.h"

enum { NT_AUTHORITY = 5, NT_NON_UNIQUE = 21, DOMAIN_SUB_AUTHORITIES = 4 };

/* S-1-5-21-0-0-0 is no domain: it holds "compounded authentication" and "claims valid" ([MS-DTYP] 2.4.2.4). */
static bool is_domain_zero(const struct sid *sid)
{
    return sid_sub_authority(sid, 1) == 0 && sid_sub_authority(sid, 2) == 0 && sid_sub_authority(sid, 3) == 0;
}

static bool is_domain_account(const struct sid *sid)
{
    return sid_authority(sid) == NT_AUTHORITY && sid->sub_authority_count == DOMAIN_SUB_AUTHORITIES + 1 &&
           sid_sub_authority(sid, 0) == NT_NON_UNIQUE;
}

static bool is_machine(const struct sid *sid, const struct sid *machine)
{
    return machine != NULL && (sid_equal(sid, machine) || sid_in_domain(sid, machine));
}

/* Of S-1-5 only what a KDC has reason to say; the rest is what the machine adds (NETWORK, BUILTIN, services, logon
 * sessions) or who runs on it (SYSTEM). */
static bool nt_authority_as_group(const struct sid *sid, const struct sid *machine)
{
    if (sid->sub_authority_count == 1) {
        uint32_t rid = sid_rid(sid);
        return rid == 9 || rid == 15 || rid == 1000; /* ENTERPRISE DCs, This and Other Organization */
    }
    if (sid->sub_authority_count == 2)
        return sid_sub_authority(sid, 0) == 65 && sid_rid(sid) == 1; /* This Organization Certificate */
    if (!is_domain_account(sid) || is_machine(sid, machine))
        return false;
    return !is_domain_zero(sid) || sid_rid(sid) == 496 || sid_rid(sid) == 497;
}

bool asserted_as_group(const struct sid *sid, const struct sid *machine)
{
    switch (sid_authority(sid)) {
    case NT_AUTHORITY:
        return nt_authority_as_group(sid, machine);
    case 0:  /* nobody */
    case 1:  /* Everyone */
    case 2:  /* LOCAL, CONSOLE LOGON */
    case 3:  /* placeholders: CREATOR OWNER, OWNER RIGHTS */
    case 4:  /* non-unique */
    case 15: /* app packages and capabilities */
    case 16: /* integrity labels */
    case 17: /* central access policies */
    case 19: /* process trust */
    case 22: /* the system's own users and groups */
        return false;
    default:
        return sid->sub_authority_count > 0; /* S-1-18-…: how the KDC knows the user */
    }
}

bool asserted_as_user(const struct sid *sid, const struct sid *machine)
{
    return is_domain_account(sid) && !is_domain_zero(sid) && !is_machine(sid, machine);
}
