/* authenticate: whose request is this? An identity belongs to the request and never to its connection; a connection holds
 * nothing but a half-done handshake. */
#ifndef NTOKEND_HTTP_AUTHENTICATE_H
#define NTOKEND_HTTP_AUTHENTICATE_H

#include "http/reply.h"

enum authenticate_outcome {
    AUTHENTICATE_REFUSED = 0, /* the reply is a 401, complete */
    AUTHENTICATE_ACCEPTED,    /* *ret_token is the caller's; WWW-Authenticate may be in the reply */
};

/* Reads Authorization. *half_done is the connection's; it is NULL but between the legs of one handshake. The token is the
 * caller's to free. */
enum authenticate_outcome authenticate(struct platform *platform, struct acceptor *acceptor,
                                       struct request *request, struct security_context **half_done,
                                       struct reply *reply, struct platform_token **ret_token) MUST_USE;

#endif
