#include "http/tls_handshakes.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { READY_MAX = 64 };

struct tls_handshakes {
    struct wake epoll; /* of the sockets of those that are suspended */
    int64_t timeout_ms;
    struct tls_handshake *first; /* all, the one that began first and so ends first at the head */
    struct tls_handshake *last;
};

enum err tls_handshakes_new(unsigned timeout_s, struct tls_handshakes **ret)
{
    struct tls_handshakes *handshakes = calloc(1, sizeof *handshakes);
    if (handshakes == NULL)
        return ERR_NO_MEMORY;
    handshakes->timeout_ms = (int64_t)timeout_s * 1000;
    handshakes->epoll.fd = epoll_create1(EPOLL_CLOEXEC);
    if (handshakes->epoll.fd < 0) {
        free(handshakes);
        return ERR_IO;
    }
    *ret = handshakes;
    return ERR_NONE;
}

void tls_handshakes_free(struct tls_handshakes *handshakes)
{
    if (handshakes == NULL)
        return;
    (void)close(handshakes->epoll.fd);
    free(handshakes);
}

const struct wake *tls_handshakes_wake(const struct tls_handshakes *handshakes)
{
    return &handshakes->epoll;
}

void tls_handshake_begin(struct tls_handshakes *handshakes, struct MHD_Connection *transport, int64_t now_ms,
                         struct tls_handshake *ret)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(transport, MHD_CONNECTION_INFO_CONNECTION_FD);
    *ret = (struct tls_handshake){.handshakes = handshakes,
                                  .transport = transport,
                                  .fd = info == NULL ? MHD_INVALID_SOCKET : info->connect_fd,
                                  .ends_ms = now_ms + handshakes->timeout_ms,
                                  .previous = handshakes->last,
                                  .late = info == NULL};
    if (handshakes->last != NULL)
        handshakes->last->next = ret;
    else
        handshakes->first = ret;
    handshakes->last = ret;
}

void tls_handshake_end(struct tls_handshake *handshake)
{
    struct tls_handshakes *handshakes = handshake->handshakes;
    if (handshakes == NULL)
        return;
    if (handshake->previous != NULL)
        handshake->previous->next = handshake->next;
    else
        handshakes->first = handshake->next;
    if (handshake->next != NULL)
        handshake->next->previous = handshake->previous;
    else
        handshakes->last = handshake->previous;
    handshake->handshakes = NULL;
}

void tls_handshake_wait(struct tls_handshake *handshake)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = handshake};
    if (handshake->suspended)
        return;
    /* Unwatched it would wait for ever: the next read fails. */
    if (epoll_ctl(handshake->handshakes->epoll.fd, EPOLL_CTL_ADD, handshake->fd, &event) != 0) {
        handshake->late = true;
        return;
    }
    handshake->suspended = true;
    MHD_suspend_connection(handshake->transport);
}

static void resume(struct tls_handshake *handshake)
{
    if (!handshake->suspended)
        return;
    handshake->suspended = false;
    (void)epoll_ctl(handshake->handshakes->epoll.fd, EPOLL_CTL_DEL, handshake->fd, NULL);
    MHD_resume_connection(handshake->transport);
}

int tls_handshakes_timeout(const struct tls_handshakes *handshakes, int64_t now_ms)
{
    for (const struct tls_handshake *at = handshakes->first; at != NULL; at = at->next) {
        if (!at->late)
            return at->ends_ms > now_ms ? (int)(at->ends_ms - now_ms) : 0;
    }
    return -1;
}

void tls_handshakes_resume(struct tls_handshakes *handshakes, int64_t now_ms)
{
    struct epoll_event ready[READY_MAX];
    const int count = epoll_wait(handshakes->epoll.fd, ready, READY_MAX, 0);
    for (int i = 0; i < count; i++)
        resume(ready[i].data.ptr);
    for (struct tls_handshake *at = handshakes->first; at != NULL && at->ends_ms <= now_ms; at = at->next) {
        at->late = true;
        resume(at);
    }
}

void tls_handshakes_abandon(struct tls_handshakes *handshakes)
{
    for (struct tls_handshake *at = handshakes->first; at != NULL; at = at->next) {
        at->late = true;
        resume(at);
    }
}
