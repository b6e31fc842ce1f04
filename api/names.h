/* names: the words of the API for attributes and kinds, the same for reading and for writing. */
#ifndef NTOKEND_API_NAMES_H
#define NTOKEND_API_NAMES_H

#include <stddef.h>
#include <stdint.h>

struct name {
    const char *name;
    uint32_t value;
};

struct names {
    const struct name *words;
    size_t count;
};

extern const struct names NAMES_GROUP_ATTRIBUTES;
extern const struct names NAMES_PRIVILEGE_ATTRIBUTES;
extern const struct names NAMES_PRIVILEGE_STATE; /* what a check says of one; only written */
extern const struct names NAMES_MANDATORY_POLICY;
extern const struct names NAMES_TOKEN_TYPES;
extern const struct names NAMES_IMPERSONATION_LEVELS;
extern const struct names NAMES_LOGON_TYPES;
extern const struct names NAMES_AUDIT_TYPES;
extern const struct names NAMES_CLAIM_TYPES;
extern const struct names NAMES_CLAIM_FLAGS;
extern const struct names NAMES_ACE_TYPES;
extern const struct names NAMES_ACE_FLAGS;
extern const struct names NAMES_CONTROL_FLAGS;
extern const struct names NAMES_LABEL_POLICY;

/* The word for a value; NULL when there is none. */
const char *names_of(const struct names *names, uint32_t value);

#endif
