#include "engine/rights.h"

/* Sources: reference 3.12; winnt.h and winsvc.h as documented in the Windows SDK; [MS-RPRN] 2.2.3.1, [MS-SAMR] 2.2.1,
 * [MS-LSAD] 2.2.1.1.2, [MS-ADTS] 5.1.3.2; message numbers of reference 5.5. Single bits first, names of combinations and second names behind them. */
static const struct right_name rights_file[] = {
    {"FILE_READ_DATA", 0x1},         {"FILE_WRITE_DATA", 0x2},         {"FILE_APPEND_DATA", 0x4},
    {"FILE_READ_EA", 0x8},           {"FILE_WRITE_EA", 0x10},          {"FILE_EXECUTE", 0x20},
    {"FILE_DELETE_CHILD", 0x40},     {"FILE_READ_ATTRIBUTES", 0x80},   {"FILE_WRITE_ATTRIBUTES", 0x100},
    {"FILE_GENERIC_READ", 0x120089}, {"FILE_GENERIC_WRITE", 0x120116}, {"FILE_GENERIC_EXECUTE", 0x1200A0},
    {"FILE_ALL_ACCESS", 0x1F01FF}};
static const struct right_name rights_directory[] = {
    {"FILE_LIST_DIRECTORY", 0x1},    {"FILE_ADD_FILE", 0x2},           {"FILE_ADD_SUBDIRECTORY", 0x4},
    {"FILE_READ_EA", 0x8},           {"FILE_WRITE_EA", 0x10},          {"FILE_TRAVERSE", 0x20},
    {"FILE_DELETE_CHILD", 0x40},     {"FILE_READ_ATTRIBUTES", 0x80},   {"FILE_WRITE_ATTRIBUTES", 0x100},
    {"FILE_GENERIC_READ", 0x120089}, {"FILE_GENERIC_WRITE", 0x120116}, {"FILE_GENERIC_EXECUTE", 0x1200A0},
    {"FILE_ALL_ACCESS", 0x1F01FF}};
static const struct right_name rights_named_pipe[] = {
    {"FILE_READ_DATA", 0x1},         {"FILE_WRITE_DATA", 0x2},         {"FILE_CREATE_PIPE_INSTANCE", 0x4},
    {"FILE_READ_EA", 0x8},           {"FILE_WRITE_EA", 0x10},          {"FILE_EXECUTE", 0x20},
    {"FILE_DELETE_CHILD", 0x40},     {"FILE_READ_ATTRIBUTES", 0x80},   {"FILE_WRITE_ATTRIBUTES", 0x100},
    {"FILE_GENERIC_READ", 0x120089}, {"FILE_GENERIC_WRITE", 0x120116}, {"FILE_GENERIC_EXECUTE", 0x1200A0},
    {"FILE_ALL_ACCESS", 0x1F01FF}};
static const struct right_name rights_registry_key[] = {
    {"KEY_QUERY_VALUE", 0x1},        {"KEY_SET_VALUE", 0x2},     {"KEY_CREATE_SUB_KEY", 0x4},
    {"KEY_ENUMERATE_SUB_KEYS", 0x8}, {"KEY_NOTIFY", 0x10},       {"KEY_CREATE_LINK", 0x20},
    {"KEY_WOW64_64KEY", 0x100},      {"KEY_WOW64_32KEY", 0x200}, {"KEY_READ", 0x20019},
    {"KEY_WRITE", 0x20006},          {"KEY_EXECUTE", 0x20019},   {"KEY_ALL_ACCESS", 0xF003F}};
static const struct right_name rights_service[] = {{"SERVICE_QUERY_CONFIG", 0x1},
                                                   {"SERVICE_CHANGE_CONFIG", 0x2},
                                                   {"SERVICE_QUERY_STATUS", 0x4},
                                                   {"SERVICE_ENUMERATE_DEPENDENTS", 0x8},
                                                   {"SERVICE_START", 0x10},
                                                   {"SERVICE_STOP", 0x20},
                                                   {"SERVICE_PAUSE_CONTINUE", 0x40},
                                                   {"SERVICE_INTERROGATE", 0x80},
                                                   {"SERVICE_USER_DEFINED_CONTROL", 0x100},
                                                   {"SERVICE_ALL_ACCESS", 0xF01FF}};
