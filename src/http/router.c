#include "http/router.h"

/* In the order of enum http_method; HTTP_OTHER has no name. */
static const char *const method_names[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

const char *router_method_name(enum http_method method)
{
    return (size_t)method < sizeof method_names / sizeof method_names[0] ? method_names[method] : NULL;
}

enum http_method router_method_of(const char *name)
{
    enum http_method method = HTTP_GET;
    while (method != HTTP_OTHER && strcmp(name, method_names[method]) != 0)
        method++;
    return method;
}

enum route_audience router_audience(bool has_operators, bool operators, bool local)
{
    if (operators)
        return ROUTE_OPERATORS;
    return has_operators || !local ? ROUTE_CALLERS : ROUTE_ANYBODY;
}

bool router_may_change(enum http_method method)
{
    return method != HTTP_GET && method != HTTP_HEAD && method != HTTP_OPTIONS;
}

static const char *append(struct arena *arena, const char *list, enum http_method method)
{
    const char *head = method == HTTP_GET ? ", HEAD" : "";
    if (list == NULL)
        return arena_printf(arena, "%s%s", method_names[method], head);
    return arena_printf(arena, "%s, %s%s", list, method_names[method], head);
}

const struct route *router_lookup(const struct route_table *table, enum http_method method, const char *path)
{
    enum http_method wanted = method == HTTP_HEAD ? HTTP_GET : method;
    for (size_t i = 0; i < table->count; i++) {
        const struct route *route = &table->routes[i];
        if (route->method == wanted && strcmp(route->path, path) == 0)
            return route;
    }
    return NULL;
}

const struct route *router_find(const struct route_table *table, enum http_method method, const char *path,
                                struct arena *arena, const char **ret_allow)
{
    const struct route *row = router_lookup(table, method, path);
    if (row != NULL)
        return row;
    const char *allow = NULL;
    for (size_t i = 0; i < table->count; i++) {
        if (strcmp(table->routes[i].path, path) == 0)
            allow = append(arena, allow, table->routes[i].method);
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
