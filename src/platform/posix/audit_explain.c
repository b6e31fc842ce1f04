#include "platform/posix/audit_explain.h"

#include "engine/explain.h"
#include "platform/posix/audit_reason.h"
#include "platform/posix/state.h"

static size_t node_of(const struct access_request *request, bool allowed)
{
    size_t node = 0;
    while (request->result_list && node + 1 < request->node_count && request->nodes[node].allowed != allowed)
        node++;
    return node;
}

enum err audit_explain(struct audited *audited, bool allowed, uint32_t mask, const char **ret)
{
    AUTO_ARENA scratch;
    struct access_request again = *audited->request;
    struct access_answer answer;
    arena_init(&scratch, AUDIT_EXPLAIN_MEMORY_MAX);
    const size_t node = node_of(&again, allowed);
    if (again.explanation == NULL) {
        again.explanation = explanation_new(&scratch, &again);
        if (again.explanation == NULL)
            return ERR_NO_MEMORY;
        enum err err = decide_access(platform_token_view(audited->token), &again, &answer);
        if (err != ERR_NONE)
            return err;
        audited->work += answer.work + CONDITION_WORK_MAX - again.explanation->work;
    }
    const char *text = audit_reason_text(&scratch, again.explanation, node, audited->object->securable, mask,
                                         &audited->platform->accounts.domains);
    audited->work += scratch.used / AUDIT_BYTES_PER_WORK;
    *ret = text != NULL ? arena_string(audited->trail->arena, bytes_of_string(text)) : NULL;
    return *ret != NULL ? ERR_NONE : ERR_NO_MEMORY;
}