static const struct right_name rights_service_manager[] = {{"SC_MANAGER_CONNECT", 0x1},
                                                           {"SC_MANAGER_CREATE_SERVICE", 0x2},
                                                           {"SC_MANAGER_ENUMERATE_SERVICE", 0x4},
                                                           {"SC_MANAGER_LOCK", 0x8},
                                                           {"SC_MANAGER_QUERY_LOCK_STATUS", 0x10},
                                                           {"SC_MANAGER_MODIFY_BOOT_CONFIG", 0x20},
                                                           {"SC_MANAGER_ALL_ACCESS", 0xF003F}};
static const struct right_name rights_process[] = {{"PROCESS_TERMINATE", 0x1},
                                                   {"PROCESS_CREATE_THREAD", 0x2},
                                                   {"PROCESS_SET_SESSIONID", 0x4},
                                                   {"PROCESS_VM_OPERATION", 0x8},
                                                   {"PROCESS_VM_READ", 0x10},
                                                   {"PROCESS_VM_WRITE", 0x20},
                                                   {"PROCESS_DUP_HANDLE", 0x40},
                                                   {"PROCESS_CREATE_PROCESS", 0x80},
                                                   {"PROCESS_SET_QUOTA", 0x100},
                                                   {"PROCESS_SET_INFORMATION", 0x200},
                                                   {"PROCESS_QUERY_INFORMATION", 0x400},
                                                   {"PROCESS_SUSPEND_RESUME", 0x800},
                                                   {"PROCESS_QUERY_LIMITED_INFORMATION", 0x1000},
                                                   {"PROCESS_SET_LIMITED_INFORMATION", 0x2000},
                                                   {"PROCESS_ALL_ACCESS", 0x1FFFFF}};
static const struct right_name rights_thread[] = {{"THREAD_TERMINATE", 0x1},
                                                  {"THREAD_SUSPEND_RESUME", 0x2},
                                                  {"THREAD_ALERT", 0x4},
                                                  {"THREAD_GET_CONTEXT", 0x8},
                                                  {"THREAD_SET_CONTEXT", 0x10},
                                                  {"THREAD_SET_INFORMATION", 0x20},
                                                  {"THREAD_QUERY_INFORMATION", 0x40},
                                                  {"THREAD_SET_THREAD_TOKEN", 0x80},
                                                  {"THREAD_IMPERSONATE", 0x100},
                                                  {"THREAD_DIRECT_IMPERSONATION", 0x200},
                                                  {"THREAD_SET_LIMITED_INFORMATION", 0x400},
                                                  {"THREAD_QUERY_LIMITED_INFORMATION", 0x800},
                                                  {"THREAD_RESUME", 0x1000},
                                                  {"THREAD_ALL_ACCESS", 0x1FFFFF}};
static const struct right_name rights_token[] = {
    {"TOKEN_ASSIGN_PRIMARY", 0x1}, {"TOKEN_DUPLICATE", 0x2},       {"TOKEN_IMPERSONATE", 0x4},
    {"TOKEN_QUERY", 0x8},          {"TOKEN_QUERY_SOURCE", 0x10},   {"TOKEN_ADJUST_PRIVILEGES", 0x20},
    {"TOKEN_ADJUST_GROUPS", 0x40}, {"TOKEN_ADJUST_DEFAULT", 0x80}, {"TOKEN_ADJUST_SESSIONID", 0x100},
    {"TOKEN_READ", 0x20008},       {"TOKEN_WRITE", 0x200E0},       {"TOKEN_EXECUTE", 0x20000},
    {"TOKEN_ALL_ACCESS", 0xF01FF}};
