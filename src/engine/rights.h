/* rights: the types of securable objects, their access rights by name and their GENERIC_MAPPING. Reference 3.12.
 *
 * A right is a bit of a mask. The lower 16 mean something else for each type of object: bit 0 is FILE_READ_DATA of a file and
 * KEY_QUERY_VALUE of a registry key. Those from 16 to 20 are of every type. The upper four are generic: words that a mapping
 * turns into rights of the type before a check, in which none may be left. */
#ifndef NTOKEND_ENGINE_RIGHTS_H
#define NTOKEND_ENGINE_RIGHTS_H

#include "base/bytes.h"
#include "base/err.h"

/* [MS-DTYP] 2.4.3 */
#define RIGHT_DELETE                 UINT32_C(0x00010000)
#define RIGHT_READ_CONTROL           UINT32_C(0x00020000)
#define RIGHT_WRITE_DAC              UINT32_C(0x00040000)
#define RIGHT_WRITE_OWNER            UINT32_C(0x00080000)
#define RIGHT_SYNCHRONIZE            UINT32_C(0x00100000)
#define RIGHT_ACCESS_SYSTEM_SECURITY UINT32_C(0x01000000)
#define RIGHT_MAXIMUM_ALLOWED        UINT32_C(0x02000000)
#define RIGHT_GENERIC_ALL            UINT32_C(0x10000000)
#define RIGHT_GENERIC_EXECUTE        UINT32_C(0x20000000)
#define RIGHT_GENERIC_WRITE          UINT32_C(0x40000000)
#define RIGHT_GENERIC_READ           UINT32_C(0x80000000)
#define RIGHT_GENERIC_MASK           UINT32_C(0xF0000000)

struct generic_mapping {
    uint32_t read;
    uint32_t write;
    uint32_t execute;
    uint32_t all;
};

struct right_name {
    const char *name;
    uint32_t mask;
};

/* Whose events tell of a type of objects. Reference 5.4 and 5.6. */
enum audited_as {
    AUDITED_AS_OTHER = 0,
    AUDITED_AS_FILE,
    AUDITED_AS_REGISTRY,
    AUDITED_AS_KERNEL,
    AUDITED_AS_SAM, /* the objects of LSA too */
    AUDITED_AS_DIRECTORY,
};

/* A type of securable object ("file", "registry-key", "service" …). */
struct securable {
    const char *name;  /* as the API writes it */
    const char *title; /* in words: "registry key" */
    struct generic_mapping mapping;
    enum audited_as audited_as;
    uint16_t first_message; /* events write right bit n, below 16, as %%(first_message + n). Reference 5.5 */
    const struct right_name
        *rights; /* specific single rights first, combinations (FILE_GENERIC_READ) after */
    size_t right_count;
};

/* NULL when there is no such type. Names are compared exactly. */
const struct securable *securable_find(struct bytes name);
/* The whole table, for documentation and messages. */
const struct securable *securable_all(size_t *ret_count);

/* One name: a right of the type, a standard or generic right ("DELETE", "GENERIC_READ", "MAXIMUM_ALLOWED", …), or an SDDL
 * code is not accepted. type may be NULL: standard and generic names only. ERR_NOT_FOUND. */
enum err right_find(const struct securable *type, struct bytes name, uint32_t *ret) MUST_USE;
/* The names of the single bits of a mask, lowest bit first: of the type where it has one, standard names above. Bits
 * without a name are not listed; *ret_unnamed has them. Returns how many names were written, at most 32. */
size_t right_names(const struct securable *type, uint32_t mask, const char *ret[32], uint32_t *ret_unnamed);

/* MapGenericMask: generic bits replaced by what they stand for; MAXIMUM_ALLOWED and ACCESS_SYSTEM_SECURITY stay. */
uint32_t generic_map(const struct generic_mapping *mapping, uint32_t mask);

#endif
