#include "config_host.h"

#include <stddef.h>
#include <windows.h>

const enum config_system config_host_system = CONFIG_WINDOWS;

unsigned config_host_processors(void)
{
    const DWORD processors = GetActiveProcessorCount(ALL_PROCESSOR_GROUPS);
    return processors < 1 ? 1 : (unsigned)processors;
}

/* The event log and the keys are the system's own. */
const char *config_host_folder(enum config_folder folder)
{
    (void)folder;
    return NULL;
}
