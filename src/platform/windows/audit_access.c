/* The access check that audits: AccessCheckAndAuditAlarm and its kin. */
#include "platform/windows/audit_call.h"
#include "platform/windows/check_system.h"
#include "platform/windows/shadow.h"

struct audited {
    const struct platform_token *token;
    const struct audit_object *object;
    struct audit_names names;
    struct check_call call;
    BOOL generate_on_close;
};

static AUDIT_EVENT_TYPE kind_of(const struct audit_object *object)
{
    return object->directory_service ? AuditEventDirectoryServiceAccess : AuditEventObjectAccess;
}

static DWORD flags_of(const struct audit_object *object)
{
    return object->allow_no_privilege ? AUDIT_ALLOW_NO_PRIVILEGE : 0;
}

/* The token by its handle: nobody is impersonated. */
static BOOL call_by_handle(struct audited *audited)
{
    const struct audit_object *object = audited->object;
    const struct system *system = &audited->token->storage->platform->system;
    struct check_call *call = &audited->call;
    return system->AccessCheckByTypeResultListAndAuditAlarmByHandleW(
        audited->names.subsystem, audit_handle(object->handle_id), audited->token->handle,
        audited->names.type_name, audited->names.name, call->descriptor, call->self, call->request->desired,
        kind_of(object), flags_of(object), call->types, call->type_count, &call->mapping,
        object->creation ? TRUE : FALSE, call->granted, call->statuses, &audited->generate_on_close);
}

/* Of the thread's token. Only the first has no list, no principal self, no kind and no flags. */
static BOOL call_impersonating(struct audited *audited)
{
    const struct audit_object *object = audited->object;
    const struct system *system = &audited->token->storage->platform->system;
    struct check_call *call = &audited->call;
    const BOOL creation = object->creation ? TRUE : FALSE;
    const LPVOID handle = audit_handle(object->handle_id);
    if (call->types == NULL && call->self == NULL && !object->directory_service &&
        !object->allow_no_privilege)
        return system->AccessCheckAndAuditAlarmW(audited->names.subsystem, handle, audited->names.type_name,
                                                 audited->names.name, call->descriptor,
                                                 call->request->desired, &call->mapping, creation,
                                                 call->granted, &call->status, &audited->generate_on_close);
    return system->AccessCheckByTypeAndAuditAlarmW(
        audited->names.subsystem, handle, audited->names.type_name, audited->names.name, call->descriptor,
        call->self, call->request->desired, kind_of(object), flags_of(object), call->types, call->type_count,
        &call->mapping, creation, call->granted, &call->status, &audited->generate_on_close);
}

/* A thread that cannot become the client does not ask; one that cannot become itself again ends the process. */
static enum err call_as_client(struct audited *audited)
{
    const struct system *system = &audited->token->storage->platform->system;
    if (!system->SetThreadToken(NULL, audited->token->handle))
        return system_error(system);
    system->SetLastError(ERROR_SUCCESS);
    const BOOL done = call_impersonating(audited);
    const DWORD code = system->GetLastError();
    if (!system->RevertToSelf()) {
        system_die(system, "RevertToSelf", system->GetLastError());
        return ERR_FAILED;
    }
    audited->call.reason = code;
    return done ? ERR_NONE : system_error_of(code);
}

static enum err check_and_audit(struct audited *audited, struct access_answer *ret,
                                bool *ret_generate_on_close)
{
    const struct system *system = &audited->token->storage->platform->system;
    enum err err = ERR_NONE;
    if (!audited->call.request->result_list)
        err = call_as_client(audited);
    else if (!call_by_handle(audited))
        err = system_error(system);
    if (err == ERR_NONE)
        err = check_call_answer(&audited->call, ret);
    if (err == ERR_NONE)
        *ret_generate_on_close = audited->generate_on_close != FALSE;
    return err;
}

/* These functions do not say which privileges they used, so the plain ones are asked first. */
static enum err decide(struct audited *audited, struct arena *arena, const struct access_request *request,
                       struct access_answer *ret, bool *ret_generate_on_close)
{
    struct access_answer plain;
    enum err err = check_system(audited->token, request, &plain);
    if (err == ERR_NONE)
        err = audit_names_of(arena, audited->object, &audited->names);
    if (err == ERR_NONE)
        err = check_call_init(&audited->call, arena, request);
    check_call_refuse(request, ret);
    if (err == ERR_NONE)
        err = check_and_audit(audited, ret, ret_generate_on_close);
    if (err != ERR_NONE)
        check_call_refuse(request, ret);
    else if (plain.allowed == ret->allowed)
        ret->privileges_used = plain.privileges_used;
    return err;
}

enum err platform_access_check_and_audit(const struct platform_token *token,
                                         const struct access_request *request,
                                         const struct audit_object *object, struct audit_trail *trail,
                                         struct access_answer *ret, bool *ret_generate_on_close)
{
    AUTO_ARENA arena;
    struct shadow shadow;
    struct audited audited = {.token = token, .object = object, .generate_on_close = FALSE};
    (void)trail;
    arena_init(&arena, CHECK_MEMORY_MAX);
    check_call_refuse(request, ret);
    *ret_generate_on_close = false;
    enum err err = audit_allowed(token->storage->platform);
    if (err != ERR_NONE)
        return object->allow_no_privilege ? platform_access_check(token, request, ret) : err;
    shadow_begin(&shadow, token, request);
    err = decide(&audited, &arena, request, ret, ret_generate_on_close);
    shadow_end(&shadow, token, request, err, ret);
    return err;
}
