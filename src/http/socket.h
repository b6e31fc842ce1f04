/* socket: what is asked of a connection's socket beside libmicrohttpd. */
#ifndef NTOKEND_HTTP_SOCKET_H
#define NTOKEND_HTTP_SOCKET_H

#include <microhttpd.h>
#include <stdbool.h>

/* Whether the peer has closed its side, or is gone. Never waits. */
bool socket_peer_left(MHD_socket fd);

#endif
