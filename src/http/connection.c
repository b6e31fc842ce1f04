#include "http/connection.h"

#include "base/log.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

/* What belongs to a connection: never an identity. */
struct connection {
    struct security_context *half_done;
    struct admission_client client;
    char remote[ADDRESS_TEXT_MAX];
    bool busy;          /* a request is under way */
    bool sound_escapes; /* of that request */
    struct timespec since;
    struct exchange *exchange; /* NULL before its headers are there */
    unsigned status;           /* what was answered; 0 for nothing yet */
};

static struct connection *connection_of(struct MHD_Connection *transport)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(transport, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info == NULL ? NULL : info->socket_context;
}

/* A connection that the library gave up between admission and its start pays back here. */
static void settle(struct worker *worker)
{
    if (worker->entered)
        admission_leave(worker->admission, &worker->entering);
    worker->entered = false;
}

enum MHD_Result connection_admit(void *closure, const struct sockaddr *address, socklen_t size)
{
    struct worker *worker = closure;
    (void)size;
    settle(worker);
    admission_client(address, &worker->entering);
    worker->entered = admission_enter(worker->admission, &worker->entering);
    return worker->entered ? MHD_YES : MHD_NO;
}

static struct connection *start(struct worker *worker, struct MHD_Connection *transport)
{
    struct connection *connection = calloc(1, sizeof *connection);
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(transport, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (connection == NULL || info == NULL || info->client_addr == NULL) {
        free(connection);
        settle(worker);
        return NULL; /* connection_handle closes it */
    }
    address_format(info->client_addr, connection->remote);
    connection->client = worker->entering;
    worker->entered = false;
    return connection;
}

static void end_request(struct worker *worker, struct connection *connection)
{
    if (connection->busy)
        worker->active--;
    connection->busy = false;
}

void connection_notify(void *closure, struct MHD_Connection *transport, void **socket_context,
                       enum MHD_ConnectionNotificationCode code)
{
    struct worker *worker = closure;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        *socket_context = start(worker, transport);
        return;
    }
    struct connection *connection = *socket_context;
    if (connection == NULL)
        return;
    end_request(worker, connection);
    admission_leave(worker->admission, &connection->client);
    platform_security_context_free(connection->half_done);
    free(connection);
    *socket_context = NULL;
}

void *connection_request_line(void *closure, const char *uri, struct MHD_Connection *transport)
{
    struct worker *worker = closure;
    struct connection *connection = connection_of(transport);
    (void)uri;
    if (connection == NULL)
        return NULL;
    if (!connection->busy)
        worker->active++;
    connection->busy = true;
    connection->sound_escapes = true;
    connection->exchange = NULL;
    connection->status = 0;
    (void)clock_gettime(CLOCK_MONOTONIC, &connection->since);
    return NULL;
}

static int hex_digit(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return -1;
}

/* The byte that %XX stands for; -1 for what is no escape, and for NUL, which would cut the text short. */
static int escaped(const char *text)
{
    int high = hex_digit(text[0]);
    int low = high < 0 ? -1 : hex_digit(text[1]);
    int byte = high * 16 + low;
    return low < 0 || byte == 0 ? -1 : byte;
}

size_t connection_unescape(void *closure, struct MHD_Connection *transport, char *text)
{
    struct connection *connection = connection_of(transport);
    size_t size = 0;
    bool sound = true;
    (void)closure;
    for (const char *from = text; *from != 0; from++) {
        if (*from != '%') {
            text[size++] = *from;
            continue;
        }
        int byte = escaped(from + 1);
        if (byte < 0) {
            sound = false;
            break;
        }
        text[size++] = (char)byte;
        from += 2;
    }
    text[size] = 0;
    if (!sound && connection != NULL)
        connection->sound_escapes = false;
    return size;
}

/* The client's own when it is short and plain, since it goes into the log and into a header. */
static void choose_id(struct worker *worker, struct request *request)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
    const char *given = request_header(request, "X-Request-Id");
    size_t size = given == NULL ? 0 : strlen(given);
    if (size > 0 && size < REQUEST_ID_MAX && strspn(given, plain) == size)
        memcpy(request->id, given, size + 1);
    else
        (void)snprintf(request->id, sizeof request->id, "%016" PRIx64 "-%" PRIx64, worker->id_prefix,
                       worker->id_next++);
}

