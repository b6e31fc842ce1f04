/* acl: access control lists. [MS-DTYP] 2.4.5; reference 1.2.
 *
 * ACEs in an order that counts: of two that speak of the same right the first decides, so that denies are written before
 * allows. A right that no ACE of a DACL speaks of is not granted. */
#ifndef NTOKEND_ENGINE_ACL_H
#define NTOKEND_ENGINE_ACL_H

#include "engine/ace.h"

enum {
    ACL_REVISION = 2,
    ACL_REVISION_COMPOUND = 3,
    ACL_REVISION_DS = 4,
    ACL_HEADER_SIZE = 8,
    ACL_SIZE_MAX = 65535,
};

/* A validated view: walking it needs no further checks. */
struct acl {
    struct bytes raw; /* AclSize bytes: header, ACEs, slack */
    uint8_t revision;
    uint16_t ace_count;
};

/* Checks the header and every ACE. ERR_INVALID_ACL. `input` may be longer than the ACL. */
enum err acl_parse(struct bytes input, struct acl *ret) MUST_USE;

/* Walks the ACEs of a validated ACL: start with an iterator made of zeros; false at the end. The raw form leaves them
 * unread. */
struct acl_iterator {
    size_t passed;  /* bytes, of the ACEs returned so far */
    unsigned count; /* how many they are */
    unsigned index; /* of the one last returned, from 0 */
};
static inline bool acl_next_raw(const struct acl *acl, struct acl_iterator *iterator, const uint8_t **ret)
{
    if (iterator->count == acl->ace_count)
        return false;
    const uint8_t *raw = acl->raw.data + ACL_HEADER_SIZE + iterator->passed;
    iterator->passed += le16_load(raw + 2);
    iterator->index = iterator->count++;
    *ret = raw;
    return true;
}

static inline bool acl_next(const struct acl *acl, struct acl_iterator *iterator, struct ace *ret)
{
    const uint8_t *raw;
    if (!acl_next_raw(acl, iterator, &raw))
        return false;
    ace_load(raw, ret);
    return true;
}

#endif
