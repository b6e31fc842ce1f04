/* session_share: a token that a session and the requests that use it hold together; immutable. */
#ifndef NTOKEND_HTTP_SESSION_SHARE_H
#define NTOKEND_HTTP_SESSION_SHARE_H

#include "platform/token.h"

#include <stdatomic.h>

struct session_share {
    atomic_uint references;
    struct platform_token *token; /* changed by its maker alone, before anybody else has it */
};

/* A duplicate of `token`, held once. ERR_NO_MEMORY and what platform_token_duplicate says. */
enum err session_share_new(const struct platform_token *token, struct session_share **ret) MUST_USE;
/* The holder of a share holds it once more. */
struct session_share *session_share_hold(struct session_share *share);
/* The last one frees it. NULL is allowed. */
void session_share_release(struct session_share *share);

#endif
