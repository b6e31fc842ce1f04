/* secure: wire over TLS. It takes every certificate: tests look at the one that was shown. */
#ifndef NTOKEND_TESTS_SECURE_H
#define NTOKEND_TESTS_SECURE_H

#include "base/bytes.h"
#include "integration/wire.h"

#include <gnutls/gnutls.h>

enum { SECURE_PROTOCOLS_MAX = 3, SECURE_BINDING_MAX = 128 };

struct secure {
    int fd; /* -1: not open */
    gnutls_session_t session;
    gnutls_certificate_credentials_t credentials;
};

/* Zero is a client as GnuTLS makes them. */
struct secure_order {
    const char *priorities;
    const char *protocols[SECURE_PROTOCOLS_MAX]; /* ALPN */
    const char *name;                            /* of the server, told in the hello */
    const gnutls_datum_t *resume;                /* gnutls_session_get_data2 of an earlier one */
};

/* False when there is no handshake; secure_close then too. Reads give up after WIRE_WAIT_S. */
bool secure_open(unsigned port, const struct secure_order *order, struct secure *ret);
void secure_close(struct secure *secure);
/* One gnutls_record_send, so one record up to 16 KiB. false when the other side has closed. */
bool secure_send(struct secure *secure, const char *text);
bool secure_send_bytes(struct secure *secure, const char *data, size_t size);
/* As wire_read. */
bool secure_read(struct secure *secure, bool head_only, struct wire_answer *ret);
/* The certificate that was shown, DER; it lives as long as the connection. */
struct bytes secure_certificate(const struct secure *secure);
/* What a client binds a ticket to, as GnuTLS has it. */
struct bytes secure_binding(const struct secure *secure, uint8_t ret[SECURE_BINDING_MAX]);

#endif
