#include "http/session_record.h"

enum err session_record_new(struct session_pool *pool, const struct platform_token *token,
                            struct session **ret)
{
    struct session *session = session_pool_take(pool);
    if (session == NULL)
        return ERR_NO_MEMORY;
    session->pool = pool;
    atomic_init(&session->references, 1);
    enum err err = platform_token_duplicate(token, &session->token);
    if (err != ERR_NONE)
        session_pool_give(pool, session);
    else
        *ret = session;
    return err;
}

struct session *session_record_hold(struct session *session)
{
    (void)atomic_fetch_add_explicit(&session->references, 1, memory_order_relaxed);
    return session;
}

void session_record_release(struct session *session)
{
    if (session == NULL || atomic_fetch_sub_explicit(&session->references, 1, memory_order_acq_rel) != 1)
        return;
    platform_token_free(session->token);
    session_pool_give(session->pool, session);
}
