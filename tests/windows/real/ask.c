#include "windows/real/ask.h"

#include "platform/windows/check_call.h"
#include "platform/windows/snapshot.h"
#include "windows/real/ask_authz.h"

#include <inttypes.h>

const char *ask_luids(struct arena *arena, privilege_set privileges)
{
    const char *text = "";
    for (unsigned luid = 0; luid < PRIVILEGE_LIST_MAX && text != NULL; luid++)
        if ((privileges & privilege_bit(luid)) != 0)
            text = arena_printf(arena, "%s%s%u", text, text[0] == '\0' ? "" : ",", luid);
    return text != NULL ? text : "no memory";
}

const char *ask_error(struct arena *arena, DWORD code)
{
    return arena_printf(arena, "error %lu", code);
}

static const char *with_privileges(struct arena *arena, const char *text, privilege_set used)
{
    return used == 0 ? text : arena_printf(arena, "%s used %s", text, ask_luids(arena, used));
}

static const char *engine_answer(const struct token *token, struct access_request *request,
                                 struct arena *arena)
{
    struct access_answer answer;
    const char *text = "";
    const enum err err = decide_access(token, request, &answer);
    if (err != ERR_NONE)
        return ask_error(arena, err_win32(err));
    for (size_t i = 0; request->result_list && i < request->node_count && text != NULL; i++)
        text = arena_printf(arena, "%s%s0x%" PRIx32 "%c", text, i == 0 ? "" : " ", request->nodes[i].granted,
                            request->nodes[i].allowed ? '+' : '-');
    if (!request->result_list)
        text = answer.allowed ? arena_printf(arena, "granted 0x%" PRIx32, answer.granted)
                              : arena_printf(arena, "refused %" PRIu32, err_win32(answer.reason));
    return with_privileges(arena, text, answer.privileges_used);
}

static const char *function_of(const struct access_request *request)
{
    if (request->result_list)
        return "AccessCheckByTypeResultList";
    return request->nodes != NULL || request->principal_self != NULL ? "AccessCheckByType" : "AccessCheck";
}

static BOOL call(const struct machine *machine, HANDLE token, struct check_call *call,
                 union privilege_list *privileges)
{
    const struct access_request *request = call->request;
    const struct system *system = &machine->system;
    DWORD size = sizeof *privileges;
    *privileges = (union privilege_list){0};
    check_call_deny(call);
    SetLastError(ERROR_SUCCESS);
    if (request->result_list)
        return system->AccessCheckByTypeResultList(call->descriptor, call->self, token, request->desired,
                                                   call->types, call->type_count, &call->mapping,
                                                   &privileges->set, &size, call->granted, call->statuses);
    if (request->nodes != NULL || request->principal_self != NULL)
        return system->AccessCheckByType(call->descriptor, call->self, token, request->desired, call->types,
                                         call->type_count, &call->mapping, &privileges->set, &size,
                                         call->granted, &call->status);
    return system->AccessCheck(call->descriptor, token, request->desired, &call->mapping, &privileges->set,
                               &size, call->granted, &call->status);
}

static const char *windows_answer(const struct machine *machine, HANDLE token,
                                  const struct access_request *request, struct arena *arena)
{
    struct check_call asked;
    union privilege_list privileges;
    const char *text = "";
    if (check_call_init(&asked, arena, request) != ERR_NONE)
        return "no memory";
    const BOOL done = call(machine, token, &asked, &privileges);
    const DWORD code = GetLastError();
    if (!done)
        return ask_error(arena, code);
    for (size_t i = 0; request->result_list && i < request->node_count && text != NULL; i++)
        text = arena_printf(arena, "%s%s0x%lx%c", text, i == 0 ? "" : " ", asked.granted[i],
                            asked.statuses[i] == ERROR_SUCCESS ? '+' : '-');
    if (!request->result_list)
        text = asked.status ? arena_printf(arena, "granted 0x%lx", asked.granted[0])
                            : arena_printf(arena, "refused %lu", code);
    return with_privileges(arena, text, privilege_list_of_set(&privileges.set, 0));
}

