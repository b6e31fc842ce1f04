/* limit: what the SACL of a descriptor takes away from a token whatever its DACL grants: process trust labels, access
 * filters and mandatory integrity. Reference 3.4 steps 1 to 3, and 3.5. */
#ifndef NTOKEND_ENGINE_LIMIT_H
#define NTOKEND_ENGINE_LIMIT_H

#include "engine/condition.h"
#include "engine/explain.h"
#include "engine/rights.h"

/* Whether the rest of this can take anything away: an object without a SACL is at Medium. */
static inline bool limit_is_needed(const struct condition_subject *subject)
{
    return subject->sacl != NULL || subject->token->integrity_level < INTEGRITY_MEDIUM;
}

/* The rights that are left to the subject's token by the subject's SACL. *ret_policy is the central access policy that the
 * SACL names, which limits in decide.c; NULL when it names none. `explanation` may be NULL. */
uint32_t limit_of(const struct condition_subject *subject, const struct generic_mapping *mapping,
                  const struct sid **ret_policy, struct explanation *explanation);

#endif
