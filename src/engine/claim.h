/* claim: security attributes of users, devices, resources and tokens. [MS-DTYP] 2.4.10.1; reference 1.6.
 *
 * What the directory says of a user or of the machine he sits at (department is "eng"), and what a SACL says of an object: a
 * name and a set of values of one type, for the conditions of callback ACEs to compare. */
#ifndef NTOKEND_ENGINE_CLAIM_H
#define NTOKEND_ENGINE_CLAIM_H

#include "base/bytes.h"
#include "base/err.h"

enum claim_type {
    CLAIM_INT64 = 1,
    CLAIM_UINT64 = 2,
    CLAIM_STRING = 3,
    CLAIM_SID = 5,
    CLAIM_BOOLEAN = 6,
    CLAIM_OCTETS = 0x10,
};

enum {
    CLAIM_NON_INHERITABLE = 0x01,
    CLAIM_CASE_SENSITIVE = 0x02,
    CLAIM_USE_FOR_DENY_ONLY = 0x04,
    CLAIM_DISABLED_BY_DEFAULT = 0x08,
    CLAIM_DISABLED = 0x10,
    CLAIM_MANDATORY = 0x20,
};

struct claim_value {
    uint64_t number;   /* INT64 (two's complement), UINT64, BOOLEAN (0 or 1) */
    struct bytes data; /* STRING (UTF-16LE, no NUL), SID (binary), OCTETS */
};

/* Names are UTF-16LE without a NUL and are compared without case. All memory is the token's or descriptor's. */
struct claim {
    struct bytes name;
    enum claim_type type;
    uint32_t flags;
    const struct claim_value *values;
    size_t value_count;
};

struct claim_set {
    const struct claim *claims;
    size_t count;
};

/* A validated view of a CLAIM_SECURITY_ATTRIBUTE_RELATIVE_V1, what follows the SID of a resource attribute ACE; it
 * borrows the bytes. [MS-DTYP] 2.4.10.1 */
struct claim_entry {
    struct bytes data;
    struct bytes name;
    enum claim_type type;
    uint32_t flags; /* CLAIM_… in the lower half */
    size_t value_count;
};

/* ERR_MALFORMED also for a type that conditions cannot use (4, FQBN), an empty name and a boolean above 1. */
enum err claim_entry_parse(struct bytes data, struct claim_entry *ret) MUST_USE;
/* index < value_count. */
void claim_entry_value(const struct claim_entry *entry, size_t index, struct claim_value *ret);

#endif
