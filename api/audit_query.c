#include "api/audit_query.h"

#include "engine/sid.h"
#include "eventlog/timestamp.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum { LIMIT_STANDARD = 100, LIMIT_MAX = 1000, TEXT_MAX = 1024 };

#define HEX_DIGITS "0123456789abcdefABCDEF"

typedef const char *read_parameter(const char *value, struct audit_query *ret);

/* Each gives NULL, or what is wrong and what to write. */

static bool is_text(const char *value)
{
    size_t size = strlen(value);
    return size > 0 && size <= TEXT_MAX;
}

static const char *read_cursor(const char *value, struct audit_query *ret)
{
    ret->cursor = value;
    return is_text(value) ? NULL : "is no cursor; send what `next` of the page before said";
}

/* Decimal digits alone, up to `max`; 0 for anything else. */
static unsigned long number_of(const char *value, unsigned long max)
{
    unsigned long number = 0;
    for (const char *at = value; *at != 0; at++) {
        if (*at < '0' || *at > '9' || number > max)
            return 0;
        number = number * 10 + (unsigned long)(*at - '0');
    }
    return number <= max ? number : 0;
}

static const char *read_limit(const char *value, struct audit_query *ret)
{
    ret->limit = number_of(value, LIMIT_MAX);
    return ret->limit != 0 ? NULL : "takes a number from 1 to 1000";
}

static const char *read_event_id(const char *value, struct audit_query *ret)
{
    ret->filter.event_id = (uint16_t)number_of(value, UINT16_MAX);
    return ret->filter.event_id != 0 ? NULL : "takes the number of an event, such as 4656";
}

/* No account is called so: what begins as a SID is one, and compared in the form that events have. */
static const char *read_user(const char *value, struct audit_query *ret)
{
    struct sid_buffer sid;
    ret->filter.user = value;
    if (strncasecmp(value, "S-1-", 4) != 0)
        return is_text(value) ? NULL : "takes a SID or the name of an account, of at most 1024 bytes";
    if (sid_parse(bytes_of_string(value), &sid) != ERR_NONE)
        return "begins as a SID and is none";
    (void)sid_format(sid_of(&sid), ret->sid);
    ret->filter.user = ret->sid;
    return NULL;
}

static const char *read_object(const char *value, struct audit_query *ret)
{
    ret->filter.object = value;
    return is_text(value) ? NULL : "takes part of the name of an object, of at most 1024 bytes";
}

/* Compared in the form that events have: lower case, no zeros in front. */
static const char *read_session(const char *value, struct audit_query *ret)
{
    static const char expected[] = "takes the logonId of a session in hexadecimal, such as 0x3e7";
    size_t digits = strlen(value) < 2 ? 0 : strlen(value) - 2;
    if (strncasecmp(value, "0x", 2) != 0 || digits == 0 || strspn(value + 2, HEX_DIGITS) != digits ||
        digits > AUDIT_SESSION_MAX - sizeof "0x")
        return expected;
    (void)snprintf(ret->session, sizeof ret->session, "0x%llx", strtoull(value + 2, NULL, 16));
    ret->filter.session = ret->session;
    return NULL;
}

static const char *read_text(const char *value, struct audit_query *ret)
{
    ret->filter.text = value;
    return is_text(value) ? NULL : "takes text of at most 1024 bytes";
}

static const char *read_outcome(const char *value, struct audit_query *ret)
{
    ret->filter.outcome = strcmp(value, "success") == 0   ? EVENT_SUCCESS
                          : strcmp(value, "failure") == 0 ? EVENT_FAILURE
                                                          : EVENT_ANY_OUTCOME;
    return ret->filter.outcome != EVENT_ANY_OUTCOME ? NULL : "takes success or failure";
}

static const char *read_time(const char *value, int64_t *ret)
{
    return timestamp_parse(value, ret) == ERR_NONE
               ? NULL
               : "takes a time of RFC 3339, such as 2026-11-22T18:00:00Z; a + is written %2B";
}

static const char *read_since(const char *value, struct audit_query *ret)
{
    return read_time(value, &ret->filter.since_ns);
}

/* 0 would mean that there is no bound. */
static const char *read_until(const char *value, struct audit_query *ret)
{
    const char *mistake = read_time(value, &ret->filter.until_ns);
    if (mistake == NULL && ret->filter.until_ns == 0)
        ret->filter.until_ns = 1;
    return mistake;
}

static const struct parameter {
    const char *name;
    read_parameter *read;
    bool pages; /* means nothing to a stream */
} parameters[] = {
    {"cursor", read_cursor, true}, {"limit", read_limit, true},      {"eventId", read_event_id, false},
    {"user", read_user, false},    {"object", read_object, false},   {"session", read_session, false},
    {"text", read_text, false},    {"outcome", read_outcome, false}, {"since", read_since, false},
    {"until", read_until, false},
};

enum { PARAMETERS = sizeof parameters / sizeof parameters[0] };

struct reading {
    struct audit_query *query;
    bool pages;
    unsigned seen; /* a bit for each row */
    const char *name;
    const char *mistake;
};

static bool read_each(void *context, const char *name, const char *value)
{
    struct reading *reading = context;
    size_t i = 0;
    while (i < PARAMETERS && strcmp(name, parameters[i].name) != 0)
        i++;
    reading->name = name;
    if (i == PARAMETERS)
        reading->mistake = "this route does not know the parameter";
    else if ((reading->seen >> i & 1) != 0)
        reading->mistake = "came more than once";
    else if (parameters[i].pages && !reading->pages)
        reading->mistake = "a stream has no pages; send Last-Event-ID to go on with one";
    else
        reading->mistake = parameters[i].read(value == NULL ? "" : value, reading->query);
    if (i < PARAMETERS)
        reading->seen |= 1U << i;
    return reading->mistake == NULL;
}

bool audit_query_read(struct request *request, struct reply *reply, bool pages, struct audit_query *ret)
{
    *ret = (struct audit_query){.limit = LIMIT_STANDARD};
    struct reading reading = {.query = ret, .pages = pages};
    request_query_each(request, read_each, &reading);
    if (reading.mistake == NULL)
        return true;
    reply_problem(request, reply,
                  &(struct problem){
                      .kind = PROBLEM_INVALID_QUERY, .parameter = reading.name, .detail = reading.mistake});
    return false;
}
