/* descriptor: the self-relative SECURITY_DESCRIPTOR. [MS-DTYP] 2.4.6; reference 1.4 and 1.5.
 *
 * Who may do what with an object: its owner, who may read and change the descriptor unless an ACE for OWNER RIGHTS says
 * otherwise; a group, which must be there and counts nowhere; the DACL, which grants and denies; the SACL, which audits and
 * holds labels. Self-relative means in one piece, the parts named by their offsets.
 *
 * descriptor_parse is the one validator at the edge; everything behind it takes a sound structure for granted. */
#ifndef NTOKEND_ENGINE_DESCRIPTOR_H
#define NTOKEND_ENGINE_DESCRIPTOR_H

#include "base/arena.h"
#include "engine/acl.h"

enum {
    SD_REVISION = 1,
    SD_HEADER_SIZE = 20,

    SE_OWNER_DEFAULTED = 0x0001,
    SE_GROUP_DEFAULTED = 0x0002,
    SE_DACL_PRESENT = 0x0004,
    SE_DACL_DEFAULTED = 0x0008,
    SE_SACL_PRESENT = 0x0010,
    SE_SACL_DEFAULTED = 0x0020,
    SE_DACL_TRUSTED = 0x0040,
    SE_SERVER_SECURITY = 0x0080,
    SE_DACL_AUTO_INHERIT_REQ = 0x0100,
    SE_SACL_AUTO_INHERIT_REQ = 0x0200,
    SE_DACL_AUTO_INHERITED = 0x0400,
    SE_SACL_AUTO_INHERITED = 0x0800,
    SE_DACL_PROTECTED = 0x1000,
    SE_SACL_PROTECTED = 0x2000,
    SE_RM_CONTROL_VALID = 0x4000,
    SE_SELF_RELATIVE = 0x8000,
};

/* The difference between these two is everything: NULL grants all, EMPTY (an ACL of no ACEs) grants nothing. */
enum acl_state {
    ACL_ABSENT, /* the present bit is clear: no ACL at all */
    ACL_NULL,   /* present, offset 0 */
    ACL_THERE,  /* present, with an ACL, which may have no ACEs */
};

/* A validated view that borrows the bytes it was made from. */
struct descriptor {
    struct bytes raw;
    uint16_t control;
    uint8_t rm_control;      /* meaningful under SE_RM_CONTROL_VALID */
    const struct sid *owner; /* NULL when absent */
    const struct sid *group; /* NULL when absent */
    enum acl_state dacl_state;
    enum acl_state sacl_state;
    struct acl dacl; /* when dacl_state == ACL_THERE */
    struct acl sacl; /* when sacl_state == ACL_THERE */
};

/* Parts in any order, overlapping too. Errors: ERR_UNKNOWN_REVISION, ERR_BAD_DESCRIPTOR_FORMAT (not self-relative),
 * ERR_INVALID_SECURITY_DESCR (an offset below 20, unaligned, or past the end), ERR_INVALID_SID, ERR_INVALID_ACL. */
enum err descriptor_parse(struct bytes input, struct descriptor *ret) MUST_USE;

/* What descriptor_build puts together: NULL or empty parts are absent. ACLs are whole, headers included. */
struct descriptor_parts {
    uint16_t control; /* SE_SELF_RELATIVE is added; the present bits must say what is meant */
    uint8_t rm_control;
    const struct sid *owner;
    const struct sid *group;
    struct bytes dacl;
    struct bytes sacl;
};
/* Self-relative bytes in Windows' order: SACL, DACL, owner, group. ERR_NO_MEMORY, ERR_INVALID_ACL (above 64 KiB). */
enum err descriptor_build(struct arena *arena, const struct descriptor_parts *parts,
                          struct bytes *ret) MUST_USE;

#endif