static const struct right_name rights_event[] = {
    {"EVENT_QUERY_STATE", 0x1}, {"EVENT_MODIFY_STATE", 0x2}, {"EVENT_ALL_ACCESS", 0x1F0003}};
static const struct right_name rights_mutex[] = {{"MUTANT_QUERY_STATE", 0x1},
                                                 {"MUTEX_MODIFY_STATE", 0x1},
                                                 {"MUTANT_ALL_ACCESS", 0x1F0001},
                                                 {"MUTEX_ALL_ACCESS", 0x1F0001}};
static const struct right_name rights_semaphore[] = {
    {"SEMAPHORE_QUERY_STATE", 0x1}, {"SEMAPHORE_MODIFY_STATE", 0x2}, {"SEMAPHORE_ALL_ACCESS", 0x1F0003}};
static const struct right_name rights_timer[] = {
    {"TIMER_QUERY_STATE", 0x1}, {"TIMER_MODIFY_STATE", 0x2}, {"TIMER_ALL_ACCESS", 0x1F0003}};
static const struct right_name rights_section[] = {
    {"SECTION_QUERY", 0x1},         {"SECTION_MAP_WRITE", 0x2},    {"SECTION_MAP_READ", 0x4},
    {"SECTION_MAP_EXECUTE", 0x8},   {"SECTION_EXTEND_SIZE", 0x10}, {"SECTION_MAP_EXECUTE_EXPLICIT", 0x20},
    {"SECTION_ALL_ACCESS", 0xF001F}};
static const struct right_name rights_job[] = {{"JOB_OBJECT_ASSIGN_PROCESS", 0x1},
                                               {"JOB_OBJECT_SET_ATTRIBUTES", 0x2},
                                               {"JOB_OBJECT_QUERY", 0x4},
                                               {"JOB_OBJECT_TERMINATE", 0x8},
                                               {"JOB_OBJECT_SET_SECURITY_ATTRIBUTES", 0x10},
                                               {"JOB_OBJECT_IMPERSONATE", 0x20},
                                               {"JOB_OBJECT_ALL_ACCESS", 0x1F001F}};
static const struct right_name rights_object_directory[] = {{"DIRECTORY_QUERY", 0x1},
                                                            {"DIRECTORY_TRAVERSE", 0x2},
                                                            {"DIRECTORY_CREATE_OBJECT", 0x4},
                                                            {"DIRECTORY_CREATE_SUBDIRECTORY", 0x8},
                                                            {"DIRECTORY_ALL_ACCESS", 0xF000F}};
static const struct right_name rights_symbolic_link[] = {
    {"SYMBOLIC_LINK_QUERY", 0x1}, {"SYMBOLIC_LINK_SET", 0x2}, {"SYMBOLIC_LINK_ALL_ACCESS", 0xF0001}};
static const struct right_name rights_io_completion[] = {{"IO_COMPLETION_QUERY_STATE", 0x1},
                                                         {"IO_COMPLETION_MODIFY_STATE", 0x2},
                                                         {"IO_COMPLETION_ALL_ACCESS", 0x1F0003}};
static const struct right_name rights_window_station[] = {
    {"WINSTA_ENUMDESKTOPS", 0x1},  {"WINSTA_READATTRIBUTES", 0x2},   {"WINSTA_ACCESSCLIPBOARD", 0x4},
    {"WINSTA_CREATEDESKTOP", 0x8}, {"WINSTA_WRITEATTRIBUTES", 0x10}, {"WINSTA_ACCESSGLOBALATOMS", 0x20},
    {"WINSTA_EXITWINDOWS", 0x40},  {"WINSTA_ENUMERATE", 0x100},      {"WINSTA_READSCREEN", 0x200},
    {"WINSTA_ALL_ACCESS", 0x37F}};
static const struct right_name rights_desktop[] = {
    {"DESKTOP_READOBJECTS", 0x1}, {"DESKTOP_CREATEWINDOW", 0x2},   {"DESKTOP_CREATEMENU", 0x4},
    {"DESKTOP_HOOKCONTROL", 0x8}, {"DESKTOP_JOURNALRECORD", 0x10}, {"DESKTOP_JOURNALPLAYBACK", 0x20},
    {"DESKTOP_ENUMERATE", 0x40},  {"DESKTOP_WRITEOBJECTS", 0x80},  {"DESKTOP_SWITCHDESKTOP", 0x100}};
