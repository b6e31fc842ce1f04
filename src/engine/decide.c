#include "engine/decide.h"

#include "engine/explain.h"
#include "engine/limit.h"
#include "engine/membership.h"
#include "engine/walk.h"

/* A check on its way: what is asked, and what is known so far. */
struct check {
    const struct token *token;
    const struct access_request *request;
    struct condition_subject subject;
    struct object_tree tree;
    bool maximum;             /* MAXIMUM_ALLOWED is asked for */
    uint32_t need;            /* the other rights asked for */
    uint32_t limit;           /* what the SACL leaves */
    uint32_t prior;           /* granted before the DACL is read: by privileges and to the owner */
    const struct sid *policy; /* the central access policy that the SACL names; NULL for none */
    privilege_set used;
};

/* Reference 3.2, rows 2 to 7, in this order. */
static enum err call_valid(const struct token *token, const struct access_request *request)
{
    if ((request->desired & RIGHT_GENERIC_MASK) != 0)
        return ERR_GENERIC_NOT_MAPPED;
    if (token->type != TOKEN_IMPERSONATION)
        return ERR_NO_IMPERSONATION_TOKEN;
    if (token->level < SECURITY_IDENTIFICATION)
        return ERR_BAD_IMPERSONATION_LEVEL;
    bool listed = request->node_count != 0 || request->result_list;
    if (listed && !object_tree_valid(request->nodes, request->node_count))
        return ERR_INVALID_PARAMETER;
    return token->membership.slots != NULL ? ERR_NONE : ERR_FAILED;
}

/* Reference 3.4, step 4. `wanted` is within the limit: what integrity forbids, no privilege supplies. */
static void grant_privileges(struct check *check, uint32_t wanted)
{
    if ((wanted & RIGHT_ACCESS_SYSTEM_SECURITY) != 0 &&
        privilege_is_enabled(&check->token->privileges, SE_SECURITY)) {
        check->prior |= RIGHT_ACCESS_SYSTEM_SECURITY;
        check->used |= privilege_bit(SE_SECURITY);
    }
    if ((wanted & RIGHT_WRITE_OWNER) != 0) {
        unsigned luid = privilege_is_enabled(&check->token->privileges, SE_TAKE_OWNERSHIP) ? SE_TAKE_OWNERSHIP
                                                                                           : SE_RELABEL;
        if (privilege_is_enabled(&check->token->privileges, luid)) {
            check->prior |= RIGHT_WRITE_OWNER;
            check->used |= privilege_bit(luid);
        }
    }
}

static bool is_restricted(const struct token *token)
{
    return token->restricted || token->write_restricted;
}

/* Reference 3.4, step 5. Not WRITE_OWNER, whatever older editions of [MS-DTYP] say. */
static inline void grant_owner(struct check *check)
{
    const uint32_t wanted = check->maximum ? UINT32_MAX : check->need;
    if ((wanted & (RIGHT_READ_CONTROL | RIGHT_WRITE_DAC)) == 0)
        return;
    const unsigned roles_needed = MEMBER_ALLOW | (is_restricted(check->token) ? MEMBER_RESTRICTING : 0);
    const struct descriptor *descriptor = check->request->descriptor;
    if ((membership_of(check->token, descriptor->owner) & roles_needed) != roles_needed)
        return;
    check->prior |= walk_owner_rights(descriptor) & wanted;
}

/* What the restricting SIDs must grant too. Reference 3.8: for a write-restricted token nothing unless a right to write
 * is asked for, then everything; of a maximum the rights to write (Q9). */
static uint32_t restricted_rights(const struct check *check)
{
    if (!is_restricted(check->token))
        return 0;
    if (!check->token->write_restricted)
        return UINT32_MAX;
    const struct generic_mapping *mapping = &check->request->mapping;
    const uint32_t write = (mapping->write & ~(mapping->read | mapping->execute)) | RIGHT_DELETE |
                           RIGHT_WRITE_DAC | RIGHT_WRITE_OWNER | RIGHT_ACCESS_SYSTEM_SECURITY;
    if ((check->need & write) != 0)
        return UINT32_MAX;
    return check->maximum ? write : 0;
}

/* Whose ACEs a walk of the DACL looks for. */
struct pass {
    enum explain_stage stage;
    struct walk_matcher matcher;
};
static const struct pass ordinary = {EXPLAIN_STAGE_DACL, {.allow = MEMBER_ALLOW, .deny = MEMBER_DENY}};
static const struct pass restricting = {EXPLAIN_STAGE_RESTRICTING_SIDS,
                                        {.allow = MEMBER_RESTRICTING, .deny = MEMBER_RESTRICTING}};
