#include "http/worker.h"

#include "base/log.h"
#include "http/clock.h"
#include "http/connection.h"
#include "http/lines.h"
#include "http/thread.h"
#include "http/tls_session.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

/* Beside the headers, a connection's memory holds libmicrohttpd's own notes on them and the head of the reply. No more than
 * is needed: the library wipes all of it before each request of a kept connection. */
enum { HEADER_OVERHEAD = 8 << 10, HEADER_INCREMENT = 16 << 10 };
/* A draining thread is done when nothing is under way and nothing came for so long, and when no connection is open or those that are
 * had so long to bring one more request: a client that has just had an answer sends the next one over the same connection, and
 * would never know what became of it if that was closed meanwhile. With its answer it is told to close. */
enum { QUIET_MS = 50, KEPT_MS = 500 };
/* The wakes of a worker. A draining one does not look at the last. */
enum { WAKE_HANDSHAKES, WAKE_HOLDS, WAKE_STREAMS, WAKE_PULSE, WAKE_STOP, WAKE_COUNT };
/* The library's own bound is never reached: admission counts over all threads. */
enum { CONNECTIONS_SPARE = 64 };

#if MHD_VERSION >= 0x00097701
#define STRICT_FOR_CLIENT MHD_OPTION_CLIENT_DISCIPLINE_LVL
#else
#define STRICT_FOR_CLIENT MHD_OPTION_STRICT_FOR_CLIENT
#endif

__attribute__((format(PRINTF_FORMATS, 2, 0))) static void log_library(void *context, const char *format,
                                                                      va_list args)
{
    char text[512];
    (void)context;
    (void)vsnprintf(text, sizeof text, format, args);
    text[strcspn(text, "\n")] = 0;
    LOG(LOG_LEVEL_DEBUG, "libmicrohttpd", LOG_STRING("message", text));
}

static struct MHD_Daemon *daemon_new(struct worker *worker, const struct listener *listener,
                                     struct MHD_OptionItem options[LISTENER_OPTIONS])
{
    const struct server_settings *settings = worker->rules->settings;
    struct MHD_OptionItem tls[TLS_OPTIONS] = {{MHD_OPTION_END, 0, NULL}};
    unsigned flags = 0;
    if (listener->tls)
        tls_options(tls, &flags);
    flags |= poller_daemon_flags | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
    if (listener->address.storage.ss_family == AF_INET6)
        flags |= MHD_USE_IPv6;
    struct worker_gate *gate = &worker->gates[worker->daemon_count];
    *gate = (struct worker_gate){.worker = worker, .health = listener->health};
    return MHD_start_daemon(flags, 0, connection_admit, gate, connection_handle, worker,
                            MHD_OPTION_EXTERNAL_LOGGER, log_library, NULL, MHD_OPTION_ARRAY, options,
                            MHD_OPTION_ARRAY, tls, STRICT_FOR_CLIENT, 1, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, settings->header_bytes_max + HEADER_OVERHEAD,
                            MHD_OPTION_CONNECTION_MEMORY_INCREMENT, (size_t)HEADER_INCREMENT,
                            MHD_OPTION_CONNECTION_LIMIT, settings->connections_max + CONNECTIONS_SPARE,
                            MHD_OPTION_CONNECTION_TIMEOUT, settings->timeout_s, MHD_OPTION_NOTIFY_CONNECTION,
                            connection_notify, worker, MHD_OPTION_URI_LOG_CALLBACK, connection_request_line,
                            worker, MHD_OPTION_UNESCAPE_CALLBACK, connection_unescape, worker,
                            MHD_OPTION_NOTIFY_COMPLETED, connection_completed, worker, MHD_OPTION_END);
}

enum err worker_listen(struct worker *worker, const struct listener *listener, unsigned *ret_port)
{
    const struct address *address = &listener->address;
    struct MHD_OptionItem options[LISTENER_OPTIONS];
    enum err err = listener_options(listener, options);
    if (err != ERR_NONE)
        return err;
    errno = 0;
    struct MHD_Daemon *daemon = daemon_new(worker, listener, options);
    int error = errno;
    if (daemon == NULL)
        listener_options_drop(options);
    const union MHD_DaemonInfo *info =
        daemon == NULL ? NULL : MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
    if (info == NULL) {
        char text[ADDRESS_TEXT_MAX];
        address_format((const struct sockaddr *)&address->storage, text);
        LOG(LOG_LEVEL_ERROR, "listen-failed", LOG_STRING("address", text),
            LOG_NUMBER("port", address_port(address)), LOG_STRING("error", strerror(error)),
            LOG_STRING("remedy", "choose an address of this machine and a port that is free and permitted"));
        if (daemon != NULL)
            MHD_stop_daemon(daemon);
        return ERR_IO;
    }
    worker->has_health |= listener->health;
    worker->daemons[worker->daemon_count++] = daemon;
    *ret_port = info->port;
    return ERR_NONE;
}

/* The shorter of two, where -1 has no end. */
static int sooner(int left, int right)
{
    return left < 0 || (right >= 0 && right < left) ? right : left;
}

enum route_audience worker_audience(const struct worker *worker, struct MHD_Connection *transport, bool local)
{
    const union MHD_ConnectionInfo *info =
        worker->has_health ? MHD_get_connection_info(transport, MHD_CONNECTION_INFO_DAEMON) : NULL;
    bool operators = false;
    for (size_t i = 0; info != NULL && i < worker->daemon_count; i++)
        operators |= worker->daemons[i] == info->daemon && worker->gates[i].health;
    return router_audience(worker->has_health, operators, local);
}

