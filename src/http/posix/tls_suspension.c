#include "http/tls_suspension.h"

#include <sys/epoll.h>
#include <unistd.h>

enum { READY_MAX = 64 };

enum err tls_suspension_open(struct wake *ret)
{
    ret->fd = epoll_create1(EPOLL_CLOEXEC);
    return ret->fd < 0 ? ERR_IO : ERR_NONE;
}

void tls_suspension_close(const struct wake *wake)
{
    (void)close(wake->fd);
}

void tls_suspension_begin(const struct wake *wake, struct tls_handshake *handshake)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = handshake};
    if (handshake->suspended)
        return;
    /* Unwatched it would wait for ever: the next read fails. */
    if (epoll_ctl(wake->fd, EPOLL_CTL_ADD, handshake->fd, &event) != 0) {
        handshake->late = true;
        return;
    }
    handshake->suspended = true;
    MHD_suspend_connection(handshake->transport);
}

/* When it is late its next read fails. */
void tls_suspension_end(const struct wake *wake, struct tls_handshake *handshake)
{
    if (!handshake->suspended)
        return;
    handshake->suspended = false;
    (void)epoll_ctl(wake->fd, EPOLL_CTL_DEL, handshake->fd, NULL);
    MHD_resume_connection(handshake->transport);
}

void tls_suspension_poll(const struct wake *wake)
{
    struct epoll_event ready[READY_MAX];
    const int count = epoll_wait(wake->fd, ready, READY_MAX, 0);
    for (int i = 0; i < count; i++)
        tls_suspension_end(wake, ready[i].data.ptr);
}
