/* pac_claims: CLAIMS_SET_METADATA and the CLAIMS_SET inside it, plain or compressed. [MS-ADTS] 2.2.18; [MS-PAC] 2.11, 2.13. */
#ifndef NTOKEND_PLATFORM_POSIX_PAC_CLAIMS_H
#define NTOKEND_PLATFORM_POSIX_PAC_CLAIMS_H

#include "platform/posix/pac.h"

/* The claims of all sources in one set. An empty input is an empty set: a domain controller sends that for an account
 * without claims. `input` lives as long as the arena. Errors: those of pac_decode. */
enum err pac_claims_decode(struct arena *arena, struct bytes input, struct claim_set *ret) MUST_USE;

#endif
