#include "http/hangups.h"

/* select is level-triggered: libmicrohttpd sees each end by itself. */
enum err hangups_new(struct hangups **ret)
{
    *ret = NULL;
    return ERR_NONE;
}

void hangups_free(struct hangups *hangups)
{
    (void)hangups;
}

void hangups_watch(struct hangups *hangups, MHD_socket fd, void *owner)
{
    (void)hangups;
    (void)fd;
    (void)owner;
}

void hangups_forget(struct hangups *hangups, MHD_socket fd)
{
    (void)hangups;
    (void)fd;
}

void *hangups_next(struct hangups *hangups)
{
    (void)hangups;
    return NULL;
}
