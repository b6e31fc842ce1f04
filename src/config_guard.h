/* config_guard: `guard = METHOD /path SDDL`, who may call a route. */
#ifndef NTOKEND_CONFIG_GUARD_H
#define NTOKEND_CONFIG_GUARD_H

#include "config.h"

/* Each gives NULL, or what is wrong and what to do, in the configuration's arena. */
const char *config_guard_set(struct config *config, const struct route_table *routes,
                             const char *value) MUST_USE;
/* More SDDL of the last guard: a line of the file that starts with a blank. */
const char *config_guard_continue(struct config *config, const char *value) MUST_USE;
/* Is it a descriptor that lets somebody be checked? Once all settings are known. */
const char *config_guard_check(struct config *config, size_t index) MUST_USE;

/* What is no mistake, but may not be meant: that nobody may call the route, though ACEs are there, or everybody; NULL for nothing. */
const char *config_guard_look(struct config *config, size_t index) MUST_USE;

#endif
