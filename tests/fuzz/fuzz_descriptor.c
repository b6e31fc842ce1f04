#include "engine/sddl.h"
#include "fuzz/fuzz.h"

enum { ARENA_LIMIT = 1 << 24 };

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

/* The text read, parsed and written again; false when the ACL that it makes is too large: bodies may overlap in the
 * input, and an object ACE without GUIDs counts four bytes more than it takes. */
static bool again(struct arena *arena, struct bytes text, struct descriptor *ret, struct bytes *ret_text)
{
    struct bytes bytes;
    struct sddl_error error = {0};
    enum err err = sddl_read(arena, text, NULL, &bytes, &error);
    if (err == ERR_INVALID_ACL && text.size > ACL_SIZE_MAX / 8)
        return false;
    FUZZ_ASSERT(err == ERR_NONE);
    FUZZ_ASSERT(descriptor_parse(bytes, ret) == ERR_NONE);
    FUZZ_ASSERT(sddl_write(arena, ret, ALL_SECURITY_INFORMATION, NULL, ret_text) == ERR_NONE);
    return true;
}

/* Text says less than bytes do (slack, unknown flags, object ACEs without GUIDs), so one reading settles it, and from
 * there on nothing may change any more. */
static void round_trip(const struct descriptor *descriptor)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_LIMIT);
    struct bytes text, settled, last;
    struct descriptor reread;
    if (sddl_write(&arena, descriptor, ALL_SECURITY_INFORMATION, NULL, &text) != ERR_NONE)
        return; /* SDDL has no words for some ACEs */
    if (!again(&arena, text, &reread, &settled))
        return;
    FUZZ_ASSERT(reread.dacl_state == descriptor->dacl_state && reread.sacl_state == descriptor->sacl_state);
    FUZZ_ASSERT(reread.dacl.ace_count == descriptor->dacl.ace_count);
    FUZZ_ASSERT(reread.sacl.ace_count == descriptor->sacl.ace_count);
    FUZZ_ASSERT(again(&arena, settled, &reread, &last));
    FUZZ_ASSERT(bytes_equal(settled, last));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct descriptor descriptor;
    if (descriptor_parse(bytes_of(data, size), &descriptor) != ERR_NONE)
        return 0;
    walk(descriptor.dacl_state, &descriptor.dacl);
    walk(descriptor.sacl_state, &descriptor.sacl);
    round_trip(&descriptor);
    return 0;
}
