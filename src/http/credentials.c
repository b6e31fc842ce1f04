#include "http/credentials.h"

#include "base/base64.h"
#include "http/session_cookie.h"

#include <strings.h>

/* What follows the scheme and its blanks; NULL when it is another scheme. RFC 9110 11.4: in any case. */
static const char *after_scheme(const char *header, const char *scheme)
{
    size_t size = strlen(scheme);
    if (strncasecmp(header, scheme, size) != 0 || header[size] != ' ')
        return NULL;
    header += size;
    return header + strspn(header, " ");
}

/* RFC 4559 4.2, RFC 6750 2.1. */
static void read_authorization(struct request *request, const char *header, struct credentials *ret)
{
    const char *text = after_scheme(header, "Negotiate");
    ret->reason = "authorization-repeated";
    if (request_header_count(request, "Authorization") != 1)
        return;
    if (text != NULL) {
        enum err err = base64_decode(&request->arena, bytes_of_string(text), &ret->token);
        ret->reason = "malformed-token";
        ret->no_memory = err == ERR_NO_MEMORY;
        if (err == ERR_NONE && ret->token.size != 0)
            ret->kind = CALLER_NEGOTIATE;
        return;
    }
    text = after_scheme(header, "Bearer");
    ret->reason = "other-scheme";
    if (text == NULL)
        return;
    ret->token = bytes_of_string(text);
    ret->kind = CALLER_BEARER;
}

/* Fills in what the cookie says, or takes away what was there. */
static void read_cookie(const struct request *request, const char *header, bool secure,
                        struct credentials *ret)
{
    struct bytes text = {0};
    enum session_cookie_found found = session_cookie_find(header, secure, &text);
    const char *reason = NULL;
    if (request_header_count(request, "Cookie") != 1 || found == SESSION_COOKIE_TWICE)
        reason = "cookie-repeated";
    else if (found == SESSION_COOKIE_NONE)
        return;
    else if (ret->kind == CALLER_BEARER && !bytes_equal(ret->token, text))
        reason = "cookie-disagrees";
    if (reason != NULL) {
        *ret = (struct credentials){.reason = reason};
    } else if (ret->kind == CALLER_UNPROVEN) {
        ret->token = text;
        ret->kind = CALLER_COOKIE;
    }
}

void credentials_read(struct request *request, bool secure, struct credentials *ret)
{
    const char *authorization = request_header(request, "Authorization");
    const char *cookie = request_header(request, "Cookie");
    *ret = (struct credentials){.kind = CALLER_UNPROVEN};
    if (authorization != NULL) {
        read_authorization(request, authorization, ret);
        if (ret->kind != CALLER_BEARER)
            return;
    }
    if (cookie != NULL)
        read_cookie(request, cookie, secure, ret);
}
