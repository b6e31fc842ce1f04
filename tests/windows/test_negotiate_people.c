#include "windows/test_negotiate.h"

enum { SIDS_MAX = 2, PRIVILEGES_MAX = 64 };

/* Everybody is the user of the process; the groups and privileges that are left tell them apart. */
static const struct person {
    const char *name;
    WELL_KNOWN_SID_TYPE deny_only[SIDS_MAX];
    DWORD deny_only_count;
    bool only_traverses;      /* no privilege but SeChangeNotifyPrivilege */
    const wchar_t *privilege; /* enabled */
} people[] = {
    {.name = "alice"},
    {.name = "bob", .deny_only = {WinBuiltinAdministratorsSid}, .deny_only_count = 1, .only_traverses = true},
    {.name = "carol",
     .deny_only = {WinBuiltinUsersSid},
     .deny_only_count = 1,
     .privilege = L"SeSecurityPrivilege"},
};

static const struct person *find(const char *name)
{
    for (size_t i = 0; i < sizeof people / sizeof people[0]; i++)
        if (strcmp(people[i].name, name) == 0)
            return &people[i];
    return NULL;
}

union privileges {
    TOKEN_PRIVILEGES list;
    BYTE bytes[sizeof(TOKEN_PRIVILEGES) + PRIVILEGES_MAX * sizeof(LUID_AND_ATTRIBUTES)];
};

/* Those that `person` goes without: their number, or -1. DISABLE_MAX_PRIVILEGE says the same, which Wine does not hear. */
static int lacking(HANDLE own, const struct person *person, union privileges *ret)
{
    LUID kept;
    DWORD size = sizeof *ret;
    DWORD count = 0;
    if (!person->only_traverses)
        return 0;
    if (!LookupPrivilegeValueW(NULL, L"SeChangeNotifyPrivilege", &kept) ||
        !GetTokenInformation(own, TokenPrivileges, ret, sizeof *ret, &size))
        return -1;
    LUID_AND_ATTRIBUTES *items = ret->list.Privileges;
    for (DWORD i = 0; i < ret->list.PrivilegeCount; i++)
        if (items[i].Luid.LowPart != kept.LowPart)
            items[count++] = items[i];
    return (int)count;
}

static HANDLE restrict_token(HANDLE own, const struct person *person)
{
    union {
        BYTE bytes[SECURITY_MAX_SID_SIZE];
        SID sid;
    } sids[SIDS_MAX];
    SID_AND_ATTRIBUTES disabled[SIDS_MAX] = {0};
    union privileges privileges;
    HANDLE restricted = NULL;
    for (DWORD i = 0; i < person->deny_only_count; i++) {
        DWORD size = sizeof sids[i];
        if (!CreateWellKnownSid(person->deny_only[i], NULL, &sids[i].sid, &size))
            return NULL;
        disabled[i].Sid = &sids[i].sid;
    }
    const int removed = lacking(own, person, &privileges);
    if (removed < 0 || !CreateRestrictedToken(own, 0, person->deny_only_count, disabled, (DWORD)removed,
                                              privileges.list.Privileges, 0, NULL, &restricted))
        return NULL;
    return restricted;
}

static bool enable(HANDLE token, const wchar_t *privilege)
{
    TOKEN_PRIVILEGES change = {.PrivilegeCount = 1, .Privileges = {{.Attributes = SE_PRIVILEGE_ENABLED}}};
    return LookupPrivilegeValueW(NULL, privilege, &change.Privileges[0].Luid) &&
           AdjustTokenPrivileges(token, FALSE, &change, 0, NULL, NULL) && GetLastError() == ERROR_SUCCESS;
}

HANDLE person_token(const char *who, SECURITY_IMPERSONATION_LEVEL level)
{
    const struct person *person = find(who);
    HANDLE own = NULL;
    HANDLE token = NULL;
    if (person == NULL || !OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &own))
        return NULL;
    HANDLE restricted = restrict_token(own, person);
    (void)CloseHandle(own);
    if (restricted == NULL)
        return NULL;
    if (!DuplicateTokenEx(restricted, TOKEN_ALL_ACCESS, NULL, level, TokenImpersonation, &token))
        token = NULL;
    (void)CloseHandle(restricted);
    if (token != NULL && person->privilege != NULL && !enable(token, person->privilege)) {
        (void)CloseHandle(token);
        return NULL;
    }
    return token;
}
