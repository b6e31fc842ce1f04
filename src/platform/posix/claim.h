/* claim: a file that nobody but the service's user may write. */
#ifndef NTOKEND_PLATFORM_POSIX_CLAIM_H
#define NTOKEND_PLATFORM_POSIX_CLAIM_H

#include "base/err.h"

#include <stdbool.h>

/* Makes sure that `path` is a file that only this user can write, and makes it when it is missing. ERR_IO. */
enum err file_claim(const char *path) MUST_USE;
/* Whether file_claim would succeed, without making anything. */
bool file_is_claimable(const char *path) MUST_USE;

#endif
