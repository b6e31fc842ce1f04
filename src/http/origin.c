#include "http/origin.h"

#include "http/host.h"

#include <strings.h>

#define DIGITS "0123456789"

enum { PORT_MAX = 65535, PORT_DIGITS_MAX = 5 };

static const struct {
    const char *prefix;
    const char *port; /* which need not be written */
    bool secure;
} schemes[] = {
    {"http://", ":80", false},
    {"https://", ":443", true},
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

bool origin_is_host(const char *origin, const char *host, bool secure)
{
    if (host == NULL)
        return false;
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        size_t size = strlen(schemes[i].prefix);
        if (strncasecmp(origin, schemes[i].prefix, size) == 0)
            return (schemes[i].secure || !secure) && same(origin + size, host, schemes[i].port);
    }
    return false;
}

static const char *port_mistake(const char *port, const char *implied)
{
    size_t size = strlen(port);
    unsigned number = 0;
    for (size_t i = 0; i < size && i < PORT_DIGITS_MAX; i++)
        number = 10 * number + (unsigned)(port[i] - '0');
    if (size == 0 || size > PORT_DIGITS_MAX || strspn(port, DIGITS) != size || port[0] == '0' ||
        number > PORT_MAX)
        return "has no port from 1 to 65535 after its colon; write scheme://host[:port]";
    if (strcmp(port, implied + 1) == 0)
        return "has the port that its scheme implies, which browsers leave out; remove it";
    return NULL;
}

/* What follows the scheme: a host and perhaps a port. */
static const char *authority_mistake(const char *authority, const char *implied)
{
    const size_t size = host_size(authority);
    const char *rest = authority + size;
    if (size != 0 && (rest[0] == '/' || rest[0] == '?' || rest[0] == '#'))
        return "goes on after the host; write scheme://host[:port] alone, without a slash after it";
    if (strchr(authority, '*') != NULL)
        return "has a wildcard; name each origin by itself";
    if (size == 0 || (rest[0] != 0 && rest[0] != ':'))
        return "has no host as browsers write it; write a DNS name (xn--... beyond ASCII) or an address";
    return rest[0] == ':' ? port_mistake(rest + 1, implied) : NULL;
}

static const char *mistake_of(const char *text)
{
    if (strcmp(text, "*") == 0)
        return "would let every page in; name each origin, as https://host[:port]";
    if (strcmp(text, "null") == 0)
        return "is what a page without an origin says, which anybody can make; name an origin, as "
               "https://host[:port]";
    for (const char *at = text; *at != 0; at++) {
        if (*at >= 'A' && *at <= 'Z')
            return "has a capital letter, which browsers never send; write it in lower case";
    }
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        size_t size = strlen(schemes[i].prefix);
        if (strncmp(text, schemes[i].prefix, size) == 0)
            return authority_mistake(text + size, schemes[i].port);
    }
    return "is not an origin; write http://host[:port] or https://host[:port]";
}

const char *origin_list_add(struct name_list *list, struct arena *arena, const char *text)
{
    const char *mistake = mistake_of(text);
    return mistake != NULL ? mistake : name_list_add(list, arena, text);
}
