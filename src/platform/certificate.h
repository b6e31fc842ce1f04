/* certificate: what the service shows TLS clients to prove itself: a certificate, its chain and its key, from the files that the
 * settings name. They are read when the platform starts, and together again when one of them changes (platform_reload).
 *
 * What a struct certificate says never changes: a connection keeps the one that it began with, for as long as it lives. */
#ifndef NTOKEND_PLATFORM_CERTIFICATE_H
#define NTOKEND_PLATFORM_CERTIFICATE_H

#include "base/bytes.h"
#include "platform/process.h"

struct certificate;

/* What is in force, until platform_certificate_release; NULL when there is none. Any thread may call either. */
struct certificate *platform_certificate_acquire(struct platform *platform);
void platform_certificate_release(struct certificate *certificate);

/* Makes a TLS session show it: a gnutls_session_t of a server that has not begun to shake hands. The certificate is held until
 * the session is gone. ERR_NO_MEMORY. */
enum err platform_certificate_show(const struct certificate *certificate, void *session) MUST_USE;
/* What clients bind a ticket to: "tls-server-end-point:" and the certificate's hash (RFC 5929 4). Lives as long as the
 * certificate; empty for one that the RFC defines none for. */
struct bytes platform_certificate_binding(const struct certificate *certificate);

#endif
