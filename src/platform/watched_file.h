/* watched_file: what a file of the operator's says, parsed once and shared by all threads, and read again when the file
 * changes. What a file is for is its kind: a parser and its words for the log.
 *
 * A file that cannot be used is an error when the service starts; later it leaves what was in force as it was. */
#ifndef NTOKEND_PLATFORM_WATCHED_FILE_H
#define NTOKEND_PLATFORM_WATCHED_FILE_H

#include "platform/file.h"
#include "platform/process.h"

#include <pthread.h>
#include <stdatomic.h>

/* What a file says: the first member of the parser's own struct. Never written to once it is in force. */
struct watched_object {
    atomic_uint references;
    struct arena arena;                    /* holds what the struct points at */
    void (*done)(struct watched_object *); /* ends what does not lie there; NULL for nothing */
};

/* `size` bytes of zeros that begin with a watched_object, one reference, and an arena of that limit; NULL: no memory. */
void *watched_object_new(size_t size, size_t arena_limit);
/* Gives one reference back; with the last the object goes. NULL is nothing. */
void watched_object_release(struct watched_object *object);

enum { WATCHED_PROBLEMS_MAX = 64 };

/* A reason why a text was refused, or what was passed over in it. */
struct watched_problem {
    unsigned line;      /* from 1; 0 for the file as a whole */
    const char *text;   /* static */
    const char *name;   /* what it is about, in the scratch arena; NULL for nothing in particular */
    unsigned character; /* in a value of SDDL, from 1; 0 elsewhere */
    bool note;          /* it refuses nothing */
};

/* All of them, in the order of the lines. None that refuses: the error says it all. */
struct watched_problems {
    struct watched_problem items[WATCHED_PROBLEMS_MAX];
    size_t count;
    size_t left_out; /* for which there was no room */
};
void watched_problems_add(struct watched_problems *problems, struct watched_problem problem);

struct watched_file;

struct watched_kind {
    const char *loaded;   /* events of the log: read and in force */
    const char *refused;  /* the text has a mistake */
    const char *unusable; /* there is no text, or no memory for it */
    const char *noted;    /* what was passed over; NULL: nothing ever is */
    const char *remedy;   /* logged with both */
    const char *no_file;  /* the state of one without a path: a static word */
    size_t size_max;      /* bytes of the file */
    size_t scratch_max;   /* bytes that the text and the parser's scratch need at most */
    /* A second file that the parser reads by itself, and whose change is one of the first; NULL, or no path: there is none. Who
     * replaces both does not do it in one step: so a change of either counts once both stand as they are for two looks. */
    const char *(*companion)(const struct watched_file *file);
    /* A new object. The scratch lives until the problems are logged; *problems comes empty. ERR_MALFORMED, ERR_TOO_LARGE, ERR_IO, ERR_NO_MEMORY. */
    enum err (*parse)(const struct watched_file *file, struct bytes text, struct arena *scratch,
                      struct watched_object **ret, struct watched_problems *problems);
    /* What is in force without a path; NULL: no object. */
    enum err (*parse_nothing)(const struct watched_file *file, struct watched_object **ret);
};

struct watched_look {
    struct file_stamp file;
    struct file_stamp companion;
};

struct watched_file {
    const struct watched_kind *kind;
    const char *path;         /* NULL: there is no file */
    const void *context;      /* the parser's: names, domains */
    struct watched_look look; /* of what was read */
    struct watched_look last; /* of the last reload */
    bool ready;               /* init succeeded */
    bool trying;              /* nothing is put into force: a parser says in problems what it would log */
    pthread_mutex_t lock;     /* over what follows */
    struct watched_object *object; /* NULL when nothing is in force */
    const char *state;             /* "ok", "stale" or the kind's no_file */
    enum err failure;              /* of the last reading */
    uint64_t loads;                /* since the start */
    uint64_t failures;
    int64_t modified_s; /* of what was read last; 0: not known */
};

/* Reads the file for the first time. Borrows everything. ERR_NOT_FOUND, ERR_IO, ERR_TOO_LARGE, ERR_MALFORMED, ERR_NO_MEMORY;
 * logged. */
enum err watched_file_init(struct watched_file *file, const struct watched_kind *kind, const char *path,
                           const void *context) MUST_USE;
/* What init would say of it, without a word in the log; the problems' words live in the
 * scratch, which is of the kind's scratch_max. */
enum err watched_file_try(const struct watched_kind *kind, const char *path, const void *context,
                          struct arena *scratch, struct watched_problems *ret_problems) MUST_USE;
/* Also for a file of zeros, or whose init failed. */
void watched_file_done(struct watched_file *file);
/* Reads it again if it changed, if `force`, or if it could not be read for a reason that may pass. One thread at a time. */
void watched_file_reload(struct watched_file *file, bool force);
/* What is in force, whole however long it is used, until watched_object_release; NULL when nothing is. */
struct watched_object *watched_file_acquire(struct watched_file *file);
/* Static words: "ok", "stale" (the file changed to something that cannot be used), or the kind's no_file. */
const char *watched_file_state(struct watched_file *file);
/* As platform_figures says it, but for the key. False: there is no file. */
bool watched_file_figures(struct watched_file *file, struct platform_file *ret);

#endif
