/* mint_pac: a PAC of raw buffers, signed by libkrb5 or spoilt on purpose, as AuthorizationData of a ticket. */
#ifndef NTOKEND_TESTS_MINT_PAC_H
#define NTOKEND_TESTS_MINT_PAC_H

#include "support/der.h"

#include <krb5.h>

/* What a holder of a ticket may try, and what a KDC may do wrong. */
enum mint_flaw {
    MINT_SOUND = 0,
    MINT_NO_PAC,
    MINT_ALTERED_PAC,        /* one bit of the first buffer flipped after signing */
    MINT_UNSIGNED_PAC,       /* no signature buffers at all */
    MINT_OTHER_KEY_PAC,      /* signed with a key that is not the service's */
    MINT_OTHER_NAME_PAC,     /* PAC_CLIENT_INFO names somebody else */
    MINT_OTHER_TIME_PAC,     /* PAC_CLIENT_INFO of another logon */
    MINT_AUTHENTICATOR_PAC,  /* only in the authenticator, which the client itself writes */
    MINT_TWO_PACS,           /* the second, of second_buffers, is signed as well */
    MINT_TRUNCATED_PAC,      /* half of its bytes */
    MINT_TRUNCATED_AUTHDATA, /* half of the DER around it */
    MINT_FLAW_COUNT,
};

/* "altered-pac" and the like; NULL past the end. */
const char *mint_flaw_name(enum mint_flaw flaw);

struct mint_buffer {
    uint32_t type; /* [MS-PAC] 2.4: 1 LOGON_INFO, 12 UPN_DNS_INFO, … */
    struct bytes data;
};

struct mint_buffers {
    const struct mint_buffer *items;
    size_t count;
};

struct mint_pac {
    krb5_context k5;
    krb5_const_principal client;
    const krb5_keyblock *service_key;
    krb5_timestamp authtime;
    enum mint_flaw flaw;
    struct mint_buffers buffers;
    struct mint_buffers second;
};

/* The signed and perhaps spoilt PAC by itself, of `buffers`. */
void mint_pac_bytes(const struct mint_pac *how, const struct mint_buffers *buffers, struct der *ret);
/* The same as ad-data of AD-IF-RELEVANT (RFC 4120 5.2.6.1), one element for each PAC. Empty with MINT_NO_PAC.
 * Exits with words on stderr when libkrb5 fails. */
void mint_pac_authdata(const struct mint_pac *pac, struct der *ret);

#endif