/* The question with this process's user in place of the one that the token was wanted for. */
static const char *translate(const struct machine *machine, const struct made_token *made,
                             const struct access_request *request, struct arena *arena,
                             struct descriptor *descriptor, struct access_request *ret)
{
    *ret = *request;
    if (made->instead_of == NULL)
        return NULL;
    if (sid_size(made->instead_of) == sid_size(machine->self.user)) {
        const struct bytes raw =
            machine_replace(arena, request->descriptor->raw, made->instead_of, machine->self.user);
        if (raw.data == NULL || descriptor_parse(raw, descriptor) != ERR_NONE)
            return "no memory";
        ret->descriptor = descriptor;
    }
    if (request->principal_self != NULL && sid_equal(request->principal_self, made->instead_of))
        ret->principal_self = machine->self.user;
    return NULL;
}

/* Where there is no token: AuthzAccessCheck, or both reasons. */
static void ask_authz(const struct decide_case *question, struct arena *arena, struct asked *ret)
{
    const struct access_request *request = &question->request;
    struct authz_answer answer = {0};
    const char *text = "";
    const char *problem = authz_ask(question->token, request, arena, &answer);
    if (problem != NULL) {
        ret->why_not = arena_printf(arena, "%s; %s", ret->why_not, problem);
        return;
    }
    ret->function = "AuthzAccessCheck";
    ret->by = "AuthzInitializeContextFromSid";
    ret->why_not = NULL;
    for (size_t i = 0; request->result_list && i < answer.count && text != NULL; i++)
        text = arena_printf(arena, "%s%s0x%lx%c", text, i == 0 ? "" : " ", answer.granted[i],
                            answer.errors[i] == ERROR_SUCCESS ? '+' : '-');
    if (answer.code != ERROR_SUCCESS)
        text = ask_error(arena, answer.code);
    else if (!request->result_list)
        text = answer.errors[0] == ERROR_SUCCESS ? arena_printf(arena, "granted 0x%lx", answer.granted[0])
                                                 : arena_printf(arena, "refused %lu", answer.errors[0]);
    ret->windows = text;
}

void ask_access(const struct machine *machine, struct decide_case *question, struct arena *arena,
                struct asked *ret)
{
    struct made_token made = {0};
    struct access_request request;
    struct descriptor descriptor;
    *ret = (struct asked){.function = function_of(&question->request),
                          .engine = engine_answer(question->token, &question->request, arena)};
    if (question->request.policies != NULL)
        ret->why_not = "central access policies are the domain's to give";
    else if (!machine_has(ret->function))
        ret->why_not = "this Windows has no such function";
    if (ret->why_not != NULL)
        return;
    machine_make(machine, question->token, question->descriptor.raw, arena, &made);
    ret->by = made.by;
    ret->why_not = made.why_not;
    if (ret->why_not == NULL)
        ret->why_not = translate(machine, &made, &question->request, arena, &descriptor, &request);
    /* What the engine says of the token that was made is what it says of the one wanted, or that is another question. */
    if (ret->why_not == NULL && strcmp(engine_answer(&made.view, &request, arena), ret->engine) != 0)
        ret->why_not = "the token made differs in what the answer depends on";
    if (ret->why_not == NULL)
        ret->windows = windows_answer(machine, made.handle, &request, arena);
    else if (machine->asks_authz)
        ask_authz(question, arena, ret);
    machine_unmake(&made);
}

void ask_privileges(const struct machine *machine, const struct token *token, privilege_set asked, bool all,
                    struct arena *arena, struct asked *ret)
{
    struct made_token made;
    union privilege_list list = {0};
    BOOL held = FALSE;
    privilege_set used = 0;
    const bool answer = privilege_check(&token->privileges, asked, all, &used);
    *ret = (struct asked){
        .function = "PrivilegeCheck",
        .engine = arena_printf(arena, "%s used %s", answer ? "yes" : "no", ask_luids(arena, used))};
    machine_make(machine, token, (struct bytes){0}, arena, &made);
    ret->by = made.by;
    ret->why_not = made.why_not;
    if (made.handle == NULL)
        return;
    privilege_list_set(&list, asked, all ? PRIVILEGE_SET_ALL_NECESSARY : 0);
    if (machine->system.PrivilegeCheck(made.handle, &list.set, &held))
        ret->windows =
            arena_printf(arena, "%s used %s", held ? "yes" : "no",
                         ask_luids(arena, privilege_list_of_set(&list.set, SE_PRIVILEGE_USED_FOR_ACCESS)));
    else
        ret->windows = ask_error(arena, GetLastError());
    machine_unmake(&made);
}

