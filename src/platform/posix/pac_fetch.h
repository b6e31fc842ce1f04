/* pac_fetch: takes the PAC's buffers out of a name that gss_accept_sec_context gave. */
#ifndef NTOKEND_PLATFORM_POSIX_PAC_FETCH_H
#define NTOKEND_PLATFORM_POSIX_PAC_FETCH_H

#include "platform/posix/pac.h"

#include <gssapi/gssapi.h>

/* *ret_has_pac and *ret are set only when LOGON_INFO is complete and authenticated. A ticket without a PAC, or with a sound one
 * that has no LOGON_INFO (plain MIT realms), gives ERR_NONE and false. ERR_ACCESS_DENIED when the ticket carries a PAC that did not
 * verify: somebody spoilt it. ERR_ACCESS_DENIED too when the
 * arena is exhausted. */
enum err pac_fetch(gss_name_t name, struct arena *arena, bool *ret_has_pac, struct pac_buffers *ret) MUST_USE;

#endif
