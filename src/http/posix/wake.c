#include "http/wake.h"

#include <sys/eventfd.h>
#include <unistd.h>

enum err wake_open(struct wake *ret)
{
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd < 0)
        return ERR_IO;
    *ret = (struct wake){.fd = fd};
    return ERR_NONE;
}

void wake_close(const struct wake *wake)
{
    (void)close(wake->fd);
}

void wake_give(const struct wake *wake)
{
    (void)eventfd_write(wake->fd, 1);
}

void wake_take(const struct wake *wake)
{
    eventfd_t count;
    (void)eventfd_read(wake->fd, &count);
}
