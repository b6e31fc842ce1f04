/* poller: how a worker's thread waits for its daemons' connections and for wakes, and lets the daemons run. It never blocks
 * inside libmicrohttpd. */
#ifndef NTOKEND_HTTP_POLLER_H
#define NTOKEND_HTTP_POLLER_H

#include "http/wake.h"

#include <stdbool.h>
#include <stddef.h>

enum { POLLER_DAEMONS_MAX = 16, POLLER_WAKES_MAX = 5 };

/* How daemons that are waited for are started. */
extern const unsigned poller_daemon_flags;

struct poller;

/* Borrows the daemons and the wakes. ERR_NO_MEMORY. */
enum err poller_new(struct MHD_Daemon *const daemons[], size_t daemon_count, const struct wake *const wakes[],
                    size_t wake_count, struct poller **ret) MUST_USE;
void poller_free(struct poller *poller);
/* Waits for the daemons and the first `wakes` of the wakes, at most timeout_ms; -1: for good. How many are ready; negative:
 * interrupted. */
int poller_wait(struct poller *poller, size_t wakes, int timeout_ms);
/* Whether the wake was among what poller_wait found, when that waited for it. */
bool poller_woken(const struct poller *poller, size_t wake);
/* Lets the daemons do what poller_wait found. */
void poller_run(struct poller *poller);

#endif