/* denies are for the ordinary SIDs alone: reference 3.9 */
static const struct pass package = {EXPLAIN_STAGE_APP_CONTAINER,
                                    {.allow = MEMBER_PACKAGE, .allow_not = MEMBER_ALLOW}};

/* One walk of the DACL, after which every node keeps, of the rights in `judged`, only those that this one granted too or
 * that were granted before. No DACL and a NULL DACL grant all, but nothing to an AppContainer. */
static inline __attribute__((always_inline)) void judge(struct check *check, const struct pass *pass,
                                                        uint32_t judged, uint32_t prior)
{
    struct explanation *explanation = check->request->explanation;
    struct explain_pass *explain =
        explanation != NULL ? &explanation->passes[pass->stage - EXPLAIN_STAGE_DACL] : NULL;
    const struct descriptor *descriptor = check->request->descriptor;
    const struct object_tree *tree = &check->tree;
    const struct walk walk = {.request = check->request,
                              .subject = &check->subject,
                              .matcher = &pass->matcher,
                              .tree = tree,
                              .wanted = check->need & ~prior,
                              .explain = explain};
    if (pass != &ordinary) /* which finds nothing granted or denied yet */
        object_tree_reset(tree);
    if (descriptor->dacl_state == ACL_THERE)
        walk_dacl(&walk);
    else if (pass != &package)
        object_tree_grant(tree, tree->nodes,
                          (check->need | (check->maximum ? check->request->mapping.all : 0)) &
                              ~(RIGHT_ACCESS_SYSTEM_SECURITY | RIGHT_MAXIMUM_ALLOWED));
    const size_t answered = check->request->result_list ? tree->count : 1;
    for (size_t i = 0; i < answered; i++)
        tree->nodes[i].kept &= tree->nodes[i].granted | prior | ~judged;
    if (explain != NULL)
        explain_pass_done(explain, judged, tree->nodes);
}

/* What else must grant. Apart, since most tokens have nothing of it. */
static __attribute__((noinline)) void judge_confined(struct check *check)
{
    const uint32_t restricted = restricted_rights(check);
    if (restricted != 0)
        judge(check, &restricting, restricted, check->prior);
    /* must grant all of it again, what the owner and the privileges have as well */
    if (check->token->package != NULL)
        judge(check, &package, UINT32_MAX, 0);
}

/* Reference 3.4, steps 7 and 8, and 3.9. Leaves in `kept`, all bits of which are set, what each node is granted. */
static inline __attribute__((always_inline)) void judge_all(struct check *check)
{
    judge(check, &ordinary, UINT32_MAX, check->prior);
    if (is_restricted(check->token) || check->token->package != NULL)
        judge_confined(check);
}

/* Reference 3.6, the answer. `ret_granted` is what a result list reports of a node. */
static bool answer_of(const struct check *check, const struct object_node *node, uint32_t *ret_granted)
{
    uint32_t total = node->kept & check->limit;
    *ret_granted = check->maximum ? total : total & check->need;
    return (check->need & ~total) == 0 && *ret_granted != 0;
}

/* What a rule of a central access policy leaves: the check once more with the rule's DACL and without the object type list;
 * privileges and the owner's rights count again, the latter by the rule's DACL. [MS-DTYP] 2.5.3.2; reference 3.11 */
static __attribute__((noinline)) uint32_t left_by_rule(const struct check *plain,
                                                       const struct central_rule *rule, uint32_t *ret_granted)
{
    struct descriptor descriptor = *plain->request->descriptor;
    struct access_request request = *plain->request;
    struct check check = *plain;
    struct object_node whole = {.kept = UINT32_MAX};
    descriptor.dacl_state = ACL_THERE;
    descriptor.dacl = rule->effective;
    request.descriptor = &descriptor;
    request.nodes = NULL;
    request.node_count = 0;
    request.result_list = false;
    request.explanation = NULL;
    check.request = &request;
    check.tree = (struct object_tree){.nodes = &whole, .count = 1};
    check.prior = 0;
    grant_privileges(&check, check.need & check.limit);
    grant_owner(&check);
    judge_all(&check);
    *ret_granted = whole.kept;
    /* a rule that refuses leaves nothing, also of the partial masks in a result list (I) */
    return check.maximum || (check.need & ~(whole.kept & check.limit)) == 0 ? whole.kept : 0;
}

