#include "platform/posix/central_file.h"

struct central_store {
    struct watched_object object;
    struct central_policies policies;
};

/* Names go with the store. */
static void tell(const struct central_text_mistakes *mistakes, struct arena *scratch,
                 struct watched_problems *problems)
{
    for (size_t i = 0; i < mistakes->count; i++) {
        const struct central_text_mistake *mistake = &mistakes->items[i];
        struct watched_problem problem = {
            .line = mistake->line, .text = mistake->text, .character = mistake->character};
        if (mistake->name != NULL)
            problem.name = arena_string(scratch, bytes_of_string(mistake->name));
        watched_problems_add(problems, problem);
    }
    problems->left_out += mistakes->left_out;
}

static enum err parse(const struct watched_file *file, struct bytes text, struct arena *scratch,
                      struct watched_object **ret, struct watched_problems *problems)
{
    struct central_text_mistakes mistakes = {.count = 0};
    struct central_store *store = watched_object_new(sizeof *store, CENTRAL_TEXT_MEMORY_MAX);
    if (store == NULL)
        return ERR_NO_MEMORY;
    enum err err = central_text_parse(&store->object.arena, text, file->context, &store->policies, &mistakes);
    if (err == ERR_NONE) {
        *ret = &store->object;
        return ERR_NONE;
    }
    tell(&mistakes, scratch, problems);
    watched_object_release(&store->object);
    return err;
}

const struct watched_kind central_file_kind = {
    .loaded = "central-policies-loaded",
    .refused = "central-policies-refused",
    .unusable = "central-policies-unusable",
    .remedy = "correct the file as ntokend.conf(5) has it, and have ntokend --check read it",
    .no_file = "none",
    .size_max = CENTRAL_TEXT_SIZE_MAX,
    .scratch_max = (size_t)2 * CENTRAL_TEXT_SIZE_MAX,
    .parse = parse,
};

const struct central_policies *central_file_acquire(struct watched_file *file)
{
    struct watched_object *object = watched_file_acquire(file);
    return object != NULL ? &((struct central_store *)(void *)object)->policies : NULL;
}

void central_file_release(const struct central_policies *policies)
{
    if (policies == NULL)
        return;
    /* the store around them is ours to write to */
    uintptr_t store = (uintptr_t)policies - offsetof(struct central_store, policies);
    watched_object_release(&((struct central_store *)store)->object);
}
