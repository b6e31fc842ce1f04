/* token_pack: the finished token. Tokens are made in an arena with all that was needed on the way; what is kept, for hours in a
 * session, is one allocation of exactly the bytes that matter, with the index. */
#ifndef NTOKEND_PLATFORM_POSIX_TOKEN_PACK_H
#define NTOKEND_PLATFORM_POSIX_TOKEN_PACK_H

#include "platform/posix/token_storage.h"

/* An open token of `view`, which needs no index yet, and `details`: both are copied with all that they point at, and the copy is
 * indexed. `key`: token_index. ERR_NO_MEMORY. */
enum err token_pack(struct platform *platform, const struct token *view, const struct token_details *details,
                    const uint64_t key[2], struct platform_token **ret) MUST_USE;

/* How many bytes behind its struct token_storage the token takes; 0 for more SIDs than an index may have. */
size_t token_pack_size(const struct token *view, const struct token_details *details);

#endif
