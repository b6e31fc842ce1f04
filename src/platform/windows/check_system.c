#include "platform/windows/check_system.h"

#include "base/log.h"

enum { PRIVILEGES_SIZE_MAX = 64 << 10, TRIES_MAX = 8 };

/* Only AccessCheck has no list and no principal self. */
static BOOL call_system(const struct system *system, HANDLE token, struct check_call *call,
                        PRIVILEGE_SET *privileges, DWORD *size)
{
    const struct access_request *request = call->request;
    if (request->result_list)
        return system->AccessCheckByTypeResultList(call->descriptor, call->self, token, request->desired,
                                                   call->types, call->type_count, &call->mapping, privileges,
                                                   size, call->granted, call->statuses);
    if (call->types != NULL || call->self != NULL)
        return system->AccessCheckByType(call->descriptor, call->self, token, request->desired, call->types,
                                         call->type_count, &call->mapping, privileges, size, call->granted,
                                         &call->status);
    return system->AccessCheck(call->descriptor, token, request->desired, &call->mapping, privileges, size,
                               call->granted, &call->status);
}

/* A code of Windows that has no err is ERR_FAILED from here on, and only the log still knows it. A caller may have many of them. */
static enum err fail(const struct check_call *call, DWORD code)
{
    enum err err = system_error_of(code);
    if (err == ERR_FAILED)
        LOG_LIMITED(LOG_LEVEL_ERROR, "system-call-failed",
                    LOG_STRING("call", call->request->result_list ? "AccessCheckByTypeResultList"
                                       : call->types != NULL || call->self != NULL ? "AccessCheckByType"
                                                                                   : "AccessCheck"),
                    LOG_NUMBER("error", code));
    return err;
}

/* Grows the buffer for the privileges, which is why a check can fail that otherwise would not. */
static enum err check(const struct system *system, HANDLE token, struct check_call *call, struct arena *arena)
{
    DWORD size = sizeof(union privilege_list);
    for (unsigned tries = 0; tries < TRIES_MAX && size <= PRIVILEGES_SIZE_MAX; tries++) {
        PRIVILEGE_SET *privileges = arena_alloc(arena, size);
        DWORD used = size;
        if (privileges == NULL)
            return ERR_NO_MEMORY;
        check_call_deny(call);
        system->SetLastError(ERROR_SUCCESS);
        const BOOL done = call_system(system, token, call, privileges, &used);
        const DWORD code = system->GetLastError();
        if (done && privileges->PrivilegeCount >
                        (size - offsetof(PRIVILEGE_SET, Privilege)) / sizeof privileges->Privilege[0])
            return ERR_FAILED;
        if (done) {
            call->privileges = privileges;
            call->reason = code;
            return ERR_NONE;
        }
        if (code != ERROR_INSUFFICIENT_BUFFER)
            return fail(call, code);
        size = used > size ? used : size * 2;
    }
    return ERR_TOO_LARGE;
}

enum err check_system(const struct platform_token *token, const struct access_request *request,
                      struct access_answer *ret)
{
    AUTO_ARENA arena;
    struct check_call call;
    const struct system *system = &token->storage->platform->system;
    arena_init(&arena, CHECK_MEMORY_MAX);
    check_call_refuse(request, ret);
    enum err err = check_call_init(&call, &arena, request);
    if (err == ERR_NONE)
        err = check(system, token->handle, &call, &arena);
    return err == ERR_NONE ? check_call_answer(&call, ret) : err;
}
