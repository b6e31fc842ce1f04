/* central_policy: rules that an administrator lays over the DACLs of all objects that name the policy in their SACL, with a
 * SYSTEM_SCOPED_POLICY_ID ACE. [MS-DTYP] 2.5.3.1.3, 2.5.3.1.4 and 2.5.3.2; [MS-GPCAP]; reference 3.11.
 *
 * What the DACL of an object grants, every rule that applies to the object must grant too. decide.c asks the rules, after
 * the object itself. */
#ifndef NTOKEND_ENGINE_CENTRAL_POLICY_H
#define NTOKEND_ENGINE_CENTRAL_POLICY_H

#include "engine/condition.h"

/* An expression no longer than this never overflows the evaluator's stack, where an operand stands for 7 bytes or more: it
 * is unknown only for what it says. Whoever makes rules keeps to it. */
enum { CENTRAL_CONDITION_MAX = 3500 };

/* All is borrowed, and was validated before. */
struct central_rule {
    const char *name;
    struct bytes applies_to; /* a condition over the object, "artx…"; empty: every object */
    struct acl effective;    /* the DACL that stands in for the object's */
    struct acl
        staged; /* the DACL that is to come, which no check asks: whoever wants to know makes it effective; empty raw: none */
};

struct central_policy {
    const struct sid *sid; /* S-1-17-… */
    const char *name;      /* NULL for none */
    const struct central_rule *const *rules;
    size_t rule_count;
};

/* The policies that are in force. */
struct central_policies {
    const struct central_policy *items; /* in the order below, none twice */
    size_t count;
};

/* The order of the policies: below 0, 0 or above, like memcmp. */
int central_policy_order(const struct sid *a, const struct sid *b);

/* Whose objects only administrators and the system get at. What an unknown policy is taken for: somebody wanted a
 * restriction that we do not know. [MS-DTYP] 2.5.3.1.4; reference Q5 */
extern const struct central_policy CENTRAL_POLICY_RECOVERY;

/* The policy of that name, the recovery policy when it is unknown. Without policies (NULL, or none) every policy is unknown:
 * [MS-DTYP] has no check at all then, which would open what another machine guards (I, Q5). */
const struct central_policy *central_policy_find(const struct central_policies *policies,
                                                 const struct sid *sid);

/* Whether the rule has a say about the subject's object: its condition is TRUE. Not when it is unknown, as on Windows, say
 * because the object lacks the attribute ([MS-DTYP] 2.5.3.2); but when the check has no work left to find out, it applies. */
bool central_rule_applies(const struct central_rule *rule, const struct condition_subject *subject);

#endif
