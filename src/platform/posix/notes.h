/* notes: what a person should know of a file of Windows' that was read: what was left out, and why the file was refused. */
#ifndef NTOKEND_PLATFORM_POSIX_NOTES_H
#define NTOKEND_PLATFORM_POSIX_NOTES_H

#include "platform/watched_file.h"

enum {
    NOTES_MAX = 64,       /* what is told of one file */
    NOTES_NAME_MAX = 256, /* characters of a name; longer ones are cut */
};

struct note {
    unsigned line;    /* from 1; 0 for the file as a whole */
    bool refused;     /* a reason why the file does not count; else something that was left out */
    const char *text; /* a static string */
    const char *name; /* what it is about, in the arena; NULL for nothing in particular */
};

struct notes {
    struct note items[NOTES_MAX];
    size_t count;
    size_t left_out; /* notes for which there was no room; never the first that refuses */
};

/* The name of `note` is taken from `name`, which may be empty. */
void notes_add(struct notes *notes, struct arena *arena, struct note note, struct bytes name);

/* Each becomes a problem. */
void notes_tell(const struct notes *notes, struct watched_problems *problems);

_Static_assert((int)NOTES_MAX <= (int)WATCHED_PROBLEMS_MAX, "the one that refuses is among them");

#endif
