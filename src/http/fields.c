#include "http/fields.h"

#include "base/plain.h"

#include <string.h>
#include <strings.h>

/* tchar of RFC 9110 5.6.2 */
static bool is_token_character(char c)
{
    switch (c) {
    case '!':
    case '#':
    case '$':
    case '%':
    case '&':
    case '\'':
    case '*':
    case '+':
    case '-':
    case '.':
    case '^':
    case '_':
    case '`':
    case '|':
    case '~':
        return true;
    default:
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }
}

static bool is_token(const char *name)
{
    const char *at = name;
    while (is_token_character(*at))
        at++;
    return at != name && *at == 0;
}

/* libmicrohttpd 0.9.75 puts what goes on in a second line (RFC 9112 5.2) behind the name, not the value, and then knows the header no more:
 * "Transfer-Encoding:", " chunked". */
static bool goes_on(const char *name, const char *framing)
{
    const size_t size = strlen(framing);
    return strlen(name) > size && strncasecmp(name, framing, size) == 0;
}

static bool has_control(const char *value)
{
    const struct bytes text = bytes_of_string(value);
    for (size_t at = plain_end(text, 0); at < text.size; at = plain_end(text, at + 1)) {
        const uint8_t byte = text.data[at];
        if ((byte < 0x20 && byte != '\t') || byte == 0x7F)
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
