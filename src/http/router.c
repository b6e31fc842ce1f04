#include "http/router.h"

/* In the order of enum http_method; HTTP_OTHER has no name. */
static const char *const method_names[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

const char *router_method_name(enum http_method method)
{
    return (size_t)method < sizeof method_names / sizeof method_names[0] ? method_names[method] : NULL;
}

static const char *append(struct arena *arena, const char *list, enum http_method method)
{
    const char *head = method == HTTP_GET ? ", HEAD" : "";
    if (list == NULL)
        return arena_printf(arena, "%s%s", method_names[method], head);
    return arena_printf(arena, "%s, %s%s", list, method_names[method], head);
}

const struct route *router_find(const struct route_table *table, enum http_method method, const char *path,
                                struct arena *arena, const char **ret_allow)
{
    enum http_method wanted = method == HTTP_HEAD ? HTTP_GET : method;
    const char *allow = NULL;
    for (size_t i = 0; i < table->count; i++) {
        const struct route *route = &table->routes[i];
        if (strcmp(route->path, path) != 0)
            continue;
        if (route->method == wanted)
            return route;
        allow = append(arena, allow, route->method);
    }
    *ret_allow = allow == NULL ? NULL : append(arena, allow, HTTP_OPTIONS);
    return NULL;
}

bool router_path_is_public(const struct route_table *table, const char *path)
{
    bool found = false;
    for (size_t i = 0; i < table->count; i++) {
        const struct route *route = &table->routes[i];
        if (strcmp(route->path, path) != 0)
            continue;
        if (route->guard != NULL)
            return false;
        found = true;
    }
    return found;
}
