/* domains: which domains this machine knows itself to be in. */
#ifndef NTOKEND_PLATFORM_WINDOWS_DOMAINS_H
#define NTOKEND_PLATFORM_WINDOWS_DOMAINS_H

#include "platform/windows/state.h"

/* What SDDL aliases stand for: as the operator says, else as the Local Security Authority does; what neither says stays NULL, but
 * that the forest root is the domain. ERR_INVALID_SID: a setting is none of a domain. */
enum err domains_read(struct platform *platform) MUST_USE;

#endif
