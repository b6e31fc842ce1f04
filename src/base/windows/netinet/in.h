/* What POSIX sources find in <netinet/in.h>; the build puts this folder first. */
#ifndef NTOKEND_BASE_WINDOWS_NETINET_IN_H
#define NTOKEND_BASE_WINDOWS_NETINET_IN_H

#include <sys/socket.h>

#endif
