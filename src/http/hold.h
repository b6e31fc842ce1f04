/* hold: an answer that waits for something that another thread does. The handler makes its reply as usual and takes a hold; the
 * reply leaves when the hold is released, and its worker answers others meanwhile. */
#ifndef NTOKEND_HTTP_HOLD_H
#define NTOKEND_HTTP_HOLD_H

#include "http/reply.h"

struct hold;

/* At most one per request, before the handler returns. NULL when memory is exhausted. */
struct hold *hold_take(struct request *request);
/* Exactly once, from any thread, also before the handler returned. ERR_NONE lets the reply leave; anything else puts the 503
 * problem in its place, so that no decision leaves. Safe when the client went away meanwhile and while the server drains. */
void hold_release(struct hold *hold, enum err err);

#endif
