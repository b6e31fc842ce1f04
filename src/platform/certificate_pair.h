/* certificate_pair: a certificate with its chain and its key, read from PEM and looked at before anybody is shown it. */
#ifndef NTOKEND_PLATFORM_CERTIFICATE_PAIR_H
#define NTOKEND_PLATFORM_CERTIFICATE_PAIR_H

#include "base/bytes.h"
#include "base/err.h"

#include <gnutls/x509.h>

enum { CERTIFICATE_BINDING_MAX = 96 };

struct certificate_pair {
    gnutls_certificate_credentials_t credentials;
    int64_t
        expires_at; /* seconds since the epoch: of the certificate or of one of its chain, whichever ends first */
    uint8_t binding[CERTIFICATE_BINDING_MAX];
    size_t binding_size; /* 0: RFC 5929 defines none for the way that the certificate is signed */
};

/* What the pair is held to beside being sound. */
struct certificate_demand {
    int64_t now;    /* seconds since the epoch */
    bool must_bind; /* a pair without a binding is refused */
};

/* Why a pair is refused, with the remedy: static words. */
struct certificate_mistake {
    const char *text;
    bool of_key; /* it is about the key */
    bool passes; /* with time, by itself */
};

/* `chain`: the service's own certificate, and behind each certificate that of its issuer; the root may be left out. ERR_MALFORMED
 * with a mistake, ERR_NO_MEMORY. certificate_pair_done then is not needed. */
enum err certificate_pair_read(struct bytes chain, struct bytes key, const struct certificate_demand *demand,
                               struct certificate_pair *ret,
                               struct certificate_mistake *ret_mistake) MUST_USE;
void certificate_pair_done(struct certificate_pair *pair);

#endif
