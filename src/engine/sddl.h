/* sddl: the security descriptor definition language, as Windows reads and writes it. [MS-DTYP] 2.5.1; reference 2. */
#ifndef NTOKEND_ENGINE_SDDL_H
#define NTOKEND_ENGINE_SDDL_H

#include "engine/descriptor.h"

/* What aliases such as LA, DA and EA stand for; NULL where it is not known, and then the alias does not resolve. Functions
 * take NULL for one that knows none. */
struct sddl_domains {
    const struct sid *machine;
    const struct sid *domain;
    const struct sid *forest_root;
};

struct sddl_error {
    size_t offset;        /* in characters (code points) from the start */
    const char *expected; /* what the reader wanted there, a static string in words for a person */
};

/* SECURITY_INFORMATION bits, [MS-DTYP] 2.4.7: which parts sddl_write gives */
enum {
    OWNER_SECURITY_INFORMATION = 0x1,
    GROUP_SECURITY_INFORMATION = 0x2,
    DACL_SECURITY_INFORMATION = 0x4,
    SACL_SECURITY_INFORMATION = 0x8,
    LABEL_SECURITY_INFORMATION = 0x10,
    ATTRIBUTE_SECURITY_INFORMATION = 0x20,
    SCOPE_SECURITY_INFORMATION = 0x40,
    PROCESS_TRUST_LABEL_SECURITY_INFORMATION = 0x80,
    ACCESS_FILTER_SECURITY_INFORMATION = 0x100,
    ALL_SECURITY_INFORMATION = 0x1FF,
};

/* UTF-8 text to self-relative bytes that Windows would make, in the arena. Errors are Windows' own (ERR_INVALID_ACL for
 * most syntax, ERR_INVALID_SID, ERR_INVALID_STRING_UUID, ERR_NONE_MAPPED for an alias without its domain,
 * ERR_INVALID_PARAMETER, ERR_UNKNOWN_REVISION) or ERR_NO_MEMORY; *ret_error is set for all but the last. */
enum err sddl_read(struct arena *arena, struct bytes text, const struct sddl_domains *domains,
                   struct bytes *ret, struct sddl_error *ret_error) MUST_USE;

/* A conditional expression from "(" to its ")" and no more, as it stands in a conditional ACE, to its bytes: "artx…". Errors as
 * sddl_read. */
enum err sddl_read_condition(struct arena *arena, struct bytes text, const struct sddl_domains *domains,
                             struct bytes *ret, struct sddl_error *ret_error) MUST_USE;

/* Canonical text, NUL-terminated, in the arena. */
enum err sddl_write(struct arena *arena, const struct descriptor *descriptor, uint32_t security_information,
                    const struct sddl_domains *domains, struct bytes *ret) MUST_USE;
/* One ACE in parentheses. */
enum err sddl_write_ace(struct arena *arena, const struct ace *ace, const struct sddl_domains *domains,
                        struct bytes *ret) MUST_USE;

/* A SID token as Windows reads it anywhere: an alias ("BA", of either case) or S-1-…; the whole text.
 * ERR_INVALID_SID, ERR_NONE_MAPPED. */
enum err sddl_read_sid(struct bytes text, const struct sddl_domains *domains,
                       struct sid_buffer *ret) MUST_USE;
/* The two-letter alias of a SID, or NULL when it has none. A static string. */
const char *sddl_alias(const struct sid *sid, const struct sddl_domains *domains);

#endif
