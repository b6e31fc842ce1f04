/* digest: SHA-256 (FIPS 180-4, from nettle) over values, each with its length, so that no two lists of values look alike. */
#ifndef NTOKEND_EVENTLOG_DIGEST_H
#define NTOKEND_EVENTLOG_DIGEST_H

#include "base/bytes.h"

#include <nettle/sha2.h>

enum { DIGEST_SIZE = SHA256_DIGEST_SIZE };

struct digest {
    struct sha256_ctx context;
};

/* `purpose` tells digests of one kind of thing from those of another. */
void digest_init(struct digest *digest, const char *purpose);
void digest_u64(struct digest *digest, uint64_t value);
void digest_bytes(struct digest *digest, struct bytes bytes);
/* NULL is not the same as "". */
void digest_string(struct digest *digest, const char *text);
void digest_done(struct digest *digest, uint8_t ret[DIGEST_SIZE]);

#endif
