#include "api/write_descriptor.h"

/* The mask of a mandatory label is a policy, no rights of the object: [MS-DTYP] 2.4.4.13 */
static void write_ace_mask(struct writer *writer, json_t *object, const struct ace *ace)
{
    if (ace->type == ACE_SYSTEM_MANDATORY_LABEL)
        write_member(writer, object, "policy", write_flags(writer, &NAMES_LABEL_POLICY, ace->mask));
    else
        write_member(writer, object, "access", write_mask(writer, ace->mask));
}

static json_t *write_ace_type(struct writer *writer, uint8_t type)
{
    const char *name = names_of(&NAMES_ACE_TYPES, type);
    return name != NULL ? write_text(name) : write_text(arena_printf(writer->arena, "0x%02x", type));
}

static void write_ace_known(struct writer *writer, json_t *object, const struct ace *ace)
{
    write_ace_mask(writer, object, ace);
    if (ace->object_type != NULL)
        write_member(writer, object, "objectType", write_guid(ace->object_type));
    if (ace->inherited_object_type != NULL)
        write_member(writer, object, "inheritedObjectType", write_guid(ace->inherited_object_type));
    if (ace->sid != NULL)
        write_member(writer, object, "trustee", write_sid(writer, ace->sid, NULL));
    if (ace->server_sid != NULL)
        write_member(writer, object, "server", write_sid(writer, ace->server_sid, NULL));
    bool data =
        (ace_class(ace->type) & ACE_CLASS_CALLBACK) != 0 || ace->type == ACE_SYSTEM_RESOURCE_ATTRIBUTE;
    if (data || ace->application_data.size > 0)
        write_member(writer, object, "applicationData", write_base64(writer, ace->application_data));
}

/* Whether it has something that none of the members tells: a type that nobody knows, or reserved bits between the mask and
 * the SID. [MS-DTYP] 2.4.4.3; a compound ACE has COMPOUND_ACE_IMPERSONATION, 1, and two bytes of zero. */
static bool needs_raw(const struct ace *ace)
{
    const unsigned class = ace_class(ace->type);
    if ((class & ACE_CLASS_KNOWN) == 0)
        return true;
    const uint8_t *extras = ace->raw.data + ACE_HEADER_SIZE + 4;
    if ((class & ACE_CLASS_OBJECT) != 0)
        return (le32_load(extras) &
                ~(uint32_t)(ACE_OBJECT_TYPE_PRESENT | ACE_INHERITED_OBJECT_TYPE_PRESENT)) != 0;
    return (class & ACE_CLASS_COMPOUND) != 0 && le32_load(extras) != 1;
}

/* Its text only where Windows would read it: an ACE of the other list makes the whole have no text. */
static json_t *write_ace(struct writer *writer, const struct ace *ace, bool in_sacl,
                         const struct sddl_domains *domains)
{
    json_t *object = json_object();
    write_member(writer, object, "type", write_ace_type(writer, ace->type));
    write_member(writer, object, "flags", write_flags(writer, &NAMES_ACE_FLAGS, ace->flags));
    if ((ace_class(ace->type) & ACE_CLASS_KNOWN) != 0)
        write_ace_known(writer, object, ace);
    if (needs_raw(ace))
        write_member(writer, object, "raw", write_base64(writer, ace->raw));
    struct bytes sddl;
    const bool of_sacl = (ace_class(ace->type) & ACE_CLASS_SYSTEM) != 0;
    if (of_sacl == in_sacl && sddl_write_ace(writer->arena, ace, domains, &sddl) == ERR_NONE)
        write_member(writer, object, "sddl", json_stringn((const char *)sddl.data, sddl.size));
    return object;
}

/* null for a NULL ACL, which grants everything; [] inside `aces` for an empty one, which grants nothing */
static json_t *write_acl(struct writer *writer, enum acl_state state, const struct acl *acl, bool is_sacl,
                         const struct sddl_domains *domains)
{
    if (state != ACL_THERE)
        return json_null();
    json_t *aces = json_array();
    struct acl_iterator iterator = {0};
    struct ace ace;
    while (acl_next(acl, &iterator, &ace))
        write_item(writer, aces, write_ace(writer, &ace, is_sacl, domains));
    json_t *object = json_object();
    write_member(writer, object, "revision", json_integer(acl->revision));
    write_member(writer, object, "aces", aces);
    const size_t in_use = ACL_HEADER_SIZE + iterator.passed;
    if (in_use < acl->raw.size)
        write_member(writer, object, "bytesFree", json_integer((json_int_t)(acl->raw.size - in_use)));
    return object;
}

json_t *write_descriptor(struct writer *writer, const struct descriptor *descriptor,
                         const struct sddl_domains *domains)
{
    json_t *object = json_object();
    if (descriptor->owner != NULL)
        write_member(writer, object, "owner", write_sid(writer, descriptor->owner, NULL));
    if (descriptor->group != NULL)
        write_member(writer, object, "group", write_sid(writer, descriptor->group, NULL));
    write_member(writer, object, "control", write_flags(writer, &NAMES_CONTROL_FLAGS, descriptor->control));
    if (descriptor->rm_control != 0 || (descriptor->control & SE_RM_CONTROL_VALID) != 0)
        write_member(writer, object, "rmControl", json_integer(descriptor->rm_control));
    if (descriptor->dacl_state != ACL_ABSENT)
        write_member(writer, object, "dacl",
                     write_acl(writer, descriptor->dacl_state, &descriptor->dacl, false, domains));
    if (descriptor->sacl_state != ACL_ABSENT)
        write_member(writer, object, "sacl",
                     write_acl(writer, descriptor->sacl_state, &descriptor->sacl, true, domains));
    return object;
}
