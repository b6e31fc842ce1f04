#include "platform/privilege.h"

#include "base/log.h"
#include "platform/windows/privilege_list.h"
#include "platform/windows/snapshot.h"
#include "platform/windows/token_storage.h"

#include <stdlib.h>

enum err platform_privilege_check(const struct platform_token *token, privilege_set asked, bool all,
                                  bool *ret_held, privilege_set *ret_used)
{
    const struct system *system = &token->storage->platform->system;
    union privilege_list list = {0};
    BOOL held = FALSE;
    *ret_held = false;
    *ret_used = 0;
    privilege_list_set(&list, asked, all ? PRIVILEGE_SET_ALL_NECESSARY : 0);
    if (!system->PrivilegeCheck(token->handle, &list.set, &held))
        return system_error(system);
    *ret_used = asked & privilege_list_of_set(&list.set, SE_PRIVILEGE_USED_FOR_ACCESS);
    *ret_held = held != FALSE;
    return ERR_NONE;
}

/* One entry for each privilege that is named; remove wins over enable, enable over disable. */
static void list_change(const struct privilege_change *change, union privilege_list *ret)
{
    const privilege_set named = change->enable | change->disable | change->remove;
    ret->token.PrivilegeCount = 0;
    for (unsigned luid = 0; luid < PRIVILEGE_LIST_MAX; luid++) {
        const privilege_set bit = privilege_bit(luid);
        if ((named & bit) == 0)
            continue;
        const DWORD attributes = (change->remove & bit) != 0   ? SE_PRIVILEGE_REMOVED
                                 : (change->enable & bit) != 0 ? SE_PRIVILEGE_ENABLED
                                                               : 0;
        ret->token.Privileges[ret->token.PrivilegeCount++] =
            (LUID_AND_ATTRIBUTES){.Luid = {.LowPart = luid}, .Attributes = attributes};
    }
}

/* TRUE says only that the call was made: what it did is in the last error. */
static enum err adjust(const struct platform_token *token, const struct privilege_change *change,
                       union privilege_list *previous)
{
    const struct system *system = &token->storage->platform->system;
    union privilege_list list = {0};
    DWORD size = sizeof *previous;
    list_change(change, &list);
    system->SetLastError(ERROR_SUCCESS);
    const BOOL done = system->AdjustTokenPrivileges(token->handle, change->disable_all ? TRUE : FALSE,
                                                    change->disable_all ? NULL : &list.token,
                                                    sizeof *previous, &previous->token, &size);
    const DWORD code = system->GetLastError();
    if (done && code == ERROR_SUCCESS)
        return ERR_NONE;
    if (done && code == ERROR_NOT_ALL_ASSIGNED)
        return ERR_NOT_ALL_ASSIGNED;
    return code == ERROR_NOT_ALL_ASSIGNED ? ERR_FAILED : system_error_of(code);
}

enum err platform_privilege_adjust(struct platform_token *token, const struct privilege_change *change,
                                   struct privilege_state *ret_previous, privilege_set *ret_changed)
{
    union privilege_list previous = {0};
    struct privilege_state before = {0};
    privilege_set changed = 0;
    enum err outcome = adjust(token, change, &previous);
    if (outcome != ERR_NONE && outcome != ERR_NOT_ALL_ASSIGNED)
        return outcome;
    enum err err = privilege_list_of_token(&previous.token, sizeof previous, &before, &changed);
    if (err == ERR_NONE)
        err = snapshot_privileges(&token->storage->platform->system, token->handle, &token->view.privileges);
    if (err != ERR_NONE) {
        token->view.privileges = (struct privilege_state){0}; /* what is not known is not held */
        LOG(LOG_LEVEL_ERROR, "privileges-unknown", LOG_STRING("error", err_text(err)));
        return ERR_FAILED;
    }
    *ret_previous = before;
    *ret_changed = changed;
    return outcome;
}
