/* socket: what is asked of a connection's socket beside libmicrohttpd. */
#ifndef NTOKEND_HTTP_SOCKET_H
#define NTOKEND_HTTP_SOCKET_H

#include <microhttpd.h>
#include <stdbool.h>

/* Whether the peer has closed its side, or is gone. Never waits. */
bool socket_peer_left(MHD_socket fd);
/* What the peer sent is still there to be read, and after it its end; whoever waits for the socket is told again. */
void socket_end_reading(MHD_socket fd);
/* Nothing comes or goes any more: libmicrohttpd closes the connection. */
void socket_end(MHD_socket fd);

#endif
