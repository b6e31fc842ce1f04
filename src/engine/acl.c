#include "engine/acl.h"

enum err acl_parse(struct bytes input, struct acl *ret)
{
    struct cursor header = cursor_of(input);
    uint8_t revision = cursor_u8(&header);
    (void)cursor_u8(&header);
    size_t size = cursor_u16(&header);
    uint16_t count = cursor_u16(&header);
    (void)cursor_u16(&header);
    if (header.failed || revision < ACL_REVISION || revision > ACL_REVISION_DS || size < ACL_HEADER_SIZE ||
        size > input.size)
        return ERR_INVALID_ACL;
    size_t at = ACL_HEADER_SIZE;
    for (unsigned i = 0; i < count; i++) {
        struct ace ace;
        if (ace_parse(bytes_of(input.data + at, size - at), &ace) != ERR_NONE)
            return ERR_INVALID_ACL;
        at += ace.raw.size;
    }
    *ret = (struct acl){.raw = bytes_of(input.data, size), .revision = revision, .ace_count = count};
    return ERR_NONE;
}
