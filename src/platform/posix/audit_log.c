#include "platform/posix/audit_log.h"

#include "base/log.h"
#include "platform/posix/state.h"

#include <unistd.h>

enum { PROBLEM_MAX = 64 << 10 };

/* The URL is not logged: it may hold a password. */
static enum err open_store(struct audit_log *log, const struct event_store_settings *settings)
{
    AUTO_ARENA arena;
    struct event_store_health health;
    const char *problem = NULL;
    arena_init(&arena, PROBLEM_MAX);
    enum err err = event_store_open(settings, &arena, &log->store, &problem);
    if (err != ERR_NONE) {
        LOG(LOG_LEVEL_ERROR, "audit-log-unusable", LOG_STRING("error", err_text(err)),
            LOG_STRING("problem", problem), LOG_STRING("remedy", "correct the key audit, or what it names"));
        return err;
    }
    event_store_health(log->store, &health);
    LOG(LOG_LEVEL_INFO, "audit-log-open", LOG_NUMBER("newestRecordId", health.newest_record_id));
    return ERR_NONE;
}

enum err audit_log_open(struct audit_log *log, const struct event_store_settings *settings)
{
    log->process_id = (uint32_t)getpid();
    if (gethostname(log->computer, sizeof log->computer - 1) != 0)
        log->computer[0] = '\0';
    ssize_t size = readlink("/proc/self/exe", log->program, sizeof log->program - 1);
    log->program[size > 0 ? size : 0] = '\0';
    return settings->url != NULL ? open_store(log, settings) : ERR_NONE;
}

void audit_log_close(struct audit_log *log)
{
    event_store_close(log->store);
    log->store = NULL;
}

enum err audit_log_allowed(const struct platform *platform)
{
    if (platform->log.store == NULL)
        return ERR_NOT_SUPPORTED;
    return platform->settings.audit.privilege ? ERR_NONE : ERR_PRIVILEGE_NOT_HELD;
}
