#include "engine/descriptor.h"
#include "fuzz/fuzz.h"

static void walk(enum acl_state state, const struct acl *acl)
{
    struct acl_iterator iterator = {0};
    struct ace ace;
    unsigned count = 0;
    if (state != ACL_THERE)
        return;
    for (; acl_next(acl, &iterator, &ace); count++) {
        struct ace again;
        FUZZ_ASSERT(ace_parse(ace.raw, &again) == ERR_NONE);
        FUZZ_ASSERT(again.sid == ace.sid && again.mask == ace.mask);
        FUZZ_ASSERT(bytes_equal(again.application_data, ace.application_data));
    }
    FUZZ_ASSERT(count == acl->ace_count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct descriptor descriptor;
    if (descriptor_parse(bytes_of(data, size), &descriptor) != ERR_NONE)
        return 0;
    walk(descriptor.dacl_state, &descriptor.dacl);
    walk(descriptor.sacl_state, &descriptor.sacl);
    return 0;
}
