/* negotiate: who is the caller. SPNEGO (RFC 4178) over Kerberos, a token at a time. */
#ifndef NTOKEND_PLATFORM_NEGOTIATE_H
#define NTOKEND_PLATFORM_NEGOTIATE_H

#include "platform/process.h"

/* One per thread: credentials shared between threads are serialised by a lock (GSSAPI) and must not be. It takes up
 * reloaded keys by itself. */
struct acceptor;
enum err platform_acceptor_new(struct platform *platform, struct acceptor **ret) MUST_USE;
void platform_acceptor_free(struct acceptor *acceptor);

/* A half-done or finished handshake. Half-done ones belong to a connection; a finished one is the proof that
 * platform_token_open_client takes. */
struct security_context;
void platform_security_context_free(struct security_context *context);

enum negotiate_outcome {
    NEGOTIATE_REFUSED = 0,
    NEGOTIATE_CONTINUE, /* another token must come on the same connection */
    NEGOTIATE_ACCEPTED,
};

struct negotiate_reply {
    enum negotiate_outcome outcome;
    struct bytes token; /* for the client, in the arena; empty for none; always empty when refused */
    const char
        *reason; /* stable code for the log when refused ("replay", "expired", "wrong-key", "no-keytab", …) */
};

/* The TLS channel that the token came through. */
struct negotiate_channel {
    struct bytes
        binding; /* the application data of RFC 5929; empty: what a client has bound its token to is not looked at */
    bool required; /* who has not bound it is refused, and without a binding everybody is */
};

/* One leg. *context is NULL at first, then what the last leg left; after NEGOTIATE_REFUSED it is freed and NULL. A client that
 * bound its token to another channel is refused ("bad-binding"); one that bound it to none where that is required is as well, as
 * "no-binding", on Windows, which does not tell them apart, as "bad-binding". Only ERR_NO_MEMORY is an error; on it *ret refuses. */
enum err platform_negotiate(struct acceptor *acceptor, struct security_context **context, struct bytes token,
                            struct negotiate_channel channel, struct arena *arena,
                            struct negotiate_reply *ret) MUST_USE;

#endif
