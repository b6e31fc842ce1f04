/* acl_writer: ACLs ACE by ACE, for what SDDL cannot say and for descriptors made at random. */
#ifndef NTOKEND_TESTS_ACL_WRITER_H
#define NTOKEND_TESTS_ACL_WRITER_H

#include "engine/descriptor.h"

struct acl_writer {
    uint8_t bytes[8192];
    size_t size;
    uint16_t count;
};

struct acl_writer_ace {
    uint8_t type;
    uint8_t flags;
    uint32_t mask;
    const struct guid *object_type; /* object types only; may be NULL */
    const struct sid *server_sid;   /* compound ACEs only */
    const struct sid *sid;
    struct bytes application_data; /* padded with zeros to a multiple of 4 */
};

void acl_writer_init(struct acl_writer *writer);
/* Ends the test when the ACL grows beyond its room. */
void acl_writer_add(struct acl_writer *writer, const struct acl_writer_ace *ace);
/* The ACL so far. Borrows the writer. */
struct bytes acl_writer_bytes(struct acl_writer *writer);

/* A descriptor of that owner (who is the group too) with the ACLs given; NULL writers are absent ACLs. Parsed. */
void acl_writer_descriptor(struct arena *arena, const struct sid *owner, struct acl_writer *dacl,
                           struct acl_writer *sacl, struct descriptor *ret);

#endif
