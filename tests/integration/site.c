#include "site.h"

#include "audit_double.h"
#include "platform_double.h"
#include "stream_double.h"
#include "support/pause.h"

#include <check.h>
#include <stdatomic.h>

#define GUARD "O:SYG:SYD:(A;;CC;;;AU)"

static void open_get(struct request *request, struct reply *reply)
{
    (void)request;
    reply_bytes(reply, 200, "text/plain", bytes_of_string("hello"));
}

static void slow_get(struct request *request, struct reply *reply)
{
    pause_ms(300);
    open_get(request, reply);
}

static bool count_argument(void *context, const char *name, const char *value)
{
    int *count = context;
    ck_assert_ptr_nonnull(name);
    ck_assert_ptr_nonnull(value);
    (*count)++;
    return true;
}

static void query_get(struct request *request, struct reply *reply)
{
    size_t count = 0;
    int names = 0;
    const char *value = request_query(request, "a", &count);
    request_query_each(request, count_argument, &names);
    reply_json(request, reply, 200,
               json_pack("{s:s?,s:i,s:i}", "a", value, "count", (int)count, "names", names));
}

static void silent_get(struct request *request, struct reply *reply)
{
    (void)request;
    (void)reply;
}

static void who_get(struct request *request, struct reply *reply)
{
    ck_assert_ptr_nonnull(request->token);
    const char *name = platform_token_details(request->token)->account_name;
    reply_json(request, reply, 200, json_pack("{s:s,s:s}", "name", name, "path", request->path));
}

static void echo_post(struct request *request, struct reply *reply)
{
    reply_bytes(reply, 200, "application/octet-stream", request->body);
}

static atomic_uint withdrawn;

static void withdraw(struct request *request, void *context)
{
    ck_assert_ptr_nonnull(request->token);
    ck_assert_ptr_eq(context, &withdrawn);
    atomic_fetch_add(&withdrawn, 1);
}

unsigned site_withdrawn(void)
{
    return atomic_load(&withdrawn);
}

static void record_post(struct request *request, struct reply *reply)
{
    const char *object = arena_string(&request->arena, request->body);
    ck_assert_ptr_nonnull(object);
    ck_assert_int_eq(audit_double_add(&request->trail, 4663, object), ERR_NONE);
    reply_bytes(reply, 201, "text/plain", request->body);
    reply_header(reply, "Set-Cookie", "secret=1");
    reply->withdraw = withdraw;
    reply->withdraw_context = &withdrawn;
}

static struct sessions *sessions; /* of the one site that runs */

static void begin_post(struct request *request, struct reply *reply)
{
    struct session_opened opened;
    ck_assert_int_eq(sessions_open(sessions, request->token, session_time_now(), &opened), ERR_NONE);
    const char *text = arena_string(&request->arena, bytes_of_string(opened.text));
    ck_assert_ptr_nonnull(text);
    reply_bytes(reply, opened.outcome == SESSION_OPENED ? 200 : 429, "text/plain", bytes_of_string(text));
}

static void end_post(struct request *request, struct reply *reply)
{
    if (request->session != NULL)
        sessions_end(sessions, &request->session->details.id);
    reply_bytes(reply, 204, NULL, (struct bytes){0});
}

static const struct route routes[] = {
    {.method = HTTP_GET, .path = "/open", .handle = open_get},
    {.method = HTTP_GET, .path = "/slow", .handle = slow_get},
    {.method = HTTP_GET, .path = "/query", .handle = query_get},
    {.method = HTTP_GET, .path = "/silent", .handle = silent_get},
    {.method = HTTP_GET, .path = "/who", .handle = who_get, .guard = GUARD},
    {.method = HTTP_POST, .path = "/echo", .handle = echo_post, .guard = GUARD, .takes_body = true},
    {.method = HTTP_POST, .path = "/record", .handle = record_post, .guard = GUARD, .takes_body = true},
    {.method = HTTP_GET, .path = "/numbers", .handle = numbers_get},
    {.method = HTTP_GET,
     .path = "/mine",
     .handle = numbers_get,
     .guard = GUARD,
     .has_forms = true,
     .streams = true},
    {.method = HTTP_GET, .path = "/flood", .handle = flood_get},
    {.method = HTTP_POST, .path = "/begin", .handle = begin_post, .guard = GUARD},
    {.method = HTTP_POST, .path = "/end", .handle = end_post, .guard = GUARD},
};
static const struct route_table table = {.routes = routes, .count = sizeof routes / sizeof routes[0]};

struct server_settings site_settings(void)
{
    return (struct server_settings){
        .listen = {"127.0.0.1:0"},
        .listen_count = 1,
        .threads = 2,
        .connections_max = 1000,
        .timeout_s = 30,
        .header_bytes_max = 128 << 10,
        .body_bytes_max = 64 << 10,
        .drain_s = 5,
        .streams_max = 4,
    };
}

void site_start(const struct server_settings *settings, struct site *ret)
{
    const struct session_settings bounds = {.max = 100, .per_user = 100, .idle_s = 600, .lifetime_s = 600};
    ck_assert_int_eq(sessions_new(&bounds, &sessions), ERR_NONE);
    ret->sessions = sessions;
    ck_assert_int_eq(server_new(settings, NULL, &table, sessions, NULL, &ret->server), ERR_NONE);
    ck_assert_int_eq(server_start(ret->server), ERR_NONE);
    ret->port = server_port(ret->server, 0);
    ck_assert_uint_ne(ret->port, 0);
}

void site_stop(struct site *site)
{
    server_stop(site->server);
    sessions_free(site->sessions);
    ck_assert_int_eq(platform_double_alive(), 0);
    ck_assert_int_eq(stream_double_open(), 0);
}