static const struct right_name rights_ds_object[] = {{"ADS_RIGHT_DS_CREATE_CHILD", 0x1},
                                                     {"ADS_RIGHT_DS_DELETE_CHILD", 0x2},
                                                     {"ADS_RIGHT_ACTRL_DS_LIST", 0x4},
                                                     {"ADS_RIGHT_DS_SELF", 0x8},
                                                     {"ADS_RIGHT_DS_READ_PROP", 0x10},
                                                     {"ADS_RIGHT_DS_WRITE_PROP", 0x20},
                                                     {"ADS_RIGHT_DS_DELETE_TREE", 0x40},
                                                     {"ADS_RIGHT_DS_LIST_OBJECT", 0x80},
                                                     {"ADS_RIGHT_DS_CONTROL_ACCESS", 0x100},
                                                     {"ACTRL_DS_CREATE_CHILD", 0x1},
                                                     {"ACTRL_DS_DELETE_CHILD", 0x2},
                                                     {"ACTRL_DS_LIST", 0x4},
                                                     {"ACTRL_DS_SELF", 0x8},
                                                     {"ACTRL_DS_READ_PROP", 0x10},
                                                     {"ACTRL_DS_WRITE_PROP", 0x20},
                                                     {"ACTRL_DS_DELETE_TREE", 0x40},
                                                     {"ACTRL_DS_LIST_OBJECT", 0x80},
                                                     {"ACTRL_DS_CONTROL_ACCESS", 0x100}};
static const struct right_name rights_printer[] = {
    {"PRINTER_ACCESS_ADMINISTER", 0x4}, {"PRINTER_ACCESS_USE", 0x8}, {"PRINTER_ACCESS_MANAGE_LIMITED", 0x40},
    {"PRINTER_READ", 0x20008},          {"PRINTER_WRITE", 0x20008},  {"PRINTER_EXECUTE", 0x20008},
    {"PRINTER_ALL_ACCESS", 0xF000C}};
static const struct right_name rights_print_server[] = {
    {"SERVER_ACCESS_ADMINISTER", 0x1}, {"SERVER_ACCESS_ENUMERATE", 0x2}, {"SERVER_READ", 0x20002},
    {"SERVER_WRITE", 0x20003},         {"SERVER_EXECUTE", 0x20002},      {"SERVER_ALL_ACCESS", 0xF0003}};
static const struct right_name rights_print_job[] = {
    {"JOB_ACCESS_ADMINISTER", 0x10}, {"JOB_ACCESS_READ", 0x20}, {"JOB_READ", 0x20020},
    {"JOB_WRITE", 0x20010},          {"JOB_EXECUTE", 0x20010},  {"JOB_ALL_ACCESS", 0xF0030}};
static const struct right_name rights_sam_server[] = {{"SAM_SERVER_CONNECT", 0x1},
                                                      {"SAM_SERVER_SHUTDOWN", 0x2},
                                                      {"SAM_SERVER_INITIALIZE", 0x4},
                                                      {"SAM_SERVER_CREATE_DOMAIN", 0x8},
                                                      {"SAM_SERVER_ENUMERATE_DOMAINS", 0x10},
                                                      {"SAM_SERVER_LOOKUP_DOMAIN", 0x20},
                                                      {"SAM_SERVER_READ", 0x20010},
                                                      {"SAM_SERVER_WRITE", 0x2000E},
                                                      {"SAM_SERVER_EXECUTE", 0x20021},
                                                      {"SAM_SERVER_ALL_ACCESS", 0xF003F}};
