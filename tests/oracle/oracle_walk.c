#include "oracle/oracle_internal.h"

/* The walk of one pass: the two masks of 3.6 for each node. */
struct walk {
    const struct oracle *oracle;
    enum oracle_pass pass;
    uint32_t granted[ORACLE_NODES_MAX];
    uint32_t denied[ORACLE_NODES_MAX];
};

static uint16_t level_of(const struct walk *walk, size_t node)
{
    return walk->oracle->request->node_count == 0 ? 0 : walk->oracle->request->nodes[node].level;
}

/* The last node before `node` that is one level higher in the tree; the root has none: SIZE_MAX. */
static size_t parent_of(const struct walk *walk, size_t node)
{
    for (size_t i = node; i-- > 0;) {
        if (level_of(walk, i) < level_of(walk, node))
            return i;
    }
    return SIZE_MAX;
}

static bool is_within(const struct walk *walk, size_t node, size_t ancestor)
{
    for (size_t i = node; i != SIZE_MAX; i = parent_of(walk, i)) {
        if (i == ancestor)
            return true;
    }
    return false;
}

/* 3.7: what all children of a node have. */
static uint32_t all_children_have(const struct walk *walk, size_t node)
{
    uint32_t mask = UINT32_MAX;
    for (size_t i = node + 1; i < walk->oracle->node_count; i++) {
        if (parent_of(walk, i) == node)
            mask &= walk->granted[i];
    }
    return mask;
}

/* 3.7 grant: the node and its descendants, then bit by bit what all children of each parent have, up to the root. */
static void grant(struct walk *walk, size_t node, uint32_t mask)
{
    for (size_t i = 0; i < walk->oracle->node_count; i++) {
        if (is_within(walk, i, node))
            walk->granted[i] |= mask & ~walk->denied[i];
    }
    for (size_t up = parent_of(walk, node); up != SIZE_MAX; up = parent_of(walk, up)) {
        uint32_t lifted = all_children_have(walk, up);
        if ((lifted & ~walk->granted[up]) != 0)
            oracle_mark(walk->oracle, MARK_LIFTED);
        walk->granted[up] |= lifted;
    }
}

/* 3.7 deny: the node and its descendants, then every ancestor gets the new bits that it does not hold. */
static void deny(struct walk *walk, size_t node, uint32_t mask)
{
    uint32_t fresh = mask & ~walk->granted[node];
    for (size_t i = 0; i < walk->oracle->node_count; i++) {
        if (is_within(walk, i, node))
            walk->denied[i] |= mask & ~walk->granted[i];
    }
    for (size_t up = parent_of(walk, node); up != SIZE_MAX; up = parent_of(walk, up))
        walk->denied[up] |= fresh & ~walk->granted[up];
}

/* 3.6, 3.9: whom an ACE of this pass speaks of. Denies go by the ordinary SIDs: the AppContainer's mask is one of allow
 * ACEs alone. */
static bool sid_matches(const struct walk *walk, const struct sid *named, bool is_deny)
{
    const struct token *token = walk->oracle->token;
    const struct sid *sid = oracle_resolve(walk->oracle, named);
    if (walk->pass == PASS_RESTRICTING)
        return oracle_restricting_matches(token, sid);
    if (walk->pass == PASS_APP_CONTAINER)
        return !is_deny && oracle_package_matches(token, sid);
    return oracle_token_matches(token, sid, is_deny);
}

static bool is_deny_kind(uint8_t type)
{
    return type == ACE_ACCESS_DENIED || type == ACE_ACCESS_DENIED_OBJECT ||
           type == ACE_ACCESS_DENIED_CALLBACK || type == ACE_ACCESS_DENIED_CALLBACK_OBJECT;
}

static bool is_allow_kind(uint8_t type)
{
    return type == ACE_ACCESS_ALLOWED || type == ACE_ACCESS_ALLOWED_OBJECT ||
           type == ACE_ACCESS_ALLOWED_CALLBACK || type == ACE_ACCESS_ALLOWED_CALLBACK_OBJECT ||
           type == ACE_ACCESS_ALLOWED_COMPOUND;
}

