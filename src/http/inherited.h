/* inherited: listening sockets that whoever started the service made for it and keeps, so that they outlive it and no connection is
 * refused while it is restarted: systemd's socket activation (sd_listen_fds(3)). */
#ifndef NTOKEND_HTTP_INHERITED_H
#define NTOKEND_HTTP_INHERITED_H

#include "http/address.h"

#include <microhttpd.h>

enum { INHERITED_MAX = 16, INHERITED_NAME_SIZE = 64 };

struct inherited {
    struct address address; /* where it listens */
    MHD_socket socket;
    char name[INHERITED_NAME_SIZE]; /* the unit's FileDescriptorName=; "" where nobody said */
};

/* Takes them, and takes them out of the environment. Once, before threads start. NULL, or what is wrong and what to do, static; then
 * there are none. */
const char *inherited_take(void);
size_t inherited_count(void);
/* Of an index below the count. */
const struct inherited *inherited_at(size_t index);
/* Who listens at that very address; NULL when nobody does. */
const struct inherited *inherited_find(const struct address *address);

#endif
