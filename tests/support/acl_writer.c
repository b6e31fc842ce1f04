#include "support/acl_writer.h"

#include <check.h>

void acl_writer_init(struct acl_writer *writer)
{
    *writer = (struct acl_writer){.size = ACL_HEADER_SIZE};
}

static void put(struct acl_writer *writer, const void *data, size_t size)
{
    ck_assert_uint_le(size, sizeof writer->bytes - writer->size);
    if (size != 0)
        memcpy(writer->bytes + writer->size, data, size);
    writer->size += size;
}

static void put_u32(struct acl_writer *writer, uint32_t value)
{
    uint8_t bytes[4];
    le32_store(bytes, value);
    put(writer, bytes, sizeof bytes);
}

void acl_writer_add(struct acl_writer *writer, const struct acl_writer_ace *ace)
{
    size_t start = writer->size;
    put_u32(writer, (uint32_t)ace->type | (uint32_t)ace->flags << 8);
    put_u32(writer, ace->mask);
    if ((ace_class(ace->type) & ACE_CLASS_OBJECT) != 0) {
        put_u32(writer, ace->object_type != NULL ? ACE_OBJECT_TYPE_PRESENT : 0);
        put(writer, ace->object_type, ace->object_type != NULL ? GUID_SIZE : 0);
    }
    if (ace->server_sid != NULL) {
        put_u32(writer, 1); /* COMPOUND_ACE_IMPERSONATION */
        put(writer, ace->server_sid, sid_size(ace->server_sid));
    }
    put(writer, ace->sid, sid_size(ace->sid));
    put(writer, ace->application_data.data, ace->application_data.size);
    while (writer->size % 4 != 0)
        put(writer, "", 1);
    le16_store(writer->bytes + start + 2, (uint16_t)(writer->size - start));
    writer->count++;
}

struct bytes acl_writer_bytes(struct acl_writer *writer)
{
    writer->bytes[0] = ACL_REVISION_DS;
    le16_store(writer->bytes + 2, (uint16_t)writer->size);
    le16_store(writer->bytes + 4, writer->count);
    return bytes_of(writer->bytes, writer->size);
}

void acl_writer_descriptor(struct arena *arena, const struct sid *owner, struct acl_writer *dacl,
                           struct acl_writer *sacl, struct descriptor *ret)
{
    const struct descriptor_parts parts = {
        .control = (uint16_t)((dacl != NULL ? SE_DACL_PRESENT : 0) | (sacl != NULL ? SE_SACL_PRESENT : 0)),
        .owner = owner,
        .group = owner,
        .dacl = dacl != NULL ? acl_writer_bytes(dacl) : (struct bytes){0},
        .sacl = sacl != NULL ? acl_writer_bytes(sacl) : (struct bytes){0}};
    struct bytes raw;
    ck_assert_int_eq(descriptor_build(arena, &parts, &raw), ERR_NONE);
    ck_assert_int_eq(descriptor_parse(raw, ret), ERR_NONE);
}
