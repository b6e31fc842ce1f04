#include "platform/windows/check_call.h"

/* The kernel wants structures where their alignment is, which bytes of a request need not be. */
static enum err take_types(struct check_call *call, struct arena *arena)
{
    const struct access_request *request = call->request;
    const size_t count = request->node_count;
    if (request->nodes == NULL || count == 0)
        return ERR_NONE;
    call->types = arena_alloc_array(arena, count, sizeof *call->types);
    GUID *guids = arena_alloc_array(arena, count, sizeof *guids);
    if (call->types == NULL || guids == NULL)
        return ERR_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        memcpy(&guids[i], request->nodes[i].guid.bytes, sizeof guids[i]);
        call->types[i] = (OBJECT_TYPE_LIST){.Level = request->nodes[i].level, .ObjectType = &guids[i]};
    }
    call->type_count = (DWORD)count;
    return ERR_NONE;
}

enum err check_call_init(struct check_call *call, struct arena *arena, const struct access_request *request)
{
    const struct bytes raw = request->descriptor->raw;
    const struct sid *self = request->principal_self;
    const size_t answers = request->result_list && request->node_count != 0 ? request->node_count : 1;
    *call = (struct check_call){.request = request,
                                .mapping = {.GenericRead = request->mapping.read,
                                            .GenericWrite = request->mapping.write,
                                            .GenericExecute = request->mapping.execute,
                                            .GenericAll = request->mapping.all}};
    call->descriptor = arena_copy(arena, raw.data, raw.size);
    if (self != NULL)
        call->self = arena_copy(arena, self, sid_size(self));
    call->granted = arena_alloc_array(arena, answers, sizeof *call->granted);
    call->statuses = arena_alloc_array(arena, answers, sizeof *call->statuses);
    if (call->descriptor == NULL || (self != NULL && call->self == NULL) || call->granted == NULL ||
        call->statuses == NULL)
        return ERR_NO_MEMORY;
    check_call_deny(call);
    return take_types(call, arena);
}

void check_call_deny(struct check_call *call)
{
    const size_t answers =
        call->request->result_list && call->request->node_count != 0 ? call->request->node_count : 1;
    for (size_t i = 0; i < answers; i++) {
        call->granted[i] = 0;
        call->statuses[i] = ERROR_ACCESS_DENIED;
    }
    call->status = FALSE;
    call->privileges = NULL;
    call->reason = ERROR_ACCESS_DENIED;
}

void check_call_refuse(const struct access_request *request, struct access_answer *ret)
{
    *ret = (struct access_answer){.allowed = false, .reason = ERR_ACCESS_DENIED};
    for (size_t i = 0; request->nodes != NULL && i < request->node_count; i++) {
        request->nodes[i].granted = 0;
        request->nodes[i].allowed = false;
    }
}

/* A yes that gives not all that was asked for, or nothing at all. */
static bool lacks(const struct access_request *request, DWORD granted)
{
    return granted == 0 || (request->desired & ~RIGHT_MAXIMUM_ALLOWED & ~granted) != 0;
}

static enum err reason_of(DWORD code)
{
    return code == ERROR_PRIVILEGE_NOT_HELD ? ERR_PRIVILEGE_NOT_HELD : ERR_ACCESS_DENIED;
}

static enum err answer_nodes(const struct check_call *call)
{
    const struct access_request *request = call->request;
    for (size_t i = 0; i < request->node_count; i++) {
        struct object_node *node = &request->nodes[i];
        node->allowed = call->statuses[i] == ERROR_SUCCESS;
        node->granted = call->granted[i];
        if (node->allowed && lacks(request, node->granted))
            return ERR_FAILED;
    }
    return ERR_NONE;
}

static enum err answer(const struct check_call *call, struct access_answer *ret)
{
    const struct access_request *request = call->request;
    const bool allowed = request->result_list ? call->statuses[0] == ERROR_SUCCESS : call->status != FALSE;
    if (request->result_list && (request->nodes == NULL || request->node_count == 0))
        return ERR_FAILED;
    if (allowed && lacks(request, call->granted[0]))
        return ERR_FAILED;
    ret->allowed = allowed;
    ret->granted = allowed ? call->granted[0] : 0;
    ret->reason = allowed ? ERR_NONE : reason_of(request->result_list ? call->statuses[0] : call->reason);
    if (call->privileges != NULL)
        ret->privileges_used = privilege_list_of_set(call->privileges, 0);
    return request->result_list ? answer_nodes(call) : ERR_NONE;
}

enum err check_call_answer(const struct check_call *call, struct access_answer *ret)
{
    check_call_refuse(call->request, ret);
    enum err err = answer(call, ret);
    if (err != ERR_NONE)
        check_call_refuse(call->request, ret);
    return err;
}
