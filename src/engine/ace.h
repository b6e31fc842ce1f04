/* ace: access control entries. [MS-DTYP] 2.4.4; reference 1.3.
 *
 * An ACE is one line of a list: it allows or denies the rights in its mask to whoever has its SID in the token. An object ACE
 * does so for one kind of child, property or right, named by a GUID; a callback ACE only under a condition. In a SACL an ACE
 * asks for an audit, or holds what is known of the object: its label, its attributes, the policy over it. An inherit-only ACE
 * is for children that are still to be made and counts in no check. */
#ifndef NTOKEND_ENGINE_ACE_H
#define NTOKEND_ENGINE_ACE_H

#include "engine/guid.h"
#include "engine/sid.h"

enum ace_type {
    ACE_ACCESS_ALLOWED = 0x00,
    ACE_ACCESS_DENIED = 0x01,
    ACE_SYSTEM_AUDIT = 0x02,
    ACE_SYSTEM_ALARM = 0x03,
    ACE_ACCESS_ALLOWED_COMPOUND = 0x04,
    ACE_ACCESS_ALLOWED_OBJECT = 0x05,
    ACE_ACCESS_DENIED_OBJECT = 0x06,
    ACE_SYSTEM_AUDIT_OBJECT = 0x07,
    ACE_SYSTEM_ALARM_OBJECT = 0x08,
    ACE_ACCESS_ALLOWED_CALLBACK = 0x09,
    ACE_ACCESS_DENIED_CALLBACK = 0x0A,
    ACE_ACCESS_ALLOWED_CALLBACK_OBJECT = 0x0B,
    ACE_ACCESS_DENIED_CALLBACK_OBJECT = 0x0C,
    ACE_SYSTEM_AUDIT_CALLBACK = 0x0D,
    ACE_SYSTEM_ALARM_CALLBACK = 0x0E,
    ACE_SYSTEM_AUDIT_CALLBACK_OBJECT = 0x0F,
    ACE_SYSTEM_ALARM_CALLBACK_OBJECT = 0x10,
    ACE_SYSTEM_MANDATORY_LABEL = 0x11,
    ACE_SYSTEM_RESOURCE_ATTRIBUTE = 0x12,
    ACE_SYSTEM_SCOPED_POLICY_ID = 0x13,
    ACE_SYSTEM_PROCESS_TRUST_LABEL = 0x14,
    ACE_SYSTEM_ACCESS_FILTER = 0x15,
    ACE_TYPE_COUNT
};

enum {
    ACE_OBJECT_INHERIT = 0x01,
    ACE_CONTAINER_INHERIT = 0x02,
    ACE_NO_PROPAGATE_INHERIT = 0x04,
    ACE_INHERIT_ONLY = 0x08,
    ACE_INHERITED = 0x10,
    ACE_CRITICAL = 0x20,
    ACE_SUCCESSFUL_ACCESS = 0x40,
    ACE_FAILED_ACCESS = 0x80,
    ACE_TRUST_PROTECTED_FILTER = 0x40, /* on access filter ACEs */

    ACE_OBJECT_TYPE_PRESENT = 1,
    ACE_INHERITED_OBJECT_TYPE_PRESENT = 2,

    /* the mask of a mandatory label ACE */
    MANDATORY_NO_WRITE_UP = 1,
    MANDATORY_NO_READ_UP = 2,
    MANDATORY_NO_EXECUTE_UP = 4,

    ACE_HEADER_SIZE = 4,
    ACE_MASK_END = 8, /* where the SID of a plain ACE begins */
};

/* A view of one ACE; the pointers borrow the ACL's bytes. For types the engine does not know only `type`, `flags`
 * and `raw` are set: such an ACE is kept and skipped. */
struct ace {
    uint8_t type;
    uint8_t flags;
    uint32_t mask;
    const struct sid *sid;                    /* the client SID of a compound ACE */
    const struct sid *server_sid;             /* compound ACEs only, else NULL */
    const struct guid *object_type;           /* NULL when absent */
    const struct guid *inherited_object_type; /* NULL when absent */
    struct bytes
        application_data; /* what follows the SID: a condition in callback types, slack in plain ones */
    struct bytes raw;     /* the whole ACE with its header */
};

