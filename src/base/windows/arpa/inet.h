/* What POSIX sources find in <arpa/inet.h>; the build puts this folder first. */
#ifndef NTOKEND_BASE_WINDOWS_ARPA_INET_H
#define NTOKEND_BASE_WINDOWS_ARPA_INET_H

#include <sys/socket.h>

#endif
