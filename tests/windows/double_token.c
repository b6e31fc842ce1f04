/* Tokens and SSPI of the double. */
#include "windows/double_parts.h"

#include <inttypes.h>

/* An answer of GetTokenInformation: the structure, then the SIDs that it points at. */
struct answer {
    union {
        uint8_t bytes[2048];
        TOKEN_USER user;
        TOKEN_GROUPS groups;
        TOKEN_PRIVILEGES privileges;
        TOKEN_STATISTICS statistics;
        TOKEN_MANDATORY_LABEL label;
    } as;
    size_t used;
};

/* Where `text` will stand once the answer is in the caller's buffer. */
static PSID place_sid(struct answer *answer, const void *buffer, const char *text)
{
    struct sid_buffer sid;
    if (sid_parse(bytes_of_string(text), &sid) != ERR_NONE)
        return NULL;
    const size_t at = answer->used;
    memcpy(answer->as.bytes + at, sid.bytes, sid_size(sid_of(&sid)));
    answer->used += (sid_size(sid_of(&sid)) + 7) / 8 * 8;
    return (PSID)((uintptr_t)buffer + (double_script.damaged ? sizeof answer->as : at));
}

static void answer_groups(struct answer *answer, const void *buffer)
{
    answer->used = 512;
    answer->as.groups.GroupCount = 2;
    answer->as.groups.Groups[0] = (SID_AND_ATTRIBUTES){place_sid(answer, buffer, "S-1-5-2"), 7};
    (&answer->as.groups.Groups[0])[1] = (SID_AND_ATTRIBUTES){place_sid(answer, buffer, "S-1-16-12288"), 0x60};
}

static bool make(struct answer *answer, TOKEN_INFORMATION_CLASS class, const void *buffer)
{
    memset(answer, 0, sizeof *answer);
    answer->used = 256;
    switch (class) {
    case TokenUser:
        answer->as.user.User.Sid = place_sid(answer, buffer, double_script.user);
        return true;
    case TokenGroups:
        answer_groups(answer, buffer);
        return true;
    case TokenRestrictedSids:
        return true;
    case TokenIntegrityLevel:
        answer->as.label.Label.Sid = place_sid(answer, buffer, "S-1-16-12288");
        return true;
    case TokenPrivileges:
        answer->as.privileges.PrivilegeCount = 1;
        answer->as.privileges.Privileges[0] = (LUID_AND_ATTRIBUTES){{SE_CHANGE_NOTIFY, 0}, 3};
        return true;
    case TokenStatistics:
        answer->as.statistics = (TOKEN_STATISTICS){.AuthenticationId = {.LowPart = 0x1234, .HighPart = 5},
                                                   .TokenType = TokenImpersonation,
                                                   .ImpersonationLevel = double_script.level};
        return true;
    default:
        return false;
    }
}

static BOOL WINAPI information(HANDLE token, TOKEN_INFORMATION_CLASS class, LPVOID buffer, DWORD size,
                               PDWORD used)
{
    struct answer answer;
    (void)token;
    if (!make(&answer, class, buffer))
        return double_fail(ERROR_INVALID_PARAMETER);
    const DWORD wanted = double_script.size_wanted > sizeof answer.as ? double_script.size_wanted : 512;
    *used = double_script.size_stays ? 0 : wanted;
    if (size < wanted)
        return double_fail(ERROR_INSUFFICIENT_BUFFER);
    memcpy(buffer, answer.as.bytes, size < sizeof answer.as ? size : sizeof answer.as);
    *used = size < sizeof answer.as ? size : (DWORD)sizeof answer.as;
    return TRUE;
}

static BOOL WINAPI open_thread(HANDLE thread, DWORD access, WINBOOL self, PHANDLE ret)
{
    double_note(double_record, "OpenThreadToken thread=%d access=%lx self=%d\n", (int)(intptr_t)thread,
                access, self);
    *ret = double_script.open_thread ? (HANDLE)0x55 : NULL;
    return double_script.open_thread ? TRUE : double_fail(ERROR_ACCESS_DENIED);
}

