#include "posix/notify.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { MESSAGE_SIZE = 1024 };

static struct {
    int socket; /* -1: nobody is told */
    struct sockaddr_un address;
    socklen_t size;
    bool watched;
} notify = {.socket = -1};

/* A path, or '@' and a name in Linux's abstract namespace. */
static bool set_address(const char *name)
{
    const size_t size = strlen(name);
    if ((name[0] != '/' && name[0] != '@') || size < 2 || size >= sizeof notify.address.sun_path)
        return false;
    notify.address.sun_family = AF_UNIX;
    memcpy(notify.address.sun_path, name, size + 1);
    if (name[0] == '@')
        notify.address.sun_path[0] = '\0';
    notify.size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size + (name[0] == '/' ? 1 : 0));
    return true;
}

/* The variable may be meant for another process, from which this one has it. */
static bool is_watched(void)
{
    const char *time = secure_getenv("WATCHDOG_USEC");
    const char *pid = secure_getenv("WATCHDOG_PID");
    return time != NULL && strtoull(time, NULL, 10) > 0 &&
           (pid == NULL || strtoull(pid, NULL, 10) == (unsigned long long)getpid());
}

void notify_open(void)
{
    const char *name = secure_getenv("NOTIFY_SOCKET");
    if (name != NULL && set_address(name))
        notify.socket = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    notify.watched = notify.socket >= 0 && is_watched();
    (void)unsetenv("NOTIFY_SOCKET");
    (void)unsetenv("WATCHDOG_USEC");
    (void)unsetenv("WATCHDOG_PID");
}

bool notify_is_watched(void)
{
    return notify.watched;
}

void notify_send(const char *format, ...)
{
    char text[MESSAGE_SIZE];
    va_list args;
    if (notify.socket < 0)
        return;
    va_start(args, format);
    const int size = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (size > 0 && (size_t)size < sizeof text)
        (void)sendto(notify.socket, text, (size_t)size, MSG_NOSIGNAL,
                     (const struct sockaddr *)&notify.address, notify.size);
}
