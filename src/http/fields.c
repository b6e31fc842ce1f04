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

/* The versions before 0.9.77.1 end a text at a NUL, and end the headers at a line that begins with one or with a colon: what follows is the next
 * request, and one message has two answers. They read all in one buffer, so that each part must begin where the one before it has ended.
 * Later versions refuse both by themselves. */
static const bool passes_over = MHD_VERSION < 0x00097701;

/* Whether there are so many bytes between the end of `text` and `next`. */
static bool follows(const char *text, size_t size, size_t between, uintptr_t next)
{
    return !passes_over || next - (uintptr_t)text == size + between;
}

enum { BLANK = 1, LINE_END = 2, HEAD_END = 4 };

struct look {
    bool sound;
    const char *last; /* the part at the end of the line before */
};

static enum MHD_Result look_at(void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct look *look = context;
    (void)kind;
    look->sound = value != NULL && follows(look->last, strlen(look->last), LINE_END, (uintptr_t)name) &&
                  is_token(name) && !goes_on(name, "Content-Length") && !goes_on(name, "Transfer-Encoding") &&
                  !has_control(value);
    look->last = value;
    return look->sound ? MHD_YES : MHD_NO;
}

bool fields_are_sound(struct MHD_Connection *transport, const struct fields_head *head)
{
    struct look look = {.sound = follows(head->method, strlen(head->method), BLANK, (uintptr_t)head->url) &&
                                 follows(head->url, head->url_size, BLANK, (uintptr_t)head->version),
                        .last = head->version};
    if (look.sound)
        (void)MHD_get_connection_values(transport, MHD_HEADER_KIND, look_at, &look);
    return look.sound &&
           follows(look.last, strlen(look.last), HEAD_END, (uintptr_t)head->method + head->size);
}

bool fields_end_in_doubt(struct MHD_Connection *transport)
{
    return passes_over &&
           MHD_lookup_connection_value(transport, MHD_HEADER_KIND, "Transfer-Encoding") != NULL;
}
