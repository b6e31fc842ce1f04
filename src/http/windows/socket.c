#include "http/socket.h"

#include <winsock2.h>

/* libmicrohttpd's sockets do not block. */
bool socket_peer_left(MHD_socket fd)
{
    char byte;
    int got = recv(fd, &byte, 1, MSG_PEEK);
    return got == 0 || (got < 0 && WSAGetLastError() != WSAEWOULDBLOCK);
}

void socket_end_reading(MHD_socket fd)
{
    (void)shutdown(fd, SD_RECEIVE);
}

void socket_end(MHD_socket fd)
{
    (void)shutdown(fd, SD_BOTH);
}
