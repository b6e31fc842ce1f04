#include "engine/acl.h"

enum err acl_parse(struct bytes input, struct acl *ret)
{
    if (input.size < ACL_HEADER_SIZE)
        return ERR_INVALID_ACL;
    const uint8_t revision = input.data[0];
    const size_t size = le16_load(input.data + 2);
    const uint16_t count = le16_load(input.data + 4);
    if (revision < ACL_REVISION || revision > ACL_REVISION_DS || size < ACL_HEADER_SIZE || size > input.size)
        return ERR_INVALID_ACL;
    struct bytes rest = bytes_from(bytes_of(input.data, size), ACL_HEADER_SIZE);
    for (unsigned i = 0; i < count; i++) {
        const size_t ace_size = ace_checked_size(rest);
        if (ace_size == 0)
            return ERR_INVALID_ACL;
        rest = bytes_from(rest, ace_size);
    }
    *ret = (struct acl){.raw = bytes_of(input.data, size), .revision = revision, .ace_count = count};
    return ERR_NONE;
}
