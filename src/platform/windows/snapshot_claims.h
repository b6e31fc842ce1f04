/* snapshot_claims: the claims in a token, CLAIM_SECURITY_ATTRIBUTES_INFORMATION. */
#ifndef NTOKEND_PLATFORM_WINDOWS_SNAPSHOT_CLAIMS_H
#define NTOKEND_PLATFORM_WINDOWS_SNAPSHOT_CLAIMS_H

#include "platform/windows/snapshot.h"

/* `answer` is of TokenUserClaimAttributes or TokenDeviceClaimAttributes, in memory that lives as long as the set: its texts are
 * borrowed. FQBN claims, which no condition can use, are left out. ERR_MALFORMED, ERR_TOO_LARGE, ERR_NO_MEMORY. */
enum err snapshot_claims(struct arena *arena, struct bytes answer, struct claim_set *ret) MUST_USE;

#endif