/* The shortest of `most` (-1: none) and what the daemons and the streams ask for. */
static int timeout_of(const struct worker *worker, int most)
{
    int64_t now_ms = clock_ms();
    int timeout = sooner(most, sooner(streams_timeout(worker->streams, now_ms),
                                      presences_timeout(&worker->presences, now_ms)));
    timeout = sooner(timeout, tls_handshakes_timeout(worker->tls_handshakes, now_ms));
    for (size_t i = 0; i < worker->daemon_count; i++) {
        MHD_UNSIGNED_LONG_LONG wanted = 0;
        if (MHD_get_timeout(worker->daemons[i], &wanted) != MHD_YES)
            continue;
        timeout = sooner(timeout, wanted > 3600000 ? 3600000 : (int)wanted);
    }
    return timeout;
}

/* Only this thread suspends and resumes: others give a wake that it waits for. */
static void resume(struct worker *worker)
{
    enum err err = ERR_IO;
    void *owner = NULL;
    while (poller_woken(worker->poller, WAKE_HOLDS) && (owner = holds_next(worker->holds, &err)) != NULL)
        connection_release(owner, err);
    if (poller_woken(worker->poller, WAKE_PULSE)) {
        wake_take(&worker->pulse);
        atomic_store(&worker->asked, false);
    }
    int64_t now_ms = clock_ms();
    if (poller_woken(worker->poller, WAKE_HANDSHAKES) ||
        tls_handshakes_timeout(worker->tls_handshakes, now_ms) == 0)
        tls_handshakes_resume(worker->tls_handshakes, now_ms);
    if (poller_woken(worker->poller, WAKE_STREAMS) || streams_timeout(worker->streams, now_ms) == 0)
        streams_resume(worker->streams, now_ms);
}

/* One round. */
static int round_once(struct worker *worker, size_t wakes, int timeout_ms)
{
    int ready = poller_wait(worker->poller, wakes, timeout_ms);
    if (ready >= 0)
        resume(worker);
    poller_run(worker->poller);
    presences_part(&worker->presences);
    log_flush();
    return ready;
}

/* The library ends the process when it is stopped with suspended connections. Those that are left get no answer. */
static void give_up(struct worker *worker)
{
    void *owner = NULL;
    while ((owner = holds_abandon(worker->holds)) != NULL)
        connection_give_up(owner);
    streams_abandon(worker->streams);
    tls_handshakes_abandon(worker->tls_handshakes);
    for (size_t i = 0; i < worker->daemon_count; i++)
        (void)MHD_run(worker->daemons[i]);
}

static bool is_drained(const struct worker *worker, int64_t begin_ms)
{
    return worker->active == 0 && (worker->open == 0 || clock_ms() - begin_ms >= KEPT_MS);
}

/* Waits for what is under way, held replies too; streams end when they are told. */
static void drain(struct worker *worker)
{
    for (size_t i = 0; i < worker->daemon_count; i++)
        listener_quiesce(worker->daemons[i]);
    streams_drain(worker->streams);
    const int64_t begin = clock_ms();
    const int64_t end = begin + (int64_t)worker->rules->settings->drain_s * 1000;
    bool quiet = false;
    while (clock_ms() < end && !(quiet && is_drained(worker, begin))) {
        int timeout = timeout_of(worker, QUIET_MS);
        int ready = round_once(worker, WAKE_STOP, timeout);
        quiet = ready == 0 && timeout == QUIET_MS;
    }
    if (worker->active != 0)
        LOG(LOG_LEVEL_WARNING, "drain-incomplete", LOG_NUMBER("requests", worker->active));
    give_up(worker);
}

static void *run(void *context)
{
    struct worker *worker = context;
    log_gather(true);
    arena_keep_blocks(true);
    while (!poller_woken(worker->poller, WAKE_STOP))
        (void)round_once(worker, WAKE_COUNT, timeout_of(worker, -1));
    drain(worker);
    arena_keep_blocks(false);
    log_gather(false);
    return NULL;
}

enum err worker_start(struct worker *worker)
{
    worker->wakes[WAKE_HANDSHAKES] = tls_handshakes_wake(worker->tls_handshakes);
    worker->wakes[WAKE_HOLDS] = holds_wake(worker->holds);
    worker->wakes[WAKE_STREAMS] = streams_wake_signal(worker->streams);
    worker->wakes[WAKE_PULSE] = &worker->pulse;
    worker->wakes[WAKE_STOP] = worker->stop;
    enum err err = wake_open(&worker->pulse);
    worker->pulse_open = err == ERR_NONE;
    if (err == ERR_NONE)
        err = platform_random(&worker->ids.prefix, sizeof worker->ids.prefix);
    if (err == ERR_NONE)
        err = poller_new(worker->daemons, worker->daemon_count, worker->wakes, WAKE_COUNT, &worker->poller);
    if (err != ERR_NONE)
        return err;
    worker->running = thread_start(&worker->thread, run, worker);
    return worker->running ? ERR_NONE : ERR_IO;
}

bool worker_moves(struct worker *worker)
{
    if (atomic_exchange(&worker->asked, true))
        return false;
    wake_give(&worker->pulse);
    return true;
}

void worker_stop(struct worker *worker)
{
    if (worker->running)
        (void)pthread_join(worker->thread, NULL);
    for (size_t i = 0; i < worker->daemon_count; i++)
        MHD_stop_daemon(worker->daemons[i]);
    connection_settle(worker);
    poller_free(worker->poller);
    if (worker->pulse_open)
        wake_close(&worker->pulse);
    tls_handshakes_free(worker->tls_handshakes);
    holds_free(worker->holds);
    streams_free(worker->streams);
    presences_done(&worker->presences);
    platform_acceptor_free(worker->acceptor);
    lines_free(worker->metrics);
}
