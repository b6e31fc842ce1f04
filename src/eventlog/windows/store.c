/* The Security log of Windows is the system's own and is written and read by the platform: there is no kind of store here. */
#include "eventlog/store.h"

static const char no_store[] = "is not kept here: the events are in the Security log of Windows";

bool event_store_known(const char *url, const char **ret_expected)
{
    (void)url;
    *ret_expected = no_store;
    return false;
}

enum err event_store_check(const char *url, const char **ret_problem)
{
    (void)url;
    *ret_problem = no_store;
    return ERR_NOT_SUPPORTED;
}

enum err event_store_verify(const char *url, struct event_verdict *ret, const char **ret_problem)
{
    (void)url;
    (void)ret;
    *ret_problem = no_store;
    return ERR_NOT_SUPPORTED;
}
