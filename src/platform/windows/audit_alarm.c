/* The alarms: what a server decided by itself, and tells the log. They need SeAuditPrivilege in the process's own token, which the
 * system checks; reference 5.1. */
#include "platform/windows/audit_call.h"
#include "platform/windows/privilege_list.h"

static enum err done_or_error(const struct system *system, BOOL done)
{
    return done ? ERR_NONE : system_error(system);
}

enum err platform_audit_object_open(const struct platform_token *token, const struct audit_object *object,
                                    const struct audit_open *open, struct audit_trail *trail,
                                    bool *ret_generate_on_close)
{
    AUTO_ARENA arena;
    const struct system *system = &token->storage->platform->system;
    const struct bytes raw = open->descriptor->raw;
    struct audit_names names;
    union privilege_list privileges;
    BOOL generate = FALSE;
    (void)trail;
    arena_init(&arena, AUDIT_MEMORY_MAX);
    enum err err = audit_allowed(token->storage->platform);
    if (err == ERR_NONE)
        err = audit_names_of(&arena, object, &names);
    void *descriptor = arena_copy(&arena, raw.data, raw.size); /* aligned, and writable as Windows wants it */
    if (err != ERR_NONE || descriptor == NULL)
        return err != ERR_NONE ? err : ERR_NO_MEMORY;
    privilege_list_set(&privileges, open->privileges, 0);
    const BOOL done = system->ObjectOpenAuditAlarmW(
        names.subsystem, audit_handle(object->handle_id), names.type_name, names.name, descriptor,
        token->handle, open->desired, open->granted, open->privileges != 0 ? &privileges.set : NULL,
        object->creation ? TRUE : FALSE, open->access_granted ? TRUE : FALSE, &generate);
    err = done_or_error(system, done);
    if (err == ERR_NONE)
        *ret_generate_on_close = generate != FALSE && open->access_granted;
    return err;
}

/* ObjectCloseAuditAlarmW or ObjectDeleteAuditAlarmW, which take the same. */
typedef __typeof__(ObjectCloseAuditAlarmW) handle_alarm;

static enum err handle_gone(const struct platform_token *token, handle_alarm *alarm, const char *subsystem,
                            uint64_t handle_id, bool generate_on_close)
{
    AUTO_ARENA arena;
    const struct platform *platform = token->storage->platform;
    wchar_t *name = NULL;
    arena_init(&arena, AUDIT_MEMORY_MAX);
    enum err err = audit_allowed(platform);
    if (err == ERR_NONE)
        err = wide_of(&arena, subsystem, &name);
    if (err != ERR_NONE)
        return err;
    return done_or_error(&platform->system,
                         alarm(name, audit_handle(handle_id), generate_on_close ? TRUE : FALSE));
}

enum err platform_audit_object_close(const struct platform_token *token, const char *subsystem,
                                     uint64_t handle_id, bool generate_on_close, struct audit_trail *trail)
{
    (void)trail;
    return handle_gone(token, token->storage->platform->system.ObjectCloseAuditAlarmW, subsystem, handle_id,
                       generate_on_close);
}

enum err platform_audit_object_delete(const struct platform_token *token, const char *subsystem,
                                      uint64_t handle_id, bool generate_on_close, struct audit_trail *trail)
{
    (void)trail;
    return handle_gone(token, token->storage->platform->system.ObjectDeleteAuditAlarmW, subsystem, handle_id,
                       generate_on_close);
}

enum err platform_audit_object_privilege(const struct platform_token *token,
                                         const struct audit_object *object, uint32_t desired,
                                         privilege_set privileges, bool access_granted,
                                         struct audit_trail *trail)
{
    AUTO_ARENA arena;
    const struct platform *platform = token->storage->platform;
    union privilege_list list;
    wchar_t *name = NULL;
    (void)trail;
    arena_init(&arena, AUDIT_MEMORY_MAX);
    enum err err = audit_allowed(platform);
    if (err == ERR_NONE)
        err = wide_of(&arena, object->subsystem, &name);
    if (err != ERR_NONE)
        return err;
    privilege_list_set(&list, privileges, 0);
    return done_or_error(&platform->system, platform->system.ObjectPrivilegeAuditAlarmW(
                                                name, audit_handle(object->handle_id), token->handle, desired,
                                                &list.set, access_granted ? TRUE : FALSE));
}

enum err platform_audit_privileged_service(const struct platform_token *token, const char *subsystem,
                                           const char *service, privilege_set privileges, bool access_granted,
                                           struct audit_trail *trail)
{
    AUTO_ARENA arena;
    const struct platform *platform = token->storage->platform;
    union privilege_list list;
    wchar_t *name = NULL;
    wchar_t *service_name = NULL;
    (void)trail;
    arena_init(&arena, AUDIT_MEMORY_MAX);
    enum err err = audit_allowed(platform);
    if (err == ERR_NONE)
        err = wide_of(&arena, subsystem, &name);
    if (err == ERR_NONE)
        err = wide_of(&arena, service, &service_name);
    if (err != ERR_NONE)
        return err;
    privilege_list_set(&list, privileges, 0);
    return done_or_error(&platform->system,
                         platform->system.PrivilegedServiceAuditAlarmW(
                             name, service_name, token->handle, &list.set, access_granted ? TRUE : FALSE));
}
