/* finding: what a check finds, in words. */
#ifndef NTOKEND_PLATFORM_FINDING_H
#define NTOKEND_PLATFORM_FINDING_H

#include "platform/check.h"
#include "platform/watched_file.h"

/* Whoever asked for the check. */
struct finding {
    platform_found *found;
    void *context;
};

/* One thing, as platform_found says. */
void finding_tell(const struct finding *finding, const char *key, bool note, const char *format, ...)
    __attribute__((format(PRINTF_FORMATS, 4, 5)));
/* All that watched_file_init would say of the file; nothing of none. `context` is the kind's. */
void finding_of_file(const struct finding *finding, const char *key, const char *path,
                     const struct watched_kind *kind, const void *context);

#endif
