/* Windows has no pipe that says whether a write would wait: a reader that stops reading standard error stops the service. Under the
 * service control manager nobody reads it, and warnings go to the Application log. */
#include "base/log_sink.h"

#include <io.h>
#include <windows.h>

ptrdiff_t log_sink_write(const char *text, size_t size)
{
    return _write(2, text, (unsigned)size);
}

void log_sink_wait(unsigned timeout_ms)
{
    Sleep(timeout_ms < 10 ? timeout_ms : 10);
}
