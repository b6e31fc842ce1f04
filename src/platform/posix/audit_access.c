/* The access check that audits: AccessCheckAndAuditAlarm and its kin. Reference 5.1 and 5.2. */
#include "engine/audit.h"
#include "platform/posix/audit_explain.h"
#include "platform/posix/audit_object.h"
#include "platform/posix/audit_staging.h"
#include "platform/posix/state.h"
#include "platform/posix/token_storage.h"

/* What was granted where it was; of a refusal what was asked for. */
static uint32_t mask_of(const struct audited *audited, bool success)
{
    const struct access_request *request = audited->request;
    uint32_t granted = audited->answer->granted;
    if (!success)
        return request->desired;
    for (size_t i = 0; request->result_list && i < request->node_count; i++)
        granted |= request->nodes[i].allowed ? request->nodes[i].granted : 0;
    return granted;
}

static struct audit_opening opening_of(const struct audited *audited, bool success)
{
    const struct access_request *request = audited->request;
    return (struct audit_opening){.token = audited->token,
                                  .object = audited->object,
                                  .descriptor = request->descriptor,
                                  .handle_id = success ? audited->object->handle_id : 0,
                                  .mask = mask_of(audited, success),
                                  .allowed = success,
                                  .privileges = audited->answer->privileges_used,
                                  .reason = "-",
                                  .nodes = {.items = request->nodes,
                                            .count = request->node_count,
                                            .result_list = request->result_list,
                                            .allowed = success}};
}

static enum err write_opened(struct audited *audited, bool success)
{
    struct audit_opening opening = opening_of(audited, success);
    enum err err = audit_explain(audited, success, opening.mask, &opening.reason);
    return err == ERR_NONE ? audit_object_opened(audited->platform, audited->trail, &opening) : err;
}

/* Irrespective of the SACL: privileges that gave a right, and one whose lack refused one. Reference 5.2 */
static enum err write_privileges(const struct audited *audited)
{
    const struct access_answer *answer = audited->answer;
    struct audit_opening opening = opening_of(audited, answer->allowed);
    if (!answer->allowed && answer->reason == ERR_PRIVILEGE_NOT_HELD)
        opening.privileges = privilege_bit(SE_SECURITY);
    else if (!answer->allowed || answer->privileges_used == 0)
        return ERR_NONE;
    return audit_object_privileges(audited->platform, audited->trail, &opening);
}

static enum err audit(struct audited *audited, bool *ret_generate_on_close)
{
    struct audit_policy policy;
    struct audit_answer wanted;
    enum err err =
        audit_decide(platform_token_view(audited->token), audited->request, audited->answer, &wanted);
    if (err != ERR_NONE)
        return err;
    audited->work += wanted.work;
    platform_audit_policy(audited->platform, &policy);
    const bool success = wanted.success && audit_object_on(&policy, audited->object, true);
    const bool failure = wanted.failure && audit_object_on(&policy, audited->object, false);
    if (success)
        err = write_opened(audited, true);
    if (err == ERR_NONE && failure)
        err = write_opened(audited, false);
    if (err == ERR_NONE)
        err = write_privileges(audited);
    if (err == ERR_NONE)
        err = audit_staging(audited, &policy);
    *ret_generate_on_close = err == ERR_NONE && success;
    return err;
}

static enum err check_and_audit(struct audited *audited, struct access_answer *ret,
                                bool *ret_generate_on_close)
{
    const size_t written = audited->trail->count;
    enum err err = decide_access(platform_token_view(audited->token), audited->request, ret);
    audited->answer = ret;
    if (err == ERR_NONE)
        err = audit(audited, ret_generate_on_close);
    ret->work += audited->work;
    if (err == ERR_NONE)
        return ERR_NONE;
    audited->trail->count = written;
    *ret = (struct access_answer){.allowed = false, .reason = ERR_ACCESS_DENIED};
    return err;
}

enum err platform_access_check_and_audit(const struct platform_token *token,
                                         const struct access_request *request,
                                         const struct audit_object *object, struct audit_trail *trail,
                                         struct access_answer *ret, bool *ret_generate_on_close)
{
    struct platform *platform = token->storage->platform;
    struct access_request asked = *request;
    const struct central_policies *held = NULL;
    struct audited audited = {
        .platform = platform, .token = token, .request = request, .object = object, .trail = trail};
    *ret = (struct access_answer){.allowed = false, .reason = ERR_ACCESS_DENIED};
    *ret_generate_on_close = false;
    enum err err = audit_log_allowed(platform);
    if (err != ERR_NONE)
        return object->allow_no_privilege ? platform_access_check(token, request, ret) : err;
    if (request->policies == NULL && request->descriptor->sacl_state == ACL_THERE)
        held = platform_policies_acquire(platform);
    if (held != NULL) {
        asked.policies = held;
        asked.explanation = NULL; /* as in platform_access_check: it would outlive them */
        audited.request = &asked;
    }
    err = check_and_audit(&audited, ret, ret_generate_on_close);
    platform_policies_release(held);
    return err;
}