static const struct right_name rights_sam_domain[] = {{"DOMAIN_READ_PASSWORD_PARAMETERS", 0x1},
                                                      {"DOMAIN_WRITE_PASSWORD_PARAMS", 0x2},
                                                      {"DOMAIN_READ_OTHER_PARAMETERS", 0x4},
                                                      {"DOMAIN_WRITE_OTHER_PARAMETERS", 0x8},
                                                      {"DOMAIN_CREATE_USER", 0x10},
                                                      {"DOMAIN_CREATE_GROUP", 0x20},
                                                      {"DOMAIN_CREATE_ALIAS", 0x40},
                                                      {"DOMAIN_GET_ALIAS_MEMBERSHIP", 0x80},
                                                      {"DOMAIN_LIST_ACCOUNTS", 0x100},
                                                      {"DOMAIN_LOOKUP", 0x200},
                                                      {"DOMAIN_ADMINISTER_SERVER", 0x400},
                                                      {"DOMAIN_READ", 0x20084},
                                                      {"DOMAIN_WRITE", 0x2047A},
                                                      {"DOMAIN_EXECUTE", 0x20301},
                                                      {"DOMAIN_ALL_ACCESS", 0xF07FF}};
static const struct right_name rights_sam_group[] = {
    {"GROUP_READ_INFORMATION", 0x1}, {"GROUP_WRITE_ACCOUNT", 0x2}, {"GROUP_ADD_MEMBER", 0x4},
    {"GROUP_REMOVE_MEMBER", 0x8},    {"GROUP_LIST_MEMBERS", 0x10}, {"GROUP_READ", 0x20010},
    {"GROUP_WRITE", 0x2000E},        {"GROUP_EXECUTE", 0x20001},   {"GROUP_ALL_ACCESS", 0xF001F}};
static const struct right_name rights_sam_alias[] = {
    {"ALIAS_ADD_MEMBER", 0x1},       {"ALIAS_REMOVE_MEMBER", 0x2},  {"ALIAS_LIST_MEMBERS", 0x4},
    {"ALIAS_READ_INFORMATION", 0x8}, {"ALIAS_WRITE_ACCOUNT", 0x10}, {"ALIAS_READ", 0x20004},
    {"ALIAS_WRITE", 0x20013},        {"ALIAS_EXECUTE", 0x20008},    {"ALIAS_ALL_ACCESS", 0xF001F}};
static const struct right_name rights_sam_user[] = {{"USER_READ_GENERAL", 0x1},
                                                    {"USER_READ_PREFERENCES", 0x2},
                                                    {"USER_WRITE_PREFERENCES", 0x4},
                                                    {"USER_READ_LOGON", 0x8},
                                                    {"USER_READ_ACCOUNT", 0x10},
                                                    {"USER_WRITE_ACCOUNT", 0x20},
                                                    {"USER_CHANGE_PASSWORD", 0x40},
                                                    {"USER_FORCE_PASSWORD_CHANGE", 0x80},
                                                    {"USER_LIST_GROUPS", 0x100},
                                                    {"USER_READ_GROUP_INFORMATION", 0x200},
                                                    {"USER_WRITE_GROUP_INFORMATION", 0x400},
                                                    {"USER_READ", 0x2031A},
                                                    {"USER_WRITE", 0x20044},
                                                    {"USER_EXECUTE", 0x20041},
                                                    {"USER_ALL_ACCESS", 0xF07FF}};
static const struct right_name rights_lsa_policy[] = {{"POLICY_VIEW_LOCAL_INFORMATION", 0x1},
                                                      {"POLICY_VIEW_AUDIT_INFORMATION", 0x2},
                                                      {"POLICY_GET_PRIVATE_INFORMATION", 0x4},
                                                      {"POLICY_TRUST_ADMIN", 0x8},
                                                      {"POLICY_CREATE_ACCOUNT", 0x10},
                                                      {"POLICY_CREATE_SECRET", 0x20},
                                                      {"POLICY_CREATE_PRIVILEGE", 0x40},
                                                      {"POLICY_SET_DEFAULT_QUOTA_LIMITS", 0x80},
                                                      {"POLICY_SET_AUDIT_REQUIREMENTS", 0x100},
                                                      {"POLICY_AUDIT_LOG_ADMIN", 0x200},
                                                      {"POLICY_SERVER_ADMIN", 0x400},
                                                      {"POLICY_LOOKUP_NAMES", 0x800},
                                                      {"POLICY_NOTIFICATION", 0x1000},
                                                      {"POLICY_READ", 0x20006},
                                                      {"POLICY_WRITE", 0x207F8},
                                                      {"POLICY_EXECUTE", 0x20801},
                                                      {"POLICY_ALL_ACCESS", 0xF0FFF}};
