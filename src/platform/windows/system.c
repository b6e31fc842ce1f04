#include "platform/windows/system.h"

#include "base/log.h"

enum { EXIT_STILL_IMPERSONATING = 71 };

void system_of_windows(struct system *ret)
{
#define X(name) ret->name = name;
    SYSTEM_CALLS(X)
#undef X
}

enum err system_error_of(DWORD code)
{
    for (int err = ERR_NONE + 1; err <= ERR_INVALID_STRING_UUID; err++)
        if (err_win32((enum err)err) == code)
            return (enum err)err;
    return code == ERROR_OUTOFMEMORY || code == ERROR_NO_SYSTEM_RESOURCES ? ERR_NO_MEMORY : ERR_FAILED;
}

enum err system_error(const struct system *system)
{
    return system_error_of(system->GetLastError());
}

void system_die(const struct system *system, const char *call, DWORD code)
{
    LOG(LOG_LEVEL_ERROR, "still-impersonating", LOG_STRING("call", call), LOG_NUMBER("error", code),
        LOG_STRING("remedy", "the service ended itself; its manager starts it again"));
    while (!system->TerminateProcess(system->GetCurrentProcess(), EXIT_STILL_IMPERSONATING))
        Sleep(1);
}
