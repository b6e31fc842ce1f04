#include "base/log_sink.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static ptrdiff_t result_of(ssize_t written)
{
    if (written >= 0)
        return written;
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? 0 : -1;
}

/* Not O_NONBLOCK: the file may be shared with other processes, which it would hit too. A pipe or terminal that says it is writable takes
 * PIPE_BUF bytes without waiting (poll(2), pipe(7)). */
ptrdiff_t log_sink_write(const char *text, size_t size)
{
    struct stat kind;
    struct pollfd ready = {.fd = STDERR_FILENO, .events = POLLOUT};
    if (fstat(STDERR_FILENO, &kind) != 0)
        return -1;
    if (S_ISSOCK(kind.st_mode))
        return result_of(send(STDERR_FILENO, text, size, MSG_DONTWAIT | MSG_NOSIGNAL));
    if (S_ISREG(kind.st_mode))
        return result_of(write(STDERR_FILENO, text, size));
    if (poll(&ready, 1, 0) <= 0)
        return 0;
    return result_of(write(STDERR_FILENO, text, size < PIPE_BUF ? size : PIPE_BUF));
}

void log_sink_wait(unsigned timeout_ms)
{
    struct pollfd ready = {.fd = STDERR_FILENO, .events = POLLOUT};
    (void)poll(&ready, 1, (int)timeout_ms);
}
