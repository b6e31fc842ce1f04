#include "http/server.h"

#include "base/budget.h"
#include "base/log.h"
#include "http/lines.h"
#include "http/worker.h"
#include "platform/certificate.h"

#include <stdio.h>
#include <stdlib.h>

/* Somebody who changed a password brings old tickets for a while. */
enum { THREADS_MAX = 256, FAILURES_BURST_S = 10 };

_Static_assert((int)SERVER_LISTEN_MAX <= (int)POLLER_DAEMONS_MAX,
               "a worker waits for a daemon of each listener");

struct server {
    struct server_settings settings;
    struct exchange_rules rules;
    struct guards *guards;
    struct admission *admission;
    struct handshakes handshakes;
    struct budget memory;
    struct worker *workers;
    size_t worker_count;
    struct stream_seats seats;
    struct listener listeners[SERVER_LISTEN_MAX];
    size_t listener_count; /* of those that are open */
    char hsts[sizeof "max-age=4294967295"];
    struct wake stop;
    bool stop_open;
    atomic_bool draining;
};

static enum err open_listener(struct server *server, const char *text, bool tls)
{
    struct address address;
    enum err err = address_parse(text, &address);
    if (err != ERR_NONE)
        LOG(LOG_LEVEL_ERROR, "listen-malformed", LOG_STRING("listen", text),
            LOG_STRING("remedy", "write ADDRESS:PORT or [ADDRESS]:PORT with a numeric address"));
    else
        err = listener_open(&address, &server->listeners[server->listener_count]);
    if (err == ERR_NONE)
        server->listeners[server->listener_count++].tls = tls;
    return err;
}

/* One that nobody could shake hands with would look as if it served. */
static enum err check_certificate(const struct server *server)
{
    bool tls = false;
    for (size_t i = 0; i < server->settings.listen_count; i++)
        tls |= server->settings.listen_tls[i];
    if (!tls)
        return ERR_NONE;
    struct certificate *certificate = platform_certificate_acquire(server->rules.platform);
    platform_certificate_release(certificate);
    if (certificate != NULL)
        return ERR_NONE;
    LOG(LOG_LEVEL_ERROR, "certificate-missing", LOG_STRING("remedy", "give certificate and certificate_key"));
    return ERR_INVALID_PARAMETER;
}

static enum err open_listeners(struct server *server)
{
    enum err err = server->settings.listen_count == 0 ? ERR_INVALID_PARAMETER : check_certificate(server);
    for (size_t i = 0; i < server->settings.listen_count && err == ERR_NONE; i++) {
        err = open_listener(server, server->settings.listen[i], server->settings.listen_tls[i]);
        if (err == ERR_NONE)
            server->listeners[i].health = server->settings.listen_health[i];
    }
    return err;
}

