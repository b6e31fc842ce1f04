#include "http/server.h"

#include "base/log.h"
#include "http/worker.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

enum { THREADS_MAX = 256, FILES_BESIDE_CONNECTIONS = 64, FILES_OF_THREAD = 4, FILES_OF_LISTENER = 3 };

struct server {
    struct server_settings settings;
    struct exchange_rules rules;
    struct guards *guards;
    struct admission *admission;
    struct worker *workers;
    size_t worker_count;
    struct stream_seats seats;
    struct address addresses[SERVER_LISTEN_MAX]; /* with the port that was given */
    int stop_fd;
    atomic_bool draining;
};

/* The kernel shares a port between sockets that all ask for it, so a second ntokend would start and take half of the
 * connections. Binding once without sharing finds the first. */
static enum err check_free(const struct address *address)
{
    if (address_port(address) == 0)
        return ERR_NONE;
    int fd = socket(address->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return ERR_NONE; /* opening the listener tells */
    int on = 1;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    bool taken =
        bind(fd, (const struct sockaddr *)&address->storage, address->size) != 0 && errno == EADDRINUSE;
    (void)close(fd);
    if (!taken)
        return ERR_NONE;
    char text[ADDRESS_TEXT_MAX];
    address_format((const struct sockaddr *)&address->storage, text);
    LOG(LOG_LEVEL_ERROR, "listen-failed", LOG_STRING("address", text),
        LOG_NUMBER("port", address_port(address)), LOG_STRING("error", strerror(EADDRINUSE)),
        LOG_STRING("remedy", "stop the program that has the port, or choose another"));
    return ERR_IO;
}

static enum err read_addresses(struct server *server)
{
    enum err err = server->settings.listen_count == 0 ? ERR_INVALID_PARAMETER : ERR_NONE;
    for (size_t i = 0; i < server->settings.listen_count && err == ERR_NONE; i++) {
        err = address_parse(server->settings.listen[i], &server->addresses[i]);
        if (err != ERR_NONE)
            LOG(LOG_LEVEL_ERROR, "listen-malformed", LOG_STRING("listen", server->settings.listen[i]),
                LOG_STRING("remedy", "write ADDRESS:PORT or [ADDRESS]:PORT with a numeric address"));
        else
            err = check_free(&server->addresses[i]);
    }
    return err;
}

/* Port 0 becomes, at the first worker, the port that all the others share. */
static enum err open_worker(struct server *server, struct worker *worker)
{
    *worker = (struct worker){.rules = &server->rules,
                              .admission = server->admission,
                              .stop_fd = server->stop_fd,
                              .draining = &server->draining};
    server->worker_count++;
    enum err err = platform_acceptor_new(server->rules.platform, &worker->acceptor);
    if (err == ERR_NONE)
        err = holds_new(&worker->holds);
    if (err == ERR_NONE)
        err = streams_new(&server->seats, &worker->streams);
    for (size_t i = 0; i < server->settings.listen_count && err == ERR_NONE; i++) {
        unsigned port = 0;
        err = worker_listen(worker, &server->addresses[i], &port);
        if (err == ERR_NONE)
            address_set_port(&server->addresses[i], port);
    }
    return err;
}

static enum err open_workers(struct server *server)
{
    server->workers = calloc(server->settings.threads, sizeof *server->workers);
    if (server->workers == NULL)
        return ERR_NO_MEMORY;
    enum err err = ERR_NONE;
    for (size_t i = 0; i < server->settings.threads && err == ERR_NONE; i++)
        err = open_worker(server, &server->workers[i]);
    return err;
}

/* Each connection is a file; the soft limit is often 1,024. */
static void raise_file_limit(const struct server_settings *settings)
{
    struct rlimit limit;
    rlim_t wanted =
        (rlim_t)settings->connections_max + FILES_BESIDE_CONNECTIONS +
        (FILES_OF_THREAD + FILES_OF_LISTENER * (rlim_t)settings->listen_count) * settings->threads;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
        return;
    limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < wanted)
        LOG(LOG_LEVEL_WARNING, "few-files", LOG_NUMBER("limit", limit.rlim_cur), LOG_NUMBER("wanted", wanted),
            LOG_STRING("remedy", "raise the hard limit of open files, or lower connections_max"));
}

