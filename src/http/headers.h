/* headers: all headers of an answer but those of its framing. What every answer carries keeps browsers from guessing its type,
 * running, framing, storing or passing on any of it. */
#ifndef NTOKEND_HTTP_HEADERS_H
#define NTOKEND_HTTP_HEADERS_H

#include "http/exchange.h"

enum { HEADERS_MAX = 16 + REPLY_HEADERS_MAX };

/* How many there are; they borrow from the exchange. `close`: the connection ends with this answer. */
size_t headers_of(const struct exchange *exchange, bool close, struct reply_header ret[HEADERS_MAX]);

#endif
