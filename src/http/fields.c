#include "http/fields.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

static bool is_token(const char *name)
{
    static const char token[] =
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    return name[0] != 0 && name[strspn(name, token)] == 0;
}

/* libmicrohttpd 0.9.75 puts what goes on in a second line (RFC 9112 5.2) behind the name, not the value, and then knows the header no more:
 * "Transfer-Encoding:", " chunked". */
static bool goes_on(const char *name, const char *framing)
{
    const size_t size = strlen(framing);
    return strncasecmp(name, framing, size) == 0 && name[size] != 0;
}

static bool has_control(const char *value)
{
    for (const uint8_t *at = (const uint8_t *)value; *at != 0; at++) {
        if ((*at < 0x20 && *at != '\t') || *at == 0x7F)
            return true;
    }
    return false;
}

static enum MHD_Result look_at(void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
    bool *sound = context;
    (void)kind;
    *sound = is_token(name) && !goes_on(name, "Content-Length") && !goes_on(name, "Transfer-Encoding") &&
             (value == NULL || !has_control(value));
    return *sound ? MHD_YES : MHD_NO;
}

bool fields_are_sound(struct MHD_Connection *transport)
{
    bool sound = true;
    (void)MHD_get_connection_values(transport, MHD_HEADER_KIND, look_at, &sound);
    return sound;
}
