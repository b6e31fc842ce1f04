/* authenticate: whose request is this? An identity belongs to the request, or to a session that the request names, and never
 * to its connection; a connection holds nothing but a half-done handshake. */
#ifndef NTOKEND_HTTP_AUTHENTICATE_H
#define NTOKEND_HTTP_AUTHENTICATE_H

#include "http/handshake.h"
#include "http/rate_limit.h"
#include "http/reply.h"
#include "http/session.h"

enum authenticate_outcome {
    AUTHENTICATE_REFUSED = 0, /* the reply is a 401, 429 or 503; complete */
    AUTHENTICATE_ACCEPTED,    /* *ret is the caller's; WWW-Authenticate may be in the reply */
};

/* What callers are known by; borrowed. */
struct authenticator {
    struct platform *platform;
    struct acceptor *acceptor;
    struct sessions *sessions; /* NULL: there are none */
    struct handshakes *handshakes;
    struct rate_limit *failures; /* NULL: no bound */
    rate_limit_who client;       /* whose failures count */
    struct negotiate_channel channel;
};

/* Zero holds nothing. */
struct caller {
    enum caller_proof proof;
    struct platform_token *negotiated; /* with CALLER_NEGOTIATE */
    struct session_use session;        /* with CALLER_BEARER and CALLER_COOKIE */
};
void caller_done(struct caller *caller);
/* NULL for one that holds nothing. */
const struct platform_token *caller_token(const struct caller *caller);

/* Reads Authorization and Cookie. A ticket's logon, and one that is refused, go into the request's trail; a session is no new
 * logon, and one that nobody knows, like a request that shows nothing that could be tried, none that failed. *handshake is the connection's; it is empty but between the legs of one handshake. A
 * ticket from where too many were refused is not looked at: 429. */
enum authenticate_outcome authenticate(const struct authenticator *authenticator, struct request *request,
                                       struct handshake *handshake, struct reply *reply,
                                       struct caller *ret) MUST_USE;

/* The 401 that every failure looks like: a fresh challenge, so that a client may prove itself with a ticket, and no detail. */
void authenticate_challenge(struct request *request, struct reply *reply);

#endif
