#include "engine/walk.h"

#include "engine/membership.h"

/* What no ACE of a DACL can grant: the one needs a privilege, the other is a question and not a right. [MS-DTYP] 2.4.3 */
static const uint32_t not_for_dacls = RIGHT_ACCESS_SYSTEM_SECURITY | RIGHT_MAXIMUM_ALLOWED;

/* The roles of the one an ACE means: S-1-3-4 is the owner, S-1-5-10 the principal self. Reference 3.3. */
static inline unsigned roles_of(const struct walk *walk, const struct sid *sid)
{
    if (sid->sub_authority_count == 1) {
        if (sid_equal(sid, SID_OWNER_RIGHTS))
            sid = walk->request->descriptor->owner;
        else if (sid_equal(sid, SID_PRINCIPAL_SELF))
            sid = walk->request->principal_self;
        if (sid == NULL)
            return 0;
    }
    return membership_roles(&walk->subject->token->membership, sid);
}

static inline bool matches_allow(const struct walk_matcher *matcher, unsigned roles)
{
    return (roles & matcher->allow) != 0 && (roles & matcher->allow_not) == 0;
}

/* The node an ACE speaks of, or NULL for none. Plain ACEs, and object ACEs without a GUID, speak of the whole. */
static inline struct object_node *target_of(const struct walk *walk, const struct guid *object_type,
                                            bool deny)
{
    if (object_type == NULL)
        return walk->tree->nodes;
    if (walk->tree->listed)
        return object_tree_find(walk->tree, object_type);
    /* without a list a deny counts for the whole object and an allow not at all: reference 3.7, Q13 fail closed */
    return deny ? walk->tree->nodes : NULL;
}

/* What the condition of an ACE lets become of it; a doubt denies. Reference 3.10. */
static enum explain_outcome condition_outcome(const struct walk *walk, struct bytes condition, bool deny)
{
    enum truth truth = condition_evaluate(condition, walk->subject, deny);
    if (truth == TRUTH_UNKNOWN)
        return deny ? EXPLAIN_ACE_APPLIED_IN_DOUBT : EXPLAIN_ACE_CONDITION_UNKNOWN;
    return truth == TRUTH_TRUE ? EXPLAIN_ACE_APPLIED : EXPLAIN_ACE_CONDITION_FALSE;
}

/* What else callback and compound ACEs ask for. Apart from the loop over all ACEs, which so reads no more of most of them
 * than their SIDs. */
static __attribute__((noinline)) enum explain_outcome examine(const struct walk *walk, const uint8_t *raw,
                                                              bool deny)
{
    struct ace ace;
    ace_load(raw, &ace);
    if (ace.server_sid != NULL)
        return matches_allow(walk->matcher, roles_of(walk, ace.server_sid)) ? EXPLAIN_ACE_APPLIED
                                                                            : EXPLAIN_ACE_SERVER_SID;
    return condition_outcome(walk, ace.application_data, deny);
}

static inline bool has_effect(enum explain_outcome outcome)
{
    return outcome == EXPLAIN_ACE_APPLIED || outcome == EXPLAIN_ACE_APPLIED_IN_DOUBT;
}

static inline bool names_the_asked(const struct walk *walk, const struct ace *ace, bool deny)
{
    const unsigned roles = roles_of(walk, ace->sid);
    return deny ? (roles & walk->matcher->deny) != 0 : matches_allow(walk->matcher, roles);
}

/* An ACE that counts. Inlined, or gcc would have it wait in memory for the call. */
static inline __attribute__((always_inline)) enum explain_outcome apply(const struct walk *walk,
                                                                        const uint8_t *raw, unsigned class)
{
    const bool deny = (class & ACE_CLASS_DENY) != 0;
    struct ace ace;
    ace_load_known(raw, class, &ace);
    if (!names_the_asked(walk, &ace, deny))
        return EXPLAIN_ACE_SID;
    enum explain_outcome outcome = EXPLAIN_ACE_APPLIED;
    struct object_node *target = target_of(walk, ace.object_type, deny);
    if (target == NULL)
        return EXPLAIN_ACE_OBJECT_TYPE;
    if ((class & (ACE_CLASS_CALLBACK | ACE_CLASS_COMPOUND)) != 0)
        outcome = examine(walk, raw, deny);
    if (!has_effect(outcome))
        return outcome;
    const uint32_t mask = ace.mask & ~not_for_dacls;
    if (deny)
        object_tree_deny(walk->tree, target, mask);
    else
        object_tree_grant(walk->tree, target, mask);
    return outcome;
}

