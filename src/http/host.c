#include "http/host.h"

#include "http/address.h"

#include <stdio.h>
#include <strings.h>

#define DIGITS     "0123456789"
#define HOST_BYTES DIGITS "abcdefghijklmnopqrstuvwxyz.-_"
#define HEX_BYTES  DIGITS "abcdef:."

/* An address has more than one spelling, and browsers know one of them. */
static bool is_address(struct bytes host)
{
    char text[ADDRESS_TEXT_MAX + sizeof "[]:1"];
    char again[ADDRESS_TEXT_MAX];
    bool bracketed = host.data[0] == '[';
    struct address address;
    if (host.size >= ADDRESS_TEXT_MAX)
        return false;
    (void)snprintf(text, sizeof text, "%.*s:1", (int)host.size, (const char *)host.data);
    if (address_parse(text, &address) != ERR_NONE)
        return false;
    address_format((const struct sockaddr *)&address.storage, again);
    struct bytes bare = bracketed ? bytes_of(host.data + 1, host.size - 2) : host;
    return bytes_equal(bare, bytes_of_string(again));
}

/* The URL standard, 3.5: a name whose last label is a number is an IPv4 address. */
static bool ends_in_number(struct bytes host)
{
    size_t at = host.size;
    while (at > 0 && strchr(DIGITS, host.data[at - 1]) != NULL)
        at--;
    return at < host.size && (at == 0 || host.data[at - 1] == '.');
}

static bool is_host(struct bytes host)
{
    if (host.size == 0)
        return false;
    if (host.data[0] == '[' || ends_in_number(host))
        return is_address(host);
    return host.data[0] != '.' && host.data[0] != '-';
}

size_t host_size(const char *text)
{
    size_t size = text[0] == '[' ? 1 + strspn(text + 1, HEX_BYTES) : strspn(text, HOST_BYTES);
    if (text[0] == '[' && text[size] == ']')
        size++;
    return is_host(bytes_of(text, size)) ? size : 0;
}

static const char *mistake_of(const char *text)
{
    const size_t size = host_size(text);
    const char *scheme = strstr(text, "://");
    if (scheme != NULL)
        return "has a scheme; write the host alone";
    for (const char *at = text; *at != 0; at++) {
        if (*at >= 'A' && *at <= 'Z')
            return "has a capital letter; write it in lower case, it counts for both";
    }
    if (size != 0 && text[size] == ':')
        return "has a port; write the host alone, it counts for every port";
    if (size == 0 || text[size] != 0)
        return "is no host; write a DNS name (xn--... beyond ASCII) or an address, one of IPv6 in brackets";
    return NULL;
}

const char *host_list_add(struct name_list *list, struct arena *arena, const char *text)
{
    const char *mistake = mistake_of(text);
    return mistake != NULL ? mistake : name_list_add(list, arena, text);
}

/* Without the port; the size of the whole where what follows is none. */
static size_t size_without_port(const char *header)
{
    const char *bracket = header[0] == '[' ? strchr(header, ']') : NULL;
    const size_t size = bracket != NULL ? (size_t)(bracket - header) + 1 : strcspn(header, ":");
    const char *port = header + size;
    return port[0] == ':' && port[1 + strspn(port + 1, DIGITS)] == 0 ? size : strlen(header);
}

bool host_list_has(const struct name_list *list, const char *header)
{
    if (list->count == 0)
        return true;
    const size_t size = header == NULL ? 0 : size_without_port(header);
    for (size_t i = 0; i < list->count && size > 0; i++) {
        if (strlen(list->items[i]) == size && strncasecmp(list->items[i], header, size) == 0)
            return true;
    }
    return false;
}
