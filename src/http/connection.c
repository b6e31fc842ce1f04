#include "http/connection.h"

#include "base/log.h"
#include "http/account.h"
#include "http/clock.h"
#include "http/fields.h"
#include "http/headers.h"
#include "http/tls.h"
#include "http/unescape.h"

#include <stdlib.h>

/* A reply whose events are not durable yet. */
enum held {
    HELD_NOT = 0,
    HELD,        /* the connection is suspended */
    HELD_OVER,   /* the reply may leave */
    HELD_FOREVER /* the server stops before the log said so: there is no reply */
};

/* What belongs to a connection: never an identity. */
struct connection {
    struct MHD_Connection *transport;
    struct presence presence;
    struct handshake handshake;
    struct admission_client client;
    struct tls tls;
    char remote[ADDRESS_TEXT_MAX];
    unsigned remote_port;
    bool local;         /* from this machine */
    bool busy;          /* a request is under way */
    bool sound_escapes; /* of that request */
    size_t url_size;    /* of that request, before it is decoded */
    enum held held;
    int64_t since_us;
    int64_t held_us; /* since when, then for how long */
    uint64_t streamed;
    struct exchange *exchange; /* NULL before its headers are there */
    unsigned status;           /* what was answered; 0 for nothing yet */
};

static struct connection *connection_of(struct MHD_Connection *transport)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(transport, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info == NULL ? NULL : info->socket_context;
}

void connection_settle(struct worker *worker)
{
    if (worker->entered)
        admission_leave(worker->admission, &worker->entering);
    worker->entered = false;
}

enum MHD_Result connection_admit(void *closure, const struct sockaddr *address, socklen_t size)
{
    const struct worker_gate *gate = closure;
    struct worker *worker = gate->worker;
    (void)size;
    connection_settle(worker);
    if (gate->health)
        admission_operator(&worker->entering);
    else
        admission_client(address, &worker->entering);
    worker->entered = admission_enter(worker->admission, &worker->entering);
    return worker->entered ? MHD_YES : MHD_NO;
}

/* What the library tells of a connection may lie where it tells the next thing: so it is taken at once. */
static const struct sockaddr *address_of(struct MHD_Connection *transport)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(transport, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info == NULL ? NULL : info->client_addr;
}

static MHD_socket socket_of(struct MHD_Connection *transport)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(transport, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info == NULL ? MHD_INVALID_SOCKET : info->connect_fd;
}

static struct connection *start(struct worker *worker, struct MHD_Connection *transport)
{
    struct connection *connection = calloc(1, sizeof *connection);
    const struct sockaddr *address = address_of(transport);
    const MHD_socket socket = socket_of(transport);
    if (connection == NULL || address == NULL || socket == MHD_INVALID_SOCKET ||
        !tls_begin(&connection->tls, worker->rules->platform, worker->tls_handshakes, transport)) {
        free(connection);
        connection_settle(worker);
        return NULL; /* connection_handle closes it */
    }
    connection->transport = transport;
    connection->remote_port = address_port_of(address);
    address_format(address, connection->remote);
    connection->local = address_of_loopback(address);
    connection->client = worker->entering;
    worker->entered = false;
    presence_start(&worker->presences, &connection->presence, socket, connection->remote);
    return connection;
}

static void end_tls(struct worker *worker, struct connection *connection)
{
    static const enum metric counters[] = {[TLS_END_SHAKEN] = METRIC_TLS_SHAKEN,
                                           [TLS_END_FAILED] = METRIC_TLS_FAILED,
                                           [TLS_END_LATE] = METRIC_TLS_LATE};
    const enum tls_end end = tls_end(&connection->tls);
    if (end == TLS_END_NONE)
        return;
    metrics_count(worker->metrics, counters[end]);
    if (end != TLS_END_SHAKEN)
        LOG(LOG_LEVEL_DEBUG, "tls-refused", LOG_STRING("remote", connection->remote),
            LOG_STRING("reason", end == TLS_END_LATE ? "late" : "failed"));
}

static void end_request(struct worker *worker, struct connection *connection)
{
    if (connection->busy) {
        worker->active--;
        metrics_count(worker->metrics, METRIC_REQUESTS_ENDED);
    }
    connection->busy = false;
}

void connection_notify(void *closure, struct MHD_Connection *transport, void **socket_context,
                       enum MHD_ConnectionNotificationCode code)
{
    struct worker *worker = closure;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        *socket_context = start(worker, transport);
        worker->open++;
        return;
    }
    struct connection *connection = *socket_context;
    worker->open--;
    if (connection == NULL)
        return;
    if (connection->busy)
        metrics_count(worker->metrics, METRIC_REQUESTS_INCOMPLETE);
    end_request(worker, connection);
    presence_end(&worker->presences, &connection->presence);
    admission_leave(worker->admission, &connection->client);
    handshake_drop(worker->rules->handshakes, &connection->handshake);
    end_tls(worker, connection);
    free(connection);
    *socket_context = NULL;
}

