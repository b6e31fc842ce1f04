/* session_key: the tokens of sessions, and the keyed hash that is all the table keeps of them. A hash without its key, which
 * never leaves the process, helps nobody to a token; and nobody can choose tokens whose hashes meet. */
#ifndef NTOKEND_HTTP_SESSION_KEY_H
#define NTOKEND_HTTP_SESSION_KEY_H

#include "base/bytes.h"
#include "base/err.h"

enum {
    SESSION_TOKEN_SIZE = 43, /* 256 bits in the base64 of RFC 4648 section 5, without padding */
    SESSION_TOKEN_MAX = SESSION_TOKEN_SIZE + 1,
    SESSION_HASH_SIZE = 32,
};

/* HMAC-SHA-256 (RFC 2104, FIPS 180-4). */
struct session_hash {
    uint8_t bytes[SESSION_HASH_SIZE];
};

struct session_key;
/* A random key. ERR_IO, ERR_NO_MEMORY. */
enum err session_key_new(struct session_key **ret) MUST_USE;
/* Wipes it. */
void session_key_free(struct session_key *key);

/* Any thread. */
void session_key_hash(const struct session_key *key, struct bytes data, struct session_hash *ret);
/* In a time that tells nothing of where they differ. */
bool session_key_equal(const struct session_hash *a, const struct session_hash *b);

/* A new token as text, NUL-terminated. ERR_IO. */
enum err session_key_token(char ret[SESSION_TOKEN_MAX]) MUST_USE;

#endif
