/* pac_fetch: takes the PAC's buffers out of a name that gss_accept_sec_context gave. */
#ifndef NTOKEND_PLATFORM_POSIX_PAC_FETCH_H
#define NTOKEND_PLATFORM_POSIX_PAC_FETCH_H

#include "platform/posix/pac.h"
#include "platform/posix/pac_proof.h"

#include <gssapi/gssapi.h>

/* *ret_has_pac and *ret are set only when GSSAPI calls the PAC complete and authenticated, pac_proof agrees, and it has a
 * LOGON_INFO. A ticket without a PAC, or with a sound one that has no LOGON_INFO (plain MIT realms), gives ERR_NONE and
 * false. ERR_ACCESS_DENIED when the ticket carries a PAC that did not verify, for somebody spoilt it, and when the arena is
 * exhausted. */
enum err pac_fetch(krb5_context k5, gss_name_t name, const struct pac_keys *keys,
                   const struct pac_ticket *ticket, struct arena *arena, bool *ret_has_pac,
                   struct pac_buffers *ret) MUST_USE;

#endif
