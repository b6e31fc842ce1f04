#include "platform/posix/audit_file.h"

#include "platform/posix/audit_csv.h"

struct audit_store {
    struct watched_object object;
    struct audit_overrides overrides;
};

static enum err parse(const struct watched_file *file, struct bytes text, struct arena *scratch,
                      struct watched_object **ret, struct watched_problems *problems)
{
    struct audit_overrides overrides = {0};
    struct notes notes = {0};
    (void)file;
    enum err err = audit_csv_parse(scratch, text, &overrides, &notes);
    notes_tell(&notes, problems);
    if (err != ERR_NONE)
        return err;
    struct audit_store *store = watched_object_new(sizeof *store, 0);
    if (store == NULL)
        return ERR_NO_MEMORY;
    store->overrides = overrides;
    *ret = &store->object;
    return ERR_NONE;
}

const struct watched_kind audit_file_kind = {
    .loaded = "audit-csv-loaded",
    .refused = "audit-csv-refused",
    .unusable = "audit-csv-unusable",
    .noted = "audit-csv-note",
    .remedy = "correct the file, or take it from SYSVOL or auditpol /backup",
    .no_file = "none",
    .size_max = AUDIT_CSV_SIZE_MAX,
    .scratch_max = AUDIT_CSV_MEMORY_MAX,
    .parse = parse,
};

void audit_file_apply(struct watched_file *file, struct audit_policy *policy)
{
    struct watched_object *object = watched_file_acquire(file);
    if (object == NULL)
        return;
    audit_policy_override(policy, &((struct audit_store *)(void *)object)->overrides);
    watched_object_release(object);
}