static bool add_headers(struct MHD_Response *response, const struct exchange *exchange, bool close)
{
    const struct reply *reply = &exchange->reply;
    bool added =
        MHD_add_response_header(response, "Cache-Control", "no-store") == MHD_YES &&
        MHD_add_response_header(response, "X-Content-Type-Options", "nosniff") == MHD_YES &&
        MHD_add_response_header(response, "Content-Security-Policy", "default-src 'none'") == MHD_YES &&
        MHD_add_response_header(response, "X-Request-Id", exchange->request.id) == MHD_YES;
    if (added && reply->content_type != NULL)
        added = MHD_add_response_header(response, "Content-Type", reply->content_type) == MHD_YES;
    if (added && close)
        added = MHD_add_response_header(response, "Connection", "close") == MHD_YES;
    for (size_t i = 0; i < reply->header_count && added; i++)
        added = MHD_add_response_header(response, reply->headers[i].name, reply->headers[i].value) == MHD_YES;
    return added;
}

/* The body stays where it is: static, or in the arena, which lives until connection_completed. */
static enum MHD_Result send_reply(struct worker *worker, struct MHD_Connection *transport,
                                  struct connection *connection)
{
    const struct exchange *exchange = connection->exchange;
    const struct reply *reply = &exchange->reply;
    union {
        const void *constant;
        void *plain;
    } body = {.constant = reply->body.data}; /* the library takes it without const and does not write to it */
    struct MHD_Response *response =
        MHD_create_response_from_buffer(reply->body.size, body.plain, MHD_RESPMEM_PERSISTENT);
    if (response == NULL)
        return MHD_NO;
    bool close = exchange->close || atomic_load(worker->draining);
    enum MHD_Result queued = MHD_NO;
    if (add_headers(response, exchange, close))
        queued = MHD_queue_response(transport, reply->status, response);
    MHD_destroy_response(response);
    if (queued == MHD_YES)
        connection->status = reply->status;
    return queued;
}

static enum MHD_Result begin(struct worker *worker, struct MHD_Connection *transport,
                             struct connection *connection, const struct exchange_head *head)
{
    struct exchange *exchange = malloc(sizeof *exchange);
    if (exchange == NULL)
        return MHD_NO;
    exchange_init(exchange, worker->rules, head);
    connection->exchange = exchange;
    choose_id(worker, &exchange->request);
    exchange_begin(exchange, head, worker->acceptor, &connection->half_done);
    return exchange->close ? send_reply(worker, transport, connection) : MHD_YES;
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
        struct exchange_head head = {.method = method,
                                     .path = url,
                                     .version = version,
                                     .header_bytes = info == NULL ? SIZE_MAX : info->header_size,
                                     .sound_escapes = connection->sound_escapes,
                                     .transport = transport};
        return begin(worker, transport, connection, &head);
    }
    if (*upload_size != 0) {
        bool fits = exchange_body(exchange, bytes_of(upload, *upload_size));
        *upload_size = 0;
        return fits ? MHD_YES : MHD_NO;
    }
    if (connection->status != 0)
        return MHD_YES;
    exchange_finish(exchange);
    return send_reply(worker, transport, connection);
}

static int64_t microseconds_since(const struct timespec *start)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)(now.tv_sec - start->tv_sec) * 1000000 + (now.tv_nsec - start->tv_nsec) / 1000;
}

/* status 0: the connection ended before there was an answer. */
static void log_request(const struct connection *connection, bool sent)
{
    const struct exchange *exchange = connection->exchange;
    const struct request *request = &exchange->request;
    static const char *const proofs[] = {NULL, "ticket", "bearer", "cookie"};
    char sid[SID_TEXT_MAX] = "";
    const char *principal = NULL;
    if (request->token != NULL) {
        (void)sid_format(platform_token_view(request->token)->user, sid);
        principal = platform_token_details(request->token)->principal;
    }
    LOG(LOG_LEVEL_INFO, "request", LOG_STRING("id", request->id), LOG_STRING("method", request->method_name),
        LOG_STRING("path", request->path), LOG_NUMBER("status", connection->status),
        LOG_NUMBER("duration_us", microseconds_since(&connection->since)),
        LOG_NUMBER("received", exchange->received), LOG_NUMBER("sent", sent ? exchange->reply.body.size : 0),
        LOG_STRING("remote", connection->remote), LOG_STRING("sid", sid[0] == 0 ? NULL : sid),
        LOG_STRING("caller", principal), LOG_STRING("by", proofs[request->proof]));
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
        log_request(connection, code == MHD_REQUEST_TERMINATED_COMPLETED_OK);
        exchange_done(connection->exchange);
        free(connection->exchange);
        connection->exchange = NULL;
    }
    end_request(worker, connection);
}
