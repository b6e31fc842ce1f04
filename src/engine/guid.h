/* guid: 16 bytes in wire form (u32le, u16le, u16le, 8 bytes). [MS-DTYP] 2.3.4.2. */
#ifndef NTOKEND_ENGINE_GUID_H
#define NTOKEND_ENGINE_GUID_H

#include "base/bytes.h"
#include "base/err.h"

enum { GUID_SIZE = 16, GUID_TEXT_MAX = 37 };

struct guid {
    uint8_t bytes[GUID_SIZE];
};

static inline bool guid_equal(const struct guid *a, const struct guid *b)
{
    return word_load(a->bytes) == word_load(b->bytes) && word_load(a->bytes + 8) == word_load(b->bytes + 8);
}

/* 8-4-4-4-12 hex digits of either case, no braces, nothing more. ERR_INVALID_STRING_UUID. */
enum err guid_parse(struct bytes text, struct guid *ret) MUST_USE;
/* Lower case, NUL-terminated. */
void guid_format(const struct guid *guid, char ret[GUID_TEXT_MAX]);

#endif
