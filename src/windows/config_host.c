#include "config_host.h"

#include <errno.h>
#include <io.h>
#include <windows.h>

enum { PATH_SIZE = 1 << 15, TO_READ = 4 };

const enum config_system config_host_system = CONFIG_WINDOWS;

unsigned config_host_processors(void)
{
    const DWORD processors = GetActiveProcessorCount(ALL_PROCESSOR_GROUPS);
    return processors < 1 ? 1 : (unsigned)processors;
}

/* The C library takes a path for one in the code page of the system, which has other letters. */
int config_host_access(const char *path)
{
    static wchar_t wide[PATH_SIZE];
    if (MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, wide, PATH_SIZE) == 0) {
        errno = EINVAL;
        return -1;
    }
    return _waccess(wide, TO_READ);
}

/* The event log and the keys are the system's own. */
const char *config_host_folder(enum config_folder folder)
{
    (void)folder;
    return NULL;
}
