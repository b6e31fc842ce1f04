/* log_sink: standard error, which may be slow, full or gone, and for which nobody waits. Twins in posix/ and windows/. */
#ifndef NTOKEND_BASE_LOG_SINK_H
#define NTOKEND_BASE_LOG_SINK_H

#include <stddef.h>

/* How many bytes it took, perhaps not all; 0: it would have to wait; -1: it does not take them, now or ever. */
ptrdiff_t log_sink_write(const char *text, size_t size);
/* Waits until it may take some, at most so long. */
void log_sink_wait(unsigned timeout_ms);

#endif
