/* origin: does a request that would change something come from a page of the service itself? A browser shows who the user is
 * (cookie, Negotiate) on behalf of any page; RFC 6454 tells whose page it was. */
#ifndef NTOKEND_HTTP_ORIGIN_H
#define NTOKEND_HTTP_ORIGIN_H

#include <stdbool.h>

/* `origin`: the value of Origin, `host`: of Host (NULL: none). http or https, and the same host and port; "null", a path and
 * whatever else is not an origin are false. */
bool origin_is_host(const char *origin, const char *host);

#endif
