/* template: reads a Windows security template, as `secedit /export` and SYSVOL's GptTmpl.inf write it. [MS-GPSB] 2.2;
 * reference 5.6 and 6.6. [Privilege Rights], [Group Membership] and [Event Audit] count here; of [Registry Values] only
 * the one that says that [Event Audit] does not count ([MS-GPSB] 3.2.5.6).
 *
 * What Windows leaves open is refused: a right, a group's list or a category that comes twice, a name that nobody can resolve where
 * leaving it out could grant something. */
#ifndef NTOKEND_PLATFORM_POSIX_TEMPLATE_H
#define NTOKEND_PLATFORM_POSIX_TEMPLATE_H

#include "base/arena.h"
#include "engine/sid.h"
#include "platform/posix/audit_policy.h"
#include "platform/posix/notes.h"
#include "platform/posix/right.h"

enum {
    TEMPLATE_SIZE_MAX = 4 << 20,   /* bytes of a template */
    TEMPLATE_ITEMS_MAX = 65536,    /* holders of rights and members of groups together */
    TEMPLATE_GROUPS_MAX = 1024,    /* groups whose members are listed */
    TEMPLATE_NAME_MAX = 256,       /* characters of a name: [MS-GPSB] 2.2.6 allows no more */
    TEMPLATE_MEMORY_MAX = 48 << 20 /* an arena of this size holds whatever a template may hold */
};

/* Names that are not SIDs: ERR_NONE_MAPPED when nobody has that name. */
struct template_names {
    enum err (*find)(const void *context, struct bytes name, struct sid_buffer *ret);
    const void *context;
};

struct template_holder {
    const struct sid *sid;
    unsigned right; /* RIGHT_… or a privilege's LUID */
};

struct template_member {
    const struct sid *group;
    const struct sid *member;
};

/* Everything lives in the arena. */
struct template
{
    right_set listed; /* what holders replaces, also with nobody */
    struct template_holder *holders;
    size_t holder_count;
    const struct sid **replaced; /* groups whose membership is what members says: __Members */
    size_t replaced_count;
    struct template_member *members;
    size_t member_count;
    struct audit_overrides audit;
};

/* ERR_MALFORMED (the notes that refuse say why), ERR_TOO_LARGE past a bound above, ERR_IO from names, ERR_NO_MEMORY. The notes
 * are set on an error too. */
enum err template_parse(struct arena *arena, struct bytes file, const struct template_names *names,
                        struct template *ret, struct notes *ret_notes) MUST_USE;

#endif
