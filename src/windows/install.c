#include "windows/install.h"

#include "windows/report.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <windows.h>

#include <ntsecapi.h>

/* CreateServiceW takes no longer line; an account of a service has a SID of its own. */
enum { COMMAND_MAX = 8192, ARGUMENT_MAX = 4096, SID_MAX = 256, RESTARTS = 3, PRESHUTDOWN_MS = 60000 };

static const wchar_t source_key[] =
    L"SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\" REPORT_SOURCE;
static const wchar_t own_account[] = L"NT SERVICE\\" REPORT_SOURCE;

static int complain(const char *what, DWORD code)
{
    (void)fprintf(stderr, "ntokend: %s: Windows error %lu%s\n", what, code,
                  code == ERROR_ACCESS_DENIED ? "; run this as an administrator" : "");
    return 1;
}

struct command {
    wchar_t text[COMMAND_MAX];
    size_t size;
    bool fits;
};

static void put(struct command *command, wchar_t letter, size_t times)
{
    command->fits = command->fits && times < COMMAND_MAX - 1 - command->size;
    for (size_t i = 0; i < times && command->fits; i++)
        command->text[command->size++] = letter;
    command->text[command->size] = L'\0';
}

/* As CommandLineToArgvW and the C library take it apart: backslashes count only before a quote. */
static void put_argument(struct command *command, const wchar_t *argument)
{
    size_t slashes = 0;
    if (command->size > 0)
        put(command, L' ', 1);
    put(command, L'"', 1);
    for (; *argument != L'\0'; argument++) {
        if (*argument == L'"')
            put(command, L'\\', slashes + 1);
        slashes = *argument == L'\\' ? slashes + 1 : 0;
        put(command, *argument, 1);
    }
    put(command, L'\\', slashes);
    put(command, L'"', 1);
}

static bool widen(const char *text, wchar_t ret[ARGUMENT_MAX])
{
    return MultiByteToWideChar(CP_ACP, 0, text, -1, ret, ARGUMENT_MAX) > 0;
}

static bool put_command(struct command *command, int argc, char **argv)
{
    wchar_t argument[ARGUMENT_MAX];
    const DWORD length = GetModuleFileNameW(NULL, argument, ARGUMENT_MAX);
    command->fits = length > 0 && length < ARGUMENT_MAX;
    put_argument(command, argument);
    put_argument(command, L"" INSTALL_SERVICE_OPTION);
    for (int i = 0; i < argc && command->fits; i++) {
        command->fits = widen(argv[i], argument);
        if (command->fits)
            put_argument(command, argument);
    }
    return command->fits;
}

static bool set_value(HKEY key, const wchar_t *name, DWORD type, const void *value, size_t size)
{
    return RegSetValueExW(key, name, 0, type, value, (DWORD)size) == ERROR_SUCCESS;
}

/* EventCreate.exe brings messages that are their first string, so that no resource of ours is needed. */
static bool add_source(void)
{
    static const wchar_t messages[] = L"%SystemRoot%\\System32\\EventCreate.exe";
    const DWORD types = EVENTLOG_ERROR_TYPE | EVENTLOG_WARNING_TYPE | EVENTLOG_INFORMATION_TYPE;
    HKEY key = NULL;
    LSTATUS status = RegCreateKeyExW(HKEY_LOCAL_MACHINE, source_key, 0, NULL, REG_OPTION_NON_VOLATILE,
                                     KEY_SET_VALUE, NULL, &key, NULL);
    if (status != ERROR_SUCCESS) {
        SetLastError((DWORD)status);
        return false;
    }
    bool set = set_value(key, L"EventMessageFile", REG_EXPAND_SZ, messages, sizeof messages) &&
               set_value(key, L"TypesSupported", REG_DWORD, &types, sizeof types);
    (void)RegCloseKey(key);
    return set;
}

/* Restarts after 5 s, 30 s and from then on a minute, also when it ends by itself with an error; and only what it needs of
 * privileges. */
static bool set_properties(SC_HANDLE service)
{
    static wchar_t description_text[] =
        L"Answers over HTTP what a caller who proves who it is with Negotiate may do.";
    static wchar_t privilege_names[] = L"SeAuditPrivilege\0SeChangeNotifyPrivilege\0SeImpersonatePrivilege\0";
    SC_ACTION actions[RESTARTS] = {
        {SC_ACTION_RESTART, 5000}, {SC_ACTION_RESTART, 30000}, {SC_ACTION_RESTART, 60000}};
    SERVICE_DESCRIPTIONW description = {.lpDescription = description_text};
    SERVICE_FAILURE_ACTIONSW failure = {.dwResetPeriod = 86400, .cActions = RESTARTS, .lpsaActions = actions};
    SERVICE_FAILURE_ACTIONS_FLAG also_errors = {.fFailureActionsOnNonCrashFailures = TRUE};
    SERVICE_SID_INFO sid = {.dwServiceSidType = SERVICE_SID_TYPE_UNRESTRICTED};
    SERVICE_REQUIRED_PRIVILEGES_INFOW privileges = {.pmszRequiredPrivileges = privilege_names};
    SERVICE_PRESHUTDOWN_INFO preshutdown = {.dwPreshutdownTimeout = PRESHUTDOWN_MS};
    return ChangeServiceConfig2W(service, SERVICE_CONFIG_DESCRIPTION, &description) &&
           ChangeServiceConfig2W(service, SERVICE_CONFIG_FAILURE_ACTIONS, &failure) &&
           ChangeServiceConfig2W(service, SERVICE_CONFIG_FAILURE_ACTIONS_FLAG, &also_errors) &&
           ChangeServiceConfig2W(service, SERVICE_CONFIG_SERVICE_SID_INFO, &sid) &&
           ChangeServiceConfig2W(service, SERVICE_CONFIG_REQUIRED_PRIVILEGES_INFO, &privileges) &&
           ChangeServiceConfig2W(service, SERVICE_CONFIG_PRESHUTDOWN_INFO, &preshutdown);
}

