/* descriptor_json_ace: the parts of the JSON of a descriptor, read back to bytes; for the files of descriptor_json alone. */
#ifndef NTOKEND_TESTS_DESCRIPTOR_JSON_ACE_H
#define NTOKEND_TESTS_DESCRIPTOR_JSON_ACE_H

#include "base/arena.h"

#include <jansson.h>

/* Bytes that grow, and the first thing that was wrong: a static string. */
struct json_bytes {
    uint8_t *data;
    size_t size;
    size_t room;
    const char *wrong;
    struct arena *arena;
};

void json_bytes_fail(struct json_bytes *out, const char *wrong);
/* The lowest `width` bytes of it, the lowest first. */
void json_bytes_put(struct json_bytes *out, uint64_t value, size_t width);
void json_bytes_put_ace(struct json_bytes *out, const json_t *ace);
/* {"sid": …, "name": …} */
void json_bytes_put_sid(struct json_bytes *out, const json_t *account);

/* The members of an object, each to be taken: one that nobody takes is wrong. */
struct json_members {
    const json_t *object;
    size_t taken;
};
/* NULL when there is none. */
const json_t *json_members_take(struct json_members *members, const char *key);
void json_members_end(const struct json_members *members, struct json_bytes *out);

/* A list of words, each of which stands for the bit of its place, and of single bits in hexadecimal, none twice. */
uint32_t json_words(struct json_bytes *out, const json_t *list, const char *const *words, size_t count);

#endif