static void log_listening(const struct server *server)
{
    for (size_t i = 0; i < server->settings.listen_count; i++) {
        char text[ADDRESS_TEXT_MAX];
        address_format((const struct sockaddr *)&server->addresses[i].storage, text);
        LOG(LOG_LEVEL_INFO, "listening", LOG_STRING("address", text),
            LOG_NUMBER("port", address_port(&server->addresses[i])),
            LOG_NUMBER("threads", server->settings.threads));
    }
}

static enum err prepare(struct server *server)
{
    const struct server_settings *settings = &server->settings;
    if (settings->threads == 0 || settings->threads > THREADS_MAX ||
        settings->listen_count > SERVER_LISTEN_MAX || settings->connections_max == 0)
        return ERR_INVALID_PARAMETER;
    enum err err = guards_new(server->rules.routes, settings->guards, settings->guard_count,
                              platform_domains(server->rules.platform), &server->guards);
    if (err != ERR_NONE)
        LOG(LOG_LEVEL_ERROR, "guard-malformed", LOG_STRING("error", err_win32_name(err)));
    server->rules.guards = server->guards;
    if (err == ERR_NONE)
        err = admission_new(settings->connections_max, settings->connections_per_ip, &server->admission);
    if (err == ERR_NONE)
        err = read_addresses(server);
    if (err == ERR_NONE && (server->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) < 0)
        err = ERR_IO;
    if (err == ERR_NONE)
        err = open_workers(server);
    return err;
}

enum err server_new(const struct server_settings *settings, struct platform *platform,
                    const struct route_table *routes, struct sessions *sessions, struct service *service,
                    struct server **ret)
{
    struct server *server = calloc(1, sizeof *server);
    if (server == NULL)
        return ERR_NO_MEMORY;
    server->settings = *settings;
    server->seats.max = settings->streams_max;
    server->rules = (struct exchange_rules){.settings = &server->settings,
                                            .platform = platform,
                                            .routes = routes,
                                            .sessions = sessions,
                                            .service = service};
    server->stop_fd = -1;
    raise_file_limit(settings);
    enum err err = prepare(server);
    if (err != ERR_NONE) {
        LOG(LOG_LEVEL_ERROR, "server-failed", LOG_STRING("error", err_text(err)));
        server_stop(server);
        return err;
    }
    *ret = server;
    return ERR_NONE;
}

enum err server_start(struct server *server)
{
    for (size_t i = 0; i < server->worker_count; i++) {
        enum err err = worker_start(&server->workers[i]);
        if (err != ERR_NONE) {
            LOG(LOG_LEVEL_ERROR, "thread-failed", LOG_STRING("error", err_text(err)),
                LOG_STRING("remedy", "lower threads, or raise the limit of processes"));
            return err;
        }
    }
    log_listening(server);
    return ERR_NONE;
}

void server_stop(struct server *server)
{
    if (server == NULL)
        return;
    atomic_store(&server->draining, true);
    if (server->stop_fd >= 0)
        (void)eventfd_write(server->stop_fd, 1);
    for (size_t i = 0; i < server->worker_count; i++)
        worker_stop(&server->workers[i]);
    if (server->stop_fd >= 0)
        (void)close(server->stop_fd);
    free(server->workers);
    admission_free(server->admission);
    guards_free(server->guards);
    free(server);
}

bool server_draining(const struct server *server)
{
    return atomic_load(&server->draining);
}

void server_wake_streams(struct server *server)
{
    for (size_t i = 0; i < server->worker_count; i++)
        streams_wake(server->workers[i].streams);
}

unsigned server_port(const struct server *server, size_t index)
{
    return index < server->settings.listen_count ? address_port(&server->addresses[index]) : 0;
}
