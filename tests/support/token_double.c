#include "support/token_double.h"

#include <stdatomic.h>
#include <stdlib.h>

struct platform_token {
    struct sid_buffer user;
    struct token view;
    struct token_details details;
};

static atomic_int alive;
static atomic_bool failing;

int token_double_alive(void)
{
    return atomic_load(&alive);
}

void token_double_fail(bool fail)
{
    atomic_store(&failing, fail);
}

struct platform_token *token_double_new(unsigned rid, int64_t expires_at)
{
    const privilege_set held = privilege_bit(SE_BACKUP) | privilege_bit(SE_RESTORE);
    struct platform_token *token = calloc(1, sizeof *token);
    if (token == NULL || sid_make(&token->user, 5, (const uint32_t[]){21, 1, 2, 3, rid}, 5) != ERR_NONE)
        abort();
    token->view = (struct token){.type = TOKEN_IMPERSONATION,
                                 .level = SECURITY_IMPERSONATION,
                                 .user = sid_of(&token->user),
                                 .integrity_level = INTEGRITY_HIGH,
                                 .privileges = {.present = held, .enabled = held}};
    token->details.expires_at = expires_at;
    atomic_fetch_add(&alive, 1);
    return token;
}

enum err platform_token_duplicate(const struct platform_token *token, struct platform_token **ret)
{
    struct platform_token *copy = atomic_load(&failing) ? NULL : malloc(sizeof *copy);
    if (copy == NULL)
        return ERR_NO_MEMORY;
    *copy = *token;
    copy->view.user = sid_of(&copy->user);
    atomic_fetch_add(&alive, 1);
    *ret = copy;
    return ERR_NONE;
}

void platform_token_free(struct platform_token *token)
{
    if (token != NULL)
        atomic_fetch_sub(&alive, 1);
    free(token);
}

const struct token *platform_token_view(const struct platform_token *token)
{
    return &token->view;
}

const struct token_details *platform_token_details(const struct platform_token *token)
{
    return &token->details;
}

enum err platform_privilege_adjust(struct platform_token *token, const struct privilege_change *change,
                                   struct privilege_state *ret_previous, privilege_set *ret_changed)
{
    return privilege_adjust(&token->view.privileges, token->view.integrity_level, change, ret_previous,
                            ret_changed);
}
