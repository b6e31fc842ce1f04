/* What POSIX sources find in <arpa/inet.h>; the build puts this folder first. */
#ifndef NTOKEND_WINDOWS_INCLUDE_ARPA_INET_H
#define NTOKEND_WINDOWS_INCLUDE_ARPA_INET_H

#include <sys/socket.h>

#endif
