/* session_cookie: the session's token as a cookie (RFC 6265). Under TLS its name has the prefix that browsers take from the
 * host itself and with Secure alone (draft-ietf-httpbis-rfc6265bis 4.1.3.2). */
#ifndef NTOKEND_HTTP_SESSION_COOKIE_H
#define NTOKEND_HTTP_SESSION_COOKIE_H

#include "base/arena.h"

enum session_cookie_found {
    SESSION_COOKIE_NONE,
    SESSION_COOKIE_ONE,
    SESSION_COOKIE_TWICE, /* nobody can tell which one counts */
};

/* `header`: the value of Cookie. *ret borrows from it. `secure`: the request came over TLS. */
enum session_cookie_found session_cookie_find(const char *header, bool secure, struct bytes *ret);

/* The value of Set-Cookie, in the arena; NULL when memory is exhausted. An empty text takes the cookie away. */
const char *session_cookie_format(struct arena *arena, const char *text, bool secure, int64_t lifetime_s);

#endif