static inline bool asks_for_maximum(const struct walk *walk)
{
    return (walk->request->desired & RIGHT_MAXIMUM_ALLOWED) != 0;
}

/* Whether later ACEs can still change the answer. `passed`: see object_tree_has. */
static inline bool decided(const struct walk *walk, const struct explain_pass *explain, size_t *passed)
{
    const struct object_node *root = &walk->tree->nodes[0];
    if (asks_for_maximum(walk))
        return false;
    if (object_tree_has(walk->tree, walk->wanted, passed))
        return true;
    if (walk->request->result_list || (walk->wanted & root->denied) == 0)
        return false;
    /* once one right is lost the check is refused; only who wants to know what becomes of the others goes on */
    return explain == NULL || (walk->wanted & ~(root->granted | root->denied)) == 0;
}

/* Whether an ACE counts: inherit-only ACEs do not, nor what has no place in a DACL, which is alarms, SACL types
 * and types nobody knows. */
static inline bool counts(const uint8_t *raw, unsigned class)
{
    return (class & (ACE_CLASS_ALLOW | ACE_CLASS_DENY | ACE_CLASS_COMPOUND)) != 0 &&
           (raw[1] & ACE_INHERIT_ONLY) == 0;
}

/* Compiled twice, with `explain` NULL and not, so that recording costs nothing when it is not asked for. */
static inline __attribute__((always_inline)) void walk_with(const struct walk *walk,
                                                            struct explain_pass *explain)
{
    const struct acl dacl = walk->request->descriptor->dacl;
    struct acl_iterator iterator = {0};
    const uint8_t *raw;
    size_t passed = 0;
    bool done = walk->wanted == 0 && !asks_for_maximum(walk);
    while (!done && acl_next_raw(&dacl, &iterator, &raw)) {
        const unsigned class = ace_class(raw[0]);
        enum explain_outcome outcome = EXPLAIN_ACE_NO_PART;
        if (counts(raw, class))
            outcome = apply(walk, raw, class);
        if (has_effect(outcome) && explain != NULL)
            object_tree_settle(walk->tree);
        if (has_effect(outcome))
            done = decided(walk, explain, &passed);
        if (explain != NULL)
            explain_ace(explain, iterator.index, outcome, walk->tree->nodes);
    }
}

static __attribute__((noinline)) void walk_explained(const struct walk *walk)
{
    walk_with(walk, walk->explain);
}

void walk_dacl(const struct walk *walk)
{
    if (walk->explain != NULL)
        walk_explained(walk);
    else
        walk_with(walk, NULL);
    if (walk->tree->listed)
        object_tree_settle(walk->tree);
}

static bool names_owner_rights(const struct ace *ace)
{
    return sid_equal(ace->sid, SID_OWNER_RIGHTS) ||
           (ace->server_sid != NULL && sid_equal(ace->server_sid, SID_OWNER_RIGHTS));
}

uint32_t walk_owner_rights(const struct descriptor *descriptor)
{
    const uint32_t implicit = RIGHT_READ_CONTROL | RIGHT_WRITE_DAC;
    if (descriptor->dacl_state != ACL_THERE)
        return implicit;
    struct acl_iterator iterator = {0};
    struct ace ace;
    while (acl_next(&descriptor->dacl, &iterator, &ace)) {
        if (ace.sid != NULL && counts(ace.raw.data, ace_class(ace.type)) && names_owner_rights(&ace))
            return 0;
    }
    return implicit;
}
