#include "http/hangups.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

struct hangups {
    int epoll;
};

enum err hangups_new(struct hangups **ret)
{
    struct hangups *hangups = calloc(1, sizeof *hangups);
    if (hangups == NULL)
        return ERR_NO_MEMORY;
    hangups->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (hangups->epoll < 0) {
        free(hangups);
        return ERR_IO;
    }
    *ret = hangups;
    return ERR_NONE;
}

void hangups_free(struct hangups *hangups)
{
    if (hangups == NULL)
        return;
    (void)close(hangups->epoll);
    free(hangups);
}

void hangups_watch(struct hangups *hangups, MHD_socket fd, void *owner)
{
    struct epoll_event event = {.events = EPOLLRDHUP | EPOLLONESHOT, .data.ptr = owner};
    (void)epoll_ctl(hangups->epoll, EPOLL_CTL_ADD, fd, &event);
}

void hangups_forget(struct hangups *hangups, MHD_socket fd)
{
    (void)epoll_ctl(hangups->epoll, EPOLL_CTL_DEL, fd, NULL);
}

void *hangups_next(struct hangups *hangups)
{
    struct epoll_event event;
    return epoll_wait(hangups->epoll, &event, 1, 0) == 1 ? event.data.ptr : NULL;
}
