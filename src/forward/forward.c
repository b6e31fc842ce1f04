#include "forward/forward.h"

#include "forward/pump.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct forward {
    _Atomic bool stop;
    struct arena arena;
    size_t count;
    struct pump pumps[FORWARD_TARGETS_MAX];
};

enum { ARENA_MAX = 1 << 20 };

static enum err add(struct forward *forward, const struct forward_settings *settings,
                    const struct forward_source *source, const char **ret_problem)
{
    struct pump *pump = &forward->pumps[forward->count];
    *pump = (struct pump){.source = *source, .stop = &forward->stop};
    const char *mistake = target_parse(&forward->arena, settings->targets[forward->count], &pump->target);
    if (mistake != NULL) {
        *ret_problem = mistake;
        return ERR_INVALID_PARAMETER;
    }
    *ret_problem = "the position cannot be kept in the folder; make it writable";
    if (pump_init(pump, settings->folder) != ERR_NONE)
        return ERR_IO;
    *ret_problem = "no thread can be started";
    if (pthread_create(&pump->thread, NULL, pump_run, pump) != 0)
        return ERR_FAILED;
    forward->count++;
    return ERR_NONE;
}

enum err forward_check(const struct forward_settings *settings, size_t index, const char **ret_problem)
{
    AUTO_ARENA arena;
    struct target target;
    struct stat status;
    arena_init(&arena, ARENA_MAX);
    *ret_problem = target_parse(&arena, settings->targets[index], &target);
    if (*ret_problem != NULL)
        return ERR_INVALID_PARAMETER;
    *ret_problem =
        "needs a folder for its position that can be written; name one, or correct the permissions";
    if (settings->folder == NULL || stat(settings->folder, &status) != 0 || !S_ISDIR(status.st_mode) ||
        access(settings->folder, W_OK | X_OK) != 0)
        return ERR_IO;
    return target.kind == TARGET_TLS ? wire_check(&target, ret_problem) : ERR_NONE;
}

enum err forward_start(const struct forward_settings *settings, const struct forward_source *source,
                       struct forward **ret, const char **ret_problem)
{
    enum err err = ERR_NONE;
    *ret_problem = "out of memory";
    struct forward *forward = calloc(1, sizeof *forward);
    if (forward == NULL)
        return ERR_NO_MEMORY;
    arena_init(&forward->arena, ARENA_MAX);
    while (forward->count < settings->count && err == ERR_NONE)
        err = add(forward, settings, source, ret_problem);
    if (err == ERR_NONE)
        *ret = forward;
    else
        forward_stop(forward);
    return err;
}

size_t forward_figures(const struct forward *forward, struct forward_figures ret[FORWARD_TARGETS_MAX])
{
    if (forward == NULL)
        return 0;
    for (size_t i = 0; i < forward->count; i++)
        pump_figures(&forward->pumps[i], &ret[i]);
    return forward->count;
}

void forward_stop(struct forward *forward)
{
    if (forward == NULL)
        return;
    atomic_store(&forward->stop, true);
    for (size_t i = 0; i < forward->count; i++)
        (void)pthread_join(forward->pumps[i].thread, NULL);
    arena_done(&forward->arena);
    free(forward);
}
