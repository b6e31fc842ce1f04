#include "engine/sddl.h"
#include "fuzz/fuzz.h"

enum { ARENA_LIMIT = 1 << 24 };

static struct bytes write_text(struct arena *arena, struct bytes bytes, const struct sddl_domains *domains)
{
    struct descriptor descriptor;
    struct bytes text = {0};
    FUZZ_ASSERT(descriptor_parse(bytes, &descriptor) == ERR_NONE);
    FUZZ_ASSERT(sddl_write(arena, &descriptor, ALL_SECURITY_INFORMATION, domains, &text) == ERR_NONE);
    return text;
}

static bool is_whole(const struct acl *acl, enum acl_state state)
{
    struct acl_iterator iterator = {0};
    struct ace ace;
    if (state != ACL_THERE)
        return true;
    while (acl_next(acl, &iterator, &ace)) {
    }
    return iterator.count == 0 || ACL_HEADER_SIZE + iterator.passed == acl->raw.size;
}

/* What is read can be written, and the written text is read to the same bytes and written the same. The one difference
 * allowed is Windows' own: object ACEs without GUIDs leave free space that their plain text does not make again. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena;
    struct sid_buffer domain;
    struct bytes first, second;
    struct descriptor descriptor;
    struct sddl_error error = {0};
    arena_init(&arena, ARENA_LIMIT);
    FUZZ_ASSERT(sid_parse(bytes_of_string("S-1-5-21-1-2-3"), &domain) == ERR_NONE);
    const struct sddl_domains domains = {sid_of(&domain), sid_of(&domain), sid_of(&domain)};
    enum err err = sddl_read(&arena, bytes_of(data, size), &domains, &first, &error);
    if (err != ERR_NONE) {
        FUZZ_ASSERT(err == ERR_NO_MEMORY || (error.expected != NULL && error.offset <= size));
        return 0;
    }
    struct bytes text = write_text(&arena, first, &domains);
    FUZZ_ASSERT(sddl_read(&arena, text, &domains, &second, &error) == ERR_NONE);
    FUZZ_ASSERT(bytes_equal(text, write_text(&arena, second, &domains)));
    FUZZ_ASSERT(descriptor_parse(first, &descriptor) == ERR_NONE);
    if (is_whole(&descriptor.dacl, descriptor.dacl_state) &&
        is_whole(&descriptor.sacl, descriptor.sacl_state))
        FUZZ_ASSERT(bytes_equal(first, second));
    return 0;
}
