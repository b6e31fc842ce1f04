/* timestamp: times of events as text, RFC 3339. */
#ifndef NTOKEND_EVENTLOG_TIMESTAMP_H
#define NTOKEND_EVENTLOG_TIMESTAMP_H

#include "base/err.h"

#include <stdint.h>

enum { TIMESTAMP_TEXT_MAX = 40 };

/* "2026-11-22T18:00:00.1234567Z". `digits` of the second's fraction, 1 to 9; what they cannot hold is dropped. `time_ns` is
 * since the Unix epoch and may be negative. */
void timestamp_format(int64_t time_ns, unsigned digits, char ret[TIMESTAMP_TEXT_MAX]);
/* RFC 3339 5.6, with seconds; digits past the ninth are dropped. A blank stands for the + of an offset, since that is what a + in
 * a URL means that nobody escaped. ERR_MALFORMED, also for days that no calendar has and for years before 1970 or after 2261. */
enum err timestamp_parse(const char *text, int64_t *ret_ns) MUST_USE;

#endif
