/* check: which of the platform's settings could not be put to work. Starts, makes and logs nothing. */
#ifndef NTOKEND_PLATFORM_CHECK_H
#define NTOKEND_PLATFORM_CHECK_H

#include "platform/process.h"

/* `key` as in the configuration, static. `problem` goes on behind it, "is …; do …", and lives during the call. A note is no mistake: the
 * service would start and serve, though perhaps not as somebody meant. */
typedef void platform_found(void *context, const char *key, bool note, const char *problem);

/* All that there is to find, each once. */
void platform_check(const struct platform_settings *settings, platform_found *found, void *context);

#endif
