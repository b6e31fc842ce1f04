/* notify: tells whoever started the service, systemd or one that speaks like it, how it is: lines VARIABLE=value in a datagram to
 * $NOTIFY_SOCKET (sd_notify(3)). The protocol is promised to stay; libsystemd would bring no more than it. */
#ifndef NTOKEND_POSIX_NOTIFY_H
#define NTOKEND_POSIX_NOTIFY_H

#include <stdbool.h>

/* Takes $NOTIFY_SOCKET and $WATCHDOG_USEC out of the environment. Before threads start; without the former the rest does nothing. */
void notify_open(void);
/* Whether signs of life are waited for. */
bool notify_is_watched(void);
/* Sends them. What cannot be sent is lost: the service goes on all the same. */
void notify_send(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