/* Port 0 becomes, at the first worker, the port that all the others share. */
static enum err open_worker(struct server *server, struct worker *worker)
{
    *worker = (struct worker){.rules = &server->rules,
                              .admission = server->admission,
                              .stop = &server->stop,
                              .draining = &server->draining};
    server->worker_count++;
    worker->metrics = lines_alloc(sizeof *worker->metrics);
    if (worker->metrics == NULL)
        return ERR_NO_MEMORY;
    memset(worker->metrics, 0, sizeof *worker->metrics);
    enum err err = platform_acceptor_new(server->rules.platform, &worker->acceptor);
    if (err == ERR_NONE)
        err = tls_handshakes_new(server->settings.timeout_s, &worker->tls_handshakes);
    if (err == ERR_NONE)
        err = holds_new(&worker->holds);
    if (err == ERR_NONE)
        err = presences_init(worker->rules->settings, &worker->presences);
    if (err == ERR_NONE)
        err = streams_new(&server->seats, &worker->streams);
    for (size_t i = 0; i < server->settings.listen_count && err == ERR_NONE; i++) {
        unsigned port = 0;
        err = worker_listen(worker, &server->listeners[i], &port);
        if (err == ERR_NONE)
            address_set_port(&server->listeners[i].address, port);
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

static void log_listening(const struct server *server)
{
    for (size_t i = 0; i < server->settings.listen_count; i++) {
        char text[ADDRESS_TEXT_MAX];
        address_format((const struct sockaddr *)&server->listeners[i].address.storage, text);
        LOG(LOG_LEVEL_INFO, "listening", LOG_STRING("address", text),
            LOG_NUMBER("port", address_port(&server->listeners[i].address)),
            LOG_STRING("scheme", server->listeners[i].tls ? "https" : "http"),
            LOG_STRING("serves", server->listeners[i].health ? "health" : "all"),
            LOG_NUMBER("threads", server->settings.threads));
    }
}

static enum err open_limits(struct server *server)
{
    const struct server_settings *settings = &server->settings;
    const unsigned each = settings->requests_per_second;
    server->handshakes.max = settings->handshakes_max;
    server->rules.handshakes = &server->handshakes;
    server->memory.max = settings->memory_max;
    server->rules.memory = &server->memory;
    enum err err = rate_limit_new(each, settings->requests_burst == 0 ? each : settings->requests_burst,
                                  &server->rules.requests);
    if (err == ERR_NONE)
        err = rate_limit_new(settings->failures_per_second, FAILURES_BURST_S * settings->failures_per_second,
                             &server->rules.failures);
    return err;
}

static enum err prepare(struct server *server)
{
    const struct server_settings *settings = &server->settings;
    if (settings->threads == 0 || settings->threads > THREADS_MAX ||
        settings->listen_count > SERVER_LISTEN_MAX || server->rules.routes->count > METRICS_ROUTES_MAX ||
        settings->connections_max == 0)
        return ERR_INVALID_PARAMETER;
    enum err err = guards_new(server->rules.routes, settings->guards, settings->guard_count,
                              platform_domains(server->rules.platform), &server->guards);
    if (err != ERR_NONE)
        LOG(LOG_LEVEL_ERROR, "guard-malformed", LOG_STRING("error", err_win32_name(err)));
    server->rules.guards = server->guards;
    if (err == ERR_NONE)
        err = admission_new(settings->connections_max, settings->connections_per_ip, &server->admission);
    if (err == ERR_NONE)
        err = open_limits(server);
    if (err == ERR_NONE)
        err = open_listeners(server);
    if (err == ERR_NONE)
        err = wake_open(&server->stop);
    server->stop_open = err == ERR_NONE;
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
    server->settings.connections_max =
        listener_make_room(settings->connections_max, settings->threads, settings->listen_count);
    (void)snprintf(server->hsts, sizeof server->hsts, "max-age=%u", settings->hsts_s);
    if (settings->hsts_s != 0)
        server->rules.hsts = server->hsts;
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
    for (size_t i = 0; i < server->listener_count; i++)
        listener_close(&server->listeners[i]);
    if (server->stop_open)
        wake_give(&server->stop);
    for (size_t i = 0; i < server->worker_count; i++)
        worker_stop(&server->workers[i]);
    if (server->stop_open)
        wake_close(&server->stop);
    free(server->workers);
    admission_free(server->admission);
    guards_free(server->guards);
    rate_limit_free(server->rules.requests);
    rate_limit_free(server->rules.failures);
    free(server);
}

bool server_moves(struct server *server)
{
    bool all = true;
    for (size_t i = 0; i < server->worker_count; i++) {
        if (!worker_moves(&server->workers[i]))
            all = false;
    }
    return all;
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

void server_figures(const struct server *server, struct server_figures *ret)
{
    *ret = (struct server_figures){.threads = server->worker_count,
                                   .streams = atomic_load(&server->seats.taken),
                                   .draining = server_draining(server)};
    for (size_t i = 0; i < server->worker_count; i++)
        metrics_sum(&ret->counted, server->workers[i].metrics);
    admission_figures(server->admission, &ret->connections);
}

unsigned server_port(const struct server *server, size_t index)
{
    return index < server->settings.listen_count ? address_port(&server->listeners[index].address) : 0;
}
