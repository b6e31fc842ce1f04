#include "platform/posix/policy_file.h"

static enum err find_name(const void *context, struct bytes name, struct sid_buffer *ret)
{
    return accounts_find(context, name, ret);
}

static enum err make(const struct watched_file *file, const struct template *template,
                     struct watched_object **ret, size_t *ret_ignored)
{
    const struct accounts *accounts = file->context;
    struct policy *policy = NULL;
    enum err err = policy_new(template, accounts->domains.machine, &policy, ret_ignored);
    if (err == ERR_NONE)
        *ret = policy_object(policy);
    return err;
}

static enum err parse(const struct watched_file *file, struct bytes text, struct arena *scratch,
                      struct watched_object **ret, struct watched_problems *problems)
{
    struct template template = {0};
    struct notes notes = {0};
    size_t ignored = 0;
    const struct template_names names = {.find = find_name, .context = file->context};
    enum err err = template_parse(scratch, text, &names, &template, &notes);
    notes_tell(&notes, problems);
    if (err == ERR_NONE)
        err = make(file, &template, ret, &ignored);
    if (err == ERR_NONE && ignored > 0)
        watched_problems_add(
            problems,
            (struct watched_problem){
                .text = "members of groups that are neither BUILTIN nor of the machine's SID were left out",
                .name = arena_printf(scratch, "%zu members", ignored),
                .note = true});
    return err;
}

static enum err parse_nothing(const struct watched_file *file, struct watched_object **ret)
{
    size_t ignored = 0;
    return make(file, NULL, ret, &ignored);
}

const struct watched_kind policy_file_kind = {
    .loaded = "policy-loaded",
    .refused = "policy-refused",
    .unusable = "policy-unusable",
    .noted = "policy-note",
    .remedy = "correct the security template, or take it from secedit /export",
    .no_file = "default",
    .size_max = TEMPLATE_SIZE_MAX,
    .scratch_max = TEMPLATE_MEMORY_MAX,
    .parse = parse,
    .parse_nothing = parse_nothing,
};

struct policy *policy_file_acquire(struct watched_file *file)
{
    return policy_of(watched_file_acquire(file));
}