/* What a type is, for the readers that treat types alike. */
enum {
    ACE_CLASS_KNOWN = 1,
    ACE_CLASS_ALLOW = 2,
    ACE_CLASS_DENY = 4,
    ACE_CLASS_AUDIT = 8,
    ACE_CLASS_OBJECT = 16,   /* has Flags and up to two GUIDs */
    ACE_CLASS_CALLBACK = 32, /* carries ApplicationData: a condition */
    ACE_CLASS_SYSTEM = 64,   /* belongs in a SACL */
    ACE_CLASS_COMPOUND = 128 /* allows one who acts through a server: has its SID too */
};
extern const uint8_t ace_classes[UINT8_MAX + 1]; /* 0 for the types nobody knows */

static inline unsigned ace_class(uint8_t type)
{
    return ace_classes[type];
}

/* Where the last SID of an object or compound ACE begins, behind the fixed fields and the GUIDs or the server's SID; beyond the
 * end when these do not fit. */
size_t ace_sid_offset(struct bytes ace, unsigned class);

/* The size of the ACE at the start of `input` when it is sound: a multiple of 4 that covers the type's fields and flagged
 * GUIDs, with a valid SID inside; else 0. Types of 0x16 and above need a sound header only. `input` may be longer. */
static inline size_t ace_checked_size(struct bytes input)
{
    if (input.size < ACE_HEADER_SIZE)
        return 0;
    const size_t size = le16_load(input.data + 2);
    if (size < ACE_HEADER_SIZE || size % 4 != 0 || size > input.size)
        return 0;
    const unsigned class = ace_class(input.data[0]);
    if ((class & ACE_CLASS_KNOWN) == 0)
        return size;
    const struct bytes ace = bytes_of(input.data, size);
    const size_t at =
        (class & (ACE_CLASS_OBJECT | ACE_CLASS_COMPOUND)) != 0 ? ace_sid_offset(ace, class) : ACE_MASK_END;
    return at <= size && sid_checked_size(bytes_from(ace, at)) != 0 ? size : 0;
}

/* Checks the ACE at the start of `input` and reads it. ERR_INVALID_ACL. */
enum err ace_parse(struct bytes input, struct ace *ret) MUST_USE;

/* What object and compound ACEs have between mask and SID, which begins `at`; returns where it ends. */
static inline const uint8_t *ace_load_extras(const uint8_t *at, unsigned class, struct ace *ret)
{
    if ((class & ACE_CLASS_COMPOUND) != 0) {
        ret->server_sid = (const struct sid *)(at + 4); /* behind CompoundAceType and Reserved */
        return at + 4 + sid_size(ret->server_sid);
    }
    const uint32_t present = le32_load(at);
    at += 4;
    if ((present & ACE_OBJECT_TYPE_PRESENT) != 0) {
        ret->object_type = (const struct guid *)at;
        at += GUID_SIZE;
    }
    if ((present & ACE_INHERITED_OBJECT_TYPE_PRESENT) != 0) {
        ret->inherited_object_type = (const struct guid *)at;
        at += GUID_SIZE;
    }
    return at;
}

/* Reads it without a check, when the bytes are known to be sound and of a class that is not 0. In the hot path of the access
 * check. */
static inline void ace_load_known(const uint8_t *raw, unsigned class, struct ace *ret)
{
    const uint8_t *at = raw + ACE_MASK_END;
    *ret = (struct ace){.type = raw[0],
                        .flags = raw[1],
                        .mask = le32_load(raw + ACE_HEADER_SIZE),
                        .raw = bytes_of(raw, le16_load(raw + 2))};
    if ((class & (ACE_CLASS_OBJECT | ACE_CLASS_COMPOUND)) != 0)
        at = ace_load_extras(at, class, ret);
    ret->sid = (const struct sid *)at;
    at += sid_size(ret->sid);
    ret->application_data = bytes_of(at, ret->raw.size - (size_t)(at - raw));
}

/* The same of any class. */
static inline void ace_load(const uint8_t *raw, struct ace *ret)
{
    const unsigned class = ace_class(raw[0]);
    if ((class & ACE_CLASS_KNOWN) != 0)
        ace_load_known(raw, class, ret);
    else
        *ret = (struct ace){.type = raw[0], .flags = raw[1], .raw = bytes_of(raw, le16_load(raw + 2))};
}

#endif
