/* asserted: which SIDs a domain may put into a PAC. The others are this machine's to give. Reference 6.3 and 8.1 trap 24;
 * [MS-PAC] 4.1.2.2. */
#ifndef NTOKEND_PLATFORM_POSIX_ASSERTED_H
#define NTOKEND_PLATFORM_POSIX_ASSERTED_H

#include "engine/sid.h"

/* As a group, in whichever list of the PAC. `machine` is the local account domain, NULL for none. */
bool asserted_as_group(const struct sid *sid, const struct sid *machine);
/* As the user: an account of a domain, S-1-5-21-x-y-z-RID, that is not the machine's. */
bool asserted_as_user(const struct sid *sid, const struct sid *machine);

#endif
