/* How many sockets a set has room for is the program's choice on Windows; listener.c keeps their number below it. */
#define FD_SETSIZE 4096

#include "http/poller.h"

#include "http/windows/connections.h"

#include <stdlib.h>
#include <winsock2.h>

_Static_assert(CONNECTIONS_BOUND + CONNECTIONS_BESIDE <= FD_SETSIZE,
               "every socket of a worker fits into a set");

/* There is no epoll; libmicrohttpd tells the sockets that it waits for. */
const unsigned poller_daemon_flags = 0;

struct poller {
    struct MHD_Daemon *const *daemons;
    size_t daemon_count;
    const struct wake *wakes[POLLER_WAKES_MAX];
    fd_set reads;
    fd_set writes;
    fd_set excepts;
};

enum err poller_new(struct MHD_Daemon *const daemons[], size_t daemon_count, const struct wake *const wakes[],
                    size_t wake_count, struct poller **ret)
{
    struct poller *poller = calloc(1, sizeof *poller);
    if (poller == NULL)
        return ERR_NO_MEMORY;
    poller->daemons = daemons;
    poller->daemon_count = daemon_count;
    for (size_t i = 0; i < wake_count; i++)
        poller->wakes[i] = wakes[i];
    *ret = poller;
    return ERR_NONE;
}

void poller_free(struct poller *poller)
{
    free(poller);
}

static void clear(struct poller *poller)
{
    FD_ZERO(&poller->reads);
    FD_ZERO(&poller->writes);
    FD_ZERO(&poller->excepts);
}

int poller_wait(struct poller *poller, size_t wakes, int timeout_ms)
{
    clear(poller);
    for (size_t i = 0; i < wakes; i++) /* first, so that they always fit */
        FD_SET(poller->wakes[i]->fd, &poller->reads);
    for (size_t i = 0; i < poller->daemon_count; i++)
        (void)MHD_get_fdset2(poller->daemons[i], &poller->reads, &poller->writes, &poller->excepts, NULL,
                             FD_SETSIZE);
    struct timeval timeout = {.tv_sec = timeout_ms / 1000, .tv_usec = timeout_ms % 1000 * 1000};
    int ready =
        select(0, &poller->reads, &poller->writes, &poller->excepts, timeout_ms < 0 ? NULL : &timeout);
    if (ready <= 0)
        clear(poller);
    if (ready < 0)
        Sleep(1); /* a socket that went away meanwhile; the daemons find out which */
    return ready;
}

bool poller_woken(const struct poller *poller, size_t wake)
{
    return FD_ISSET(poller->wakes[wake]->fd, &poller->reads) != 0;
}

void poller_run(struct poller *poller)
{
    for (size_t i = 0; i < poller->daemon_count; i++)
        (void)MHD_run_from_select(poller->daemons[i], &poller->reads, &poller->writes, &poller->excepts);
}
