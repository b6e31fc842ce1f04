/* central_text: reads central access policies from text, in a form of our own: Windows keeps them in the directory and
 * brings them by group policy ([MS-GPCAP]), without a file that a person could write.
 *
 *   [rule Engineering documents]
 *   applies_to = (@RESOURCE.dept == "eng")
 *   effective = D:(XA;;FA;;;AU;(@USER.dept == "eng"))(A;;FA;;;BA)(A;;FA;;;SY)
 *
 *   [policy S-1-17-1-2-3-4]
 *   name = File servers
 *   rules = Engineering documents, Other rule
 *
 * UTF-8. A line that starts with '#' or ';' is a comment. A rule may follow the policies that list it; without applies_to it
 * is for every object. `staged`, a DACL to come, has no effect: as on Windows, the log only says where it would differ (event 4818).
 * Whatever is in doubt is refused: unknown sections and keys, anything twice, a rule without a DACL or with a NULL DACL, ACEs
 * with generic rights (no access check maps them, so that they would neither grant nor deny). */
#ifndef NTOKEND_PLATFORM_POSIX_CENTRAL_TEXT_H
#define NTOKEND_PLATFORM_POSIX_CENTRAL_TEXT_H

#include "engine/central_policy.h"
#include "engine/sddl.h"

enum {
    CENTRAL_TEXT_SIZE_MAX = 1 << 20,    /* bytes of the text */
    CENTRAL_TEXT_RULES_MAX = 1024,      /* rules in it */
    CENTRAL_TEXT_POLICIES_MAX = 256,    /* policies in it */
    CENTRAL_TEXT_LIST_MAX = 64,         /* rules of one policy: a check walks so many DACLs more */
    CENTRAL_TEXT_NAME_MAX = 256,        /* bytes of a name */
    CENTRAL_TEXT_MEMORY_MAX = 128 << 20 /* an arena of this size holds whatever a text may hold */
};

enum { CENTRAL_TEXT_MISTAKES_MAX = 64 };

struct central_text_mistake {
    unsigned line;      /* from 1; 0 for the file as a whole */
    const char *text;   /* static */
    const char *name;   /* what it is about, in the arena; NULL for nothing in particular */
    unsigned character; /* in a value of SDDL, from 1; 0 elsewhere */
};

/* Why there are no policies: the first of what is wrong, and how much more there is. What only follows from another is not told. */
struct central_text_mistakes {
    struct central_text_mistake items[CENTRAL_TEXT_MISTAKES_MAX];
    size_t count;
    size_t left_out;
};

/* The policies, in the arena. ERR_MALFORMED (the mistakes say why), ERR_TOO_LARGE, ERR_NO_MEMORY. */
enum err central_text_parse(struct arena *arena, struct bytes file, const struct sddl_domains *domains,
                            struct central_policies *ret,
                            struct central_text_mistakes *ret_mistakes) MUST_USE;

#endif
