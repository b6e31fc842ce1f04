#include "base/log_outlet.h"

#include "base/log_sink.h"

#include <pthread.h>
#include <string.h>

enum { STEP_MS = 50 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
/* All of this is under the lock. */
static char kept[LOG_OUTLET_KEPT]; /* a ring; its pages cost nothing before they are used */
static size_t kept_start;
static size_t kept_size;
static uint64_t lost;

/* Oldest first. False: standard error takes nothing any more, so that to keep more would be in vain. */
static bool drain(void)
{
    while (kept_size != 0) {
        const size_t end =
            kept_start + kept_size < LOG_OUTLET_KEPT ? kept_start + kept_size : LOG_OUTLET_KEPT;
        const ptrdiff_t taken = log_sink_write(kept + kept_start, end - kept_start);
        if (taken <= 0)
            return taken == 0;
        kept_start = (kept_start + (size_t)taken) % LOG_OUTLET_KEPT;
        kept_size -= (size_t)taken;
    }
    return true;
}

static void keep(const char *text, size_t size)
{
    const size_t at = (kept_start + kept_size) % LOG_OUTLET_KEPT;
    const size_t first = size < LOG_OUTLET_KEPT - at ? size : LOG_OUTLET_KEPT - at;
    memcpy(kept + at, text, first);
    memcpy(kept, text + first, size - first);
    kept_size += size;
}

static bool take(const char *text, size_t size)
{
    size_t at = 0;
    if (!drain())
        return false;
    while (kept_size == 0 && at < size) {
        const ptrdiff_t taken = log_sink_write(text + at, size - at);
        if (taken < 0 && at == 0)
            return false;
        if (taken <= 0)
            break;
        at += (size_t)taken;
    }
    if (size - at >
        LOG_OUTLET_KEPT - kept_size) /* never of a line that was begun: then nothing else is kept */
        return false;
    keep(text + at, size - at);
    return true;
}

static uint64_t lines_of(const char *text, size_t size)
{
    uint64_t lines = 0;
    for (size_t i = 0; i < size; i++)
        lines += text[i] == '\n';
    return lines;
}

bool log_outlet_give(const char *text, size_t size)
{
    (void)pthread_mutex_lock(&lock);
    const bool taken = take(text, size);
    if (!taken)
        lost += lines_of(text, size);
    (void)pthread_mutex_unlock(&lock);
    return taken;
}

void log_outlet_drain(unsigned timeout_ms)
{
    bool waiting = true;
    for (unsigned waited = 0; waiting; waited += STEP_MS) {
        (void)pthread_mutex_lock(&lock);
        waiting = drain() && kept_size != 0 && waited < timeout_ms;
        (void)pthread_mutex_unlock(&lock);
        if (waiting)
            log_sink_wait(STEP_MS);
    }
}

uint64_t log_outlet_lost(void)
{
    (void)pthread_mutex_lock(&lock);
    const uint64_t result = lost;
    (void)pthread_mutex_unlock(&lock);
    return result;
}