/* SeAuditPrivilege to write to the Security log; accounts of services hold SeImpersonatePrivilege already, a gMSA need not. */
static bool grant_rights(const wchar_t *account)
{
    static wchar_t audit[] = L"SeAuditPrivilege";
    static wchar_t impersonate[] = L"SeImpersonatePrivilege";
    LSA_UNICODE_STRING rights[] = {
        {.Buffer = audit, .Length = sizeof audit - sizeof *audit, .MaximumLength = sizeof audit},
        {.Buffer = impersonate,
         .Length = sizeof impersonate - sizeof *impersonate,
         .MaximumLength = sizeof impersonate},
    };
    BYTE sid[SID_MAX];
    DWORD sid_size = sizeof sid;
    wchar_t domain[SID_MAX];
    DWORD domain_size = SID_MAX;
    SID_NAME_USE use;
    LSA_OBJECT_ATTRIBUTES attributes = {.Length = sizeof attributes};
    LSA_HANDLE policy = NULL;
    if (!LookupAccountNameW(NULL, account, sid, &sid_size, domain, &domain_size, &use))
        return false;
    NTSTATUS status = LsaOpenPolicy(NULL, &attributes, POLICY_CREATE_ACCOUNT | POLICY_LOOKUP_NAMES, &policy);
    if (status == 0) {
        status = LsaAddAccountRights(policy, sid, rights, sizeof rights / sizeof *rights);
        (void)LsaClose(policy);
    }
    SetLastError(LsaNtStatusToWinError(status));
    return status == 0;
}

/* What is left over after a mistake is taken away again. */
static int complete(SC_HANDLE service, const wchar_t *account)
{
    const char *problem = NULL;
    if (!set_properties(service))
        problem = "the service's properties could not be set";
    else if (!add_source())
        problem = "the source of its messages could not be registered";
    else if (!grant_rights(account))
        problem = "its account could not be given SeAuditPrivilege and SeImpersonatePrivilege";
    if (problem == NULL)
        return 0;
    const DWORD code = GetLastError();
    (void)DeleteService(service);
    return complain(problem, code);
}

int install_service(int argc, char **argv)
{
    static struct command command;
    wchar_t account[ARGUMENT_MAX];
    bool named = argc >= 2 && strcmp(argv[0], "--account") == 0;
    (void)wcscpy(account, own_account);
    if (named && !widen(argv[1], account))
        return complain("the account's name", GetLastError());
    if (!put_command(&command, named ? argc - 2 : argc, named ? argv + 2 : argv))
        return complain("the settings are too long; put them into a file and give --config",
                        ERROR_BAD_LENGTH);
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CREATE_SERVICE);
    if (manager == NULL)
        return complain("the service control manager", GetLastError());
    SC_HANDLE service =
        CreateServiceW(manager, REPORT_SOURCE, REPORT_SOURCE, SERVICE_CHANGE_CONFIG | SERVICE_START | DELETE,
                       SERVICE_WIN32_OWN_PROCESS, SERVICE_AUTO_START, SERVICE_ERROR_NORMAL, command.text,
                       NULL, NULL, NULL, account, NULL);
    int status = service == NULL ? complain("the service could not be registered", GetLastError())
                                 : complete(service, account);
    if (service != NULL)
        (void)CloseServiceHandle(service);
    (void)CloseServiceHandle(manager);
    if (status == 0)
        (void)printf("The service ntokend is registered; start it with: sc start ntokend\n");
    return status;
}

int uninstall_service(void)
{
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    if (manager == NULL)
        return complain("the service control manager", GetLastError());
    SC_HANDLE service = OpenServiceW(manager, REPORT_SOURCE, SERVICE_STOP | DELETE);
    SERVICE_STATUS stopping;
    int status = 0;
    if (service == NULL) {
        status = complain("the service ntokend", GetLastError());
    } else {
        (void)ControlService(service, SERVICE_CONTROL_STOP, &stopping); /* it may not run */
        if (!DeleteService(service))
            status = complain("the service could not be removed", GetLastError());
        (void)CloseServiceHandle(service);
    }
    (void)CloseServiceHandle(manager);
    const LSTATUS source = RegDeleteKeyW(HKEY_LOCAL_MACHINE, source_key);
    if (status == 0 && source != ERROR_SUCCESS && source != ERROR_FILE_NOT_FOUND)
        status = complain("the source of its messages", (DWORD)source);
    return status;
}
