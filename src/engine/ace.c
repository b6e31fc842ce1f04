#include "engine/ace.h"

/* [MS-DTYP] 2.4.4.1; reference 1.3 */
enum {
    KNOWN = ACE_CLASS_KNOWN,
    ALLOW = ACE_CLASS_KNOWN | ACE_CLASS_ALLOW,
    DENY = ACE_CLASS_KNOWN | ACE_CLASS_DENY,
    AUDIT = ACE_CLASS_KNOWN | ACE_CLASS_AUDIT | ACE_CLASS_SYSTEM,
    SYSTEM = ACE_CLASS_KNOWN | ACE_CLASS_SYSTEM,
    OBJECT = ACE_CLASS_OBJECT,
    CALLBACK = ACE_CLASS_CALLBACK,
};

/* System alarm ACEs are reserved and without effect: they are no audit. */
const uint8_t ace_classes[ACE_TYPE_COUNT] = {
    [ACE_ACCESS_ALLOWED] = ALLOW,
    [ACE_ACCESS_DENIED] = DENY,
    [ACE_SYSTEM_AUDIT] = AUDIT,
    [ACE_SYSTEM_ALARM] = SYSTEM,
    [ACE_ACCESS_ALLOWED_COMPOUND] = KNOWN,
    [ACE_ACCESS_ALLOWED_OBJECT] = ALLOW | OBJECT,
    [ACE_ACCESS_DENIED_OBJECT] = DENY | OBJECT,
    [ACE_SYSTEM_AUDIT_OBJECT] = AUDIT | OBJECT,
    [ACE_SYSTEM_ALARM_OBJECT] = SYSTEM | OBJECT,
    [ACE_ACCESS_ALLOWED_CALLBACK] = ALLOW | CALLBACK,
    [ACE_ACCESS_DENIED_CALLBACK] = DENY | CALLBACK,
    [ACE_ACCESS_ALLOWED_CALLBACK_OBJECT] = ALLOW | OBJECT | CALLBACK,
    [ACE_ACCESS_DENIED_CALLBACK_OBJECT] = DENY | OBJECT | CALLBACK,
    [ACE_SYSTEM_AUDIT_CALLBACK] = AUDIT | CALLBACK,
    [ACE_SYSTEM_ALARM_CALLBACK] = SYSTEM | CALLBACK,
    [ACE_SYSTEM_AUDIT_CALLBACK_OBJECT] = AUDIT | OBJECT | CALLBACK,
    [ACE_SYSTEM_ALARM_CALLBACK_OBJECT] = SYSTEM | OBJECT | CALLBACK,
    [ACE_SYSTEM_MANDATORY_LABEL] = SYSTEM,
    [ACE_SYSTEM_RESOURCE_ATTRIBUTE] = SYSTEM,
    [ACE_SYSTEM_SCOPED_POLICY_ID] = SYSTEM,
    [ACE_SYSTEM_PROCESS_TRUST_LABEL] = SYSTEM,
    [ACE_SYSTEM_ACCESS_FILTER] = SYSTEM | CALLBACK,
};

/* Reads a compound ACE's two SIDs or the one of all others; the cursor stands before them. */
static enum err read_sids(struct cursor *cursor, struct ace *ace)
{
    if (ace->type == ACE_ACCESS_ALLOWED_COMPOUND) {
        (void)cursor_u32(cursor); /* CompoundAceType and Reserved */
        struct bytes rest = bytes_of(cursor->input.data + cursor->at, cursor_left(cursor));
        if (sid_view(rest, &ace->server_sid) != ERR_NONE)
            return ERR_INVALID_ACL;
        (void)cursor_take(cursor, sid_size(ace->server_sid));
    }
    struct bytes rest = bytes_of(cursor->input.data + cursor->at, cursor_left(cursor));
    if (sid_view(rest, &ace->sid) != ERR_NONE)
        return ERR_INVALID_ACL;
    (void)cursor_take(cursor, sid_size(ace->sid));
    ace->application_data = cursor_take(cursor, cursor_left(cursor));
    return cursor->failed ? ERR_INVALID_ACL : ERR_NONE;
}

enum err ace_parse(struct bytes input, struct ace *ret)
{
    struct cursor header = cursor_of(input);
    struct ace ace = {.type = cursor_u8(&header), .flags = cursor_u8(&header)};
    size_t size = cursor_u16(&header);
    if (header.failed || size < ACE_HEADER_SIZE || size % 4 != 0 || size > input.size)
        return ERR_INVALID_ACL;
    ace.raw = bytes_of(input.data, size);
    unsigned class = ace_class(ace.type);
    if ((class & ACE_CLASS_KNOWN) != 0) {
        struct cursor body = cursor_of(ace.raw);
        (void)cursor_u32(&body);
        ace.mask = cursor_u32(&body);
        uint32_t present = (class & ACE_CLASS_OBJECT) != 0 ? cursor_u32(&body) : 0;
        if ((present & ACE_OBJECT_TYPE_PRESENT) != 0)
            ace.object_type = (const struct guid *)cursor_take(&body, GUID_SIZE).data;
        if ((present & ACE_INHERITED_OBJECT_TYPE_PRESENT) != 0)
            ace.inherited_object_type = (const struct guid *)cursor_take(&body, GUID_SIZE).data;
        if (body.failed || read_sids(&body, &ace) != ERR_NONE)
            return ERR_INVALID_ACL;
    }
    *ret = ace;
    return ERR_NONE;
}
