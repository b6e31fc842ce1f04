/* A network logon of the account that runs this, without a password: S4U, which Windows grants to anybody for asking who somebody is. */
#include "windows/record/record.h"

enum { NAME_UNITS = 300, SUBMIT_SIZE = 2048 };

/* The structure, then the texts that it points at. */
union submit {
    MSV1_0_S4U_LOGON machine;
    KERB_S4U_LOGON domain;
    uint8_t bytes[SUBMIT_SIZE];
};

static void put_text(union submit *submit, ULONG *size, const wchar_t *text, UNICODE_STRING *ret)
{
    const USHORT bytes = (USHORT)(wcslen(text) * sizeof *text);
    memcpy(submit->bytes + *size, text, bytes);
    *ret = (UNICODE_STRING){bytes, bytes, (PWSTR)(void *)(submit->bytes + *size)};
    *size += bytes;
}

/* An account of the machine, or of a domain: who that is, is told by the package that knows it. */
static ULONG fill(union submit *submit, bool machine, const wchar_t *name, const wchar_t *domain)
{
    ULONG size =
        sizeof(MSV1_0_S4U_LOGON) > sizeof(KERB_S4U_LOGON) ? sizeof(MSV1_0_S4U_LOGON) : sizeof(KERB_S4U_LOGON);
    *submit = (union submit){0};
    if (machine) {
        submit->machine.MessageType = MsV1_0S4ULogon;
        put_text(submit, &size, name, &submit->machine.UserPrincipalName);
        put_text(submit, &size, domain, &submit->machine.DomainName);
    } else {
        submit->domain.MessageType = KerbS4ULogon;
        put_text(submit, &size, name, &submit->domain.ClientUpn);
        put_text(submit, &size, domain, &submit->domain.ClientRealm);
    }
    return size;
}

static NTSTATUS log_on(HANDLE authority, bool machine, union submit *submit, ULONG size, HANDLE *ret)
{
    static char origin[] = "ntokend";
    static char machine_package[] = MSV1_0_PACKAGE_NAME;
    static char domain_package[] = "Kerberos";
    char *name = machine ? machine_package : domain_package;
    LSA_STRING package = {(USHORT)strlen(name), (USHORT)(strlen(name) + 1), name};
    LSA_STRING who = {sizeof origin - 1, sizeof origin, origin};
    TOKEN_SOURCE source = {.SourceName = {'n', 't', 'o', 'k', 'e', 'n', 'd', ' '}};
    QUOTA_LIMITS quotas;
    PVOID profile = NULL;
    ULONG profile_size = 0;
    ULONG number = 0;
    LUID logon;
    NTSTATUS detail = 0;
    const NTSTATUS found = LsaLookupAuthenticationPackage(authority, &package, &number);
    if (found != 0)
        return found;
    const NTSTATUS status = LsaLogonUser(authority, &who, Network, number, submit->bytes, size, NULL, &source,
                                         &profile, &profile_size, &logon, ret, &quotas, &detail);
    if (profile != NULL)
        (void)LsaFreeReturnBuffer(profile);
    return status;
}

HANDLE record_s4u(const struct machine *machine, struct arena *arena, const char **ret_why_not)
{
    wchar_t name[NAME_UNITS];
    wchar_t domain[NAME_UNITS];
    wchar_t computer[NAME_UNITS];
    DWORD name_size = NAME_UNITS;
    DWORD domain_size = NAME_UNITS;
    DWORD computer_size = NAME_UNITS;
    SID_NAME_USE use;
    HANDLE authority = NULL;
    HANDLE token = NULL;
    union submit submit;
    if (!LookupAccountSidW(NULL, (PSID)(uintptr_t)machine->self.user, name, &name_size, domain, &domain_size,
                           &use) ||
        !GetComputerNameW(computer, &computer_size)) {
        *ret_why_not = maker_failed(arena, "LookupAccountSid");
        return NULL;
    }
    const bool local = _wcsicmp(domain, computer) == 0;
    NTSTATUS status = LsaConnectUntrusted(&authority);
    if (status == 0)
        status = log_on(authority, local, &submit, fill(&submit, local, name, domain), &token);
    if (authority != NULL)
        (void)LsaDeregisterLogonProcess(authority);
    if (status != 0)
        *ret_why_not = arena_printf(arena, "LsaLogonUser: status 0x%lx", (unsigned long)status);
    else if (token == NULL)
        *ret_why_not = "LsaLogonUser gave no token";
    return status == 0 ? token : NULL;
}
