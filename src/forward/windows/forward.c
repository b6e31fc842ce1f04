/* The Security log of Windows is forwarded by Windows (Event Forwarding): there is nothing to start, and no setting asks for it. */
#include "forward/forward.h"

static const char elsewhere[] = "Windows forwards its Security log itself; use Event Forwarding";

enum err forward_check(const struct forward_settings *settings, size_t index, const char **ret_problem)
{
    (void)settings;
    (void)index;
    *ret_problem = elsewhere;
    return ERR_NOT_SUPPORTED;
}

enum err forward_start(const struct forward_settings *settings, const struct forward_source *source,
                       struct forward **ret, const char **ret_problem)
{
    (void)settings;
    (void)source;
    (void)ret;
    *ret_problem = elsewhere;
    return ERR_NOT_SUPPORTED;
}

void forward_stop(struct forward *forward)
{
    (void)forward;
}

size_t forward_figures(const struct forward *forward, struct forward_figures ret[FORWARD_TARGETS_MAX])
{
    (void)forward;
    (void)ret;
    return 0;
}
