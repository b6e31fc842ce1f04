/* address: numeric socket addresses and their text. */
#ifndef NTOKEND_HTTP_ADDRESS_H
#define NTOKEND_HTTP_ADDRESS_H

#include "base/err.h"

#include <stdbool.h>
#include <sys/socket.h>

enum { ADDRESS_TEXT_MAX = 64 };

struct address {
    struct sockaddr_storage storage;
    socklen_t size;
};

/* "ADDRESS:PORT" or "[ADDRESS]:PORT"; numeric, without a scope. ERR_INVALID_PARAMETER. */
enum err address_parse(const char *text, struct address *ret) MUST_USE;
bool address_is_loopback(const struct address *address);
/* The same of any address; false for what is neither IPv4 nor IPv6. */
bool address_of_loopback(const struct sockaddr *address);
/* 0.0.0.0 and [::], of addresses that were parsed: every address of this machine. */
bool address_is_any(const struct address *address);
/* Host and port, of addresses that were parsed. */
bool address_equal(const struct address *a, const struct address *b);
/* ::ffff:192.0.2.1 and the like: IPv4 in the clothes of IPv6, which no socket of ours listens on. */
bool address_is_mapped(const struct address *address);
unsigned address_port(const struct address *address);
void address_set_port(struct address *address, unsigned port);
/* 0 for what is neither IPv4 nor IPv6. */
unsigned address_port_of(const struct sockaddr *address);
/* Without the port; "unknown" for what is neither IPv4 nor IPv6. */
void address_format(const struct sockaddr *address, char ret[ADDRESS_TEXT_MAX]);

#endif
