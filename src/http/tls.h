/* tls: what a listener that speaks TLS has beside one that does not, and what a connection of it holds.
 *
 * libmicrohttpd makes a GnuTLS session for each connection; before it shakes hands it is given here the certificate that is in
 * force, which the connection then keeps. Sessions are not resumed: there are no tickets, so there is no key of tickets that
 * could open what was recorded, and each connection proves the certificate that its channel binding is made of. */
#ifndef NTOKEND_HTTP_TLS_H
#define NTOKEND_HTTP_TLS_H

#include "platform/certificate.h"

#include <microhttpd.h>

/* What a connection has of TLS; zero for one that has none. */
struct tls {
    struct certificate *certificate;
};

/* A connection has begun. False: it speaks TLS and has no certificate, so that it comes to nothing; close it. */
bool tls_begin(struct tls *tls, struct platform *platform, struct MHD_Connection *transport) MUST_USE;
/* The connection is closed. */
void tls_end(struct tls *tls);
bool tls_is_secure(const struct tls *tls);
/* As platform_certificate_binding, of this very connection's; empty without TLS. */
struct bytes tls_binding(const struct tls *tls);

#endif
