#include "http/session_share.h"

#include <stdlib.h>

enum err session_share_new(const struct platform_token *token, struct session_share **ret)
{
    struct session_share *share = calloc(1, sizeof *share);
    if (share == NULL)
        return ERR_NO_MEMORY;
    atomic_init(&share->references, 1);
    enum err err = platform_token_duplicate(token, &share->token);
    if (err != ERR_NONE)
        free(share);
    else
        *ret = share;
    return err;
}

struct session_share *session_share_hold(struct session_share *share)
{
    (void)atomic_fetch_add_explicit(&share->references, 1, memory_order_relaxed);
    return share;
}

void session_share_release(struct session_share *share)
{
    if (share == NULL || atomic_fetch_sub_explicit(&share->references, 1, memory_order_acq_rel) != 1)
        return;
    platform_token_free(share->token);
    free(share);
}
