#include "engine/audit.h"

#include "engine/condition.h"
#include "engine/membership.h"
#include "engine/object_tree.h"

/* What the ACEs of a SACL are asked about. */
struct audit {
    struct condition_subject subject;
    const struct access_request *request;
    const struct access_answer *answer;
    struct object_tree tree; /* the object type list; no nodes without one */
};

/* S-1-3-4 is the owner, S-1-5-10 the principal self. As for a deny ACE, deny-only groups count. Reference 3.3 and 5.2 */
static bool names_the_subject(const struct audit *audit, const struct sid *sid)
{
    if (sid == NULL)
        return false;
    if (sid_equal(sid, SID_OWNER_RIGHTS))
        sid = audit->request->descriptor->owner;
    else if (sid_equal(sid, SID_PRINCIPAL_SELF))
        sid = audit->request->principal_self;
    return sid != NULL && (membership_of(audit->subject.token, sid) & MEMBER_DENY) != 0;
}

/* The rights of which an ACE must name one: those that were granted, or those that were asked for, which a refused
 * maximum did of all. MAXIMUM_ALLOWED itself in an ACE is for who asks for that. Reference 5.2, rule 3 */
static uint32_t rights_at_stake(uint32_t desired, bool allowed, uint32_t granted)
{
    const uint32_t maximum = desired & RIGHT_MAXIMUM_ALLOWED;
    if (allowed)
        return granted | maximum;
    return maximum != 0 ? UINT32_MAX : desired;
}

/* Whether the ACE wants one answer in the log: by its flag for this outcome and by its mask, as it is. */
static bool wants(const struct audit *audit, const struct ace *ace, bool allowed, uint32_t granted)
{
    const unsigned flag = allowed ? ACE_SUCCESSFUL_ACCESS : ACE_FAILED_ACCESS;
    return (ace->flags & flag) != 0 &&
           (ace->mask & rights_at_stake(audit->request->desired, allowed, granted)) != 0;
}

/* What the ACE wants of a node and those below it. */
static struct audit_answer wanted_below(const struct audit *audit, const struct ace *ace,
                                        const struct object_node *node)
{
    const struct object_node *end = audit->tree.nodes + audit->tree.count;
    const unsigned level = node->level;
    struct audit_answer wanted = {.success = false};
    do {
        if (wants(audit, ace, node->allowed, node->granted)) {
            wanted.success |= node->allowed;
            wanted.failure |= !node->allowed;
        }
        node++;
    } while (node != end && node->level > level);
    return wanted;
}

/* What the ACE would have in the log. An object type must be in the list; so without a list an ACE that has one says
 * nothing. Reference 5.2, rules 2 to 4 */
static struct audit_answer wanted_by(const struct audit *audit, const struct ace *ace)
{
    const struct access_answer *answer = audit->answer;
    const struct object_node *node = audit->tree.nodes;
    if (ace->object_type != NULL)
        node = object_tree_find(&audit->tree, ace->object_type);
    if (ace->object_type != NULL && node == NULL)
        return (struct audit_answer){.success = false};
    if (audit->request->result_list)
        return wanted_below(audit, ace, node);
    const bool wanted = wants(audit, ace, answer->allowed, answer->granted);
    return (struct audit_answer){.success = wanted && answer->allowed, .failure = wanted && !answer->allowed};
}

/* Rule 5. A condition in doubt audits (Q2). */
static bool condition_holds(struct audit *audit, const struct ace *ace)
{
    return (ace_class(ace->type) & ACE_CLASS_CALLBACK) == 0 ||
           condition_evaluate(ace->application_data, &audit->subject, true) != TRUTH_FALSE;
}

/* Alarms and types that nobody knows are no audit ACEs. */
static bool counts(const struct ace *ace)
{
    return (ace_class(ace->type) & ACE_CLASS_AUDIT) != 0 && (ace->flags & ACE_INHERIT_ONLY) == 0;
}

static void walk(struct audit *audit, const struct acl *sacl, struct audit_answer *ret)
{
    struct acl_iterator iterator = {0};
    struct ace ace;
    while (acl_next(sacl, &iterator, &ace)) {
        if (!counts(&ace) || !names_the_subject(audit, ace.sid))
            continue;
        const struct audit_answer wanted = wanted_by(audit, &ace);
        const bool news = (wanted.success && !ret->success) || (wanted.failure && !ret->failure);
        if (!news || !condition_holds(audit, &ace))
            continue;
        ret->success |= wanted.success;
        ret->failure |= wanted.failure;
    }
}

enum err audit_decide(const struct token *token, const struct access_request *request,
                      const struct access_answer *answer, struct audit_answer *ret)
{
    const struct descriptor *descriptor = request->descriptor;
    if (token->membership.slots == NULL || (request->result_list && request->node_count == 0))
        return ERR_FAILED;
    struct audit_answer found = {.success = false};
    if (descriptor->sacl_state == ACL_THERE) {
        size_t work = CONDITION_WORK_MAX;
        struct audit audit = {.subject = {.token = token, .sacl = &descriptor->sacl, .work = &work},
                              .request = request,
                              .answer = answer,
                              .tree = {.nodes = request->nodes,
                                       .count = request->node_count,
                                       .listed = request->node_count != 0}};
        walk(&audit, &descriptor->sacl, &found);
        found.work = CONDITION_WORK_MAX - work;
    }
    *ret = found;
    return ERR_NONE;
}
