#include "config_guard.h"

enum { CHECK_BYTES_MAX = 1 << 20 };

static const char blanks[] = " \t";

/* The rows of the table that need no authentication have no guard that could be another. */
static const char *find_route(const struct route_table *routes, struct bytes method, struct bytes path,
                              const struct route **ret)
{
    static const char *const names[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
    bool path_known = false;
    for (size_t i = 0; i < routes->count; i++) {
        const struct route *route = &routes->routes[i];
        if (!bytes_equal(path, bytes_of_string(route->path)))
            continue;
        path_known = true;
        if (!bytes_equal(method, bytes_of_string(names[route->method])))
            continue;
        if (route->guard == NULL)
            return "names a route that answers everybody and has no guard; leave the line out";
        *ret = route;
        return NULL;
    }
    return path_known ? "names a method that the path does not know; write it in capitals, GET for HEAD"
                      : "names a path that does not exist; openapi.yaml lists them";
}

const char *config_guard_set(struct config *config, const struct route_table *routes, const char *value)
{
    struct server_settings *server = &config->server;
    const char *path = value + strcspn(value, blanks);
    struct bytes method = bytes_of(value, (size_t)(path - value));
    path += strspn(path, blanks);
    size_t path_size = strcspn(path, blanks);
    const char *sddl = path + path_size + strspn(path + path_size, blanks);
    const struct route *route = NULL;
    if (sddl[0] == '\0')
        return "is not whole; write METHOD /path SDDL";
    const char *mistake = find_route(routes, method, bytes_of(path, path_size), &route);
    if (mistake != NULL)
        return mistake;
    for (size_t i = 0; i < server->guard_count; i++) {
        if (server->guards[i].route == route)
            return "is given twice for this route; keep one";
    }
    if (server->guard_count == SERVER_GUARDS_MAX)
        return "is one too many";
    const char *copy = arena_string(&config->arena, bytes_of_string(sddl));
    if (copy == NULL)
        return "is too long; shorten it";
    server->guards[server->guard_count++] = (struct guard_setting){.route = route, .sddl = copy};
    return NULL;
}

const char *config_guard_continue(struct config *config, const char *value)
{
    struct server_settings *server = &config->server;
    if (server->guard_count == 0)
        return "goes on, but the line before was no guard that could be read";
    struct guard_setting *last = &server->guards[server->guard_count - 1];
    const char *both = arena_printf(&config->arena, "%s%s", last->sddl, value);
    if (both == NULL)
        return "is too long; shorten it";
    last->sddl = both;
    return NULL;
}

/* NULL for a setting that is missing, or was refused already. */
static const struct sid *read_sid(const char *text, struct sid_buffer *buffer)
{
    if (text == NULL || sid_parse(bytes_of_string(text), buffer) != ERR_NONE)
        return NULL;
    return sid_of(buffer);
}

static const char *explain(struct config *config, enum err err, const struct sddl_error *error)
{
    const char *mistake = NULL;
    if (err == ERR_NONE_MAPPED)
        mistake = arena_printf(
            &config->arena,
            "has an alias at character %zu whose domain is not known; set domain_sid or machine_sid",
            error->offset);
    else if (error->expected != NULL)
        mistake = arena_printf(&config->arena, "is no SDDL: expected %s at character %zu", error->expected,
                               error->offset);
    return mistake == NULL ? "is no SDDL that describes who may call" : mistake;
}

/* NULL, or what is wrong with it. */
static const char *read_guard(struct config *config, size_t index, struct arena *arena,
                              struct descriptor *ret)
{
    const struct platform_settings *platform = &config->platform;
    struct sid_buffer sids[3];
    struct sddl_domains domains = {.domain = read_sid(platform->domain_sid, &sids[0]),
                                   .machine = read_sid(platform->machine_sid, &sids[1]),
                                   .forest_root = read_sid(platform->forest_sid, &sids[2])};
    if (domains.forest_root == NULL)
        domains.forest_root = domains.domain;
    struct bytes raw = {0};
    struct sddl_error error = {0};
    const char *sddl = config->server.guards[index].sddl;
    enum err err = sddl_read(arena, bytes_of_string(sddl), &domains, &raw, &error);
    if (err == ERR_NONE)
        err = descriptor_parse(raw, ret);
    return err == ERR_NONE ? NULL : explain(config, err, &error);
}

const char *config_guard_check(struct config *config, size_t index)
{
    AUTO_ARENA arena;
    arena_init(&arena, CHECK_BYTES_MAX);
    struct descriptor descriptor = {0};
    const char *mistake = read_guard(config, index, &arena, &descriptor);
    if (mistake != NULL)
        return mistake;
    /* AccessCheck refuses such a descriptor (1338), so nobody at all could call the route. */
    if (descriptor.owner == NULL || descriptor.group == NULL)
        return "needs an owner and a group; start the SDDL with O:SYG:SY";
    return NULL;
}

static bool grants(const struct acl *dacl)
{
    struct acl_iterator iterator = {.count = 0};
    struct ace ace;
    while (acl_next(dacl, &iterator, &ace)) {
        const bool counts = (ace.flags & ACE_INHERIT_ONLY) == 0;
        if (counts && (ace_class(ace.type) & ACE_CLASS_ALLOW) != 0 && (ace.mask & GUARD_RIGHT_CALL) != 0)
            return true;
    }
    return false;
}

const char *config_guard_look(struct config *config, size_t index)
{
    AUTO_ARENA arena;
    arena_init(&arena, CHECK_BYTES_MAX);
    struct descriptor descriptor = {0};
    if (read_guard(config, index, &arena, &descriptor) != NULL)
        return NULL;
    if (descriptor.dacl_state != ACL_THERE)
        return "has no DACL, so that everybody who has a token may call the route; write D: and who may";
    /* An empty list says that nobody may, and is meant so. */
    if (descriptor.dacl.ace_count > 0 && !grants(&descriptor.dacl))
        return "lets nobody call the route: no ACE allows the right CC; write (A;;CC;;;SID)";
    return NULL;
}
