/* connections: how many a worker can wait for on Windows. */
#ifndef NTOKEND_HTTP_WINDOWS_CONNECTIONS_H
#define NTOKEND_HTTP_WINDOWS_CONNECTIONS_H

enum {
    CONNECTIONS_BOUND = 4000,
    CONNECTIONS_BESIDE = 96, /* listeners, operators, libmicrohttpd's own sockets, wakes */
};

#endif
