/* event_path: a search as the XPath of EvtQuery, as far as that can say it. */
#ifndef NTOKEND_PLATFORM_WINDOWS_EVENT_PATH_H
#define NTOKEND_PLATFORM_WINDOWS_EVENT_PATH_H

#include "eventlog/store.h"

enum { EVENT_PATH_MAX = 1024 }; /* no path is longer */

/* Events after `after` (0: from the first) and before `before` (0: to the last). What is not said, names, parts of texts and
 * whatever would need quoting, is for filter_match, which looks at all conditions again. In the arena. ERR_NO_MEMORY. */
enum err event_path(struct arena *arena, const struct event_filter *filter, uint64_t after, uint64_t before,
                    const char **ret) MUST_USE;

#endif
