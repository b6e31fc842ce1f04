#include "config_host.h"

#include <stdlib.h>
#include <unistd.h>

const enum config_system config_host_system = CONFIG_POSIX;

unsigned config_host_processors(void)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return processors < 1 ? 1 : (unsigned)processors;
}

int config_host_access(const char *path)
{
    return access(path, R_OK);
}

/* systemd gives a service that asks for it folders of its own. */
const char *config_host_folder(enum config_folder folder)
{
    static const char *const names[] = {
        [CONFIG_FOLDER_STATE] = "STATE_DIRECTORY", [CONFIG_FOLDER_CREDENTIALS] = "CREDENTIALS_DIRECTORY"};
    return secure_getenv(names[folder]);
}
