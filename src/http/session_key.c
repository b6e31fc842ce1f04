#include "http/session_key.h"

#include "platform/process.h"

#include <nettle/hmac.h>
#include <nettle/memops.h>
#include <stdlib.h>

enum { KEY_SIZE = 32, RANDOM_SIZE = 32 };

/* The state after the key was taken in; the bytes of the key are gone by then. */
struct session_key {
    struct hmac_sha256_ctx state;
};

enum err session_key_new(struct session_key **ret)
{
    uint8_t bytes[KEY_SIZE];
    struct session_key *key = calloc(1, sizeof *key);
    if (key == NULL)
        return ERR_NO_MEMORY;
    enum err err = platform_random(bytes, sizeof bytes);
    if (err == ERR_NONE) {
        hmac_sha256_set_key(&key->state, sizeof bytes, bytes);
        *ret = key;
    } else {
        free(key);
    }
    explicit_bzero(bytes, sizeof bytes);
    return err;
}

void session_key_free(struct session_key *key)
{
    if (key == NULL)
        return;
    explicit_bzero(key, sizeof *key);
    free(key);
}

void session_key_hash(const struct session_key *key, struct bytes data, struct session_hash *ret)
{
    struct hmac_sha256_ctx state = key->state;
    hmac_sha256_update(&state, data.size, data.data);
    hmac_sha256_digest(&state, sizeof ret->bytes, ret->bytes);
    explicit_bzero(&state, sizeof state);
}

bool session_key_equal(const struct session_hash *a, const struct session_hash *b)
{
    return memeql_sec(a->bytes, b->bytes, sizeof a->bytes) != 0;
}

enum err session_key_token(char ret[SESSION_TOKEN_MAX])
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    uint8_t bytes[RANDOM_SIZE];
    uint32_t bits = 0;
    unsigned held = 0;
    size_t at = 0;
    enum err err = platform_random(bytes, sizeof bytes);
    if (err != ERR_NONE)
        return err;
    for (size_t i = 0; i < sizeof bytes; i++) {
        bits = (bits << 8 | bytes[i]) & 0xffff;
        for (held += 8; held >= 6; held -= 6)
            ret[at++] = alphabet[bits >> (held - 6) & 63];
    }
    ret[at++] = alphabet[bits << (6 - held) & 63];
    ret[at] = '\0';
    explicit_bzero(bytes, sizeof bytes);
    explicit_bzero(&bits, sizeof bits);
    return ERR_NONE;
}
