#include "http/socket.h"

#include <errno.h>
#include <sys/socket.h>

bool socket_peer_left(MHD_socket fd)
{
    char byte;
    ssize_t got = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

void socket_end_reading(MHD_socket fd)
{
    (void)shutdown(fd, SHUT_RD);
}

void socket_end(MHD_socket fd)
{
    (void)shutdown(fd, SHUT_RDWR);
}
