#include "platform/posix/notes.h"

void notes_add(struct notes *notes, struct arena *arena, struct note note, struct bytes name)
{
    if (notes->count >= NOTES_MAX - (note.refused ? 0 : 1)) {
        notes->left_out++;
        return;
    }
    if (name.size > NOTES_NAME_MAX)
        name.size = NOTES_NAME_MAX;
    note.name = name.size > 0 ? arena_string(arena, name) : NULL;
    notes->items[notes->count++] = note;
}

void notes_tell(const struct notes *notes, struct watched_problems *problems)
{
    for (size_t i = 0; i < notes->count; i++) {
        const struct note *note = &notes->items[i];
        watched_problems_add(problems, (struct watched_problem){.line = note->line,
                                                                .text = note->text,
                                                                .name = note->name,
                                                                .note = !note->refused});
    }
    problems->left_out += notes->left_out;
}
