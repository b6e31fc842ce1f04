/* fuzz_notes: what the targets of the readers that go on past a mistake ask of their notes. */
#ifndef NTOKEND_TESTS_FUZZ_NOTES_H
#define NTOKEND_TESTS_FUZZ_NOTES_H

#include "fuzz/fuzz.h"
#include "platform/posix/notes.h"

static inline bool fuzz_notes_refuse(const struct notes *notes)
{
    bool refused = false;
    for (size_t i = 0; i < notes->count; i++)
        refused |= notes->items[i].refused;
    return refused;
}

/* A refusal says why, and what says so is refused. */
static inline void fuzz_notes_check(const struct notes *notes, enum err err)
{
    FUZZ_ASSERT(notes->count <= NOTES_MAX);
    FUZZ_ASSERT(err != ERR_MALFORMED || fuzz_notes_refuse(notes));
    FUZZ_ASSERT(err != ERR_NONE || !fuzz_notes_refuse(notes));
}

#endif
