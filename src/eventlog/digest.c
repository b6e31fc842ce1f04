#include "eventlog/digest.h"

void digest_init(struct digest *digest, const char *purpose)
{
    sha256_init(&digest->context);
    digest_string(digest, purpose);
}

void digest_u64(struct digest *digest, uint64_t value)
{
    uint8_t data[8];
    le64_store(data, value);
    sha256_update(&digest->context, sizeof data, data);
}

void digest_bytes(struct digest *digest, struct bytes bytes)
{
    digest_u64(digest, bytes.size);
    sha256_update(&digest->context, bytes.size, bytes.data);
}

void digest_string(struct digest *digest, const char *text)
{
    if (text == NULL)
        digest_u64(digest, UINT64_MAX);
    else
        digest_bytes(digest, bytes_of_string(text));
}

void digest_done(struct digest *digest, uint8_t ret[DIGEST_SIZE])
{
    sha256_digest(&digest->context, DIGEST_SIZE, ret);
}
