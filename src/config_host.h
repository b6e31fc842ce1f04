/* config_host: what settings have to do with the system. */
#ifndef NTOKEND_CONFIG_HOST_H
#define NTOKEND_CONFIG_HOST_H

/* Where a setting means something; elsewhere there is no such setting. */
enum config_system { CONFIG_EVERYWHERE, CONFIG_POSIX, CONFIG_WINDOWS };

extern const enum config_system config_host_system;

/* How many processors may run threads; at least 1. */
unsigned config_host_processors(void);
/* As access() with R_OK, of a path in UTF-8: 0, or -1 and errno. */
int config_host_access(const char *path);
/* What the system keeps for the service: what it must remember for good, what for as long as the machine runs, and secrets. */
enum config_folder { CONFIG_FOLDER_STATE, CONFIG_FOLDER_CREDENTIALS };

/* Apart by colons when there are several; NULL when there is none. */
const char *config_host_folder(enum config_folder folder);

#endif
