/* host: the names that the service is asked by.
 *
 * Whoever owns a name can let it stand for this machine, after a browser has loaded his page by it (DNS rebinding): to the browser the page
 * and this service are then one origin, and no rule about origins keeps the page from asking and reading as the browser's user. TLS
 * ends that, since no certificate here has the name. Without it, what tells is Host. */
#ifndef NTOKEND_HTTP_HOST_H
#define NTOKEND_HTTP_HOST_H

#include "http/name_list.h"

/* How long a host is that the text begins with, as browsers write it: a DNS name in lower case, an IPv4 address, an IPv6 address
 * in brackets. 0: none. */
size_t host_size(const char *text);
/* Adds a host as a browser writes it, without a port. As name_list_add. */
const char *host_list_add(struct name_list *list, struct arena *arena, const char *text) MUST_USE;
/* header: the value of Host (RFC 9110 7.2), of whatever case and port; NULL: there is none. A list of none has every host. */
bool host_list_has(const struct name_list *list, const char *header);

#endif
