#include "fuzz/fuzz_notes.h"
#include "platform/posix/audit_csv.h"

/* What was read is in force afterwards, and nothing else; it survives being packed. */
static void check(const struct audit_overrides *overrides)
{
    struct audit_policy policy = audit_policy_standard;
    struct audit_policy unpacked;
    audit_policy_override(&policy, overrides);
    audit_policy_unpack(audit_policy_pack(&policy), &unpacked);
    for (unsigned i = 0; i < AUDIT_SUBCATEGORIES; i++) {
        FUZZ_ASSERT(overrides->on[i] <= (AUDIT_ON_SUCCESS | AUDIT_ON_FAILURE));
        FUZZ_ASSERT(overrides->listed[i] || overrides->on[i] == 0);
        FUZZ_ASSERT(policy.on[i] == (overrides->listed[i] ? overrides->on[i] : audit_policy_standard.on[i]));
        FUZZ_ASSERT(unpacked.on[i] == policy.on[i]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena;
    struct audit_overrides overrides;
    struct notes notes;
    arena_init(&arena, AUDIT_CSV_MEMORY_MAX);
    enum err err = audit_csv_parse(&arena, bytes_of(data, size), &overrides, &notes);
    fuzz_notes_check(&notes, err);
    FUZZ_ASSERT(err != ERR_NO_MEMORY);
    FUZZ_ASSERT((err == ERR_TOO_LARGE) == (size > AUDIT_CSV_SIZE_MAX));
    if (err == ERR_NONE)
        check(&overrides);
    return 0;
}
