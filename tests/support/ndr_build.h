/* ndr_build: writes NDR for tests. Memory that runs out ends the program. */
#ifndef NTOKEND_TESTS_NDR_BUILD_H
#define NTOKEND_TESTS_NDR_BUILD_H

#include "base/arena.h"

struct ndr_build {
    struct arena *arena;
    uint8_t *data;
    size_t size;
    size_t room;
    uint32_t next_referent;
};

void ndr_build_init(struct ndr_build *ndr, struct arena *arena);
void ndr_build_raw(struct ndr_build *ndr, const void *data, size_t size);
void ndr_build_zero(struct ndr_build *ndr, size_t size);
void ndr_build_align(struct ndr_build *ndr, size_t to);
void ndr_build_u16(struct ndr_build *ndr, uint16_t value);
void ndr_build_u32(struct ndr_build *ndr, uint32_t value);
void ndr_build_u64(struct ndr_build *ndr, uint64_t value);
/* A fresh referent, or NULL. */
void ndr_build_pointer(struct ndr_build *ndr, bool present);
/* A count and its pointer, NULL when there is nothing. */
void ndr_build_counted(struct ndr_build *ndr, size_t count);

/* RPC_UNICODE_STRING and its deferred text; NULL is an empty one without memory. */
void ndr_build_string(struct ndr_build *ndr, const char *utf8);
void ndr_build_string_text(struct ndr_build *ndr, const char *utf8);
/* The deferred text of a [string] wchar_t *. */
void ndr_build_wide(struct ndr_build *ndr, const char *utf8);
/* A SID on its own, and as the deferred part of a PISID; NULL writes nothing. */
void ndr_build_sid_raw(struct ndr_build *ndr, const char *text);
void ndr_build_sid(struct ndr_build *ndr, const char *text);

/* UTF-16LE without a NUL, in the arena. */
struct bytes ndr_build_utf16(struct arena *arena, const char *utf8);

/* With the headers of type serialization version 1 in front, and as it is; both in the arena. */
struct bytes ndr_build_serialized(struct ndr_build *ndr);
struct bytes ndr_build_taken(struct ndr_build *ndr);

#endif
