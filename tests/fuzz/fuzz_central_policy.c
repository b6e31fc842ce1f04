/* Texts of central access policies: what is read is in order, found again, and takes only away. */
#include "engine/decide.h"
#include "fuzz/fuzz.h"
#include "platform/posix/central_text.h"

/* An object of the policy, with one attribute: (SP;;;;;policy)(RA;;;;;WD;("a",TI,0,1)) and a DACL that is NULL. */
static void check_policy(struct arena *arena, const struct central_policies *policies,
                         const struct central_policy *policy, const struct token *token)
{
    char sid[SID_TEXT_MAX];
    struct sddl_error error;
    struct bytes raw;
    struct descriptor descriptor;
    struct access_answer with;
    struct access_answer without;
    (void)sid_format(policy->sid, sid);
    const char *text =
        arena_printf(arena, "O:WDG:WDD:(A;;0x1f01ff;;;WD)S:(SP;;;;;%s)(RA;;;;;WD;(\"a\",TI,0,1))", sid);
    if (text == NULL || sddl_read(arena, bytes_of_string(text), NULL, &raw, &error) != ERR_NONE)
        return;
    FUZZ_ASSERT(descriptor_parse(raw, &descriptor) == ERR_NONE);
    struct access_request request = {
        .descriptor = &descriptor, .desired = RIGHT_MAXIMUM_ALLOWED, .policies = policies};
    FUZZ_ASSERT(decide_access(token, &request, &with) == ERR_NONE);
    descriptor.sacl_state = ACL_ABSENT;
    FUZZ_ASSERT(decide_access(token, &request, &without) == ERR_NONE);
    FUZZ_ASSERT((with.granted & ~without.granted) == 0);
}

static void check(struct arena *arena, const struct central_policies *policies)
{
    const uint64_t key[2] = {1, 2};
    struct sid_and_attributes world = {.sid = SID_EVERYONE, .attributes = SE_GROUP_ENABLED};
    struct token token = {.user = SID_EVERYONE,
                          .groups = {&world, 1},
                          .type = TOKEN_IMPERSONATION,
                          .level = SECURITY_IMPERSONATION,
                          .integrity_level = INTEGRITY_HIGH};
    FUZZ_ASSERT(policies->count > 0 && policies->count <= CENTRAL_TEXT_POLICIES_MAX);
    FUZZ_ASSERT(token_index(&token, arena, key) == ERR_NONE);
    for (size_t i = 0; i < policies->count; i++) {
        const struct central_policy *policy = &policies->items[i];
        FUZZ_ASSERT(central_policy_find(policies, policy->sid) == policy);
        FUZZ_ASSERT(policy->rule_count > 0 && policy->rule_count <= CENTRAL_TEXT_LIST_MAX);
        if (i < 8)
            check_policy(arena, policies, policy, &token);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena;
    struct central_policies policies = {0};
    struct central_text_mistakes mistakes;
    arena_init(&arena, CENTRAL_TEXT_MEMORY_MAX);
    enum err err = central_text_parse(&arena, bytes_of(data, size), NULL, &policies, &mistakes);
    FUZZ_ASSERT(err == ERR_NONE || err == ERR_MALFORMED || (err == ERR_TOO_LARGE && size > 1 << 20));
    if (err == ERR_MALFORMED)
        FUZZ_ASSERT(mistakes.count > 0 && mistakes.items[0].text != NULL);
    if (err == ERR_NONE)
        check(&arena, &policies);
    return 0;
}
