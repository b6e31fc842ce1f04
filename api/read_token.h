/* read_token: the token of a what-if, from what the caller wrote. Pure computation: nobody is impersonated. */
#ifndef NTOKEND_API_READ_TOKEN_H
#define NTOKEND_API_READ_TOKEN_H

#include "api/read.h"
#include "engine/token.h"

enum {
    READ_SIDS_MAX = 4096,          /* of all lists of one token together */
    READ_CLAIMS_MAX = 1024,        /* of one set */
    READ_CLAIM_VALUES_MAX = 16384, /* of one set together */
};

/* Indexed with `hash_key` (platform_hash_key) and ready for checks. *ret is written only when the reader did not fail. */
void read_token(struct reader *reader, const struct place *place, const uint64_t hash_key[2],
                struct token *ret);

/* An array of claims. read_claims.c */
struct claim_set read_claims(struct reader *reader, const struct place *place);

#endif
