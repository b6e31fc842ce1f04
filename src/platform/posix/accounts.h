/* accounts: between SIDs and the names of accounts, as LookupAccountSid and LookupAccountName, without asking another
 * machine. */
#ifndef NTOKEND_PLATFORM_POSIX_ACCOUNTS_H
#define NTOKEND_PLATFORM_POSIX_ACCOUNTS_H

#include "base/arena.h"
#include "engine/sddl.h"

/* What the names stand for on this machine; borrowed. */
struct accounts {
    struct sddl_domains domains;
    const char *domain_name;  /* NetBIOS name of domains.domain; NULL when not known */
    const char *machine_name; /* of domains.machine; NULL when not known */
    bool local_accounts;      /* names of the system's own users and groups count too */
};

/* NT SERVICE\ntokend: S-1-5-80 and the SHA-1 of the service's name in upper case, UTF-16LE, as five u32le. */
extern const struct sid *const ACCOUNTS_SERVICE_SID;

/* "NT AUTHORITY\\NETWORK", "CORP\\Domain Admins", "Unix User\\www-data"; NULL when not known. In the arena. */
const char *accounts_name(const struct accounts *accounts, struct arena *arena, const struct sid *sid);

/* A name in either case, with or without its domain: of a well-known SID, of a well-known account of the machine or the
 * domain, or of a user or group of the system. ERR_NONE_MAPPED, and ERR_IO when the system cannot say. */
enum err accounts_find(const struct accounts *accounts, struct bytes text, struct sid_buffer *ret) MUST_USE;

#endif
