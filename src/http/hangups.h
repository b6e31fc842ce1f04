/* hangups: which clients have closed their side while libmicrohttpd cannot see it. Its epoll is edge-triggered: an end that comes
 * together with the last bytes is never told once these are read, and the connection would stay until its time is over. */
#ifndef NTOKEND_HTTP_HANGUPS_H
#define NTOKEND_HTTP_HANGUPS_H

#include "base/err.h"

#include <microhttpd.h>

struct hangups;

/* ERR_IO, ERR_NO_MEMORY. */
enum err hangups_new(struct hangups **ret) MUST_USE;
void hangups_free(struct hangups *hangups);
/* `owner` is told of once, when the peer closes its side; not at all when memory is exhausted. */
void hangups_watch(struct hangups *hangups, MHD_socket fd, void *owner);
/* Before the socket is closed. */
void hangups_forget(struct hangups *hangups, MHD_socket fd);
/* The owner of one that closed; NULL: no more now. Never waits. */
void *hangups_next(struct hangups *hangups);

#endif