static BOOL WINAPI duplicate(HANDLE token, DWORD access, LPSECURITY_ATTRIBUTES attributes,
                             SECURITY_IMPERSONATION_LEVEL level, TOKEN_TYPE type, PHANDLE ret)
{
    (void)attributes;
    double_note(double_record, "DuplicateTokenEx token=%" PRIxPTR " access=%lx level=%d type=%d\n",
                double_number(token), access, (int)level, (int)type);
    *ret = double_script.duplicate ? (HANDLE)0x88 : NULL;
    return double_script.duplicate ? TRUE : double_fail(ERROR_ACCESS_DENIED);
}

static BOOL WINAPI close_handle(HANDLE handle)
{
    double_note(double_record, "CloseHandle %" PRIxPTR "\n", double_number(handle));
    return TRUE;
}

static BOOL WINAPI set_thread(PHANDLE thread, HANDLE token)
{
    double_note(double_record, "SetThreadToken thread=%s token=%" PRIxPTR "\n",
                thread == NULL ? "this" : "another", double_number(token));
    return double_script.set_thread ? TRUE : double_fail(ERROR_ACCESS_DENIED);
}

static BOOL WINAPI revert_self(void)
{
    double_note(double_record, "RevertToSelf\n");
    return double_script.revert_self ? TRUE : double_fail(ERROR_NOT_ENOUGH_MEMORY);
}

static BOOL WINAPI check_privilege(HANDLE token, PPRIVILEGE_SET set, LPBOOL held)
{
    double_note(double_record, "PrivilegeCheck token=%" PRIxPTR " control=%lu", double_number(token),
                set->Control);
    for (DWORD i = 0; i < set->PrivilegeCount; i++) {
        double_note(double_record, " %lu", set->Privilege[i].Luid.LowPart);
        if ((double_script.privileges & privilege_bit(set->Privilege[i].Luid.LowPart)) != 0)
            set->Privilege[i].Attributes = SE_PRIVILEGE_USED_FOR_ACCESS;
    }
    double_note(double_record, "\n");
    *held = double_script.status;
    return double_finish();
}

static BOOL WINAPI adjust(HANDLE token, WINBOOL all, PTOKEN_PRIVILEGES change, DWORD size,
                          PTOKEN_PRIVILEGES previous, PDWORD used)
{
    (void)used;
    double_note(double_record, "AdjustTokenPrivileges token=%" PRIxPTR " all=%d room=%s",
                double_number(token), all, size >= 64 * sizeof(LUID_AND_ATTRIBUTES) ? "enough" : "little");
    for (DWORD i = 0; change != NULL && i < change->PrivilegeCount; i++)
        double_note(double_record, " %lu:%lx", change->Privileges[i].Luid.LowPart,
                    change->Privileges[i].Attributes);
    double_note(double_record, change != NULL ? "\n" : " none\n");
    for (unsigned luid = 0; previous != NULL && luid < 64; luid++)
        if ((double_script.privileges & privilege_bit(luid)) != 0)
            (&previous->Privileges[0])[previous->PrivilegeCount++] = (LUID_AND_ATTRIBUTES){{luid, 0}, 2};
    return double_finish();
}

static BOOL WINAPI lookup(LPCWSTR machine, PSID sid, LPWSTR name, LPDWORD name_size, LPWSTR domain,
                          LPDWORD domain_size, PSID_NAME_USE use)
{
    (void)machine;
    (void)sid;
    if (double_script.size_wanted > *name_size) {
        *name_size = double_script.size_wanted;
        return double_fail(ERROR_INSUFFICIENT_BUFFER);
    }
    (void)wcscpy(name, L"alice");
    (void)wcscpy(domain, L"CORP");
    *name_size = 5;
    *domain_size = 4;
    *use = SidTypeUser;
    return TRUE;
}

void double_tokens(struct system *ret)
{
    ret->GetTokenInformation = information;
    ret->OpenThreadToken = open_thread;
    ret->DuplicateTokenEx = duplicate;
    ret->CloseHandle = close_handle;
    ret->SetThreadToken = set_thread;
    ret->RevertToSelf = revert_self;
    ret->PrivilegeCheck = check_privilege;
    ret->AdjustTokenPrivileges = adjust;
    ret->LookupAccountSidW = lookup;
}
