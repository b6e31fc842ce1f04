/* spnego: looks at a client's token before GSSAPI does, so that nothing but Kerberos reaches any mechanism. GSSAPI dispatches on
 * what the token says, not only on what was negotiated: gss_set_neg_mechs bounds the choice, not the parsers. */
#ifndef NTOKEND_PLATFORM_POSIX_SPNEGO_H
#define NTOKEND_PLATFORM_POSIX_SPNEGO_H

#include "base/bytes.h"

/* NULL when the token may go on to GSSAPI, else a stable reason: "malformed", "ntlm", "negoex", "no-kerberos". The first token of a
 * handshake is a NegTokenInit that offers Kerberos, at any place in its list, or a bare Kerberos token (Windows' Negotiate takes
 * those too); later ones are NegTokenResp (RFC 4178 4.2). A mechanism token inside must be Kerberos' own. */
const char *spnego_refusal(struct bytes token, bool first);

#endif
