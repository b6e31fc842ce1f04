/* fields: are the headers of a request what RFC 9110 lets them be? libmicrohttpd takes whatever stands before a colon for a name, so that
 * "Content-Length : 4" is no length to it, and one to a proxy that is as generous in another way: what the proxy takes for the body is
 * then the next request here, and its answer somebody else's. */
#ifndef NTOKEND_HTTP_FIELDS_H
#define NTOKEND_HTTP_FIELDS_H

#include <microhttpd.h>
#include <stdbool.h>

/* Each name is a token (5.6.2), no blank before or behind it, no value has a control but the tab (5.5), and none that says where the
 * body ends goes on in a second line. */
bool fields_are_sound(struct MHD_Connection *transport);

#endif
