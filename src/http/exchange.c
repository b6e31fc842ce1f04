#include "http/exchange.h"

#include "base/budget.h"
#include "http/clock.h"
#include "http/cors.h"
#include "http/metrics.h"
#include "http/streams.h"

#include <stdlib.h>
#include <strings.h>

/* A handler may use this much beside a few times its body. */
enum { ARENA_BYTES = 32 << 20, BODY_ROOM_FIRST = 512 };

static struct negotiate_channel channel_of(const struct server_settings *settings,
                                           const struct exchange_head *head)
{
    struct negotiate_channel channel = {.required = settings->channel_binding == CHANNEL_BINDING_REQUIRE};
    if (settings->channel_binding != CHANNEL_BINDING_OFF)
        channel.binding = head->binding;
    return channel;
}

void exchange_init(struct exchange *exchange, const struct exchange_rules *rules,
                   const struct exchange_head *head)
{
    *exchange = (struct exchange){.rules = rules};
    arena_init(&exchange->request.arena, ARENA_BYTES + 4 * rules->settings->body_bytes_max);
    arena_charge(&exchange->request.arena, rules->memory);
    exchange->request.method = router_method_of(head->method);
    exchange->request.method_name = head->method;
    exchange->request.path = head->path;
    exchange->request.secure = head->secure;
    exchange->channel = channel_of(rules->settings, head);
    exchange->request.source = head->source;
    exchange->client = rate_limit_client(rules->failures, head->client);
    exchange->request.trail.arena = &exchange->request.arena;
    exchange->request.streams = head->streams;
    exchange->request.metrics = head->metrics;
    exchange->request.operators = head->audience == ROUTE_OPERATORS;
    exchange->audience = head->audience;
    exchange->request.service = rules->service;
    exchange->request.transport = head->transport;
}

void exchange_done(struct exchange *exchange)
{
    stream_end(exchange->reply.stream);
    caller_done(&exchange->caller);
    free(exchange->body);
    budget_give(exchange->rules->memory, exchange->body_charged);
    arena_done(&exchange->request.arena);
}

static void refuse(struct exchange *exchange, enum problem_kind kind, const char *detail)
{
    struct problem problem = {.kind = kind, .detail = detail};
    reply_problem(&exchange->request, &exchange->reply, &problem);
    exchange->answered = true;
}

/* RFC 9112 6.3 and 3.2: what two parties could read differently is refused, so that no request hides in another.
 * NULL when the request is sound. */
static const char *framing_mistake(const struct request *request, const struct exchange_head *head)
{
    const char *coding = request_header(request, "Transfer-Encoding");
    size_t lengths = request_header_count(request, "Content-Length");
    if (strcmp(head->version, "HTTP/1.1") != 0 && strcmp(head->version, "HTTP/1.0") != 0)
        return "Use HTTP/1.1.";
    if (!head->sound_escapes)
        return "In the URL each % must be followed by two hexadecimal digits other than 00.";
    if (!head->sound_fields)
        return "Each line ends with CR LF; the name of a header is a token with its colon right behind it, and its value has no "
               "controls.";
    if (lengths > 1 || (lengths != 0 && coding != NULL))
        return "Send one Content-Length, or Transfer-Encoding without it.";
    if (coding != NULL && strcmp(head->version, "HTTP/1.0") == 0) /* RFC 9112 6.1 */
        return "HTTP/1.0 has no Transfer-Encoding.";
    if (coding != NULL &&
        (strcasecmp(coding, "chunked") != 0 || request_header_count(request, "Transfer-Encoding") != 1))
        return "The only transfer coding is chunked.";
    if (request_header_count(request, "Host") > 1)
        return "Send one Host.";
    return NULL;
}

static bool is_json(const char *type)
{
    static const char json[] = "application/json";
    if (type == NULL || strncasecmp(type, json, sizeof json - 1) != 0)
        return false;
    const char *rest = type + sizeof json - 1;
    rest += strspn(rest, " \t");
    if (*rest == 0)
        return true;
    if (*rest != ';')
        return false;
    rest++;
    rest += strspn(rest, " \t");
    return strcasecmp(rest, "charset=utf-8") == 0 || strcasecmp(rest, "charset=\"utf-8\"") == 0;
}

