/* sid: security identifiers. [MS-DTYP] 2.4.2.
 *
 * Windows knows users, groups, machines, integrity levels and much else by a number and never by a name: S-1-5-21-A-B-C-1103
 * is account 1103, its RID, of the domain S-1-5-21-A-B-C; S-1-1-0 is everyone; S-1-5-32-544 the administrators of a machine.
 *
 * A SID is kept in its wire form everywhere: a `const struct sid *` points at bytes that a validator has
 * accepted, in a descriptor, a token or a sid_buffer. The structure has no alignment and never needs a copy. It may alias
 * what those bytes were written as, which gcc 12 believes with link-time optimisation only when it is told. */
#ifndef NTOKEND_ENGINE_SID_H
#define NTOKEND_ENGINE_SID_H

#include "base/bytes.h"
#include "base/err.h"

enum {
    SID_REVISION = 1,
    SID_SUB_AUTHORITIES_MAX = 15,
    SID_SIZE_MIN = 8,
    SID_SIZE_MAX = 68,
    SID_TEXT_MAX = 187, /* "S-1-0x" 12 digits, 15 times "-4294967295", NUL; rounded as Windows does */
};

struct sid {
    uint8_t revision;
    uint8_t sub_authority_count;
    uint8_t identifier_authority[6]; /* big-endian */
    uint8_t sub_authorities[];       /* u32le each */
} __attribute__((may_alias));

struct sid_buffer {
    uint8_t bytes[SID_SIZE_MAX];
};

static inline const struct sid *sid_of(const struct sid_buffer *buffer)
{
    return (const struct sid *)buffer->bytes;
}

static inline size_t sid_size(const struct sid *sid)
{
    return SID_SIZE_MIN + 4 * (size_t)sid->sub_authority_count;
}

static inline uint32_t sid_sub_authority(const struct sid *sid, size_t index)
{
    return le32_load(sid->sub_authorities + 4 * index);
}

/* Same revision, count and bytes; no case, no canonical form. [MS-DTYP] 2.4.2
 *
 * Without a call, which the hot path of the access check would have to save its registers for. Once the first words are
 * equal the lengths are too; the last word overlaps the one before. */
static inline bool sid_equal(const struct sid *left, const struct sid *right)
{
    const uint8_t *a = (const uint8_t *)left;
    const uint8_t *b = (const uint8_t *)right;
    if (word_load(a) != word_load(b))
        return false;
    const size_t last = sid_size(left) - 8;
    for (size_t at = 8; at < last; at += 8) {
        if (word_load(a + at) != word_load(b + at))
            return false;
    }
    return word_load(a + last) == word_load(b + last);
}

/* The size of the SID at the start of `input`, which may be longer; 0 when the revision is not 1, the count is above 15 or
 * the bytes end early. */
static inline size_t sid_checked_size(struct bytes input)
{
    if (input.size < SID_SIZE_MIN || input.data[0] != SID_REVISION || input.data[1] > SID_SUB_AUTHORITIES_MAX)
        return 0;
    const size_t size = sid_size((const struct sid *)input.data);
    return size <= input.size ? size : 0;
}

/* Whether `input` is one sound SID and nothing else; no bytes at all are none. */
static inline bool sid_is_whole(struct bytes input)
{
    const size_t size = sid_checked_size(input);
    return size != 0 && size == input.size;
}

/* That SID, which borrows the input; ERR_INVALID_SID when it is not sound. */
enum err sid_view(struct bytes input, const struct sid **ret) MUST_USE;

uint64_t sid_authority(const struct sid *sid);
/* The last sub-authority; 0 for a SID that has none. */
uint32_t sid_rid(const struct sid *sid);

/* ERR_INVALID_SID when count > 15. authority is 48 bits wide. */
enum err sid_make(struct sid_buffer *ret, uint64_t authority, const uint32_t *sub_authorities,
                  size_t count) MUST_USE;
/* domain + rid. ERR_INVALID_SID when the domain has 15 sub-authorities already. */
enum err sid_append(struct sid_buffer *ret, const struct sid *domain, uint32_t rid) MUST_USE;
void sid_copy(struct sid_buffer *ret, const struct sid *sid);
/* true iff sid is domain plus exactly one sub-authority */
bool sid_in_domain(const struct sid *sid, const struct sid *domain);

/* Reads `S-1-…` at the start of `text` with the rules of Windows for numbers (decimal, 0x hex, 0 octal, blanks after
 * '-', all hex once the revision is hex, sub-authorities saturate, the authority must fit 48 bits):
 * reference 2.2. *ret_used is how many bytes were read. At least one sub-authority. ERR_INVALID_SID. */
enum err sid_read(struct bytes text, struct sid_buffer *ret, size_t *ret_used) MUST_USE;
/* The same, and nothing may follow. */
enum err sid_parse(struct bytes text, struct sid_buffer *ret) MUST_USE;
/* Canonical text, NUL-terminated: authority in decimal below 2^32, else in hex as Windows writes it, 0x12A05F200 (the
 * 12 digits of [MS-DTYP] 2.4.2.1 it does not). Returns its length. */
size_t sid_format(const struct sid *sid, char ret[SID_TEXT_MAX]);

/* The name Windows shows for a well-known SID ("NT AUTHORITY\\NETWORK", "BUILTIN\\Administrators",
 * "Mandatory Label\\High Mandatory Level"), or NULL. A static string. */
const char *sid_well_known_name(const struct sid *sid);
/* The name of a well-known RID of a domain ("Domain Admins" for 512), or NULL. */
const char *sid_domain_rid_name(uint32_t rid);

/* Well-known SIDs, [MS-DTYP] 2.4.2.4. */
extern const struct sid *const SID_EVERYONE;                    /* S-1-1-0 */
extern const struct sid *const SID_OWNER_RIGHTS;                /* S-1-3-4 */
extern const struct sid *const SID_NETWORK;                     /* S-1-5-2 */
extern const struct sid *const SID_SERVICE;                     /* S-1-5-6 */
extern const struct sid *const SID_ANONYMOUS;                   /* S-1-5-7 */
extern const struct sid *const SID_PRINCIPAL_SELF;              /* S-1-5-10 */
extern const struct sid *const SID_AUTHENTICATED_USERS;         /* S-1-5-11 */
extern const struct sid *const SID_THIS_ORGANIZATION;           /* S-1-5-15 */
extern const struct sid *const SID_LOCAL_SYSTEM;                /* S-1-5-18 */
extern const struct sid *const SID_OTHER_ORGANIZATION;          /* S-1-5-1000 */
extern const struct sid *const SID_BUILTIN;                     /* S-1-5-32 */
extern const struct sid *const SID_ADMINISTRATORS;              /* S-1-5-32-544 */
extern const struct sid *const SID_USERS;                       /* S-1-5-32-545 */
extern const struct sid *const SID_GUESTS;                      /* S-1-5-32-546 */
extern const struct sid *const SID_ALL_APP_PACKAGES;            /* S-1-15-2-1 */
extern const struct sid *const SID_ALL_RESTRICTED_APP_PACKAGES; /* S-1-15-2-2 */

#endif
