/* condition: the conditional expressions of callback ACEs. [MS-DTYP] 2.4.4.17; reference 2.4 and 3.10. */
#ifndef NTOKEND_ENGINE_CONDITION_H
#define NTOKEND_ENGINE_CONDITION_H

#include "engine/acl.h"
#include "engine/token.h"

/* In this order AND is the least and OR the greatest of two. */
enum truth { TRUTH_FALSE, TRUTH_UNKNOWN, TRUTH_TRUE };

/* What an expression speaks of. */
struct condition_subject {
    const struct token *token; /* indexed */
    const struct acl *sacl;    /* whose attribute ACEs are @Resource; NULL for none */
};

/* The value of the expression in `application_data`, what follows the SID of a callback ACE. Anything malformed is
 * TRUTH_UNKNOWN, under which a deny ACE applies and an allow ACE does not. `deny_only`: the ACE denies, so that
 * deny-only groups count for the member-of operators. Allocates nothing. */
enum truth condition_evaluate(struct bytes application_data, const struct condition_subject *subject,
                              bool deny_only);

#endif
