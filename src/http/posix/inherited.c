#include "http/inherited.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIRST = 3 }; /* SD_LISTEN_FDS_START */

static struct {
    struct inherited items[INHERITED_MAX];
    size_t count;
} all;

/* Text of digits alone; 0 for none. */
static unsigned long number_of(const char *name)
{
    const char *text = secure_getenv(name);
    if (text == NULL || text[0] == 0 || text[strspn(text, "0123456789")] != 0)
        return 0;
    return strtoul(text, NULL, 10);
}

static bool is_listening(int fd, int *ret_family)
{
    int kind = 0;
    int listens = 0;
    socklen_t size = sizeof kind;
    if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &kind, &size) != 0 || kind != SOCK_STREAM)
        return false;
    size = sizeof listens;
    if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || listens == 0)
        return false;
    size = sizeof *ret_family;
    return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, ret_family, &size) == 0;
}

/* A socket of IPv6 that takes IPv4 too would show its callers' addresses in a form that bounds by address do not know. */
static bool takes_both(const struct inherited *inherited)
{
    struct sockaddr_in6 in6;
    int only = 0;
    socklen_t size = sizeof only;
    if (inherited->address.storage.ss_family != AF_INET6)
        return false;
    memcpy(&in6, &inherited->address.storage, sizeof in6);
    return IN6_IS_ADDR_UNSPECIFIED(&in6.sin6_addr) &&
           (getsockopt(inherited->socket, IPPROTO_IPV6, IPV6_V6ONLY, &only, &size) != 0 || only == 0);
}

static const char *take(int fd, struct inherited *ret)
{
    int family = AF_UNSPEC;
    *ret = (struct inherited){.socket = fd, .address = {.size = sizeof ret->address.storage}};
    /* Set before anything else is looked at: no program that is started may have it. */
    if (fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
        return "are fewer than LISTEN_FDS says; start it by its socket unit";
    if (!is_listening(fd, &family) || (family != AF_INET && family != AF_INET6))
        return "are to listen with TCP; give ListenStream= an address and a port";
    const int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0 ||
        getsockname(fd, (struct sockaddr *)&ret->address.storage, &ret->address.size) != 0)
        return "cannot be used; make them anew";
    if (takes_both(ret))
        return "are to take one family each; set BindIPv6Only=ipv6-only, and give IPv4 a line of its own";
    return NULL;
}

/* LISTEN_FDNAMES: a name for each, apart by colons. */
static void name_all(const char *names)
{
    for (size_t i = 0; i < all.count && names != NULL; i++) {
        const size_t size = strcspn(names, ":");
        (void)snprintf(all.items[i].name, sizeof all.items[i].name, "%.*s", (int)size, names);
        names = names[size] == ':' ? names + size + 1 : NULL;
    }
}

const char *inherited_take(void)
{
    const unsigned long count = number_of("LISTEN_FDS");
    const char *problem = NULL;
    all.count = 0;
    if (count > 0 && number_of("LISTEN_PID") == (unsigned long)getpid()) {
        if (count > INHERITED_MAX)
            problem = "are too many; there may be 16";
        for (size_t i = 0; i < count && problem == NULL; i++)
            problem = take(FIRST + (int)i, &all.items[i]);
        all.count = problem == NULL ? count : 0;
        name_all(secure_getenv("LISTEN_FDNAMES"));
    }
    (void)unsetenv("LISTEN_FDS");
    (void)unsetenv("LISTEN_PID");
    (void)unsetenv("LISTEN_FDNAMES");
    return problem;
}

size_t inherited_count(void)
{
    return all.count;
}

const struct inherited *inherited_at(size_t index)
{
    return &all.items[index];
}

const struct inherited *inherited_find(const struct address *address)
{
    for (size_t i = 0; i < all.count; i++) {
        if (address_equal(&all.items[i].address, address))
            return &all.items[i];
    }
    return NULL;
}