static const struct right_name rights_lsa_account[] = {
    {"ACCOUNT_VIEW", 0x1},          {"ACCOUNT_ADJUST_PRIVILEGES", 0x2},
    {"ACCOUNT_ADJUST_QUOTAS", 0x4}, {"ACCOUNT_ADJUST_SYSTEM_ACCESS", 0x8},
    {"ACCOUNT_READ", 0x20001},      {"ACCOUNT_WRITE", 0x2000E},
    {"ACCOUNT_EXECUTE", 0x20000},   {"ACCOUNT_ALL_ACCESS", 0xF000F}};
static const struct right_name rights_lsa_secret[] = {
    {"SECRET_SET_VALUE", 0x1}, {"SECRET_QUERY_VALUE", 0x2}, {"SECRET_READ", 0x20002},
    {"SECRET_WRITE", 0x20001}, {"SECRET_EXECUTE", 0x20000}, {"SECRET_ALL_ACCESS", 0xF0003}};
static const struct right_name rights_lsa_trusted_domain[] = {
    {"TRUSTED_QUERY_DOMAIN_NAME", 0x1}, {"TRUSTED_QUERY_CONTROLLERS", 0x2}, {"TRUSTED_SET_CONTROLLERS", 0x4},
    {"TRUSTED_QUERY_POSIX", 0x8},       {"TRUSTED_SET_POSIX", 0x10},        {"TRUSTED_SET_AUTH", 0x20},
    {"TRUSTED_QUERY_AUTH", 0x40},       {"TRUSTED_READ", 0x20001},          {"TRUSTED_WRITE", 0x20014},
    {"TRUSTED_EXECUTE", 0x2000A},       {"TRUSTED_ALL_ACCESS", 0xF007F}};

#define ROW(name_, title_, audited_, message_, rights_, read_, write_, execute_, all_)                       \
    {                                                                                                        \
        .name = (name_), .title = (title_),                                                                  \
        .mapping = {.read = (read_), .write = (write_), .execute = (execute_), .all = (all_)},               \
        .audited_as = AUDITED_AS_##audited_, .first_message = (message_), .rights = (rights_),               \
        .right_count = sizeof(rights_) / sizeof((rights_)[0])                                                \
    }

