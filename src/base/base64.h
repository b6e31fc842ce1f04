/* base64: RFC 4648 section 4, strict (padding required, no white space, no stray bits). */
#ifndef NTOKEND_BASE_BASE64_H
#define NTOKEND_BASE_BASE64_H

#include "base/arena.h"

/* Errors: ERR_MALFORMED, ERR_NO_MEMORY. The result lives in the arena. */
enum err base64_decode(struct arena *arena, struct bytes text, struct bytes *ret) MUST_USE;
/* A NUL-terminated string in the arena, NULL when memory is exhausted. */
char *base64_encode(struct arena *arena, struct bytes data) MUST_USE;

#endif
