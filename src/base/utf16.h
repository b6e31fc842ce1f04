/* utf16: between UTF-8, which we write, and the UTF-16LE of Windows structures and files. */
#ifndef NTOKEND_BASE_UTF16_H
#define NTOKEND_BASE_UTF16_H

#include "base/arena.h"

/* Both give NUL-terminated results (the NUL is not counted in size) that live in the arena.
 * Errors: ERR_MALFORMED for an odd size, unpaired surrogates, overlong or invalid UTF-8; ERR_NO_MEMORY. */
enum err utf16_to_utf8(struct arena *arena, struct bytes utf16le, struct bytes *ret) MUST_USE;
enum err utf16_from_utf8(struct arena *arena, struct bytes utf8, struct bytes *ret) MUST_USE;

/* The next code point of UTF-8 text at *at, which it moves on; -1 when malformed (RFC 3629) or at the end. */
int32_t utf8_next(struct bytes utf8, size_t *at);

/* The 1 to 4 bytes of a code point; returns how many. */
size_t utf8_put(uint8_t *out, uint32_t code);

/* UTF-8 without NUL: each byte that is no part of it becomes U+FFFD. Writes at most 3 * size bytes and gives how many. */
size_t utf8_clean(struct bytes text, uint8_t *ret);

#endif
