#include "platform/posix/audit_staging.h"

#include "engine/explain.h"
#include "platform/posix/audit_object.h"
#include "platform/posix/audit_reason.h"
#include "platform/posix/state.h"

/* The policy that the SACL names, when one of its rules is staged; else NULL. */
static const struct central_policy *staged_policy(const struct access_request *request)
{
    struct acl_iterator iterator = {0};
    struct ace ace = {0};
    if (request->policies == NULL || request->descriptor->sacl_state != ACL_THERE)
        return NULL;
    do {
        if (!acl_next(&request->descriptor->sacl, &iterator, &ace))
            return NULL;
    } while (ace.type != ACE_SYSTEM_SCOPED_POLICY_ID || (ace.flags & ACE_INHERIT_ONLY) != 0);
    const struct central_policy *policy = central_policy_find(request->policies, ace.sid);
    for (size_t i = 0; i < policy->rule_count; i++) {
        if (policy->rules[i]->staged.raw.size != 0)
            return policy;
    }
    return NULL;
}

/* The policy as it is to be. */
static const struct central_policy *as_proposed(struct arena *arena, const struct central_policy *policy)
{
    struct central_policy *proposed = arena_copy(arena, policy, sizeof *policy);
    struct central_rule *rules = arena_alloc_array(arena, policy->rule_count, sizeof *rules);
    const struct central_rule **list = arena_alloc_array(arena, policy->rule_count, sizeof(void *));
    if (proposed == NULL || rules == NULL || list == NULL)
        return NULL;
    for (size_t i = 0; i < policy->rule_count; i++) {
        rules[i] = *policy->rules[i];
        if (rules[i].staged.raw.size != 0)
            rules[i].effective = rules[i].staged;
        list[i] = &rules[i];
    }
    proposed->rules = list;
    return proposed;
}

/* The same check with the policy as it is to be, explained, on nodes of its own. *ret lives as long as its explanation, which
 * points back at it. */
static enum err propose(const struct audited *audited, const struct central_policy *policy,
                        struct arena *scratch, struct access_request *ret, struct access_answer *ret_answer)
{
    struct access_request request = *audited->request;
    struct central_policies *policies = arena_alloc(scratch, sizeof *policies);
    const struct central_policy *proposed = as_proposed(scratch, policy);
    if (request.nodes != NULL)
        request.nodes = arena_copy(scratch, request.nodes, request.node_count * sizeof *request.nodes);
    if (policies == NULL || proposed == NULL || (audited->request->nodes != NULL && request.nodes == NULL))
        return ERR_NO_MEMORY;
    *policies = (struct central_policies){.items = proposed, .count = 1};
    request.policies = policies;
    request.explanation = explanation_new(scratch, &request);
    if (request.explanation == NULL)
        return ERR_NO_MEMORY;
    *ret = request;
    return decide_access(platform_token_view(audited->token), ret, ret_answer);
}

/* Where the two answers differ: in the first such node, and otherwise in the whole. */
struct difference {
    size_t node;
    uint32_t lost;   /* granted now */
    uint32_t gained; /* granted then */
};

static struct difference differ(const struct audited *audited, const struct access_request *proposed,
                                const struct access_answer *answer)
{
    const uint32_t now = audited->answer->granted;
    const struct object_node *nodes = audited->request->nodes;
    for (size_t i = 0; proposed->result_list && i < proposed->node_count; i++) {
        if (nodes[i].granted != proposed->nodes[i].granted)
            return (struct difference){.node = i,
                                       .lost = nodes[i].granted & ~proposed->nodes[i].granted,
                                       .gained = proposed->nodes[i].granted & ~nodes[i].granted};
    }
    return (struct difference){.lost = now & ~answer->granted, .gained = answer->granted & ~now};
}

static enum err write_difference(struct audited *audited, bool success, const char *staging)
{
    static const struct audit_kind kind = {4818, 0, 12813};
    const struct access_answer *answer = audited->answer;
    const char *reason = NULL;
    struct audit_event event;
    enum err err = audit_explain(audited, answer->allowed,
                                 answer->allowed ? answer->granted : audited->request->desired, &reason);
    if (err != ERR_NONE)
        return err;
    audit_event_begin(&event, audited->platform, audited->trail, &kind, success);
    audit_event_person(&event, AUDIT_SUBJECT, audited->token);
    audit_object_put(&event, audited->object);
    audit_event_hex(&event, "HandleId", answer->allowed ? audited->object->handle_id : 0);
    audit_event_process_id(&event);
    audit_event_process_name(&event);
    audit_event_put(&event, "AccessReason", reason);
    audit_event_text(&event, "StagingReason", staging, SIZE_MAX);
    return audit_event_end(&event);
}

/* A success is what is granted now and will be refused; a failure what is refused now and will be granted, and a maximum that will
 * be another. */
enum err audit_staging(struct audited *audited, const struct audit_policy *policy)
{
    AUTO_ARENA scratch;
    struct access_request proposed;
    struct access_answer answer;
    const struct central_policy *staged = staged_policy(audited->request);
    arena_init(&scratch, AUDIT_EXPLAIN_MEMORY_MAX);
    if (staged == NULL)
        return ERR_NONE;
    enum err err = propose(audited, staged, &scratch, &proposed, &answer);
    if (err != ERR_NONE)
        return err;
    audited->work += answer.work + CONDITION_WORK_MAX - proposed.explanation->work;
    const struct difference difference = differ(audited, &proposed, &answer);
    const bool success = difference.lost != 0 && (audited->request->desired & RIGHT_MAXIMUM_ALLOWED) == 0;
    if ((difference.lost | difference.gained) == 0 ||
        !audit_policy_on(policy, AUDIT_CENTRAL_POLICY_STAGING, success))
        return ERR_NONE;
    const char *staging =
        audit_reason_text(&scratch, proposed.explanation, difference.node, audited->object->securable,
                          difference.lost | difference.gained, &audited->platform->accounts.domains);
    audited->work += scratch.used / AUDIT_BYTES_PER_WORK;
    return staging != NULL ? write_difference(audited, success, staging) : ERR_NO_MEMORY;
}
