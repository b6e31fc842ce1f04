#include "platform/audit.h"

#include "platform/windows/audit_call.h"

enum err audit_allowed(const struct platform *platform)
{
    return platform->may_audit ? ERR_NONE : ERR_PRIVILEGE_NOT_HELD;
}

enum err audit_names_of(struct arena *arena, const struct audit_object *object, struct audit_names *ret)
{
    enum err err = wide_of(arena, object->subsystem, &ret->subsystem);
    if (err == ERR_NONE)
        err = wide_of(arena, object->type_name, &ret->type_name);
    return err == ERR_NONE ? wide_of(arena, object->name, &ret->name) : err;
}

LPVOID audit_handle(uint64_t handle_id)
{
    union {
        uintptr_t number;
        LPVOID pointer;
    } handle = {.number = (uintptr_t)handle_id};
    return handle.pointer;
}

/* The system has a Security log. */
bool platform_audit_available(const struct platform *platform)
{
    (void)platform;
    return true;
}

/* The system writes these itself, when its audit policy says so. */
enum err platform_audit_logon(const struct platform_token *token, const struct audit_source *source,
                              struct audit_trail *trail)
{
    (void)token;
    (void)source;
    (void)trail;
    return ERR_NONE;
}

enum err platform_audit_logon_failure(struct platform *platform, const char *reason,
                                      const struct audit_source *source, struct audit_trail *trail)
{
    (void)platform;
    (void)reason;
    (void)source;
    (void)trail;
    return ERR_NONE;
}

enum err platform_audit_adjusted(const struct platform_token *token, privilege_set enabled,
                                 privilege_set disabled, struct audit_trail *trail)
{
    (void)token;
    (void)enabled;
    (void)disabled;
    (void)trail;
    return ERR_NONE;
}

/* An alarm returns when the system has the event. What is in a trail here nobody would write. */
enum err platform_audit_commit(struct platform *platform, const struct audit_trail *trail,
                               event_store_done *done, void *context)
{
    (void)platform;
    if (trail->count != 0)
        return ERR_NOT_SUPPORTED;
    done(context, ERR_NONE);
    return ERR_NONE;
}

const char *platform_computer_name(const struct platform *platform)
{
    return platform->computer;
}
