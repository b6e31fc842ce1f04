/* walk: the one walk over a DACL. Reference 3.6. */
#ifndef NTOKEND_ENGINE_WALK_H
#define NTOKEND_ENGINE_WALK_H

#include "engine/condition.h"
#include "engine/explain.h"
#include "engine/object_tree.h"

/* Whom an ACE must name to count, in MEMBER_… roles. */
struct walk_matcher {
    unsigned allow;     /* an allow ACE: one of these, */
    unsigned allow_not; /* and none of these */
    unsigned deny;      /* a deny ACE: one of these; 0 when denies do not count */
};

/* One walk: what it reads, and when it has seen enough. */
struct walk {
    const struct access_request *request; /* whose descriptor has a DACL */
    const struct condition_subject *subject;
    const struct walk_matcher *matcher;
    const struct object_tree *tree; /* reset; the walk writes its grants and denials there */
    /* unless a maximum is asked for, the walk stops once the root has all of these, or, when only the root counts, has lost
     * a bit of them */
    uint32_t wanted;
    struct explain_pass *explain; /* what to record, or NULL */
};

void walk_dacl(const struct walk *walk);

/* What the owner of an object is given because nobody wrote an ACE for it: READ_CONTROL and WRITE_DAC, unless the DACL
 * holds an effective ACE for OWNER RIGHTS (S-1-3-4). Reference 3.4, step 5. */
uint32_t walk_owner_rights(const struct descriptor *descriptor);

#endif
