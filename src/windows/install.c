#include "windows/install.h"

#include "windows/report.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

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

static bool put_command(const struct scm *scm, struct command *command, int argc, char **argv)
{
    wchar_t argument[ARGUMENT_MAX];
    const DWORD length = scm->GetModuleFileNameW(NULL, argument, ARGUMENT_MAX);
    command->size = 0;
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

static LSTATUS set_value(const struct scm *scm, HKEY key, const wchar_t *name, DWORD type, const void *value,
                         size_t size)
{
    return scm->RegSetValueExW(key, name, 0, type, value, (DWORD)size);
}

/* EventCreate.exe brings messages that are their first string, so that no resource of ours is needed. */
static DWORD add_source(const struct scm *scm)
{
    static const wchar_t messages[] = L"%SystemRoot%\\System32\\EventCreate.exe";
    const DWORD types = EVENTLOG_ERROR_TYPE | EVENTLOG_WARNING_TYPE | EVENTLOG_INFORMATION_TYPE;
    HKEY key = NULL;
    LSTATUS status = scm->RegCreateKeyExW(HKEY_LOCAL_MACHINE, source_key, 0, NULL, REG_OPTION_NON_VOLATILE,
                                          KEY_SET_VALUE, NULL, &key, NULL);
    if (status != ERROR_SUCCESS)
        return (DWORD)status;
    status = set_value(scm, key, L"EventMessageFile", REG_EXPAND_SZ, messages, sizeof messages);
    if (status == ERROR_SUCCESS)
        status = set_value(scm, key, L"TypesSupported", REG_DWORD, &types, sizeof types);
    (void)scm->RegCloseKey(key);
    return (DWORD)status;
}

/* One of the properties. What a system does not know at all it goes without, and says so: Windows knows them since Windows 7. */
static DWORD set_property(const struct scm *scm, SC_HANDLE service, DWORD level, void *value,
                          const char *what)
{
    if (scm->ChangeServiceConfig2W(service, level, value))
        return ERROR_SUCCESS;
    const DWORD code = scm->GetLastError();
    if (code != ERROR_INVALID_LEVEL)
        return code != ERROR_SUCCESS ? code : ERROR_GEN_FAILURE;
    (void)fprintf(stderr, "ntokend: warning: this system has no %s for services\n", what);
    return ERROR_SUCCESS;
}

/* Restarts after 5 s, 30 s and from then on a minute, also when it ends by itself with an error; and only what it needs of
 * privileges. */
static DWORD set_properties(const struct scm *scm, SC_HANDLE service)
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
    const struct {
        DWORD level;
        void *value;
        const char *what;
    } properties[] = {
        {SERVICE_CONFIG_DESCRIPTION, &description, "description"},
        {SERVICE_CONFIG_FAILURE_ACTIONS, &failure, "restart after a failure"},
        {SERVICE_CONFIG_FAILURE_ACTIONS_FLAG, &also_errors, "restart after an error"},
        {SERVICE_CONFIG_SERVICE_SID_INFO, &sid, "SID of its own"},
        {SERVICE_CONFIG_REQUIRED_PRIVILEGES_INFO, &privileges, "list of required privileges"},
        {SERVICE_CONFIG_PRESHUTDOWN_INFO, &preshutdown, "time before a shutdown"},
    };
    for (size_t i = 0; i < sizeof properties / sizeof *properties; i++) {
        const DWORD code =
            set_property(scm, service, properties[i].level, properties[i].value, properties[i].what);
        if (code != ERROR_SUCCESS)
            return code;
    }
    return ERROR_SUCCESS;
}

/* It holds every privilege, and is no account that rights could be given to. */
static bool is_the_system(const wchar_t *account)
{
    return _wcsicmp(account, L"LocalSystem") == 0 || _wcsicmp(account, L".\\LocalSystem") == 0 ||
           _wcsicmp(account, L"NT AUTHORITY\\SYSTEM") == 0;
}

