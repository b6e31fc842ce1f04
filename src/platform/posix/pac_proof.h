/* pac_proof: is this PAC the one that the KDC made for this ticket? Asked of the service's own keys.
 *
 * GSSAPI's word is needed and is not enough: libkrb5 1.21 calls a PAC authenticated whose server signature, client name
 * or logon time is wrong, because its verify_pac_checksums passes over the result when it is given no KDC key. Seen with
 * 1.21.3; the results of the functions used here are right in 1.20 and in 1.21. */
#ifndef NTOKEND_PLATFORM_POSIX_PAC_PROOF_H
#define NTOKEND_PLATFORM_POSIX_PAC_PROOF_H

#include "base/err.h"

#include <krb5.h>
#include <stdbool.h>
#include <stddef.h>

/* Copies of the keys of a keytab, wiped when they are done with. Make it of zeros. */
struct pac_keys {
    krb5_keyblock *keys;
    size_t count;
};

/* Takes the keys of the keytab of that name in place of those it has. On an error it has none. ERR_IO, ERR_NO_MEMORY. */
enum err pac_keys_load(krb5_context k5, const char *keytab, struct pac_keys *keys) MUST_USE;
void pac_keys_done(krb5_context k5, struct pac_keys *keys);

/* What the ticket says, to which the PAC must agree. */
struct pac_ticket {
    const char *client; /* the principal, as krb5_unparse_name writes it */
    krb5_timestamp authtime;
};

/* True only if the server signature ([MS-PAC] 2.8.1) is right under one of the keys, and PAC_CLIENT_INFO (2.7) has the
 * ticket's client and time. */
bool pac_proof(krb5_context k5, const struct pac_keys *keys, const struct pac_ticket *ticket, krb5_pac pac);

#endif
