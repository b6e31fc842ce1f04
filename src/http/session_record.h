/* session_record: a session, which the table and the requests that use it hold together; the last of them frees it. */
#ifndef NTOKEND_HTTP_SESSION_RECORD_H
#define NTOKEND_HTTP_SESSION_RECORD_H

#include "http/session.h"
#include "http/session_pool.h"
#include "http/session_wheel.h"

#include <stdalign.h>
#include <stdatomic.h>
#include <stddef.h>

/* First what a look-up reads, in two lines of the cache; the token never changes, and the rest is under the lock of the shard. */
struct session {
    alignas(SESSION_POOL_LINE) struct session *next; /* of its bucket, or of a list of those that ended */
    struct session_hash id;
    atomic_uint references;
    struct platform_token *token;
    int64_t used_s; /* steady */
    int64_t ends_s; /* steady, however much it is used */
    int64_t created_at;
    int64_t expires_at;
    struct session_user *user; /* NULL: no longer in the table, or not yet */
    struct session_timer timer;
    struct session_pool *pool;
};

static inline struct session *session_of_timer(struct session_timer *timer)
{
    return (struct session *)(void *)((char *)timer - offsetof(struct session, timer));
}

/* With a duplicate of `token`, held once. ERR_NO_MEMORY and what platform_token_duplicate says. */
enum err session_record_new(struct session_pool *pool, const struct platform_token *token,
                            struct session **ret) MUST_USE;
/* The holder of a session holds it once more. */
struct session *session_record_hold(struct session *session);
/* The last one frees it. NULL is allowed. */
void session_record_release(struct session *session);

#endif