static void check_media(struct exchange *exchange)
{
    const struct request *request = &exchange->request;
    const char *encoding = request_header(request, "Content-Encoding");
    if (request_header_count(request, "Content-Type") != 1 ||
        !is_json(request_header(request, "Content-Type")))
        refuse(exchange, PROBLEM_UNSUPPORTED_MEDIA, "Send one Content-Type: application/json, in UTF-8.");
    else if (encoding != NULL && (strcasecmp(encoding, "identity") != 0 ||
                                  request_header_count(request, "Content-Encoding") != 1))
        refuse(exchange, PROBLEM_UNSUPPORTED_MEDIA, "Send the body without Content-Encoding.");
}

/* How much of a body that nobody reads is thrown away, so that the connection stays usable. */
static uint64_t discard_max(const struct exchange *exchange)
{
    return 2 * (uint64_t)exchange->rules->settings->body_bytes_max;
}

static uint64_t announced(const struct exchange *exchange)
{
    const char *text = request_header(&exchange->request, "Content-Length");
    return text == NULL ? 0 : strtoull(text, NULL, 10);
}

static void refuse_length(struct exchange *exchange)
{
    metrics_count(exchange->request.metrics, METRIC_LIMIT_BODY_BYTES);
    refuse(exchange, PROBLEM_TOO_LARGE, "The body is larger than this service takes.");
}

/* OPTIONS tells what the path knows; it is not CORS, which needs an Origin that is allowed. */
static void answer_without_route(struct exchange *exchange, const char *allow)
{
    if (allow == NULL) {
        refuse(exchange, PROBLEM_NOT_FOUND, NULL);
        return;
    }
    if (exchange->request.method == HTTP_OPTIONS) {
        reply_bytes(&exchange->reply, 204, NULL, (struct bytes){0});
        exchange->answered = true;
    } else {
        refuse(exchange, PROBLEM_METHOD_NOT_ALLOWED, NULL);
    }
    reply_header(&exchange->reply, "Allow", allow);
}

/* What a form or a script of a foreign page cannot send without asking first; nothing at all will do for DELETE. */
static bool is_deliberate(const struct request *request)
{
    const char *length = request_header(request, "Content-Length");
    bool empty = request_header(request, "Content-Type") == NULL &&
                 request_header(request, "Transfer-Encoding") == NULL &&
                 (length == NULL || strcmp(length, "0") == 0);
    if (request->method == HTTP_DELETE && empty)
        return true;
    return request_header_count(request, "Content-Type") == 1 &&
           is_json(request_header(request, "Content-Type"));
}

/* Of a page of this service, of one that the operator named, or of no page at all? Browsers that leave out Origin say
 * Sec-Fetch-Site (W3C Fetch Metadata 2.4), where "none" is the user. */
static bool is_own_page(const struct exchange *exchange)
{
    const struct request *request = &exchange->request;
    const char *origin = request_header(request, "Origin");
    const char *site = request_header(request, "Sec-Fetch-Site");
    if (exchange->origin != NULL)
        return true;
    if (origin != NULL)
        return request_header_count(request, "Origin") == 1 &&
               origin_is_host(origin, request_header(request, "Host"), request->secure);
    return site == NULL || strcmp(site, "same-origin") == 0 || strcmp(site, "none") == 0;
}

/* A browser proves who its user is to whoever's page asks it, with a cookie and with a ticket. NULL when no foreign page can
 * be behind the request. */
static const char *forgery(const struct exchange *exchange)
{
    const struct request *request = &exchange->request;
    if (request->proof == CALLER_BEARER || !router_may_change(request->method))
        return NULL;
    if (!is_own_page(exchange))
        return "The request comes from a page of another origin.";
    if (request->proof == CALLER_COOKIE && !is_deliberate(request))
        return "With a cookie, send Content-Type: application/json.";
    return NULL;
}

