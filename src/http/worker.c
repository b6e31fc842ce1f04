#include "http/worker.h"

#include "base/log.h"
#include "http/clock.h"
#include "http/connection.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

/* Beside the headers, a connection's memory holds libmicrohttpd's own notes on them and the head of the reply. No more than
 * is needed: the library wipes all of it before each request of a kept connection. */
enum { HEADER_OVERHEAD = 8 << 10, HEADER_INCREMENT = 16 << 10 };
/* A draining thread is done when nothing is under way and nothing came for so long. */
enum { QUIET_MS = 50 };
/* What a worker polls: the daemons, and after them these. */
enum { POLL_HOLDS, POLL_STREAMS, POLL_STOP, POLL_OWN };
/* The library's own bound is never reached: admission counts over all threads. */
enum { CONNECTIONS_SPARE = 64 };

#if MHD_VERSION >= 0x00097701
#define STRICT_FOR_CLIENT MHD_OPTION_CLIENT_DISCIPLINE_LVL
#else
#define STRICT_FOR_CLIENT MHD_OPTION_STRICT_FOR_CLIENT
#endif

__attribute__((format(printf, 2, 0))) static void log_library(void *context, const char *format, va_list args)
{
    char text[512];
    (void)context;
    (void)vsnprintf(text, sizeof text, format, args);
    text[strcspn(text, "\n")] = 0;
    LOG(LOG_LEVEL_DEBUG, "libmicrohttpd", LOG_STRING("message", text));
}

static struct MHD_Daemon *daemon_new(struct worker *worker, const struct address *address)
{
    const struct server_settings *settings = worker->rules->settings;
    unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
    if (address->storage.ss_family == AF_INET6)
        flags |= MHD_USE_IPv6;
    return MHD_start_daemon(
        flags, 0, connection_admit, worker, connection_handle, worker, MHD_OPTION_EXTERNAL_LOGGER,
        log_library, NULL, MHD_OPTION_SOCK_ADDR, (const struct sockaddr *)&address->storage,
        MHD_OPTION_LISTENING_ADDRESS_REUSE, 1U, STRICT_FOR_CLIENT, 1, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, settings->header_bytes_max + HEADER_OVERHEAD,
        MHD_OPTION_CONNECTION_MEMORY_INCREMENT, (size_t)HEADER_INCREMENT, MHD_OPTION_CONNECTION_LIMIT,
        settings->connections_max + CONNECTIONS_SPARE, MHD_OPTION_CONNECTION_TIMEOUT, settings->timeout_s,
        MHD_OPTION_NOTIFY_CONNECTION, connection_notify, worker, MHD_OPTION_URI_LOG_CALLBACK,
        connection_request_line, worker, MHD_OPTION_UNESCAPE_CALLBACK, connection_unescape, worker,
        MHD_OPTION_NOTIFY_COMPLETED, connection_completed, worker, MHD_OPTION_END);
}

enum err worker_listen(struct worker *worker, const struct address *address, unsigned *ret_port)
{
    errno = 0;
    struct MHD_Daemon *daemon = daemon_new(worker, address);
    int error = errno;
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
    worker->daemons[worker->daemon_count++] = daemon;
    *ret_port = info->port;
    return ERR_NONE;
}

/* The shortest of `most` (-1: none) and what the daemons and the streams ask for. */
static int timeout_of(const struct worker *worker, int most)
{
    int timeout = streams_timeout(worker->streams, clock_ms());
    if (timeout < 0 || (most >= 0 && most < timeout))
        timeout = most;
    for (size_t i = 0; i < worker->daemon_count; i++) {
        MHD_UNSIGNED_LONG_LONG wanted = 0;
        if (MHD_get_timeout(worker->daemons[i], &wanted) != MHD_YES)
            continue;
        int bounded = wanted > 3600000 ? 3600000 : (int)wanted;
        if (timeout < 0 || bounded < timeout)
            timeout = bounded;
    }
    return timeout;
}

/* Only this thread suspends and resumes: others write to a descriptor that it polls. */
static void resume(struct worker *worker, const struct pollfd *own)
{
    enum err err = ERR_IO;
    void *owner = NULL;
    while (own[POLL_HOLDS].revents != 0 && (owner = holds_next(worker->holds, &err)) != NULL)
        connection_release(owner, err);
    int64_t now_ms = clock_ms();
    if (own[POLL_STREAMS].revents != 0 || streams_timeout(worker->streams, now_ms) == 0)
        streams_resume(worker->streams, now_ms);
}