static bool is_callback_kind(uint8_t type)
{
    return type >= ACE_ACCESS_ALLOWED_CALLBACK && type <= ACE_ACCESS_DENIED_CALLBACK_OBJECT;
}

/* 3.7, the table of targets; SIZE_MAX: the ACE is ignored. Q13: a deny without a list is for the whole object; Q14:
 * the first of equal GUIDs; Q16: without a GUID it is a plain ACE. */
static size_t target_of(const struct oracle *oracle, const struct ace *ace)
{
    if (ace->object_type == NULL)
        return 0;
    if (oracle->request->node_count == 0) {
        if (is_deny_kind(ace->type))
            oracle_mark(oracle, MARK_DENY_WHOLE);
        return is_deny_kind(ace->type) ? 0 : SIZE_MAX;
    }
    for (size_t i = 0; i < oracle->request->node_count; i++) {
        if (guid_equal(&oracle->request->nodes[i].guid, ace->object_type)) {
            oracle_mark(oracle, is_deny_kind(ace->type) ? MARK_DENY_NODE : MARK_ALLOW_NODE);
            return i;
        }
    }
    return SIZE_MAX;
}

/* 3.10: an allow applies when the condition is TRUE, a deny also when it is UNKNOWN. */
static bool condition_holds(const struct oracle *oracle, const struct ace *ace)
{
    if (!is_callback_kind(ace->type))
        return true;
    enum oracle_truth truth = oracle_condition(oracle, ace->application_data, is_deny_kind(ace->type));
    return truth == ORACLE_TRUE || (truth == ORACLE_UNKNOWN && is_deny_kind(ace->type));
}

/* 3.6: one ACE. */
static void walk_ace(struct walk *walk, const struct ace *ace)
{
    const struct oracle *oracle = walk->oracle;
    const bool denies = is_deny_kind(ace->type);
    if (!denies && !is_allow_kind(ace->type)) {
        oracle_mark(oracle, MARK_ACE_SKIPPED);
        return;
    }
    if (!sid_matches(walk, ace->sid, denies))
        return;
    if (ace->server_sid != NULL) {
        if (!sid_matches(walk, ace->server_sid, denies))
            return;
        oracle_mark(oracle, MARK_COMPOUND);
    }
    size_t target = target_of(oracle, ace);
    if (target == SIZE_MAX || !condition_holds(oracle, ace))
        return;
    oracle_mark(oracle, denies ? MARK_DENY : MARK_ALLOW);
    if (denies)
        deny(walk, target, ace->mask);
    else
        grant(walk, target, ace->mask);
}

/* 3.6: no DACL and a NULL DACL grant what was asked for, or GENERIC_ALL's rights, but nothing to an AppContainer. */
static uint32_t without_dacl(const struct oracle *oracle, enum oracle_pass pass)
{
    oracle_mark(oracle, MARK_NULL_DACL);
    if (pass == PASS_APP_CONTAINER)
        return 0;
    return oracle->need | (oracle->maximum ? oracle->request->mapping.all : 0);
}

void oracle_walk(const struct oracle *oracle, enum oracle_pass pass, uint32_t ret_granted[ORACLE_NODES_MAX])
{
    struct walk walk = {.oracle = oracle, .pass = pass};
    struct acl_iterator iterator = {0};
    struct ace ace;
    if (oracle->descriptor->dacl_state != ACL_THERE) {
        for (size_t i = 0; i < oracle->node_count; i++)
            walk.granted[i] = without_dacl(oracle, pass);
    } else {
        while (acl_next(&oracle->descriptor->dacl, &iterator, &ace)) {
            if ((ace.flags & ACE_INHERIT_ONLY) == 0)
                walk_ace(&walk, &ace);
        }
    }
    /* 3.4 step 4: no DACL gives ACCESS_SYSTEM_SECURITY; 8.1 trap 15: MAXIMUM_ALLOWED is never granted */
    for (size_t i = 0; i < oracle->node_count; i++)
        ret_granted[i] = walk.granted[i] & ~(RIGHT_ACCESS_SYSTEM_SECURITY | RIGHT_MAXIMUM_ALLOWED);
}
