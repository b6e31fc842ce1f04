#include "platform/windows/event_path.h"

#include "engine/sid.h"
#include "eventlog/timestamp.h"

#include <inttypes.h>

enum { TIME_DIGITS = 7, SESSION_TEXT_MAX = 18 };

/* The only event that says elsewhere who did it (event_xml.c), in words that a path would have to know: filter_match judges it. */
#define OR_CLEARED "System[EventID = 1102]"
/* The bits of Keywords, as the decimal that band() wants: 0x0020… and 0x0010… */
#define SUCCESS_BIT "9007199254740992"
#define FAILURE_BIT "4503599627370496"

/* XPath here has no way to write a quote, so only what needs none; and nothing that is longer than any event could say. */
static bool only_of(const char *text, const char *prefix, const char *characters, size_t max)
{
    const size_t size = strlen(prefix);
    return text != NULL && strnlen(text, max + 1) <= max && strncmp(text, prefix, size) == 0 &&
           text[size] != '\0' && strspn(text + size, characters) == strlen(text + size);
}

static const char *join(struct arena *arena, const char *left, const char *right)
{
    if (left == NULL || right == NULL)
        return NULL;
    return left[0] == '\0' ? right : arena_printf(arena, "%s and %s", left, right);
}

static const char *of_system(struct arena *arena, const struct event_filter *filter, uint64_t after,
                             uint64_t before)
{
    char time[TIMESTAMP_TEXT_MAX];
    const char *path = "";
    if (after != 0)
        path = join(arena, path, arena_printf(arena, "EventRecordID > %" PRIu64, after));
    if (before != 0)
        path = join(arena, path, arena_printf(arena, "EventRecordID < %" PRIu64, before));
    if (filter->event_id != 0)
        path = join(arena, path, arena_printf(arena, "EventID = %u", (unsigned)filter->event_id));
    if (filter->outcome != EVENT_ANY_OUTCOME)
        path = join(arena, path,
                    filter->outcome == EVENT_SUCCESS ? "band(Keywords, " SUCCESS_BIT ")"
                                                     : "band(Keywords, " FAILURE_BIT ")");
    if (filter->since_ns > 0) {
        timestamp_format(filter->since_ns, TIME_DIGITS, time);
        path = join(arena, path, arena_printf(arena, "TimeCreated[@SystemTime >= '%s']", time));
    }
    /* rounded up: an event within the last 100 ns is filter_match's to judge */
    if (filter->until_ns > 0) {
        timestamp_format(filter->until_ns + 99, TIME_DIGITS, time);
        path = join(arena, path, arena_printf(arena, "TimeCreated[@SystemTime < '%s']", time));
    }
    return path;
}

static const char *of_data(struct arena *arena, const struct event_filter *filter)
{
    const char *path = "";
    if (only_of(filter->user, "S-1-", "0123456789-", SID_TEXT_MAX))
        path = join(arena, path,
                    arena_printf(arena, "EventData[Data[@Name='SubjectUserSid']='%s']", filter->user));
    if (only_of(filter->session, "0x", "0123456789abcdef", SESSION_TEXT_MAX))
        path = join(arena, path,
                    arena_printf(arena, "EventData[Data[@Name='SubjectLogonId']='%s']", filter->session));
    if (path == NULL || path[0] == '\0')
        return path;
    return arena_printf(arena, "(%s or " OR_CLEARED ")", path);
}

enum err event_path(struct arena *arena, const struct event_filter *filter, uint64_t after, uint64_t before,
                    const char **ret)
{
    const char *system = of_system(arena, filter, after, before);
    const char *data = of_data(arena, filter);
    const char *path = "";
    if (system == NULL || data == NULL)
        return ERR_NO_MEMORY;
    if (system[0] != '\0')
        path = arena_printf(arena, "System[%s]", system);
    if (data[0] != '\0')
        path = join(arena, path, data);
    if (path == NULL)
        return ERR_NO_MEMORY;
    path = path[0] != '\0' ? arena_printf(arena, "*[%s]", path) : "*";
    if (path == NULL)
        return ERR_NO_MEMORY;
    *ret = path;
    return ERR_NONE;
}