/* Reference 3.4, step 9: every rule that applies must grant what the object itself does. */
static void judge_policy(struct check *check)
{
    struct explanation *explanation = check->request->explanation;
    uint32_t granted = 0;
    if (check->policy == NULL ||
        (!check->request->result_list && !answer_of(check, &check->tree.nodes[0], &granted)))
        return;
    const struct central_policy *policy = central_policy_find(check->request->policies, check->policy);
    uint32_t left = UINT32_MAX;
    for (size_t i = 0; i < policy->rule_count && left != 0; i++) {
        if (!central_rule_applies(policy->rules[i], &check->subject))
            continue;
        left &= left_by_rule(check, policy->rules[i], &granted);
        if (explanation != NULL)
            explain_rule(explanation, policy, (uint16_t)i, granted, left);
    }
    for (size_t i = 0; i < check->tree.count; i++)
        check->tree.nodes[i].kept &= left;
}

/* What the passes did not record themselves. */
static void explain(const struct check *check, struct explanation *explanation)
{
    const uint32_t by_privilege = RIGHT_ACCESS_SYSTEM_SECURITY | RIGHT_WRITE_OWNER;
    explanation->examined = true;
    explanation->privileged = check->prior & by_privilege;
    explanation->used = check->used;
    explanation->owned = check->prior & ~by_privilege;
    if (check->maximum)
        explanation->asked |=
            check->request->mapping.all & ~(RIGHT_ACCESS_SYSTEM_SECURITY | RIGHT_MAXIMUM_ALLOWED);
    for (size_t i = 0; i < explanation->node_count; i++) {
        explanation->granted[i] = check->tree.nodes[i].kept & check->limit;
        if (check->maximum)
            explanation->asked |= explanation->granted[i];
    }
}

static void assemble(struct check *check, struct access_answer *ret)
{
    uint32_t granted = 0;
    ret->privileges_used = check->used;
    if (answer_of(check, &check->tree.nodes[0], &granted)) {
        ret->allowed = true;
        ret->granted = granted;
        ret->reason = ERR_NONE;
    }
    if (!check->request->result_list)
        return;
    for (size_t i = 0; i < check->tree.count; i++) {
        struct object_node *node = &check->tree.nodes[i];
        node->allowed = answer_of(check, node, &node->granted);
    }
}

static void decide(struct check *check, struct access_answer *ret)
{
    const struct access_request *request = check->request;
    if (limit_is_needed(&check->subject) || request->explanation != NULL)
        check->limit = limit_of(&check->subject, &request->mapping, &check->policy, request->explanation);
    grant_privileges(check, check->need & check->limit);
    grant_owner(check);
    judge_all(check);
    judge_policy(check);
    assemble(check, ret);
    if (request->explanation != NULL)
        explain(check, request->explanation);
}

static void deny_nodes(const struct access_request *request)
{
    for (size_t i = 0; i < request->node_count; i++) {
        request->nodes[i].granted = 0;
        request->nodes[i].denied = 0;
        request->nodes[i].allowed = false;
        request->nodes[i].kept = UINT32_MAX; /* by walks that have yet to come */
    }
}

enum err decide_access(const struct token *token, const struct access_request *request,
                       struct access_answer *ret)
{
    *ret = (struct access_answer){.allowed = false, .reason = ERR_ACCESS_DENIED};
    if (request->nodes != NULL)
        deny_nodes(request);
    enum err err = call_valid(token, request);
    if (err != ERR_NONE)
        return err;
    if (request->explanation != NULL)
        explain_begin(request->explanation, token, request);
    /* row 8, before the descriptor is looked at */
    if ((request->desired & RIGHT_ACCESS_SYSTEM_SECURITY) != 0 &&
        !privilege_is_enabled(&token->privileges, SE_SECURITY)) {
        ret->reason = ERR_PRIVILEGE_NOT_HELD;
        return ERR_NONE;
    }
    if (request->descriptor->owner == NULL || request->descriptor->group == NULL)
        return ERR_INVALID_SECURITY_DESCR;

    struct object_node whole = {.kept = UINT32_MAX};
    size_t work = CONDITION_WORK_MAX;
    const struct acl *sacl = request->descriptor->sacl_state == ACL_THERE ? &request->descriptor->sacl : NULL;
    struct check check = {.token = token,
                          .request = request,
                          .subject = {.token = token, .sacl = sacl, .work = &work},
                          .maximum = (request->desired & RIGHT_MAXIMUM_ALLOWED) != 0,
                          .need = request->desired & ~RIGHT_MAXIMUM_ALLOWED,
                          .limit = UINT32_MAX,
                          .tree = {.nodes = &whole, .count = 1}};
    if (request->node_count != 0)
        check.tree =
            (struct object_tree){.nodes = request->nodes, .count = request->node_count, .listed = true};
    decide(&check, ret);
    ret->work = CONDITION_WORK_MAX - work;
    if (!request->result_list)
        deny_nodes(request);
    return ERR_NONE;
}