static void refuse_caller(struct exchange *exchange)
{
    static const char name[] = GUARD_RIGHT_CALL_NAME;
    const struct problem problem = {.kind = PROBLEM_FORBIDDEN,
                                    .detail = "The route's security descriptor does not grant the caller the "
                                              "right to call it.",
                                    .missing = GUARD_RIGHT_CALL,
                                    .missing_name = name};
    reply_problem(&exchange->request, &exchange->reply, &problem);
}

/* False when the reply says why not. */
static bool pass_guard(struct exchange *exchange, size_t index)
{
    struct request *request = &exchange->request;
    bool allowed = false;
    enum err err = guards_check(exchange->rules->guards, index, GUARD_RIGHT_CALL, request->token,
                                &request->trail, &allowed);
    request->guards = err == ERR_NONE && allowed ? exchange->rules->guards : NULL;
    request->guard_index = index;
    if (err != ERR_NONE) {
        reply_withhold(request, &exchange->reply, err);
    } else if (!allowed) {
        metrics_count(request->metrics, METRIC_GUARD_REFUSALS);
        refuse_caller(exchange);
    }
    return err == ERR_NONE && allowed;
}

/* Who is asking? False when the reply says that we do not know. */
static bool identify(struct exchange *exchange, struct acceptor *acceptor, struct handshake *handshake)
{
    const struct exchange_rules *rules = exchange->rules;
    const struct authenticator authenticator = {.platform = rules->platform,
                                                .acceptor = acceptor,
                                                .sessions = rules->sessions,
                                                .handshakes = rules->handshakes,
                                                .failures = rules->failures,
                                                .client = exchange->client,
                                                .channel = exchange->channel};
    struct request *request = &exchange->request;
    if (authenticate(&authenticator, request, handshake, &exchange->reply, &exchange->caller) !=
        AUTHENTICATE_ACCEPTED)
        return false;
    request->proof = exchange->caller.proof;
    request->token = caller_token(&exchange->caller);
    request->session = request->proof == CALLER_NEGOTIATE ? NULL : &exchange->caller.session;
    return true;
}

/* Has the caller asked too often? False when the reply says so. */
static bool pass_rate(struct exchange *exchange)
{
    struct rate_limit *requests = exchange->rules->requests;
    struct request *request = &exchange->request;
    rate_limit_who user = rate_limit_sid(requests, platform_token_view(request->token)->user);
    unsigned wait_s = rate_limit_take(requests, user, clock_us());
    if (wait_s == 0)
        return true;
    metrics_count(request->metrics, METRIC_LIMIT_REQUESTS);
    reply_busy(request, &exchange->reply, wait_s, "You ask more often than the service lets one user.");
    return false;
}

static bool is_served(enum route_audience audience, const struct route *route)
{
    if (audience == ROUTE_OPERATORS)
        return route != NULL && route->health;
    return route == NULL || audience == ROUTE_ANYBODY || !route->moves;
}

/* Whose request, on which route, and may they: in this order, so that somebody unknown learns nothing of the routes. */
static void admit(struct exchange *exchange, struct acceptor *acceptor, struct handshake *handshake)
{
    const struct exchange_rules *rules = exchange->rules;
    struct request *request = &exchange->request;
    const char *allow = NULL;
    request->route = router_find(rules->routes, request->method, request->path, &request->arena, &allow);
    bool is_preflight = allow != NULL && exchange->origin != NULL && cors_is_preflight(request);
    if (!is_served(exchange->audience, request->route)) {
        request->route = NULL;
        allow = NULL;
        if (exchange->audience == ROUTE_OPERATORS) { /* nobody is asked who he is here */
            answer_without_route(exchange, NULL);
            return;
        }
    }
    bool is_public = request->route != NULL ? request->route->guard == NULL
                                            : router_path_is_public(rules->routes, request->path);
    exchange->is_public = is_public;
    if (!is_public && !host_list_has(&rules->settings->hosts, request_header(request, "Host"))) {
        handshake_drop(rules->handshakes, handshake);
        metrics_count(request->metrics, METRIC_ORIGIN_REFUSALS);
        refuse(exchange, PROBLEM_FORBIDDEN, "The service does not go by the name in Host.");
        return;
    }
    if (is_public || is_preflight) {
        handshake_drop(rules->handshakes, handshake);
    } else if (!identify(exchange, acceptor, handshake) || !pass_rate(exchange)) {
        exchange->answered = true;
        return;
    }
    if (is_preflight) {
        cors_preflight(rules->routes, request, allow, &exchange->reply);
        exchange->answered = true;
        return;
    }
    if (request->route == NULL) {
        answer_without_route(exchange, allow);
        return;
    }
    size_t index = (size_t)(request->route - rules->routes->routes);
    const char *forged = is_public ? NULL : forgery(exchange);
    if (forged != NULL) {
        metrics_count(request->metrics, METRIC_ORIGIN_REFUSALS);
        refuse(exchange, PROBLEM_FORBIDDEN, forged);
    } else if (!is_public && !pass_guard(exchange, index))
        exchange->answered = true;
    else if (request->route->takes_body)
        check_media(exchange);
}

