#include "http/cors.h"

#include "http/router.h"

/* Browsers keep the answer for two hours at most. What an origin may do is checked again with each request, so an origin that
 * was taken away gets nothing from it. */
static const char max_age[] = "7200";

static const char asked_method[] = "Access-Control-Request-Method";

const char *cors_origin(const struct name_list *origins, const struct request *request)
{
    if (origins->count == 0)
        return NULL;
    const char *origin = request_header(request, "Origin");
    if (origin == NULL || request_header_count(request, "Origin") != 1)
        return NULL;
    return name_list_find(origins, origin);
}

bool cors_is_preflight(const struct request *request)
{
    return request->method == HTTP_OPTIONS && request_header(request, asked_method) != NULL &&
           request_header_count(request, asked_method) == 1;
}

#define EVERYWHERE "Authorization, Traceparent, Tracestate, X-Request-Id"

/* The headers of requests that a script may set, beside those that need no asking. */
static const char *headers_of(const struct route *route)
{
    if (router_may_change(route->method))
        return EVERYWHERE ", Content-Type";
    return route->streams ? EVERYWHERE ", Last-Event-ID" : EVERYWHERE;
}

void cors_preflight(const struct route_table *routes, const struct request *request, const char *allow,
                    struct reply *reply)
{
    const struct route *route =
        router_lookup(routes, router_method_of(request_header(request, asked_method)), request->path);
    reply_bytes(reply, 204, NULL, (struct bytes){0});
    reply_header(reply, "Access-Control-Allow-Methods", allow);
    if (route != NULL)
        reply_header(reply, "Access-Control-Allow-Headers", headers_of(route));
    reply_header(reply, "Access-Control-Max-Age", max_age);
}
