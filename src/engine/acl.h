/* acl: access control lists. [MS-DTYP] 2.4.5; reference 1.2. */
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

/* Walks the ACEs of a validated ACL: start with an iterator made of zeros; false at the end. */
struct acl_iterator {
    size_t offset;  /* of the next ACE, once started */
    unsigned index; /* of the ACE last returned, from 0 */
    bool started;
};
static inline bool acl_next(const struct acl *acl, struct acl_iterator *iterator, struct ace *ret)
{
    unsigned index = iterator->started ? iterator->index + 1 : 0;
    if (index >= acl->ace_count)
        return false;
    size_t offset = iterator->started ? iterator->offset : ACL_HEADER_SIZE;
    ace_load(acl->raw.data + offset, ret);
    *iterator = (struct acl_iterator){.offset = offset + ret->raw.size, .index = index, .started = true};
    return true;
}

#endif