void exchange_begin(struct exchange *exchange, const struct exchange_head *head, struct acceptor *acceptor,
                    struct handshake *handshake)
{
    const char *mistake = framing_mistake(&exchange->request, head);
    bool too_large = head->header_bytes > exchange->rules->settings->header_bytes_max;
    uint64_t length = announced(exchange);
    bool endless = length > discard_max(exchange);
    exchange->origin = cors_origin(&exchange->rules->settings->origins, &exchange->request);
    if (mistake == NULL && !too_large && !endless) {
        admit(exchange, acceptor, handshake);
        if (!exchange->answered && length > exchange->rules->settings->body_bytes_max)
            refuse_length(exchange);
        return;
    }
    handshake_drop(exchange->rules->handshakes, handshake);
    exchange->close = true;
    if (mistake != NULL) {
        refuse(exchange, PROBLEM_BAD_REQUEST, mistake);
    } else if (too_large) {
        metrics_count(exchange->request.metrics, METRIC_LIMIT_HEADER_BYTES);
        refuse(exchange, PROBLEM_HEADERS_TOO_LARGE, NULL);
    } else {
        refuse_length(exchange);
    }
}

static bool store(struct exchange *exchange, struct bytes piece)
{
    size_t max = exchange->rules->settings->body_bytes_max;
    if (piece.size > exchange->body_room - exchange->body_size) {
        size_t room = exchange->body_room < BODY_ROOM_FIRST ? BODY_ROOM_FIRST : 2 * exchange->body_room;
        if (room < exchange->body_size + piece.size)
            room = exchange->body_size + piece.size;
        if (room > max)
            room = max;
        if (room > BODY_ROOM_FIRST && !budget_take(exchange->rules->memory, room - exchange->body_charged))
            return false;
        exchange->body_charged = room > BODY_ROOM_FIRST ? room : 0;
        uint8_t *body = realloc(exchange->body, room);
        if (body == NULL)
            return false;
        exchange->body = body;
        exchange->body_room = room;
    }
    memcpy(exchange->body + exchange->body_size, piece.data, piece.size);
    exchange->body_size += piece.size;
    return true;
}

/* There is no room for it among what all requests hold. */
static void refuse_body(struct exchange *exchange)
{
    metrics_count(exchange->request.metrics, METRIC_LIMIT_MEMORY);
    refuse(exchange, PROBLEM_UNAVAILABLE, "All requests together hold as much as they may. Try again later.");
}

bool exchange_body(struct exchange *exchange, struct bytes piece)
{
    exchange->received += piece.size;
    if (exchange->received > discard_max(exchange))
        return false;
    if (exchange->answered)
        return true;
    if (exchange->received > exchange->rules->settings->body_bytes_max)
        refuse_length(exchange);
    else if (exchange->request.route->takes_body && !store(exchange, piece))
        refuse_body(exchange);
    return true;
}

void exchange_finish(struct exchange *exchange)
{
    if (!exchange->answered) {
        exchange->request.body = bytes_of(exchange->body, exchange->body_size);
        exchange->request.route->handle(&exchange->request, &exchange->reply);
    }
    exchange->answered = true;
    if (exchange->reply.status == 0)
        refuse(exchange, PROBLEM_INTERNAL, NULL);
}

void exchange_withhold(struct exchange *exchange, enum err err)
{
    reply_withhold(&exchange->request, &exchange->reply, err);
}
