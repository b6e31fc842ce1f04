#include "http/origin.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

static const struct {
    const char *prefix;
    const char *port; /* which need not be written */
} schemes[] = {
    {"http://", ":80"},
    {"https://", ":443"},
};

/* The length of "host:port" without the port when it is the scheme's own. */
static size_t size_without(const char *authority, const char *port)
{
    size_t size = strlen(authority);
    size_t port_size = strlen(port);
    bool ends = size > port_size && strcmp(authority + size - port_size, port) == 0;
    return ends ? size - port_size : size;
}

static bool same(const char *authority, const char *host, const char *port)
{
    size_t size = size_without(authority, port);
    return size != 0 && strcspn(authority, "/?#@\\ \t,") == strlen(authority) &&
           size == size_without(host, port) && strncasecmp(authority, host, size) == 0;
}

bool origin_is_host(const char *origin, const char *host)
{
    if (host == NULL)
        return false;
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        size_t size = strlen(schemes[i].prefix);
        if (strncasecmp(origin, schemes[i].prefix, size) == 0)
            return same(origin + size, host, schemes[i].port);
    }
    return false;
}
