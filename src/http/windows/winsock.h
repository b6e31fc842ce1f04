/* winsock: Windows' sockets, which must be started before the first of them. */
#ifndef NTOKEND_HTTP_WINDOWS_WINSOCK_H
#define NTOKEND_HTTP_WINDOWS_WINSOCK_H

#include "base/err.h"

/* Once a process, from any thread; it ends with the process. ERR_IO. */
enum err winsock_start(void) MUST_USE;

#endif
