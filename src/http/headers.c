#include "http/headers.h"

/* An answer is nothing but data: no browser runs it, shows it inside a page, lets a page of another origin load it (images and
 * scripts ask nobody; fetch asks for CORS), or tells other servers where its user was. */
static const struct reply_header always[] = {
    {"Cache-Control", "no-store"},
    {"X-Content-Type-Options", "nosniff"},
    {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
    {"X-Frame-Options", "DENY"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Referrer-Policy", "no-referrer"},
};

struct draft {
    struct reply_header *items;
    size_t count;
};

static void put(struct draft *draft, const char *name, const char *value)
{
    if (draft->count < HEADERS_MAX)
        draft->items[draft->count++] = (struct reply_header){.name = name, .value = value};
}

/* RFC 9110 12.5.5: nothing here is to be stored, but who stores all the same must not give it to somebody else. */
static const char *vary_of(const struct exchange *exchange)
{
    const struct route *route = exchange->request.route;
    if (exchange->request.method == HTTP_OPTIONS)
        return "Origin, Access-Control-Request-Method, Authorization, Cookie";
    bool has_forms = route != NULL && route->has_forms;
    if (exchange->is_public)
        return has_forms ? "Origin, Accept" : "Origin";
    return has_forms ? "Origin, Authorization, Cookie, Accept" : "Origin, Authorization, Cookie";
}

static void put_cors(struct draft *draft, const char *origin)
{
    put(draft, "Access-Control-Allow-Origin", origin);
    put(draft, "Access-Control-Allow-Credentials", "true");
    put(draft, "Access-Control-Expose-Headers", "Link, Retry-After, X-Request-Id");
}

size_t headers_of(const struct exchange *exchange, bool close, struct reply_header ret[HEADERS_MAX])
{
    const struct reply *reply = &exchange->reply;
    struct draft draft = {.items = ret};
    for (size_t i = 0; i < sizeof always / sizeof always[0]; i++)
        put(&draft, always[i].name, always[i].value);
    put(&draft, "Vary", vary_of(exchange));
    put(&draft, "X-Request-Id", exchange->request.id);
    if (exchange->request.secure && exchange->rules->hsts != NULL)
        put(&draft, "Strict-Transport-Security", exchange->rules->hsts);
    if (exchange->origin != NULL)
        put_cors(&draft, exchange->origin);
    if (reply->content_type != NULL)
        put(&draft, "Content-Type", reply->content_type);
    if (close)
        put(&draft, "Connection", "close");
    for (size_t i = 0; i < reply->header_count; i++)
        put(&draft, reply->headers[i].name, reply->headers[i].value);
    return draft.count;
}