static const char *state_text(struct arena *arena, DWORD code, const struct privilege_state *now,
                              const struct privilege_state *before, privilege_set changed)
{
    return arena_printf(arena, "%s present %s enabled %s changed %s of them enabled before %s",
                        code == ERROR_SUCCESS ? "done" : ask_error(arena, code),
                        ask_luids(arena, now->present), ask_luids(arena, now->enabled),
                        ask_luids(arena, changed), ask_luids(arena, before->enabled));
}

static void list_change(const struct privilege_change *change, union privilege_list *ret)
{
    *ret = (union privilege_list){0};
    for (unsigned luid = 0; luid < PRIVILEGE_LIST_MAX; luid++) {
        const privilege_set bit = privilege_bit(luid);
        if (((change->enable | change->disable | change->remove) & bit) == 0)
            continue;
        const DWORD attributes = (change->remove & bit) != 0   ? SE_PRIVILEGE_REMOVED
                                 : (change->enable & bit) != 0 ? SE_PRIVILEGE_ENABLED
                                                               : 0;
        ret->token.Privileges[ret->token.PrivilegeCount++] =
            (LUID_AND_ATTRIBUTES){.Luid = {.LowPart = luid}, .Attributes = attributes};
    }
}

static const char *adjust(const struct machine *machine, HANDLE token, const struct privilege_change *change,
                          struct arena *arena)
{
    union privilege_list list;
    union privilege_list previous = {0};
    struct privilege_state now = {0};
    struct privilege_state before = {0};
    privilege_set changed = 0;
    DWORD size = sizeof previous;
    list_change(change, &list);
    SetLastError(ERROR_SUCCESS);
    const BOOL done = machine->system.AdjustTokenPrivileges(token, change->disable_all, &list.token,
                                                            sizeof previous, &previous.token, &size);
    const DWORD code = GetLastError();
    if (!done)
        return ask_error(arena, code);
    if (snapshot_privileges(&machine->system, token, &now) != ERR_NONE ||
        privilege_list_of_token(&previous.token, sizeof previous, &before, &changed) != ERR_NONE)
        return "unreadable";
    return state_text(arena, code, &now, &before, changed);
}

void ask_adjustment(const struct machine *machine, const struct token *token,
                    const struct privilege_change *change, struct arena *arena, struct asked *ret)
{
    struct made_token made;
    struct privilege_state state = token->privileges;
    struct privilege_state before;
    privilege_set changed = 0;
    const enum err err = privilege_adjust(&state, token->integrity_level, change, &before, &changed);
    *ret = (struct asked){.function = "AdjustTokenPrivileges",
                          .engine = state_text(arena, err == ERR_NONE ? ERROR_SUCCESS : err_win32(err),
                                               &state, &before, changed)};
    machine_make(machine, token, (struct bytes){0}, arena, &made);
    ret->by = made.by;
    ret->why_not = made.why_not;
    state = token->privileges;
    if (made.handle != NULL && made.view.integrity_level != token->integrity_level &&
        privilege_adjust(&state, made.view.integrity_level, change, &before, &changed) == err &&
        strcmp(state_text(arena, err == ERR_NONE ? ERROR_SUCCESS : err_win32(err), &state, &before, changed),
               ret->engine) != 0)
        ret->why_not = "the token made differs in what the answer depends on";
    if (ret->why_not == NULL)
        ret->windows = adjust(machine, made.handle, change, arena);
    machine_unmake(&made);
}
