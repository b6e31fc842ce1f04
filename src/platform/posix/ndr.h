/* ndr: reads one object in the transfer syntax of NDR 2.0, wrapped in type serialization version 1. [MS-RPCE] 2.2.6; C706 14.3.
 *
 * Reads advance only when they succeed; after the first failure every later read gives 0 or empty bytes, so a decoder may
 * read a whole structure and ask once. What is returned borrows the input. */
#ifndef NTOKEND_PLATFORM_POSIX_NDR_H
#define NTOKEND_PLATFORM_POSIX_NDR_H

#include "base/bytes.h"
#include "base/err.h"
#include "engine/sid.h"

struct ndr {
    struct cursor cursor; /* the object alone; alignment counts from its start */
    enum err err;         /* the first refusal that was not the end of the input */
};

/* ERR_MALFORMED: not version 1, not little-endian, a header of another size, or a length that is not the input's. */
enum err ndr_open(struct bytes serialized, struct ndr *ret) MUST_USE;
/* The same for a pointer at the top, which must not be NULL: behind it. */
enum err ndr_open_pointer(struct bytes serialized, struct ndr *ret) MUST_USE;
/* What went wrong, if anything did; ERR_MALFORMED too when more than padding is left unread. */
enum err ndr_finish(const struct ndr *ndr) MUST_USE;
/* The first call counts. */
void ndr_fail(struct ndr *ndr, enum err err);
enum err ndr_error(const struct ndr *ndr) MUST_USE;

/* Aligned to their own size. */
uint16_t ndr_u16(struct ndr *ndr);
uint32_t ndr_u32(struct ndr *ndr);
uint64_t ndr_u64(struct ndr *ndr);
/* Unaligned. */
void ndr_skip(struct ndr *ndr, size_t size);
/* A unique pointer: true when something is deferred. */
bool ndr_pointer(struct ndr *ndr);

/* A count and the unique pointer to as many elements, as every array in a PAC has it. */
struct ndr_array {
    uint32_t count;
    bool present;
};
struct ndr_array ndr_array(struct ndr *ndr);
/* The deferred part: its own count must be the announced one, and the rest of the input must have room for as many
 * elements of at least `element_size` bytes. Returns how many follow; 0 on failure. */
size_t ndr_array_begin(struct ndr *ndr, struct ndr_array array, size_t element_size);

/* RPC_UNICODE_STRING, [MS-DTYP] 2.3.10. The text is UTF-16LE, as it came, without a NUL of its own. */
struct ndr_string {
    uint16_t size;
    uint16_t room;
    bool present;
};
struct ndr_string ndr_string(struct ndr *ndr);
struct bytes ndr_string_text(struct ndr *ndr, struct ndr_string string);

/* The deferred part of a [string] wchar_t *: ends with its only NUL, which is left out. */
struct bytes ndr_wide_text(struct ndr *ndr);

/* The deferred part of a PISID, [MS-DTYP] 2.4.2.3; NULL on failure. */
const struct sid *ndr_sid(struct ndr *ndr);

#endif
