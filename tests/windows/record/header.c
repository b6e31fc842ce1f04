/* Which Windows, which account, when. */
#include "windows/record/record.h"

#include "eventlog/timestamp.h"
#include "platform/windows/account.h"

#include <check.h>

enum { FORMAT = 1 };

#define KEY L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"

typedef LONG WINAPI get_version(OSVERSIONINFOEXW *version);
typedef const char *CDECL wine_version(void);

static json_t *version_of_windows(void)
{
    OSVERSIONINFOEXW version = {.dwOSVersionInfoSize = sizeof version};
    DWORD revision = 0;
    DWORD size = sizeof revision;
    get_version *get = (get_version *)(uintptr_t)machine_function("ntdll.dll", "RtlGetVersion");
    ck_assert(get != NULL && get(&version) == 0);
    (void)RegGetValueW(HKEY_LOCAL_MACHINE, KEY, L"UBR", RRF_RT_REG_DWORD, NULL, &revision, &size);
    return json_pack("{s:I, s:I, s:I, s:I, s:b}", "major", (json_int_t)version.dwMajorVersion, "minor",
                     (json_int_t)version.dwMinorVersion, "build", (json_int_t)version.dwBuildNumber,
                     "revision", (json_int_t)revision, "server", version.wProductType != VER_NT_WORKSTATION);
}

static json_t *wine(void)
{
    wine_version *version = (wine_version *)(uintptr_t)machine_function("ntdll.dll", "wine_get_version");
    return version != NULL ? json_string(version()) : json_null();
}

static const char *architecture(void)
{
    SYSTEM_INFO information;
    GetNativeSystemInfo(&information);
    switch (information.wProcessorArchitecture) {
    case PROCESSOR_ARCHITECTURE_AMD64:
        return "x86_64";
    case 12: /* PROCESSOR_ARCHITECTURE_ARM64 */
        return "arm64";
    default:
        return "another";
    }
}

/* 100 ns since 1601 */
static void now(char ret[TIMESTAMP_TEXT_MAX])
{
    FILETIME time;
    GetSystemTimeAsFileTime(&time);
    const int64_t ticks = (int64_t)((uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime);
    timestamp_format((ticks - INT64_C(116444736000000000)) * 100, 3, ret);
}

static json_t *privileges(const struct machine *machine)
{
    json_t *list = json_array();
    for (unsigned luid = SE_PRIVILEGE_FIRST; luid <= SE_PRIVILEGE_LAST; luid++)
        if ((machine->self.privileges.present & privilege_bit(luid)) != 0)
            (void)json_array_append_new(list, json_string(privilege_name(luid)));
    return list;
}

static const char *account(struct machine *machine)
{
    const char *domain = NULL;
    const char *name = NULL;
    if (account_lookup(&machine->system, machine->self.user, &machine->arena, &domain, &name) != ERR_NONE)
        return "nobody";
    return arena_printf(&machine->arena, "%s\\%s", domain, name);
}

void record_header(struct record *record)
{
    char time[TIMESTAMP_TEXT_MAX];
    char sid[SID_TEXT_MAX];
    struct machine *machine = record->machine;
    now(time);
    (void)sid_format(machine->self.user, sid);
    record_line(record,
                json_pack("{s:i, s:s, s:o, s:o, s:s, s:s, s:s, s:s, s:I, s:o, s:b}", "format", FORMAT,
                          "ntokend", NTOKEND_VERSION, "windows", version_of_windows(), "wine", wine(),
                          "architecture", architecture(), "time", time, "account", account(machine), "sid",
                          sid, "integrity", (json_int_t)machine->self.integrity_level, "privileges",
                          privileges(machine), "creates_tokens", (int)machine->may_create));
}