void *connection_request_line(void *closure, const char *uri, struct MHD_Connection *transport)
{
    struct worker *worker = closure;
    struct connection *connection = connection_of(transport);
    if (connection == NULL)
        return NULL;
    connection->url_size = uri == NULL ? 0 : strlen(uri);
    if (!connection->busy) {
        worker->active++;
        metrics_count(worker->metrics, METRIC_REQUESTS_BEGUN);
    }
    connection->busy = true;
    connection->sound_escapes = true;
    connection->exchange = NULL;
    connection->status = 0;
    connection->held = HELD_NOT;
    connection->held_us = 0;
    connection->streamed = 0;
    connection->since_us = clock_us();
    presence_await(&worker->presences, &connection->presence, PATIENCE_REQUEST);
    return NULL;
}

size_t connection_unescape(void *closure, struct MHD_Connection *transport, char *text)
{
    struct connection *connection = connection_of(transport);
    bool sound = true;
    (void)closure;
    size_t size = unescape(text, &sound);
    if (!sound && connection != NULL)
        connection->sound_escapes = false;
    return size;
}

static bool add_headers(struct MHD_Response *response, const struct exchange *exchange, bool close)
{
    struct reply_header headers[HEADERS_MAX];
    size_t count = headers_of(exchange, close, headers);
    bool added = true;
    for (size_t i = 0; i < count && added; i++)
        added = MHD_add_response_header(response, headers[i].name, headers[i].value) == MHD_YES;
    return added;
}

/* The body stays where it is: static, or in the arena, which lives until connection_completed; or it is a stream, which the
 * response takes over. */
static struct MHD_Response *response_of(struct connection *connection, struct reply *reply)
{
    union {
        const void *constant;
        void *plain;
    } body = {.constant = reply->body.data}; /* the library takes it without const and does not write to it */
    if (reply->stream == NULL)
        return MHD_create_response_from_buffer(reply->body.size, body.plain, MHD_RESPMEM_PERSISTENT);
    struct MHD_Response *response =
        stream_response(reply->stream, connection->transport, &connection->streamed);
    if (response == NULL)
        return NULL;
    reply->stream = NULL;
    /* libmicrohttpd 0.9.75 ends chunks also where there are none, and the client would take that for the next answer. */
    if (connection->exchange->request.method == HTTP_HEAD)
        (void)MHD_set_response_options(response, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT, MHD_RO_END);
    return response;
}

static enum MHD_Result send_reply(struct worker *worker, struct MHD_Connection *transport,
                                  struct connection *connection)
{
    struct exchange *exchange = connection->exchange;
    struct reply *reply = &exchange->reply;
    const bool is_stream = reply->stream != NULL;
    struct MHD_Response *response = response_of(connection, reply);
    if (response == NULL)
        return MHD_NO;
    bool close = exchange->close || atomic_load(worker->draining) || fields_end_in_doubt(transport);
    enum MHD_Result queued = MHD_NO;
    if (add_headers(response, exchange, close))
        queued = MHD_queue_response(transport, reply->status, response);
    MHD_destroy_response(response);
    if (queued == MHD_YES) {
        connection->status = reply->status;
        presence_await(&worker->presences, &connection->presence,
                       is_stream ? PATIENCE_NONE : PATIENCE_ANSWER);
    }
    return queued;
}

static enum MHD_Result begin(struct worker *worker, struct MHD_Connection *transport,
                             struct connection *connection, const struct exchange_head *head)
{
    struct exchange *exchange = malloc(sizeof *exchange);
    if (exchange == NULL)
        return MHD_NO;
    metrics_add(worker->metrics, METRIC_REQUEST_HEADER_BYTES, head->header_bytes);
    exchange_init(exchange, worker->rules, head);
    connection->exchange = exchange;
    trace_begin(&exchange->request, &worker->ids);
    exchange_begin(exchange, head, worker->acceptor, &connection->handshake);
    return exchange->close ? send_reply(worker, transport, connection) : MHD_YES;
}

/* True when the connection is suspended until connection_release; otherwise the reply stands. */
static bool hold(struct worker *worker, struct connection *connection)
{
    struct exchange *exchange = connection->exchange;
    if (exchange->request.trail.count == 0)
        return false;
    enum err err = holds_begin(worker->holds, worker->rules->platform, &exchange->request.trail, connection);
    if (err != ERR_NONE) {
        exchange_withhold(exchange, err);
        return false;
    }
    /* Only this thread resumes, so it is no matter whether the log has answered already. */
    connection->held = HELD;
    metrics_count(worker->metrics, METRIC_HOLDS_BEGUN);
    connection->held_us = clock_us();
    MHD_suspend_connection(connection->transport);
    return true;
}

