#include "http/guard.h"

#include "engine/sddl.h"
#include "platform/access.h"

#include <stdlib.h>

enum { GUARDS_BYTES_MAX = 4 << 20 };

struct guard {
    bool there;
    struct descriptor descriptor;
};

struct guards {
    struct arena arena;
    struct guard *items;
    size_t count;
};

static enum err parse(struct guards *guards, const char *sddl, const struct sddl_domains *domains,
                      struct guard *ret)
{
    struct bytes raw = {0};
    struct sddl_error error = {0};
    enum err err = sddl_read(&guards->arena, bytes_of_string(sddl), domains, &raw, &error);
    if (err == ERR_NONE)
        err = descriptor_parse(raw, &ret->descriptor);
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
            err = parse(guards, sddl_of(&table->routes[i], settings, setting_count), domains,
                        &guards->items[i]);
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

bool guards_allow(const struct guards *guards, size_t route_index, const struct platform_token *token)
{
    if (token == NULL || route_index >= guards->count || !guards->items[route_index].there)
        return false;
    /* The mapping is empty: a guard speaks of the right to call and of nothing generic. */
    struct access_request request = {
        .descriptor = &guards->items[route_index].descriptor,
        .desired = GUARD_RIGHT_CALL,
    };
    struct access_answer answer = {.allowed = false};
    enum err err = platform_access_check(token, &request, &answer);
    return err == ERR_NONE && answer.allowed && (answer.granted & GUARD_RIGHT_CALL) != 0;
}
