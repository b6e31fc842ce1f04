/* What POSIX sources find in <sys/socket.h>; the build puts this folder first. */
#ifndef NTOKEND_WINDOWS_INCLUDE_SYS_SOCKET_H
#define NTOKEND_WINDOWS_INCLUDE_SYS_SOCKET_H

#include <winsock2.h>
#include <ws2tcpip.h>

typedef unsigned short in_port_t;

#endif
