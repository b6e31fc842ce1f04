/* sid_hash: a keyed hash of a whole SID, for tables that hostile SIDs must not be able to flood. */
#ifndef NTOKEND_ENGINE_SID_HASH_H
#define NTOKEND_ENGINE_SID_HASH_H

#include "engine/sid.h"

__extension__ typedef unsigned __int128 uint128;

/* All 128 bits of the product decide, so that no input bit is lost (the mixing step of wyhash). */
static inline uint64_t sid_hash_fold(uint64_t a, uint64_t b)
{
    uint128 product = (uint128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* 16 bytes a step. The last step overlaps the one before instead of padding, which is sound because the first eight bytes,
 * always read, hold the length. The hash differs between machines: it never leaves the process. */
static inline uint64_t sid_hash(const struct sid *sid, const uint64_t key[2])
{
    const uint8_t *at = (const uint8_t *)sid;
    const uint8_t *end = at + sid_size(sid);
    uint64_t hash = key[0];
    if (end - at < 16)
        return sid_hash_fold(word_load(at) ^ hash, word_load(end - 8) ^ key[1]);
    for (; end - at > 16; at += 16)
        hash = sid_hash_fold(word_load(at) ^ hash, word_load(at + 8) ^ key[1]);
    return sid_hash_fold(word_load(end - 16) ^ hash, word_load(end - 8) ^ key[1]);
}

#endif
