/* tls: what a connection has of TLS.
 *
 * libmicrohttpd makes a GnuTLS session for each connection; before it shakes hands it is given here the certificate that is in
 * force, which the connection then keeps. Sessions are not resumed: there are no tickets, so there is no key of tickets that
 * could open what was recorded, and each connection proves the certificate that its channel binding is made of. */
#ifndef NTOKEND_HTTP_TLS_H
#define NTOKEND_HTTP_TLS_H

#include "http/tls_handshakes.h"
#include "platform/certificate.h"

/* A part of its connection; zero for one that has none. */
struct tls {
    struct certificate *certificate;
    struct tls_handshake handshake;
};

enum tls_end {
    TLS_END_NONE,   /* there was no TLS, or it was ended before */
    TLS_END_SHAKEN, /* hands had been shaken */
    TLS_END_FAILED, /* the client left, or does not speak it with us */
    TLS_END_LATE,   /* the handshake took too long, or the server stops */
};

/* A connection has begun. False: it speaks TLS and has no certificate, so that it comes to nothing; close it. */
bool tls_begin(struct tls *tls, struct platform *platform, struct tls_handshakes *handshakes,
               struct MHD_Connection *transport) MUST_USE;
/* The connection is closed. */
enum tls_end tls_end(struct tls *tls);
bool tls_is_secure(const struct tls *tls);
/* As platform_certificate_binding, of this very connection's; empty without TLS. */
struct bytes tls_binding(const struct tls *tls);

#endif
