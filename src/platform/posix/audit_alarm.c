/* The alarms: what a server decided by itself, and tells the log. Reference 5.1. */
#include "engine/audit.h"
#include "platform/posix/audit_object.h"
#include "platform/posix/audit_privilege.h"
#include "platform/posix/state.h"
#include "platform/posix/token_storage.h"

enum { TASK_OTHER_OBJECT_ACCESS = 12804 };

/* The events of one alarm all come, or none. */
static enum err settle(struct audit_trail *trail, size_t written, enum err err)
{
    if (err != ERR_NONE)
        trail->count = written;
    return err;
}

static enum err decide_open(const struct platform_token *token, const struct audit_object *object,
                            const struct audit_open *open, bool *ret_wanted)
{
    const struct access_request request = {.descriptor = open->descriptor, .desired = open->desired};
    const struct access_answer answer = {.allowed = open->access_granted,
                                         .granted = open->access_granted ? open->granted : 0,
                                         .reason = open->access_granted ? ERR_NONE : ERR_ACCESS_DENIED};
    struct audit_policy policy;
    struct audit_answer wanted;
    enum err err = audit_decide(platform_token_view(token), &request, &answer, &wanted);
    if (err != ERR_NONE)
        return err;
    platform_audit_policy(token->storage->platform, &policy);
    *ret_wanted = (open->access_granted ? wanted.success : wanted.failure) &&
                  audit_object_on(&policy, object, open->access_granted);
    return ERR_NONE;
}

enum err platform_audit_object_open(const struct platform_token *token, const struct audit_object *object,
                                    const struct audit_open *open, struct audit_trail *trail,
                                    bool *ret_generate_on_close)
{
    const struct platform *platform = token->storage->platform;
    const struct audit_opening opening = {.token = token,
                                          .object = object,
                                          .descriptor = open->descriptor,
                                          .handle_id = open->access_granted ? object->handle_id : 0,
                                          .mask = open->access_granted ? open->granted : open->desired,
                                          .allowed = open->access_granted,
                                          .privileges = open->privileges,
                                          .reason = "-"};
    const size_t written = trail->count;
    bool wanted = false;
    enum err err = audit_log_allowed(platform);
    if (err == ERR_NONE)
        err = decide_open(token, object, open, &wanted);
    if (err == ERR_NONE && wanted)
        err = audit_object_opened(platform, trail, &opening);
    if (err == ERR_NONE && open->privileges != 0)
        err = audit_object_privileges(platform, trail, &opening);
    if (err == ERR_NONE)
        *ret_generate_on_close = wanted && open->access_granted;
    return settle(trail, written, err);
}

/* Of a handle only its number is known here, not its object; that its opening was audited is known. So the events are those of
 * "other" objects, on when any object's are, and for 4658 those about handles. */
static bool handle_on(const struct platform *platform, bool closed)
{
    static const enum audit_subcategory objects[] = {
        AUDIT_FILE_SYSTEM,         AUDIT_REGISTRY,
        AUDIT_KERNEL_OBJECT,       AUDIT_SAM,
        AUDIT_OTHER_OBJECT_ACCESS, AUDIT_DIRECTORY_SERVICE_ACCESS};
    struct audit_policy policy;
    bool on = false;
    platform_audit_policy(platform, &policy);
    for (size_t i = 0; i < sizeof objects / sizeof objects[0]; i++)
        on = on || audit_policy_on(&policy, objects[i], true);
    return on && (!closed || audit_policy_on(&policy, AUDIT_HANDLE_MANIPULATION, true));
}

static enum err write_handle(const struct platform_token *token, const struct audit_kind *kind,
                             const char *subsystem, uint64_t handle_id, struct audit_trail *trail)
{
    const bool deleted = kind->id == 4660;
    struct audit_event event;
    audit_event_begin(&event, token->storage->platform, trail, kind, true);
    audit_event_person(&event, AUDIT_SUBJECT, token);
    audit_event_text(&event, "ObjectServer", subsystem, AUDIT_NAME_MAX);
    audit_event_hex(&event, "HandleId", handle_id);
    audit_event_process_id(&event);
    audit_event_process_name(&event);
    if (deleted)
        audit_event_put(&event, "TransactionId", AUDIT_NO_GUID);
    return audit_event_end(&event);
}

enum err platform_audit_object_close(const struct platform_token *token, const char *subsystem,
                                     uint64_t handle_id, bool generate_on_close, struct audit_trail *trail)
{
    static const struct audit_kind kind = {4658, 0, TASK_OTHER_OBJECT_ACCESS};
    enum err err = audit_log_allowed(token->storage->platform);
    if (err != ERR_NONE || !generate_on_close || !handle_on(token->storage->platform, true))
        return err;
    return write_handle(token, &kind, subsystem, handle_id, trail);
}

enum err platform_audit_object_delete(const struct platform_token *token, const char *subsystem,
                                      uint64_t handle_id, bool generate_on_close, struct audit_trail *trail)
{
    static const struct audit_kind kind = {4660, 0, TASK_OTHER_OBJECT_ACCESS};
    enum err err = audit_log_allowed(token->storage->platform);
    if (err != ERR_NONE || !generate_on_close || !handle_on(token->storage->platform, false))
        return err;
    return write_handle(token, &kind, subsystem, handle_id, trail);
}

enum err platform_audit_object_privilege(const struct platform_token *token,
                                         const struct audit_object *object, uint32_t desired,
                                         privilege_set privileges, bool access_granted,
                                         struct audit_trail *trail)
{
    const struct audit_opening opening = {.token = token,
                                          .object = object,
                                          .handle_id = object->handle_id,
                                          .mask = desired,
                                          .allowed = access_granted,
                                          .privileges = privileges};
    enum err err = audit_log_allowed(token->storage->platform);
    return err == ERR_NONE ? audit_object_privileges(token->storage->platform, trail, &opening) : err;
}

enum err platform_audit_privileged_service(const struct platform_token *token, const char *subsystem,
                                           const char *service, privilege_set privileges, bool access_granted,
                                           struct audit_trail *trail)
{
    const struct platform *platform = token->storage->platform;
    const struct audit_kind kind = {4673, 0, audit_privilege_task(privileges)};
    struct audit_event event;
    enum err err = audit_log_allowed(platform);
    if (err != ERR_NONE || !audit_privilege_on(platform, privileges, access_granted))
        return err;
    audit_event_begin(&event, platform, trail, &kind, access_granted);
    audit_event_person(&event, AUDIT_SUBJECT, token);
    audit_event_text(&event, "ObjectServer", subsystem, AUDIT_NAME_MAX);
    audit_event_text(&event, "Service", service, AUDIT_NAME_MAX);
    audit_event_put(&event, "PrivilegeList", audit_list_privileges(trail->arena, privileges));
    audit_event_process_id(&event);
    audit_event_process_name(&event);
    return audit_event_end(&event);
}
