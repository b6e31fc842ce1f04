#include "fuzz/fuzz_notes.h"
#include "platform/posix/policy.h"

/* Every name that begins with a letter has a SID; others have none, and '!' breaks the look. */
static enum err find_name(const void *context, struct bytes name, struct sid_buffer *ret)
{
    (void)context;
    if (name.size > 0 && name.data[0] == '!')
        return ERR_IO;
    if (name.size == 0 || (name.data[0] | 0x20) < 'a' || (name.data[0] | 0x20) > 'z')
        return ERR_NONE_MAPPED;
    return sid_append(ret, SID_BUILTIN, 500U + name.data[0]);
}

static enum err count_group(void *context, const struct sid *group)
{
    size_t *count = context;
    FUZZ_ASSERT(group->revision == SID_REVISION && group->sub_authority_count <= SID_SUB_AUTHORITIES_MAX);
    ++*count;
    return ERR_NONE;
}

/* What was read is in force afterwards, and a refusal says why. */
static void check(const struct template *template)
{
    struct policy *policy = NULL;
    size_t ignored = 0;
    FUZZ_ASSERT(policy_new(template, NULL, &policy, &ignored) == ERR_NONE);
    for (size_t i = 0; i < template->holder_count && i < 256; i++) {
        const struct template_holder *holder = &template->holders[i];
        FUZZ_ASSERT((template->listed & right_bit(holder->right)) != 0);
        FUZZ_ASSERT((policy_rights(policy, holder->sid) & right_bit(holder->right)) != 0);
    }
    for (size_t i = 0; i < template->member_count && i < 256; i++) {
        size_t count = 0;
        FUZZ_ASSERT(policy_groups_of(policy, template->members[i].member, NULL, count_group, &count) ==
                    ERR_NONE);
        FUZZ_ASSERT(count > 0 || !sid_in_domain(template->members[i].group, SID_BUILTIN));
    }
    for (unsigned i = 0; i < AUDIT_SUBCATEGORIES; i++) {
        FUZZ_ASSERT(policy_audit(policy)->listed[i] == template->audit.listed[i]);
        FUZZ_ASSERT(policy_audit(policy)->on[i] == template->audit.on[i]);
        FUZZ_ASSERT(template->audit.on[i] <= (AUDIT_ON_SUCCESS | AUDIT_ON_FAILURE));
        FUZZ_ASSERT(template->audit.listed[i] || template->audit.on[i] == 0);
    }
    policy_release(policy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena;
    struct template template = {0};
    struct notes notes;
    const struct template_names names = {.find = find_name};
    arena_init(&arena, TEMPLATE_MEMORY_MAX);
    enum err err = template_parse(&arena, bytes_of(data, size), &names, &template, &notes);
    fuzz_notes_check(&notes, err);
    FUZZ_ASSERT(err != ERR_NO_MEMORY || size > 1 << 20);
    if (err == ERR_NONE)
        check(&template);
    return 0;
}
