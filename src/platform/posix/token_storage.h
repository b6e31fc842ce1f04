/* token_storage: what is inside a struct platform_token; for token*.c, privilege.c, access.c and audit*.c alone. */
#ifndef NTOKEND_PLATFORM_POSIX_TOKEN_STORAGE_H
#define NTOKEND_PLATFORM_POSIX_TOKEN_STORAGE_H

#include "platform/token.h"

#include <stdatomic.h>
#include <stddef.h>

/* What duplicates share; never written to once a token is open. */
struct token_storage {
    atomic_uint references;
    struct platform *platform; /* outlives the token */
    struct token_details details;
    max_align_t memory[]; /* all that `view` of every duplicate and `details` point at */
};

struct platform_token {
    struct token view; /* by value: the privileges of a duplicate change alone */
    struct token_storage *storage;
};

#endif
