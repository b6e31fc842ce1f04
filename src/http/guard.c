#include "http/guard.h"

#include "engine/sddl.h"
#include "platform/access.h"

#include <stdlib.h>

enum { GUARDS_BYTES_MAX = 4 << 20 };

struct guard {
    bool there;
    bool own_sacl;                /* which may audit who is let in, too */
    const char *name;             /* "METHOD /path" */
    struct descriptor descriptor; /* as it was written: whoever is let in costs no look at a SACL */
    struct descriptor audited;    /* with a SACL */
};

/* Whoever is refused. */
#define STANDARD_SACL "S:(AU;FA;CCDC;;;WD)"

struct guards {
    struct arena arena;
    struct guard *items;
    size_t count;
};

static enum err parse(struct guards *guards, const char *sddl, const struct sddl_domains *domains,
                      struct descriptor *ret)
{
    struct bytes raw = {0};
    struct sddl_error error = {0};
    enum err err = sddl_read(&guards->arena, bytes_of_string(sddl), domains, &raw, &error);
    return err == ERR_NONE ? descriptor_parse(raw, ret) : err;
}

static enum err make(struct guards *guards, const struct route *route, const char *sddl,
                     const struct sddl_domains *domains, struct guard *ret)
{
    enum err err = parse(guards, sddl, domains, &ret->descriptor);
    if (err != ERR_NONE)
        return err;
    ret->own_sacl = ret->descriptor.sacl_state != ACL_ABSENT;
    ret->name = arena_printf(&guards->arena, "%s %s", router_method_name(route->method), route->path);
    const char *audited = ret->own_sacl ? sddl : arena_printf(&guards->arena, "%s" STANDARD_SACL, sddl);
    if (audited == NULL || ret->name == NULL)
        return ERR_NO_MEMORY;
    err = parse(guards, audited, domains, &ret->audited);
    ret->there = err == ERR_NONE;
    return err;
}

/* The last one counts; the configuration has no two of one route. */
static const char *sddl_of(const struct route *route, const struct guard_setting *settings, size_t count)
{
    const char *sddl = route->guard;
    for (size_t i = 0; i < count; i++) {
        if (settings[i].route == route)
            sddl = settings[i].sddl;
    }
    return sddl;
}

static enum err parse_all(struct guards *guards, const struct route_table *table,
                          const struct guard_setting *settings, size_t setting_count,
                          const struct sddl_domains *domains)
{
    guards->items = arena_alloc_array(&guards->arena, table->count, sizeof *guards->items);
    if (guards->items == NULL)
        return ERR_NO_MEMORY;
    guards->count = table->count;
    enum err err = ERR_NONE;
    for (size_t i = 0; i < table->count && err == ERR_NONE; i++) {
        if (table->routes[i].guard != NULL)
            err = make(guards, &table->routes[i], sddl_of(&table->routes[i], settings, setting_count),
                       domains, &guards->items[i]);
    }
    return err;
}

enum err guards_new(const struct route_table *table, const struct guard_setting *settings,
                    size_t setting_count, const struct sddl_domains *domains, struct guards **ret)
{
    struct guards *guards = calloc(1, sizeof *guards);
    if (guards == NULL)
        return ERR_NO_MEMORY;
    arena_init(&guards->arena, GUARDS_BYTES_MAX);
    enum err err = parse_all(guards, table, settings, setting_count, domains);
    if (err != ERR_NONE) {
        guards_free(guards);
        return err;
    }
    *ret = guards;
    return ERR_NONE;
}

void guards_free(struct guards *guards)
{
    if (guards == NULL)
        return;
    arena_done(&guards->arena);
    free(guards);
}

static bool is_allowed(enum err err, const struct access_answer *answer, uint32_t right)
{
    return err == ERR_NONE && right != 0 && answer->allowed && (answer->granted & right) == right;
}

static enum err audit(const struct guard *guard, uint32_t right, const struct platform_token *token,
                      struct audit_trail *trail, bool *ret_allowed)
{
    const struct access_request request = {.descriptor = &guard->audited, .desired = right};
    const struct audit_object object = {
        .subsystem = "ntokend", .type_name = "Route", .name = guard->name, .allow_no_privilege = true};
    struct access_answer answer = {.allowed = false};
    bool generate_on_close = false;
    enum err err =
        platform_access_check_and_audit(token, &request, &object, trail, &answer, &generate_on_close);
    *ret_allowed = is_allowed(err, &answer, right);
    return err;
}

enum err guards_check(const struct guards *guards, size_t route_index, uint32_t right,
                      const struct platform_token *token, struct audit_trail *trail, bool *ret_allowed)
{
    *ret_allowed = false;
    if (token == NULL || route_index >= guards->count || !guards->items[route_index].there)
        return ERR_NONE;
    const struct guard *guard = &guards->items[route_index];
    /* The mapping is empty: a guard speaks of the right to call and of nothing generic. */
    const struct access_request request = {.descriptor = &guard->descriptor, .desired = right};
    struct access_answer answer = {.allowed = false};
    enum err err = platform_access_check(token, &request, &answer);
    bool allowed = is_allowed(err, &answer, right);
    if (err != ERR_NONE || (allowed && !guard->own_sacl)) {
        *ret_allowed = allowed; /* nothing is audited of a check that cannot be made */
        return ERR_NONE;
    }
    bool audited = false;
    err = audit(guard, right, token, trail, &audited);
    *ret_allowed = err == ERR_NONE && allowed && audited;
    return err;
}

enum err guards_may_audit(struct request *request, bool *ret_allowed)
{
    *ret_allowed = false;
    if (request->guards == NULL)
        return ERR_NONE;
    if (request->may_audit == STANDING_UNASKED) {
        bool allowed = false;
        enum err err = guards_check(request->guards, request->guard_index, GUARD_RIGHT_AUDIT, request->token,
                                    &request->trail, &allowed);
        if (err != ERR_NONE)
            return err;
        request->may_audit = allowed ? STANDING_GRANTED : STANDING_REFUSED;
    }
    *ret_allowed = request->may_audit == STANDING_GRANTED;
    return ERR_NONE;
}
