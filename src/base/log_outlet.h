/* log_outlet: from the threads that log to standard error. Nobody waits: what it does not take at once is kept, up to LOG_OUTLET_KEPT bytes, and
 * what does not fit there is lost and counted. */
#ifndef NTOKEND_BASE_LOG_OUTLET_H
#define NTOKEND_BASE_LOG_OUTLET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LOG_OUTLET_KEPT = 1 << 20, LOG_OUTLET_PIECE = 8192 };

/* Whole lines, at most LOG_OUTLET_PIECE bytes: all or nothing of them, and nothing between them. False: they are lost. Any thread. */
bool log_outlet_give(const char *text, size_t size);
/* Writes what is kept, and waits at most so long for it to be taken. */
void log_outlet_drain(unsigned timeout_ms);
/* Lines that were lost since the start. */
uint64_t log_outlet_lost(void);

#endif
