/* account: names of SIDs. */
#ifndef NTOKEND_PLATFORM_WINDOWS_ACCOUNT_H
#define NTOKEND_PLATFORM_WINDOWS_ACCOUNT_H

#include "platform/windows/system.h"

/* LookupAccountSidW on this machine, which may ask a domain controller: "CORP" and "alice", in the arena; the domain is empty
 * for some well-known SIDs. ERR_NONE_MAPPED and the like when there is no name; ERR_NOT_FOUND when it was not asked for, since names took too long lately. */
enum err account_lookup(const struct system *system, const struct sid *sid, struct arena *arena,
                        const char **ret_domain, const char **ret_name) MUST_USE;

#endif