/* `end` is what became of the reply. */
static void end_hold(struct connection *connection, enum held held, enum metric end)
{
    struct metrics *metrics = connection->exchange->request.metrics;
    connection->held = held;
    connection->held_us = clock_us() - connection->held_us;
    metrics_count(metrics, end);
    if (metrics != NULL)
        metrics_time(&metrics->held, connection->held_us);
}

void connection_release(void *owner, enum err err)
{
    struct connection *connection = owner;
    if (err != ERR_NONE)
        exchange_withhold(connection->exchange, err);
    end_hold(connection, HELD_OVER, err == ERR_NONE ? METRIC_HOLDS_RELEASED : METRIC_HOLDS_WITHHELD);
    MHD_resume_connection(connection->transport);
}

void connection_give_up(void *owner)
{
    struct connection *connection = owner;
    end_hold(connection, HELD_FOREVER, METRIC_HOLDS_ABANDONED);
    MHD_resume_connection(connection->transport);
}

/* The request is complete, and again when a held reply is to leave. */
static enum MHD_Result answer(struct worker *worker, struct connection *connection)
{
    if (connection->status != 0 || connection->held == HELD)
        return MHD_YES;
    if (connection->held == HELD_FOREVER)
        return MHD_NO;
    if (connection->held == HELD_NOT) {
        presence_await(&worker->presences, &connection->presence, PATIENCE_NONE);
        exchange_finish(connection->exchange);
        worker_moved(worker);
        if (hold(worker, connection))
            return MHD_YES;
    }
    return send_reply(worker, connection->transport, connection);
}

enum MHD_Result connection_handle(void *closure, struct MHD_Connection *transport, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **context)
{
    struct worker *worker = closure;
    struct connection *connection = connection_of(transport);
    (void)context;
    if (connection == NULL)
        return MHD_NO;
    struct exchange *exchange = connection->exchange;
    if (exchange == NULL) {
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(transport, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
        const size_t header_bytes =
            info == NULL ? SIZE_MAX : info->header_size; /* `info` is gone with the next */
        const struct fields_head fields = {method, url, connection->url_size, version, header_bytes};
        struct exchange_head head = {.method = method,
                                     .path = url,
                                     .version = version,
                                     .header_bytes = header_bytes,
                                     .sound_escapes = connection->sound_escapes,
                                     .sound_fields = fields_are_sound(transport, &fields),
                                     .client = &connection->client,
                                     .secure = tls_is_secure(&connection->tls),
                                     .binding = tls_binding(&connection->tls),
                                     .source = {connection->remote, connection->remote_port},
                                     .streams = worker->streams,
                                     .metrics = worker->metrics,
                                     .audience = worker_audience(worker, transport, connection->local),
                                     .transport = transport};
        return begin(worker, transport, connection, &head);
    }
    if (*upload_size != 0) {
        bool fits = exchange_body(exchange, bytes_of(upload, *upload_size));
        *upload_size = 0;
        return fits ? MHD_YES : MHD_NO;
    }
    return answer(worker, connection);
}

static void ignore(void *context, enum err err)
{
    (void)context;
    (void)err;
}

/* Who logged on, or failed to, and left before the reply stood: no answer depends on it, so nobody waits. */
static void leave_trail(struct worker *worker, const struct connection *connection)
{
    const struct audit_trail *trail = &connection->exchange->request.trail;
    if (trail->count == 0 || connection->held != HELD_NOT || connection->status != 0)
        return;
    enum err err = platform_audit_commit(worker->rules->platform, trail, ignore, NULL);
    if (err == ERR_NONE)
        return;
    metrics_add(worker->metrics, METRIC_EVENTS_LOST, trail->count);
    LOG_LIMITED(LOG_LEVEL_ERROR, "events-lost", LOG_STRING("id", connection->exchange->request.id),
                LOG_NUMBER("events", trail->count), LOG_STRING("error", err_text(err)));
}

void connection_completed(void *closure, struct MHD_Connection *transport, void **context,
                          enum MHD_RequestTerminationCode code)
{
    struct worker *worker = closure;
    struct connection *connection = connection_of(transport);
    (void)context;
    if (connection == NULL)
        return;
    if (connection->exchange != NULL) {
        account_request(&(struct account){.exchange = connection->exchange,
                                          .status = connection->status,
                                          .complete = code == MHD_REQUEST_TERMINATED_COMPLETED_OK,
                                          .duration_us = clock_us() - connection->since_us,
                                          .held_us = connection->held_us,
                                          .streamed = connection->streamed,
                                          .remote = connection->remote});
        leave_trail(worker, connection);
        exchange_done(connection->exchange);
        free(connection->exchange);
        connection->exchange = NULL;
    }
    end_request(worker, connection);
    presence_await(&worker->presences, &connection->presence, PATIENCE_IDLE);
}
