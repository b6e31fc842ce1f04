/* origin: whose page is a request from? A browser shows who the user is (cookie, Negotiate) on behalf of any page; RFC 6454 tells
 * whose page it was. */
#ifndef NTOKEND_HTTP_ORIGIN_H
#define NTOKEND_HTTP_ORIGIN_H

#include "http/name_list.h"

/* Adds an origin whose pages may ask, as a browser writes it. As name_list_add: only what a browser can send is taken, byte for byte
 * (RFC 6454 6.2: lower case, no port that the scheme implies, no path), never "null" and no wildcard. */
const char *origin_list_add(struct name_list *list, struct arena *arena, const char *text) MUST_USE;

/* `origin`: the value of Origin, `host`: of Host (NULL: none). http or https, and the same host and port; "null", a path and
 * whatever else is not an origin are false. secure: the request came over TLS, and so did its page: whoever sits between writes what
 * http://host shows. Without TLS the scheme is anybody's guess, since a proxy may have taken TLS away. */
bool origin_is_host(const char *origin, const char *host, bool secure);

#endif
