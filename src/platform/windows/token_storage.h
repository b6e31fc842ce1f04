/* token_storage: what is inside a struct platform_token; for the twins of this folder alone. */
#ifndef NTOKEND_PLATFORM_WINDOWS_TOKEN_STORAGE_H
#define NTOKEND_PLATFORM_WINDOWS_TOKEN_STORAGE_H

#include "platform/windows/state.h"

/* What duplicates share; never written to once a token is open. */
struct token_storage {
    atomic_uint references;
    struct platform *platform; /* outlives the token */
    struct token_details details;
    struct arena arena; /* all that `view` of every duplicate and `details` point at */
};

struct platform_token {
    struct token view; /* the snapshot: by value, since the privileges of a duplicate change alone */
    HANDLE handle; /* what the system decides on; its own, so that AdjustTokenPrivileges meets nobody else */
    struct token_storage *storage;
};

#endif
