/* fields: are the headers of a request what RFC 9110 lets them be? libmicrohttpd takes whatever stands before a colon for a name, so that
 * "Content-Length : 4" is no length to it, and one to a proxy that is as generous in another way: what the proxy takes for the body is
 * then the next request here, and its answer somebody else's. */
#ifndef NTOKEND_HTTP_FIELDS_H
#define NTOKEND_HTTP_FIELDS_H

#include <microhttpd.h>
#include <stdbool.h>

/* The request line and the size of all, as libmicrohttpd tells of them. */
struct fields_head {
    const char *method;
    const char *url;
    size_t url_size; /* before it was decoded */
    const char *version;
    size_t size; /* to the end of the empty line behind the headers */
};

/* Each name is a token (5.6.2), no blank before or behind it, no value has a control but the tab (5.5), and none that says where the
 * body ends goes on in a second line. Lines end with CR LF, the parts of the first are one blank apart, and there is nothing that
 * libmicrohttpd has passed over: no NUL, and no line before the empty one that it took for that. */
bool fields_are_sound(struct MHD_Connection *transport, const struct fields_head *head);

/* Whether the message may end elsewhere for somebody else, so that nothing may follow it on its connection: the same versions of libmicrohttpd
 * take a LF for the end of a chunk's line, and a trailer without a name for the end of all trailers, and tell nobody. */
bool fields_end_in_doubt(struct MHD_Connection *transport);

#endif
