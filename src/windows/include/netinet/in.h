/* What POSIX sources find in <netinet/in.h>; the build puts this folder first. */
#ifndef NTOKEND_WINDOWS_INCLUDE_NETINET_IN_H
#define NTOKEND_WINDOWS_INCLUDE_NETINET_IN_H

#include <sys/socket.h>

#endif
