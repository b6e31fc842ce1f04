/* condition: the conditional expressions of callback ACEs. [MS-DTYP] 2.4.4.17; reference 2.4 and 3.10.
 *
 * (@User.dept == "eng" && Member_of {SID(BA)}) stands in the ACE as operands and operators in the order of a stack machine.
 * Its value is true, false or unknown, say for an attribute that is not there: in doubt an allow ACE does not count, and a
 * deny ACE does. */
#ifndef NTOKEND_ENGINE_CONDITION_H
#define NTOKEND_ENGINE_CONDITION_H

#include "engine/acl.h"
#include "engine/token.h"

/* In this order AND is the least and OR the greatest of two. */
enum truth { TRUTH_FALSE, TRUTH_UNKNOWN, TRUTH_TRUE };

/* What an expression speaks of, and what an access check may spend on all of its expressions. */
struct condition_subject {
    const struct token *token; /* indexed */
    const struct acl *sacl;    /* whose attribute ACEs are @Resource; NULL for none */
    size_t *work; /* left; in values read, 16 bytes of one counting like a value; 0 once it ran out */
};

enum { CONDITION_WORK_MAX = 1 << 18 }; /* some milliseconds; enough to compare two lists of 250 values */

/* The value of the expression in `application_data`, what follows the SID of a callback ACE. Anything malformed, and an
 * expression for which not enough work is left, is TRUTH_UNKNOWN, under which a deny ACE applies and an allow ACE does
 * not. `deny_only`: the ACE denies, so that deny-only groups and claims count. Allocates nothing. */
enum truth condition_evaluate(struct bytes application_data, const struct condition_subject *subject,
                              bool deny_only);

#endif