/* One round. The last descriptor is the stop signal; a draining worker does not look at it. */
static int round_once(struct worker *worker, struct pollfd *fds, size_t fd_count, int timeout_ms)
{
    int ready = poll(fds, (nfds_t)fd_count, timeout_ms);
    if (ready >= 0)
        resume(worker, fds + worker->daemon_count);
    for (size_t i = 0; i < worker->daemon_count; i++)
        (void)MHD_run(worker->daemons[i]);
    return ready;
}

static void quiesce(struct worker *worker)
{
    for (size_t i = 0; i < worker->daemon_count; i++) {
        (void)MHD_run(worker->daemons[i]); /* takes up what had connected already */
        MHD_socket fd = MHD_quiesce_daemon(worker->daemons[i]);
        if (fd != MHD_INVALID_SOCKET)
            (void)close(fd);
    }
}

/* The library ends the process when it is stopped with suspended connections. Those that are left get no answer. */
static void give_up(struct worker *worker)
{
    void *owner = NULL;
    while ((owner = holds_abandon(worker->holds)) != NULL)
        connection_give_up(owner);
    streams_abandon(worker->streams);
    for (size_t i = 0; i < worker->daemon_count; i++)
        (void)MHD_run(worker->daemons[i]);
}

/* Waits for what is under way, held replies too; streams end when they are told. */
static void drain(struct worker *worker, struct pollfd *fds)
{
    quiesce(worker);
    streams_drain(worker->streams);
    int64_t end = clock_ms() + (int64_t)worker->rules->settings->drain_s * 1000;
    bool quiet = false;
    while (clock_ms() < end && !(quiet && worker->active == 0)) {
        int timeout = timeout_of(worker, QUIET_MS);
        int ready = round_once(worker, fds, worker->daemon_count + POLL_STOP, timeout);
        quiet = ready == 0 && timeout == QUIET_MS;
    }
    if (worker->active != 0)
        LOG(LOG_LEVEL_WARNING, "drain-incomplete", LOG_NUMBER("requests", worker->active));
    give_up(worker);
}

static void *run(void *context)
{
    struct worker *worker = context;
    struct pollfd fds[SERVER_LISTEN_MAX + POLL_OWN];
    for (size_t i = 0; i < worker->daemon_count; i++) {
        const union MHD_DaemonInfo *info = MHD_get_daemon_info(worker->daemons[i], MHD_DAEMON_INFO_EPOLL_FD);
        fds[i] = (struct pollfd){.fd = info->epoll_fd, .events = POLLIN};
    }
    struct pollfd *own = &fds[worker->daemon_count];
    own[POLL_HOLDS] = (struct pollfd){.fd = holds_fd(worker->holds), .events = POLLIN};
    own[POLL_STREAMS] = (struct pollfd){.fd = streams_fd(worker->streams), .events = POLLIN};
    own[POLL_STOP] = (struct pollfd){.fd = worker->stop_fd, .events = POLLIN};
    while (own[POLL_STOP].revents == 0)
        (void)round_once(worker, fds, worker->daemon_count + POLL_OWN, timeout_of(worker, -1));
    drain(worker, fds);
    return NULL;
}

enum err worker_start(struct worker *worker)
{
    enum err err = platform_random(&worker->id_prefix, sizeof worker->id_prefix);
    if (err != ERR_NONE)
        return err;
    /* Signals are the main thread's; a peer that is gone is an error of send() and no signal. */
    sigset_t all;
    sigset_t before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    worker->running = pthread_create(&worker->thread, NULL, run, worker) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return worker->running ? ERR_NONE : ERR_IO;
}

void worker_stop(struct worker *worker)
{
    if (worker->running)
        (void)pthread_join(worker->thread, NULL);
    for (size_t i = 0; i < worker->daemon_count; i++)
        MHD_stop_daemon(worker->daemons[i]);
    if (worker->entered)
        admission_leave(worker->admission, &worker->entering);
    holds_free(worker->holds);
    streams_free(worker->streams);
    platform_acceptor_free(worker->acceptor);
}
