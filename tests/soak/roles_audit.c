/* The roles that write into the security log, and read it. */
#include "roles.h"

#include <stdio.h>

static const struct {
    const char *line;
    const char *body;
    const char *expected;
} audits[] = {
    {"POST /access-check",
     "{\"securityDescriptor\":\"O:BAG:BAD:(A;;FR;;;AU)S:(AU;SAFA;FA;;;WD)\",\"desiredAccess\":[\"FILE_WRITE_DATA\"],"
     "\"objectType\":\"file\",\"audit\":{\"subsystem\":\"build\",\"objectTypeName\":\"Share\",\"objectName\":\"drop\","
     "\"handleId\":\"0x1f4\"}}",
     "{\"allowed\":false,\"win32Error\":5,\"events\":{\"$size\":1}}"},
    {"POST /audit/privileged-service",
     "{\"subsystem\":\"build\",\"service\":\"publish\",\"privileges\":[\"SeTcbPrivilege\"],\"accessGranted\":"
     "false}",
     "{\"events\":{\"$size\":1}}"},
    {"POST /audit/object-close", "{\"subsystem\":\"build\",\"handleId\":\"0x1f4\",\"generateOnClose\":true}",
     "{\"events\":{\"$size\":1}}"},
};
enum { AUDITS = sizeof audits / sizeof audits[0] };

static void ask_audit(struct actor *actor)
{
    size_t i = actor->step % AUDITS;
    if (actor->step == 0)
        roles_open(actor, actor->stage->admin);
    else
        actor_put(actor, audits[i].line, actor_bearer(actor), audits[i].body);
}

static const char *judge_audit(struct actor *actor, const struct answer *answer)
{
    return actor->step == 0 ? roles_opened(actor, answer)
                            : roles_expect(answer, 200, audits[actor->step % AUDITS].expected);
}

const struct role role_auditor = {"auditor", 6, ask_audit, judge_audit};

/* From the newest on, some pages; then from the newest again. */
enum { PAGES = 20, PAGE_EVENTS = 40 };

static void ask_page(struct actor *actor)
{
    char line[ACTOR_CURSOR_MAX + 64];
    if (actor->step == 0) {
        roles_open(actor, actor->stage->admin);
        return;
    }
    if (actor->step % PAGES == 0)
        actor->cursor[0] = '\0';
    if (actor->cursor[0] == '\0')
        actor->record = UINT64_MAX;
    (void)snprintf(line, sizeof line, "GET /audit?outcome=failure&limit=%d%s%s", PAGE_EVENTS,
                   actor->cursor[0] == '\0' ? "" : "&cursor=", actor->cursor);
    actor_put(actor, line, actor_bearer(actor), NULL);
}

/* Newest first, no event twice, and only what was asked for. */
static const char *judge_events(struct actor *actor, const json_t *events)
{
    size_t i;
    const json_t *event;
    if (json_array_size(events) > PAGE_EVENTS)
        return "too many events";
    json_array_foreach (events, i, event) {
        uint64_t record = (uint64_t)json_integer_value(json_object_get(event, "recordId"));
        const char *outcome = json_string_value(json_object_get(event, "outcome"));
        if (record == 0 || record >= actor->record)
            return "an event out of order";
        if (outcome == NULL || strcmp(outcome, "failure") != 0)
            return "an event that does not match";
        actor->record = record;
    }
    return NULL;
}

static const char *judge_page(struct actor *actor, const struct answer *answer)
{
    if (actor->step == 0)
        return roles_opened(actor, answer);
    json_auto_t *page = json_loadb(answer->body, answer->body_size, 0, NULL);
    const json_t *events = json_object_get(page, "events");
    const char *next = json_string_value(json_object_get(page, "next"));
    if (answer->status != 200 || !json_is_array(events))
        return "no page";
    if (next != NULL && strlen(next) >= ACTOR_CURSOR_MAX)
        return "a cursor without end";
    (void)snprintf(actor->cursor, sizeof actor->cursor, "%s", next == NULL ? "" : next);
    return judge_events(actor, events);
}

const struct role role_reader = {"reader", 2, ask_page, judge_page};
