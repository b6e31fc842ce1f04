#include "http/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

static bool parse_port(const char *text, in_port_t *ret)
{
    unsigned port = 0;
    size_t digits = 0;
    for (; text[digits] != 0; digits++) {
        if (digits == 5 || text[digits] < '0' || text[digits] > '9')
            return false;
        port = port * 10 + (unsigned)(text[digits] - '0');
    }
    if (digits == 0 || port > 65535)
        return false;
    *ret = htons((uint16_t)port);
    return true;
}

static enum err parse4(const char *host, in_port_t port, struct address *ret)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = port};
    if (inet_pton(AF_INET, host, &in.sin_addr) != 1)
        return ERR_INVALID_PARAMETER;
    *ret = (struct address){.size = sizeof in};
    memcpy(&ret->storage, &in, sizeof in);
    return ERR_NONE;
}

static enum err parse6(const char *host, in_port_t port, struct address *ret)
{
    struct sockaddr_in6 in = {.sin6_family = AF_INET6, .sin6_port = port};
    if (inet_pton(AF_INET6, host, &in.sin6_addr) != 1)
        return ERR_INVALID_PARAMETER;
    *ret = (struct address){.size = sizeof in};
    memcpy(&ret->storage, &in, sizeof in);
    return ERR_NONE;
}

enum err address_parse(const char *text, struct address *ret)
{
    char host[ADDRESS_TEXT_MAX];
    in_port_t port = 0;
    const char *colon = strrchr(text, ':');
    if (colon == NULL || (size_t)(colon - text) >= sizeof host || !parse_port(colon + 1, &port))
        return ERR_INVALID_PARAMETER;
    size_t size = (size_t)(colon - text);
    memcpy(host, text, size);
    host[size] = 0;
    if (size < 2 || host[0] != '[' || host[size - 1] != ']')
        return parse4(host, port, ret);
    host[size - 1] = 0;
    return parse6(host + 1, port, ret);
}

bool address_of_loopback(const struct sockaddr *address)
{
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
    if (address->sa_family == AF_INET) {
        memcpy(&in, address, sizeof in);
        return ntohl(in.sin_addr.s_addr) >> 24 == 127;
    }
    if (address->sa_family != AF_INET6)
        return false;
    memcpy(&in6, address, sizeof in6);
    return IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr);
}

bool address_is_loopback(const struct address *address)
{
    return address_of_loopback((const struct sockaddr *)&address->storage);
}

bool address_is_any(const struct address *address)
{
    static const uint8_t zeros[sizeof(struct in6_addr)];
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
    memcpy(&in, &address->storage, sizeof in);
    memcpy(&in6, &address->storage, sizeof in6);
    return address->storage.ss_family == AF_INET ? in.sin_addr.s_addr == 0
                                                 : memcmp(&in6.sin6_addr, zeros, sizeof zeros) == 0;
}

bool address_equal(const struct address *a, const struct address *b)
{
    return a->size == b->size && memcmp(&a->storage, &b->storage, (size_t)a->size) == 0;
}

bool address_is_mapped(const struct address *address)
{
    struct sockaddr_in6 in6;
    memcpy(&in6, &address->storage, sizeof in6);
    return address->storage.ss_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr);
}

unsigned address_port(const struct address *address)
{
    /* sin_port and sin6_port are at the same place */
    struct sockaddr_in in;
    memcpy(&in, &address->storage, sizeof in);
    return ntohs(in.sin_port);
}

void address_set_port(struct address *address, unsigned port)
{
    struct sockaddr_in in;
    memcpy(&in, &address->storage, sizeof in);
    in.sin_port = htons((uint16_t)port);
    memcpy(&address->storage, &in, sizeof in);
}

unsigned address_port_of(const struct sockaddr *address)
{
    struct sockaddr_in in;
    if (address->sa_family != AF_INET && address->sa_family != AF_INET6)
        return 0;
    memcpy(&in, address, sizeof in);
    return ntohs(in.sin_port);
}

void address_format(const struct sockaddr *address, char ret[ADDRESS_TEXT_MAX])
{
    const char *text = NULL;
    if (address->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, address, sizeof in);
        text = inet_ntop(AF_INET, &in.sin_addr, ret, ADDRESS_TEXT_MAX);
    } else if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, address, sizeof in6);
        text = inet_ntop(AF_INET6, &in6.sin6_addr, ret, ADDRESS_TEXT_MAX);
    }
    if (text == NULL)
        (void)snprintf(ret, ADDRESS_TEXT_MAX, "unknown");
}