static const struct securable securables[] = {
    ROW("file", "file", FILE, 4416, rights_file, 0x120089, 0x120116, 0x1200A0, 0x1F01FF),
    ROW("directory", "directory", FILE, 4416, rights_directory, 0x120089, 0x120116, 0x1200A0, 0x1F01FF),
    ROW("named-pipe", "named pipe", FILE, 4416, rights_named_pipe, 0x120089, 0x120116, 0x1200A0, 0x1F01FF),
    ROW("device", "device", KERNEL, 4352, rights_file, 0x120089, 0x120116, 0x1200A0, 0x1F01FF),
    ROW("registry-key", "registry key", REGISTRY, 4432, rights_registry_key, 0x20019, 0x20006, 0x20019,
        0xF003F),
    ROW("service", "service", OTHER, 7184, rights_service, 0x2008D, 0x20002, 0x20170, 0xF01FF),
    ROW("service-manager", "service control manager", OTHER, 7168, rights_service_manager, 0x20014, 0x20022,
        0x20009, 0xF003F),
    ROW("process", "process", KERNEL, 4480, rights_process, 0x20410, 0x20BEA, 0x121001, 0x1FFFFF),
    ROW("thread", "thread", KERNEL, 4560, rights_thread, 0x20048, 0x20437, 0x121800, 0x1FFFFF),
    ROW("token", "access token", KERNEL, 4592, rights_token, 0x2001A, 0x201E0, 0x20005, 0xF01FF),
    ROW("event", "event", KERNEL, 4384, rights_event, 0x20001, 0x20002, 0x120000, 0x1F0003),
    ROW("mutex", "mutex", KERNEL, 4448, rights_mutex, 0x20001, 0x20000, 0x120000, 0x1F0001),
    ROW("semaphore", "semaphore", KERNEL, 4528, rights_semaphore, 0x20001, 0x20002, 0x120000, 0x1F0003),
    ROW("timer", "timer", KERNEL, 4576, rights_timer, 0x20001, 0x20002, 0x120000, 0x1F0003),
    ROW("section", "section", KERNEL, 4512, rights_section, 0x20005, 0x20002, 0x20008, 0xF001F),
    ROW("job", "job", KERNEL, 5136, rights_job, 0x20004, 0x2000B, 0x120000, 0x1F001F),
    ROW("object-directory", "object directory", KERNEL, 4368, rights_object_directory, 0x20003, 0x2000C,
        0x20003, 0xF000F),
    ROW("symbolic-link", "symbolic link", KERNEL, 4544, rights_symbolic_link, 0x20001, 0x20000, 0x20001,
        0xF0001),
    ROW("io-completion", "I/O completion", KERNEL, 4864, rights_io_completion, 0x20001, 0x20002, 0x120000,
        0x1F0003),
    ROW("window-station", "window station", KERNEL, 6656, rights_window_station, 0x20303, 0x2001C, 0x20060,
        0xF037F),
    ROW("desktop", "desktop", KERNEL, 6672, rights_desktop, 0x20041, 0x200BE, 0x20100, 0xF01FF),
    ROW("ds-object", "directory service object", DIRECTORY, 7680, rights_ds_object, 0x20094, 0x20028, 0x20004,
        0xF01FF),
    ROW("printer", "printer", OTHER, 6928, rights_printer, 0x20008, 0x20008, 0x20008, 0xF000C),
    ROW("print-server", "print server", OTHER, 6912, rights_print_server, 0x20002, 0x20003, 0x20002, 0xF0003),
    ROW("print-job", "print job", OTHER, 6944, rights_print_job, 0x20020, 0x20010, 0x20010, 0xF0030),
    ROW("sam-server", "SAM server", SAM, 5376, rights_sam_server, 0x20010, 0x2000E, 0x20021, 0xF003F),
    ROW("sam-domain", "SAM domain", SAM, 5392, rights_sam_domain, 0x20084, 0x2047A, 0x20301, 0xF07FF),
    ROW("sam-group", "SAM group", SAM, 5408, rights_sam_group, 0x20010, 0x2000E, 0x20001, 0xF001F),
    ROW("sam-alias", "SAM alias", SAM, 5424, rights_sam_alias, 0x20004, 0x20013, 0x20008, 0xF001F),
    ROW("sam-user", "SAM user", SAM, 5440, rights_sam_user, 0x2031A, 0x20044, 0x20041, 0xF07FF),
    ROW("lsa-policy", "LSA policy", SAM, 5632, rights_lsa_policy, 0x20006, 0x207F8, 0x20801, 0xF0FFF),
    ROW("lsa-account", "LSA account", SAM, 5680, rights_lsa_account, 0x20001, 0x2000E, 0x20000, 0xF000F),
    ROW("lsa-secret", "LSA secret", SAM, 5648, rights_lsa_secret, 0x20002, 0x20001, 0x20000, 0xF0003),
    ROW("lsa-trusted-domain", "LSA trusted domain", SAM, 5664, rights_lsa_trusted_domain, 0x20001, 0x20014,
        0x2000A, 0xF007F),
};

const struct securable *securable_all(size_t *ret_count)
{
    *ret_count = sizeof securables / sizeof securables[0];
    return securables;
}
