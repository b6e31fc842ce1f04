#include "http/poller.h"

#include <poll.h>
#include <stdlib.h>

const unsigned poller_daemon_flags = MHD_USE_EPOLL;

struct poller {
    struct MHD_Daemon *const *daemons;
    size_t daemon_count;
    struct pollfd fds[POLLER_DAEMONS_MAX + POLLER_WAKES_MAX]; /* the daemons', and after them the wakes' */
};

enum err poller_new(struct MHD_Daemon *const daemons[], size_t daemon_count, const struct wake *const wakes[],
                    size_t wake_count, struct poller **ret)
{
    struct poller *poller = calloc(1, sizeof *poller);
    if (poller == NULL)
        return ERR_NO_MEMORY;
    poller->daemons = daemons;
    poller->daemon_count = daemon_count;
    for (size_t i = 0; i < daemon_count; i++) {
        const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemons[i], MHD_DAEMON_INFO_EPOLL_FD);
        poller->fds[i] = (struct pollfd){.fd = info->epoll_fd, .events = POLLIN};
    }
    for (size_t i = 0; i < wake_count; i++)
        poller->fds[daemon_count + i] = (struct pollfd){.fd = wakes[i]->fd, .events = POLLIN};
    *ret = poller;
    return ERR_NONE;
}

void poller_free(struct poller *poller)
{
    free(poller);
}

int poller_wait(struct poller *poller, size_t wakes, int timeout_ms)
{
    return poll(poller->fds, (nfds_t)(poller->daemon_count + wakes), timeout_ms);
}

bool poller_woken(const struct poller *poller, size_t wake)
{
    return poller->fds[poller->daemon_count + wake].revents != 0;
}

void poller_run(struct poller *poller)
{
    for (size_t i = 0; i < poller->daemon_count; i++)
        (void)MHD_run(poller->daemons[i]);
}
