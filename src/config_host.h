/* config_host: what settings have to do with the system. */
#ifndef NTOKEND_CONFIG_HOST_H
#define NTOKEND_CONFIG_HOST_H

/* Where a setting means something; elsewhere there is no such setting. */
enum config_system { CONFIG_EVERYWHERE, CONFIG_POSIX, CONFIG_WINDOWS };

extern const enum config_system config_host_system;

/* How many processors may run threads; at least 1. */
unsigned config_host_processors(void);
/* The folders that the system keeps for what the service must remember, apart by colons; NULL when there are none. */
const char *config_host_folder(void);

#endif
