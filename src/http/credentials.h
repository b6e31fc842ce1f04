/* credentials: what a request shows to say whose it is. Nothing is believed here. */
#ifndef NTOKEND_HTTP_CREDENTIALS_H
#define NTOKEND_HTTP_CREDENTIALS_H

#include "http/request.h"

struct credentials {
    enum caller_proof kind; /* CALLER_UNPROVEN: nothing that could be tried */
    struct bytes token;     /* Negotiate: decoded; otherwise the session's token as text */
    const char *reason;     /* with CALLER_UNPROVEN, for the log; NULL for a request that did not try */
    bool no_memory;         /* … but that there was none to find out */
};

/* Negotiate counts before a cookie. What two parties could read differently counts as nothing: a header or the cookie twice, a
 * bearer token and a cookie that differ. Borrows from the request and its arena. */
void credentials_read(struct request *request, bool secure, struct credentials *ret);

#endif
