/* pem: certificates of the test's own, sound or not, with their keys. Mistakes exit 99. */
#ifndef NTOKEND_TESTS_PEM_H
#define NTOKEND_TESTS_PEM_H

#include <gnutls/x509.h>
#include <stdbool.h>

enum { PEM_TEXT_MAX = 16384 };

struct pem {
    gnutls_x509_crt_t certificate;
    gnutls_x509_privkey_t key;
};

/* Zero is one for nobody: ECDSA on P-256, signed by itself with SHA-256, from a day ago to a day ahead. */
struct pem_order {
    const char *name;                /* "CN=x"; NULL: CN=localhost */
    const char *host;                /* a DNS name; localhost is 127.0.0.1 too; NULL: none */
    bool authority;                  /* may issue others */
    const struct pem *by;            /* who signs; NULL: itself */
    gnutls_pk_algorithm_t algorithm; /* of the key; 0: ECDSA */
    unsigned bits;                   /* 0: 2048 of RSA, P-256 */
    gnutls_digest_algorithm_t hash;  /* of the signature; 0: SHA-256 */
    bool pss;                        /* RSA signs as PSS */
    const char *purpose;             /* an OID; NULL: none */
    long from_s;                     /* from now; 0: a day ago */
    long to_s;                       /* from now; 0: in a day */
};

void pem_make(const struct pem_order *order, struct pem *ret);
void pem_done(struct pem *pem);
/* As text; the text of the second follows where it is not NULL. A static buffer for each of the two. */
const char *pem_certificate(const struct pem *pem, const struct pem *issuer);
const char *pem_key(const struct pem *pem);
/* POSIX. Into files, each by a new one that takes its place; the key's is 0600. A NULL path: not. */
void pem_write(const struct pem *pem, const char *certificate, const char *key);
/* Any text into a file in the same way. */
void pem_write_text(const char *path, const char *text, unsigned mode);

#endif
