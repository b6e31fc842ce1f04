/* wake: a signal that any thread gives, and a thread that waits for sockets waits for too (http/poller.h). */
#ifndef NTOKEND_HTTP_WAKE_H
#define NTOKEND_HTTP_WAKE_H

#include "base/err.h"

#include <microhttpd.h>

/* Readable from the first wake_give on until wake_take. */
struct wake {
    MHD_socket fd;
};

/* ERR_IO. */
enum err wake_open(struct wake *ret) MUST_USE;
void wake_close(const struct wake *wake);
/* Any thread. */
void wake_give(const struct wake *wake);
/* Takes all that were given. */
void wake_take(const struct wake *wake);

#endif
