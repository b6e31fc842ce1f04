/* write_token: what GetTokenInformation says, as JSON. */
#ifndef NTOKEND_API_WRITE_TOKEN_H
#define NTOKEND_API_WRITE_TOKEN_H

#include "api/write.h"
#include "platform/token.h"

/* NULL when memory is exhausted. */
json_t *write_token(struct writer *writer, const struct token *token,
                    const struct token_details *details) MUST_USE;

/* {"sid", "name"} of the token's user: DOMAIN\account as the ticket says, when the platform has no better name. */
json_t *write_user(struct writer *writer, const struct token *token,
                   const struct token_details *details) MUST_USE;

/* write_claims.c */
json_t *write_claims(struct writer *writer, const struct claim_set *set);

#endif
