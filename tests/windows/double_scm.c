#include "windows/double_scm.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

char double_scm_record[DOUBLE_SCM_RECORD_SIZE];
static struct {
    const char *call;
    DWORD level;
    DWORD code;
} fails;
static DWORD last_error;

static void note(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void note(const char *format, ...)
{
    const size_t used = strlen(double_scm_record);
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(double_scm_record + used, sizeof double_scm_record - used, format, arguments);
    va_end(arguments);
}

void double_scm_reset(const char *call, DWORD level, DWORD code)
{
    double_scm_record[0] = '\0';
    fails.call = call;
    fails.level = level;
    fails.code = code;
    last_error = ERROR_SUCCESS;
}

static bool succeeds(const char *call)
{
    const bool done = fails.call == NULL || strcmp(fails.call, call) != 0;
    last_error = done ? ERROR_SUCCESS : fails.code;
    return done;
}

static SC_HANDLE WINAPI open_manager(LPCWSTR machine, LPCWSTR database, DWORD access)
{
    note("OpenSCManager %s%s access=%lx\n", machine == NULL ? "here" : "elsewhere",
         database == NULL ? "" : " other", access);
    return succeeds("OpenSCManager") ? (SC_HANDLE)0x10 : NULL;
}

static SC_HANDLE WINAPI create(SC_HANDLE manager, LPCWSTR name, LPCWSTR shown, DWORD access, DWORD type,
                               DWORD start, DWORD errors, LPCWSTR command, LPCWSTR group, LPDWORD tag,
                               LPCWSTR dependencies, LPCWSTR account, LPCWSTR password)
{
    (void)manager;
    note("CreateService %ls %ls access=%lx type=%lx start=%lx errors=%lx%s account=%ls%s\n  %ls\n", name,
         shown, access, type, start, errors,
         group != NULL || tag != NULL || dependencies != NULL ? " more" : "", account,
         password != NULL ? " password" : "", command);
    return succeeds("CreateService") ? (SC_HANDLE)0x20 : NULL;
}

static void note_list(LPCWSTR names)
{
    for (; *names != L'\0'; names += wcslen(names) + 1)
        note(" %ls", names);
}

static void note_failure(const SERVICE_FAILURE_ACTIONSW *failure)
{
    note(" reset=%lu%s", failure->dwResetPeriod,
         failure->lpCommand != NULL || failure->lpRebootMsg != NULL ? " more" : "");
    for (DWORD i = 0; i < failure->cActions; i++)
        note(" %d:%lu", (int)failure->lpsaActions[i].Type, failure->lpsaActions[i].Delay);
}

static BOOL WINAPI change(SC_HANDLE service, DWORD level, LPVOID value)
{
    note("ChangeServiceConfig2 %d:", (int)(intptr_t)service);
    if (level == SERVICE_CONFIG_DESCRIPTION)
        note(" description=%s",
             wcslen(((SERVICE_DESCRIPTIONW *)value)->lpDescription) > 10 ? "some" : "none");
    else if (level == SERVICE_CONFIG_FAILURE_ACTIONS)
        note_failure(value);
    else if (level == SERVICE_CONFIG_FAILURE_ACTIONS_FLAG)
        note(" also-errors=%d", ((SERVICE_FAILURE_ACTIONS_FLAG *)value)->fFailureActionsOnNonCrashFailures);
    else if (level == SERVICE_CONFIG_SERVICE_SID_INFO)
        note(" sid=%lu", ((SERVICE_SID_INFO *)value)->dwServiceSidType);
    else if (level == SERVICE_CONFIG_REQUIRED_PRIVILEGES_INFO)
        note_list(((SERVICE_REQUIRED_PRIVILEGES_INFOW *)value)->pmszRequiredPrivileges);
    else if (level == SERVICE_CONFIG_PRESHUTDOWN_INFO)
        note(" preshutdown=%lu", ((SERVICE_PRESHUTDOWN_INFO *)value)->dwPreshutdownTimeout);
    note("\n");
    return (fails.level != 0 && fails.level != level) || succeeds("ChangeServiceConfig2") ? TRUE : FALSE;
}

static LSTATUS WINAPI create_key(HKEY root, LPCWSTR name, DWORD reserved, LPWSTR class, DWORD options,
                                 REGSAM access, LPSECURITY_ATTRIBUTES security, PHKEY ret,
                                 LPDWORD disposition)
{
    (void)reserved;
    (void)class;
    (void)security;
    (void)disposition;
    note("RegCreateKey %s%ls options=%lx access=%lx\n", root == HKEY_LOCAL_MACHINE ? "HKLM " : "", name,
         options, access);
    *ret = (HKEY)0x30;
    return succeeds("RegCreateKey") ? ERROR_SUCCESS : (LSTATUS)fails.code;
}

static LSTATUS WINAPI set_value(HKEY key, LPCWSTR name, DWORD reserved, DWORD type, const BYTE *value,
                                DWORD size)
{
    (void)key;
    (void)reserved;
    if (type == REG_DWORD)
        note("RegSetValue %ls=%lu\n", name, *(const DWORD *)(const void *)value);
    else
        note("RegSetValue %ls=%ls type=%lu size=%lu\n", name, (const wchar_t *)(const void *)value, type,
             size);
    return succeeds("RegSetValue") ? ERROR_SUCCESS : (LSTATUS)fails.code;
}

static LSTATUS WINAPI close_key(HKEY key)
{
    (void)key;
    return ERROR_SUCCESS;
}

static LSTATUS WINAPI delete_key(HKEY root, LPCWSTR name)
{
    (void)root;
    note("RegDeleteKey %ls\n", wcsrchr(name, L'\\'));
    return succeeds("RegDeleteKey") ? ERROR_SUCCESS : (LSTATUS)fails.code;
}

static BOOL WINAPI lookup(LPCWSTR system, LPCWSTR account, PSID sid, LPDWORD size, LPWSTR domain,
                          LPDWORD domain_size, PSID_NAME_USE use)
{
    (void)system;
    (void)sid;
    (void)domain;
    note("LookupAccountName %ls room=%lu/%lu\n", account, *size, *domain_size);
    *use = SidTypeUser;
    return succeeds("LookupAccountName") ? TRUE : FALSE;
}

static NTSTATUS WINAPI open_policy(PLSA_UNICODE_STRING system, PLSA_OBJECT_ATTRIBUTES attributes,
                                   ACCESS_MASK access, PLSA_HANDLE ret)
{
    (void)system;
    (void)attributes;
    note("LsaOpenPolicy access=%lx\n", access);
    *ret = (LSA_HANDLE)0x40;
    return succeeds("LsaOpenPolicy") ? 0 : (NTSTATUS)0xC0000022;
}

static NTSTATUS WINAPI add_rights(LSA_HANDLE policy, PSID sid, PLSA_UNICODE_STRING rights, ULONG count)
{
    (void)policy;
    (void)sid;
    note("LsaAddAccountRights");
    for (ULONG i = 0; i < count; i++)
        note(" %.*ls", (int)(rights[i].Length / sizeof(wchar_t)), rights[i].Buffer);
    note("\n");
    return succeeds("LsaAddAccountRights") ? 0 : (NTSTATUS)0xC0000022;
}

static NTSTATUS WINAPI close_policy(LSA_HANDLE policy)
{
    note("LsaClose %d\n", (int)(intptr_t)policy);
    return 0;
}

static ULONG WINAPI status_to_error(NTSTATUS status)
{
    return status == (NTSTATUS)0xC0000022 ? ERROR_ACCESS_DENIED : ERROR_MR_MID_NOT_FOUND;
}

static SC_HANDLE WINAPI open_service(SC_HANDLE manager, LPCWSTR name, DWORD access)
{
    (void)manager;
    note("OpenService %ls access=%lx\n", name, access);
    return succeeds("OpenService") ? (SC_HANDLE)0x20 : NULL;
}

static BOOL WINAPI control(SC_HANDLE service, DWORD code, LPSERVICE_STATUS status)
{
    (void)service;
    (void)status;
    note("ControlService %lu\n", code);
    return succeeds("ControlService") ? TRUE : FALSE;
}

static BOOL WINAPI delete_service(SC_HANDLE service)
{
    note("DeleteService %d\n", (int)(intptr_t)service);
    return succeeds("DeleteService") ? TRUE : FALSE;
}

static BOOL WINAPI close_handle(SC_HANDLE handle)
{
    note("CloseServiceHandle %d\n", (int)(intptr_t)handle);
    return TRUE;
}

static DWORD WINAPI module_name(HMODULE module, LPWSTR ret, DWORD size)
{
    static const wchar_t name[] = L"C:\\Program Files\\ntokend\\ntokend.exe";
    (void)module;
    if (!succeeds("GetModuleFileName") || size < sizeof name / sizeof *name)
        return 0;
    (void)wcscpy(ret, name);
    return sizeof name / sizeof *name - 1;
}

static HANDLE WINAPI register_source(LPCWSTR machine, LPCWSTR name)
{
    note("RegisterEventSource %s %ls\n", machine == NULL ? "here" : "elsewhere", name);
    return succeeds("RegisterEventSource") ? (HANDLE)0x50 : NULL;
}

static BOOL WINAPI report(HANDLE source, WORD type, WORD category, DWORD event, PSID user, WORD count,
                          DWORD size, LPCWSTR *strings, LPVOID data)
{
    note("ReportEvent %d type=%u category=%u event=%lu%s%s", (int)(intptr_t)source, type, category, event,
         user != NULL ? " user" : "", size != 0 || data != NULL ? " data" : "");
    for (WORD i = 0; i < count; i++)
        note(" %zu:%.40ls", wcslen(strings[i]), strings[i]);
    note("\n");
    return TRUE;
}

static BOOL WINAPI set_status(SERVICE_STATUS_HANDLE manager, LPSERVICE_STATUS status)
{
    note("SetServiceStatus %d type=%lx state=%lu accepts=%lx code=%lu own=%lu checkpoint=%lu wait=%lu\n",
         (int)(intptr_t)manager, status->dwServiceType, status->dwCurrentState, status->dwControlsAccepted,
         status->dwWin32ExitCode, status->dwServiceSpecificExitCode, status->dwCheckPoint,
         status->dwWaitHint);
    return TRUE;
}

static DWORD WINAPI error(void)
{
    return last_error;
}

const struct scm double_scm = {
    .ChangeServiceConfig2W = change,
    .CloseServiceHandle = close_handle,
    .ControlService = control,
    .CreateServiceW = create,
    .DeleteService = delete_service,
    .GetLastError = error,
    .GetModuleFileNameW = module_name,
    .LookupAccountNameW = lookup,
    .LsaAddAccountRights = add_rights,
    .LsaClose = close_policy,
    .LsaNtStatusToWinError = status_to_error,
    .LsaOpenPolicy = open_policy,
    .OpenSCManagerW = open_manager,
    .OpenServiceW = open_service,
    .RegCloseKey = close_key,
    .RegCreateKeyExW = create_key,
    .RegDeleteKeyW = delete_key,
    .RegSetValueExW = set_value,
    .RegisterEventSourceW = register_source,
    .ReportEventW = report,
    .SetServiceStatus = set_status,
};
