#include "platform/usage.h"

#include <windows.h>

#include <psapi.h>

enum { TICKS_PER_US = 10 };
/* Between 1601, where a FILETIME begins, and 1970. */
static const uint64_t epoch_us = UINT64_C(11644473600000000);

static uint64_t us_of(FILETIME time)
{
    return (((uint64_t)time.dwHighDateTime << 32) | time.dwLowDateTime) / TICKS_PER_US;
}

void platform_usage(struct usage *ret)
{
    FILETIME created;
    FILETIME ended;
    FILETIME system;
    FILETIME user;
    PROCESS_MEMORY_COUNTERS memory = {.cb = sizeof memory};
    DWORD handles = 0;
    HANDLE process = GetCurrentProcess();
    *ret = (struct usage){0};
    if (GetProcessTimes(process, &created, &ended, &system, &user)) {
        ret->cpu_us = us_of(system) + us_of(user);
        ret->started_us = us_of(created) - epoch_us;
    }
    if (K32GetProcessMemoryInfo(process, &memory, sizeof memory)) {
        ret->resident_bytes = memory.WorkingSetSize;
        /* PrivateUsage says the same since Windows 8, and nothing on Wine */
        ret->virtual_bytes = memory.PagefileUsage;
    }
    if (GetProcessHandleCount(process, &handles))
        ret->descriptors = handles;
}
