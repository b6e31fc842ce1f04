/* mint: Kerberos tickets without a KDC. A folder holds krb5.conf, a keytab and credential caches; the tickets in them are
 * encrypted with the keytab's keys and carry a PAC of any contents. Public libkrb5 calls and our own DER alone. */
#ifndef NTOKEND_TESTS_MINT_H
#define NTOKEND_TESTS_MINT_H

#include "support/mint_pac.h"

#define MINT_REALM "MINT.TEST"

/* Every failure of a fixture is the end of the test: words on stderr, then exit 99 (meson: an error, not a failure). */
void mint_must(krb5_context k5, krb5_error_code code, const char *what);
krb5_data mint_data(struct bytes bytes);

/* Files of the folder. mint_open writes krb5.conf and sets no environment: the caller points KRB5_CONFIG and KRB5CCNAME there. */
#define MINT_CONFIG "krb5.conf"
#define MINT_KEYTAB "http.keytab"
#define MINT_CCACHE "ccache"

struct mint;
struct mint *mint_open(const char *folder);
void mint_close(struct mint *mint);
/* folder/file; a static buffer for each of the last four calls. */
const char *mint_path(const struct mint *mint, const char *file);

/* Zero is the usual: a sound ticket of alice for HTTP/localhost, good for ten hours. */
struct mint_order {
    const char *client;   /* "alice", "host/pc", "bob@OTHER.TEST" */
    const char *service;  /* "HTTP/localhost" */
    const char *ccache;   /* the file to write; NULL: folder/ccache */
    const char *keytab;   /* NULL: folder/http.keytab */
    krb5_enctype enctype; /* 0: aes256-cts-hmac-sha1-96 */
    krb5_kvno kvno;       /* 0: 1 */
    bool keep_keytab;     /* never add the ticket's key to the keytab when it is not there */
    bool foreign_key;     /* encrypted with a key that nobody has */
    bool append;          /* beside the tickets that the cache holds for the same client */
    int64_t starts_in;    /* seconds from now */
    int64_t ends_in;      /* seconds from now; 0: 36000 */
    int64_t clock_off;    /* initiator_raw_token: what the client's clock is ahead, in seconds */
    bool delegate;        /* initiator_raw_token: forward the ticket itself, as a client forwards a TGT */
    enum mint_flaw flaw;
    struct mint_buffers buffers;
    struct mint_buffers second;
};

/* The ticket with its session key, good now as far as the client is told. krb5_free_cred_contents frees it. */
void mint_creds(struct mint *mint, const struct mint_order *order, krb5_creds *ret);
krb5_context mint_krb5(const struct mint *mint);

/* Writes it into the cache. The cache always says that the ticket is good now: what the ticket itself says is for the service to find. */
void mint_ticket(struct mint *mint, const struct mint_order *order);

#endif
