#include "http/session_cookie.h"

#include <inttypes.h>

static const char *name_of(bool secure)
{
    return secure ? "__Host-ntokend" : "ntokend";
}

enum session_cookie_found session_cookie_find(const char *header, bool secure, struct bytes *ret)
{
    const char *name = name_of(secure);
    size_t name_size = strlen(name);
    enum session_cookie_found found = SESSION_COOKIE_NONE;
    for (const char *at = header; *at != '\0';) {
        at += strspn(at, " \t;");
        size_t size = strcspn(at, ";");
        if (size > name_size && memcmp(at, name, name_size) == 0 && at[name_size] == '=') {
            if (found != SESSION_COOKIE_NONE)
                return SESSION_COOKIE_TWICE;
            found = SESSION_COOKIE_ONE;
            *ret = bytes_of(at + name_size + 1, size - name_size - 1);
        }
        at += size;
    }
    return found;
}

const char *session_cookie_format(struct arena *arena, const char *text, bool secure, int64_t lifetime_s)
{
    return arena_printf(arena, "%s=%s; Path=/; Max-Age=%" PRId64 "; HttpOnly; SameSite=Strict%s",
                        name_of(secure), text, lifetime_s, secure ? "; Secure" : "");
}
