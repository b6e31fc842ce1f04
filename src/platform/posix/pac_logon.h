/* pac_logon: KERB_VALIDATION_INFO, [MS-PAC] 2.5. */
#ifndef NTOKEND_PLATFORM_POSIX_PAC_LOGON_H
#define NTOKEND_PLATFORM_POSIX_PAC_LOGON_H

#include "platform/posix/pac.h"
#include "platform/posix/pac_sids.h"

/* Fills the user, the domain, names, flags, and the three lists of groups; touches nothing else. `input` lives as long as
 * the arena. Errors: those of pac_decode. */
enum err pac_logon_decode(struct arena *arena, struct bytes input, struct pac_budget *budget,
                          struct pac_identity *ret) MUST_USE;

/* UTF-16LE to a NUL-terminated string of the arena; NULL when there is none. A NUL inside is ERR_MALFORMED. */
enum err pac_text(struct arena *arena, struct bytes utf16le, const char **ret) MUST_USE;

#endif