/* SeAuditPrivilege to write to the Security log; accounts of services hold SeImpersonatePrivilege already, a gMSA need not. */
static DWORD grant_rights(const struct scm *scm, const wchar_t *account)
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
    if (is_the_system(account))
        return ERROR_SUCCESS;
    if (!scm->LookupAccountNameW(NULL, account, sid, &sid_size, domain, &domain_size, &use))
        return scm->GetLastError();
    NTSTATUS status =
        scm->LsaOpenPolicy(NULL, &attributes, POLICY_CREATE_ACCOUNT | POLICY_LOOKUP_NAMES, &policy);
    if (status == 0) {
        status = scm->LsaAddAccountRights(policy, sid, rights, sizeof rights / sizeof *rights);
        (void)scm->LsaClose(policy);
    }
    return status == 0 ? ERROR_SUCCESS : scm->LsaNtStatusToWinError(status);
}

/* What is left over after a mistake is taken away again. */
static int complete(const struct scm *scm, SC_HANDLE service, const wchar_t *account)
{
    const char *problem = "the service's properties could not be set";
    DWORD code = set_properties(scm, service);
    if (code == ERROR_SUCCESS) {
        problem = "the source of its messages could not be registered";
        code = add_source(scm);
    }
    if (code == ERROR_SUCCESS) {
        problem = "its account could not be given SeAuditPrivilege and SeImpersonatePrivilege";
        code = grant_rights(scm, account);
    }
    if (code == ERROR_SUCCESS)
        return 0;
    (void)scm->DeleteService(service);
    (void)scm->RegDeleteKeyW(HKEY_LOCAL_MACHINE, source_key);
    return complain(problem, code);
}

int install_service(const struct scm *scm, int argc, char **argv)
{
    static struct command command;
    wchar_t account[ARGUMENT_MAX];
    bool named = argc >= 2 && strcmp(argv[0], "--account") == 0;
    (void)wcscpy(account, own_account);
    if (named && !widen(argv[1], account))
        return complain("the account's name", scm->GetLastError());
    if (!put_command(scm, &command, named ? argc - 2 : argc, named ? argv + 2 : argv))
        return complain("the settings are too long; put them into a file and give --config",
                        ERROR_BAD_LENGTH);
    SC_HANDLE manager = scm->OpenSCManagerW(NULL, NULL, SC_MANAGER_CREATE_SERVICE);
    if (manager == NULL)
        return complain("the service control manager", scm->GetLastError());
    SC_HANDLE service = scm->CreateServiceW(
        manager, REPORT_SOURCE, REPORT_SOURCE, SERVICE_CHANGE_CONFIG | SERVICE_START | DELETE,
        SERVICE_WIN32_OWN_PROCESS, SERVICE_AUTO_START, SERVICE_ERROR_NORMAL, command.text, NULL, NULL, NULL,
        account, NULL);
    int status = service == NULL ? complain("the service could not be registered", scm->GetLastError())
                                 : complete(scm, service, account);
    if (service != NULL)
        (void)scm->CloseServiceHandle(service);
    (void)scm->CloseServiceHandle(manager);
    return status;
}

int uninstall_service(const struct scm *scm)
{
    SC_HANDLE manager = scm->OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    if (manager == NULL)
        return complain("the service control manager", scm->GetLastError());
    SC_HANDLE service = scm->OpenServiceW(manager, REPORT_SOURCE, SERVICE_STOP | DELETE);
    SERVICE_STATUS stopping;
    int status = 0;
    if (service == NULL) {
        status = complain("the service ntokend", scm->GetLastError());
    } else {
        (void)scm->ControlService(service, SERVICE_CONTROL_STOP, &stopping); /* it may not run */
        if (!scm->DeleteService(service))
            status = complain("the service could not be removed", scm->GetLastError());
        (void)scm->CloseServiceHandle(service);
    }
    (void)scm->CloseServiceHandle(manager);
    const LSTATUS source = scm->RegDeleteKeyW(HKEY_LOCAL_MACHINE, source_key);
    if (status == 0 && source != ERROR_SUCCESS && source != ERROR_FILE_NOT_FOUND)
        status = complain("the source of its messages", (DWORD)source);
    return status;
}
