/* worker: one thread with a libmicrohttpd daemon of its own for each listener.
 *
 * libmicrohttpd 0.9.75 stalls in its internal epoll mode when exactly a multiple of 128 connections is ready. So the thread
 * is ours: it waits for what they wait for (poller.h), and then lets them run. */
#ifndef NTOKEND_HTTP_WORKER_H
#define NTOKEND_HTTP_WORKER_H

#include "http/address.h"
#include "http/admission.h"
#include "http/exchange.h"
#include "http/hold.h"
#include "http/listener.h"
#include "http/metrics.h"
#include "http/poller.h"
#include "http/presence.h"
#include "http/streams.h"
#include "http/tls_handshakes.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

struct worker;

/* Where connections come in. */
struct worker_gate {
    struct worker *worker;
    bool health; /* of a listener for operators alone */
};

struct worker {
    const struct exchange_rules *rules;
    struct admission *admission;
    struct acceptor *acceptor;
    struct tls_handshakes *tls_handshakes;
    struct holds *holds;
    struct streams *streams;
    struct metrics *metrics;
    struct presences presences;
    struct MHD_Daemon *daemons[SERVER_LISTEN_MAX];
    struct worker_gate gates[SERVER_LISTEN_MAX]; /* of each daemon */
    bool has_health;                             /* there is such a one */
    size_t daemon_count;
    struct wake pulse; /* given to see whether the thread moves */
    bool pulse_open;
    atomic_bool asked;           /* the pulse was given, and nothing has moved since */
    const struct wake *stop;     /* given when the server stops; borrowed */
    const atomic_bool *draining; /* borrowed */
    struct poller *poller;
    const struct wake *wakes[POLLER_WAKES_MAX];
    pthread_t thread;
    bool running;

    /* from here on the thread's alone */
    unsigned open;   /* connections */
    unsigned active; /* requests whose request line came and whose reply has not been sent */
    struct trace_source ids;
    bool entered; /* a connection was admitted and has not started yet */
    struct admission_client entering;
};

/* Opens a daemon for `listener`, whose port may be 0; *ret_port is the port it got. ERR_IO, logged. */
enum err worker_listen(struct worker *worker, const struct listener *listener, unsigned *ret_port) MUST_USE;
/* What is served to a connection; local: its client is on this machine. */
enum route_audience worker_audience(const struct worker *worker, struct MHD_Connection *transport,
                                    bool local);
/* ERR_IO when there is no thread or no randomness, ERR_NO_MEMORY. */
enum err worker_start(struct worker *worker) MUST_USE;
/* Whether the thread has come round, or answered a request, since this was asked last; true the first time. From one other thread. */
bool worker_moves(struct worker *worker);
/* The worker's own thread has answered a request: a round in which many are ready may be long. */
static inline void worker_moved(struct worker *worker)
{
    atomic_store_explicit(&worker->asked, false, memory_order_relaxed);
}
/* The stop must have been given. Waits for the thread, which drains; stops the daemons. */
void worker_stop(struct worker *worker);

#endif
