/* query: the arguments behind the "?", as strict as the body. */
#ifndef NTOKEND_API_QUERY_H
#define NTOKEND_API_QUERY_H

#include "http/reply.h"

/* Refuses every argument; false: the reply is written. */
bool query_none(struct request *request, struct reply *reply);
/* Takes onDeny=403 and nothing else. *ret_status is what a refusal is answered with: 200, or 403. */
bool query_on_deny(struct request *request, struct reply *reply, unsigned *ret_status);

#endif
