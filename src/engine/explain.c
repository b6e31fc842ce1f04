#include "engine/explain.h"

static struct explain_ace *new_aces(struct arena *arena, enum acl_state state, const struct acl *acl)
{
    return arena_alloc_array(arena, state == ACL_THERE ? acl->ace_count : 0, sizeof(struct explain_ace));
}

struct explanation *explanation_new(struct arena *arena, const struct access_request *request)
{
    const struct descriptor *descriptor = request->descriptor;
    struct explanation *explanation = arena_alloc_array(arena, 1, sizeof *explanation);
    if (explanation == NULL)
        return NULL;
    const size_t nodes = request->node_count != 0 ? request->node_count : 1;
    *explanation =
        (struct explanation){.node_count = request->result_list ? nodes : 1,
                             .granted = arena_alloc_array(arena, nodes, sizeof(uint32_t)),
                             .limit.aces = new_aces(arena, descriptor->sacl_state, &descriptor->sacl)};
    bool complete = explanation->granted != NULL && explanation->limit.aces != NULL;
    for (size_t i = 0; i < EXPLAIN_PASSES; i++) {
        struct explain_pass *pass = &explanation->passes[i];
        pass->node_count = nodes;
        pass->aces = new_aces(arena, descriptor->dacl_state, &descriptor->dacl);
        pass->nodes = arena_alloc_array(arena, nodes, sizeof *pass->nodes);
        complete = complete && pass->aces != NULL && pass->nodes != NULL;
    }
    return complete ? explanation : NULL;
}

static void clear_aces(struct explain_ace *aces, enum acl_state state, const struct acl *acl)
{
    for (size_t i = 0; state == ACL_THERE && i < acl->ace_count; i++)
        aces[i] = (struct explain_ace){.outcome = EXPLAIN_ACE_NOT_REACHED};
}

void explain_begin(struct explanation *explanation, const struct token *token,
                   const struct access_request *request)
{
    const struct descriptor *descriptor = request->descriptor;
    struct explain_limit *limit = &explanation->limit;
    explanation->token = token;
    explanation->request = request;
    explanation->examined = false;
    explanation->privileged = 0;
    explanation->used = 0;
    explanation->work = CONDITION_WORK_MAX;
    explanation->owned = 0;
    explanation->asked = request->desired & ~RIGHT_MAXIMUM_ALLOWED;
    *limit = (struct explain_limit){.aces = limit->aces, .left = UINT32_MAX, .integrity_ace = EXPLAIN_NO_ACE};
    explanation->policy = (struct explain_policy){.left = UINT32_MAX};
    clear_aces(limit->aces, descriptor->sacl_state, &descriptor->sacl);
    for (size_t i = 0; i < explanation->node_count; i++)
        explanation->granted[i] = 0;
    for (size_t i = 0; i < EXPLAIN_PASSES; i++) {
        struct explain_pass *pass = &explanation->passes[i];
        pass->judged = 0;
        clear_aces(pass->aces, descriptor->dacl_state, &descriptor->dacl);
        for (size_t k = 0; k < pass->node_count; k++)
            pass->nodes[k] = (struct explain_node){0};
    }
}

void explain_limit(struct explanation *explanation, enum explain_stage stage, uint16_t ace,
                   enum explain_outcome outcome, uint32_t left)
{
    struct explain_limit *limit = &explanation->limit;
    const uint32_t taken = limit->left & ~left;
    for (unsigned bit = 0; bit < 32; bit++) {
        if ((taken >> bit & 1) != 0) {
            limit->stage[bit] = (uint8_t)stage;
            limit->by[bit] = ace;
        }
    }
    limit->left &= left;
    if (ace != EXPLAIN_NO_ACE)
        limit->aces[ace] = (struct explain_ace){.decided = taken, .outcome = outcome};
}

void explain_rule(struct explanation *explanation, const struct central_policy *policy, uint16_t rule,
                  uint32_t granted, uint32_t left)
{
    struct explain_policy *known = &explanation->policy;
    const uint32_t taken = known->left & ~left;
    for (unsigned bit = 0; bit < 32; bit++) {
        if ((taken >> bit & 1) != 0)
            known->rule[bit] = rule;
    }
    known->policy = policy;
    known->collective |= taken & granted;
    known->left &= left;
}

static uint32_t note_node(struct explain_node *known, const struct object_node *node, uint16_t ace)
{
    const uint32_t fresh = (node->granted & ~known->granted) | (node->denied & ~known->denied);
    for (unsigned bit = 0; fresh != 0 && bit < 32; bit++) {
        if ((fresh >> bit & 1) != 0)
            known->by[bit] = ace;
    }
    known->granted = node->granted;
    known->denied = node->denied;
    return fresh;
}

static uint32_t note_nodes(struct explain_pass *pass, const struct object_node *nodes, uint16_t ace)
{
    uint32_t decided = 0;
    for (size_t i = 0; i < pass->node_count; i++)
        decided |= note_node(&pass->nodes[i], &nodes[i], ace);
    return decided;
}

void explain_ace(struct explain_pass *pass, unsigned index, enum explain_outcome outcome,
                 const struct object_node *nodes)
{
    struct explain_ace *ace = &pass->aces[index];
    ace->outcome = outcome;
    if (outcome == EXPLAIN_ACE_APPLIED || outcome == EXPLAIN_ACE_APPLIED_IN_DOUBT)
        ace->decided = note_nodes(pass, nodes, (uint16_t)index);
}

void explain_pass_done(struct explain_pass *pass, uint32_t judged, const struct object_node *nodes)
{
    pass->judged = judged;
    (void)note_nodes(pass, nodes, EXPLAIN_NO_ACE);
}
