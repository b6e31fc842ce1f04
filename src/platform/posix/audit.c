#include "platform/audit.h"

#include "platform/posix/state.h"

bool platform_audit_available(const struct platform *platform)
{
    return platform->log.store != NULL;
}

enum err platform_audit_commit(struct platform *platform, const struct audit_trail *trail,
                               event_store_done *done, void *context)
{
    if (platform->log.store == NULL)
        return ERR_NOT_SUPPORTED;
    if (trail->count == 0)
        return ERR_INVALID_PARAMETER;
    return event_store_append(platform->log.store, trail->events, trail->count, done, context);
}

enum err platform_audit_read(struct platform *platform, const struct event_filter *filter, const char *cursor,
                             size_t limit, struct arena *arena, struct event_page *ret)
{
    if (platform->log.store == NULL)
        return ERR_NOT_SUPPORTED;
    return event_store_read(platform->log.store, filter, cursor, limit, arena, ret);
}

enum err platform_audit_read_after(struct platform *platform, const struct event_filter *filter,
                                   uint64_t record_id, size_t limit, struct arena *arena,
                                   struct event_page *ret, uint64_t *ret_last)
{
    if (platform->log.store == NULL)
        return ERR_NOT_SUPPORTED;
    return event_store_read_after(platform->log.store, filter, record_id, limit, arena, ret, ret_last);
}

enum err platform_audit_watch(struct platform *platform, event_store_wake *wake, void *context)
{
    if (platform->log.store == NULL)
        return ERR_NOT_SUPPORTED;
    return event_store_watch(platform->log.store, wake, context);
}

void platform_audit_health(struct platform *platform, struct event_store_health *ret)
{
    *ret = (struct event_store_health){.writable = false};
    if (platform->log.store != NULL)
        event_store_health(platform->log.store, ret);
}

const char *platform_computer_name(const struct platform *platform)
{
    return platform->log.computer;
}
