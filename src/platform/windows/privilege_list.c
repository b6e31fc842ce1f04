#include "platform/windows/privilege_list.h"

void privilege_list_set(union privilege_list *list, privilege_set privileges, uint32_t control)
{
    list->set.PrivilegeCount = 0;
    list->set.Control = control;
    for (unsigned luid = 0; luid < PRIVILEGE_LIST_MAX; luid++)
        if ((privileges & privilege_bit(luid)) != 0)
            list->set.Privilege[list->set.PrivilegeCount++] =
                (LUID_AND_ATTRIBUTES){.Luid = {.LowPart = luid}, .Attributes = 0};
}

static privilege_set bit_of(const LUID *luid)
{
    return luid->HighPart == 0 && luid->LowPart < PRIVILEGE_LIST_MAX ? privilege_bit(luid->LowPart) : 0;
}

privilege_set privilege_list_of_set(const PRIVILEGE_SET *set, uint32_t attributes)
{
    privilege_set found = 0;
    for (DWORD i = 0; i < set->PrivilegeCount; i++)
        if ((set->Privilege[i].Attributes & attributes) == attributes)
            found |= bit_of(&set->Privilege[i].Luid);
    return found;
}

enum err privilege_list_of_token(const TOKEN_PRIVILEGES *list, size_t size, struct privilege_state *ret,
                                 privilege_set *ret_named)
{
    struct privilege_state state = {0};
    const size_t head = offsetof(TOKEN_PRIVILEGES, Privileges);
    if (size < head || (size - head) / sizeof list->Privileges[0] < list->PrivilegeCount)
        return ERR_MALFORMED;
    for (DWORD i = 0; i < list->PrivilegeCount; i++) {
        const privilege_set bit = bit_of(&list->Privileges[i].Luid);
        const DWORD attributes = list->Privileges[i].Attributes;
        state.present |= bit;
        state.enabled |= (attributes & SE_PRIVILEGE_ENABLED) != 0 ? bit : 0;
        state.enabled_by_default |= (attributes & SE_PRIVILEGE_ENABLED_BY_DEFAULT) != 0 ? bit : 0;
    }
    *ret = state;
    *ret_named = state.present;
    return ERR_NONE;
}
