/* explain_condition: the terms of a condition, each with the value that it has for a token and an object. A term is what
 * AND, OR and NOT put together: a relation, a membership, a test of existence, an attribute alone. */
#ifndef NTOKEND_ENGINE_EXPLAIN_CONDITION_H
#define NTOKEND_ENGINE_EXPLAIN_CONDITION_H

#include "engine/explain.h"
#include "engine/sddl.h"

struct explained_term {
    const char *text; /* SDDL without the parentheses around it; NULL for what SDDL cannot say */
    enum truth value;
    const char *const *absent; /* attributes in it that are not there, or have no value: "@USER.dept" */
    size_t absent_count;
};

struct explained_condition {
    bool
        evaluated; /* false: the ACE was not reached, or was skipped before its condition; the rest is empty then */
    enum truth value; /* as the check found it */
    bool malformed;   /* unknown for that reason; no terms then */
    const struct explained_term *terms;
    size_t term_count; /* of the first EXPLAIN_TERMS_MAX; fewer when explanation->work is used up */
};

enum { EXPLAIN_TERMS_MAX = 64 };

/* The condition of an ACE, whose place is named as for explanation_ace. All in the arena; each term is evaluated by itself,
 * as the check evaluates the whole. ERR_NO_MEMORY. */
enum err explain_condition(struct arena *arena, struct explanation *explanation, enum explain_stage stage,
                           unsigned index, const struct ace *ace, const struct sddl_domains *domains,
                           struct explained_condition *ret) MUST_USE;

#endif
