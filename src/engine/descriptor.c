#include "engine/descriptor.h"

enum { ALIGNMENT = 4 };

/* The bytes from a body's offset to the end. [MS-DTYP] 2.4.6: bodies lie behind the header, DWORD aligned. */
static enum err body_at(struct bytes input, uint32_t offset, struct bytes *ret)
{
    if (offset < SD_HEADER_SIZE || offset % ALIGNMENT != 0 || offset >= input.size)
        return ERR_INVALID_SECURITY_DESCR;
    *ret = bytes_of(input.data + offset, input.size - offset);
    return ERR_NONE;
}

static enum err parse_sid(struct bytes input, uint32_t offset, const struct sid **ret)
{
    struct bytes body;
    *ret = NULL;
    if (offset == 0)
        return ERR_NONE;
    enum err err = body_at(input, offset, &body);
    return err != ERR_NONE ? err : sid_view(body, ret);
}

/* Without the present bit the offset has no meaning and is not looked at. */
static enum err parse_acl(struct bytes input, bool present, uint32_t offset, enum acl_state *ret_state,
                          struct acl *ret)
{
    struct bytes body;
    *ret_state = present ? ACL_NULL : ACL_ABSENT;
    if (!present || offset == 0)
        return ERR_NONE;
    enum err err = body_at(input, offset, &body);
    if (err != ERR_NONE)
        return err;
    *ret_state = ACL_THERE;
    return acl_parse(body, ret);
}

enum err descriptor_parse(struct bytes input, struct descriptor *ret)
{
    if (input.size < SD_HEADER_SIZE)
        return ERR_INVALID_SECURITY_DESCR;
    const uint8_t *header = input.data;
    struct descriptor descriptor = {.raw = input, .rm_control = header[1], .control = le16_load(header + 2)};
    const uint32_t owner = le32_load(header + 4);
    const uint32_t group = le32_load(header + 8);
    const uint32_t sacl = le32_load(header + 12);
    const uint32_t dacl = le32_load(header + 16);
    if (header[0] != SD_REVISION)
        return ERR_UNKNOWN_REVISION;
    if ((descriptor.control & SE_SELF_RELATIVE) == 0)
        return ERR_BAD_DESCRIPTOR_FORMAT;
    enum err err = parse_sid(input, owner, &descriptor.owner);
    if (err == ERR_NONE)
        err = parse_sid(input, group, &descriptor.group);
    if (err == ERR_NONE)
        err = parse_acl(input, (descriptor.control & SE_SACL_PRESENT) != 0, sacl, &descriptor.sacl_state,
                        &descriptor.sacl);
    if (err == ERR_NONE)
        err = parse_acl(input, (descriptor.control & SE_DACL_PRESENT) != 0, dacl, &descriptor.dacl_state,
                        &descriptor.dacl);
    if (err == ERR_NONE)
        *ret = descriptor;
    return err;
}

/* Puts one body at *at and its offset into the header; nothing for an empty one. */
static void put(uint8_t *descriptor, size_t *at, size_t header_field, struct bytes body)
{
    if (body.size == 0)
        return;
    memcpy(descriptor + *at, body.data, body.size);
    le32_store(descriptor + header_field, (uint32_t)*at);
    *at += (body.size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static struct bytes sid_bytes(const struct sid *sid)
{
    return sid == NULL ? bytes_of(NULL, 0) : bytes_of(sid, sid_size(sid));
}

enum err descriptor_build(struct arena *arena, const struct descriptor_parts *parts, struct bytes *ret)
{
    struct bytes owner = sid_bytes(parts->owner);
    struct bytes group = sid_bytes(parts->group);
    if (parts->sacl.size > ACL_SIZE_MAX || parts->dacl.size > ACL_SIZE_MAX)
        return ERR_INVALID_ACL;
    size_t size = SD_HEADER_SIZE;
    const struct bytes bodies[] = {parts->sacl, parts->dacl, owner, group};
    for (size_t i = 0; i < 4; i++)
        size += (bodies[i].size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    uint8_t *bytes = arena_alloc(arena, size);
    if (bytes == NULL)
        return ERR_NO_MEMORY;
    unsigned control = parts->control | SE_SELF_RELATIVE;
    /* An ACL that is given is present, whatever the caller forgot: losing an empty DACL would grant everything. */
    if (parts->dacl.size != 0)
        control |= SE_DACL_PRESENT;
    if (parts->sacl.size != 0)
        control |= SE_SACL_PRESENT;
    bytes[0] = SD_REVISION;
    bytes[1] = parts->rm_control;
    le16_store(bytes + 2, (uint16_t)control);
    size_t at = SD_HEADER_SIZE;
    put(bytes, &at, 12, parts->sacl);
    put(bytes, &at, 16, parts->dacl);
    put(bytes, &at, 4, owner);
    put(bytes, &at, 8, group);
    *ret = bytes_of(bytes, size);
    return ERR_NONE;
}
