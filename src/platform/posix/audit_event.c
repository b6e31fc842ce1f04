#include "platform/posix/audit_event.h"

#include "platform/posix/audit_text.h"
#include "platform/posix/state.h"

#include <inttypes.h>
#include <time.h>
#include <unistd.h>

enum { ROOM_FIRST = 4, TICK_NS = 100, NS_PER_S = 1000000000 };

static struct event *slot_of(struct audit_trail *trail)
{
    if (trail->count < trail->room)
        return &trail->events[trail->count];
    const size_t room = trail->room == 0 ? ROOM_FIRST : trail->room * 2;
    struct event *events = arena_alloc_array(trail->arena, room, sizeof *events);
    if (events == NULL)
        return NULL;
    if (trail->count != 0)
        memcpy(events, trail->events, trail->count * sizeof *events);
    trail->events = events;
    trail->room = room;
    return &events[trail->count];
}

static int64_t now(void)
{
    struct timespec time = {0};
    (void)clock_gettime(CLOCK_REALTIME, &time);
    return (int64_t)time.tv_sec * NS_PER_S + time.tv_nsec / TICK_NS * TICK_NS;
}

void audit_event_begin(struct audit_event *event, const struct platform *platform, struct audit_trail *trail,
                       const struct audit_kind *kind, bool success)
{
    *event = (struct audit_event){.platform = platform, .trail = trail, .event = slot_of(trail)};
    event->failed = event->event == NULL;
    if (event->failed)
        return;
    *event->event = (struct event){.event_id = kind->id,
                                   .version = kind->version,
                                   .task = kind->task,
                                   .success = success,
                                   .time_ns = now(),
                                   .process_id = platform->log.process_id,
                                   .thread_id = (uint32_t)gettid()};
}

void audit_event_put(struct audit_event *event, const char *name, const char *value)
{
    if (event->failed)
        return;
    if (value == NULL || event->event->field_count == EVENT_FIELDS_MAX) {
        event->failed = true;
        return;
    }
    event->event->fields[event->event->field_count++] = (struct event_field){.name = name, .value = value};
}

void audit_event_text(struct audit_event *event, const char *name, const char *text, size_t max)
{
    const bool empty = text == NULL || text[0] == '\0';
    audit_event_put(event, name, empty ? "-" : audit_text_copy(event->trail->arena, text, max));
}

void audit_event_hex(struct audit_event *event, const char *name, uint64_t number)
{
    audit_event_put(event, name, arena_printf(event->trail->arena, "0x%" PRIx64, number));
}

void audit_event_number(struct audit_event *event, const char *name, uint64_t number)
{
    audit_event_put(event, name, arena_printf(event->trail->arena, "%" PRIu64, number));
}

/* Field names, a row a role: SID, name, domain, logon. */
static const char *const role_fields[][4] = {
    [AUDIT_SUBJECT] = {"SubjectUserSid", "SubjectUserName", "SubjectDomainName", "SubjectLogonId"},
    [AUDIT_TARGET] = {"TargetUserSid", "TargetUserName", "TargetDomainName", "TargetLogonId"},
};

/* An account and its domain, as far as they are known. */
struct person {
    const char *name;
    const char *domain;
};

/* The domain of an account of this machine is the machine, as on Windows. */
static struct person person_of(const struct platform *platform, const struct platform_token *token,
                               struct arena *arena)
{
    const struct token_details *details = platform_token_details(token);
    struct person person = {.name = details->account_name, .domain = details->domain_name};
    const char *known =
        person.name != NULL ? NULL : platform_account_name(platform, platform_token_view(token)->user, arena);
    const char *slash = known != NULL ? strchr(known, '\\') : NULL;
    if (slash != NULL) {
        person.domain = arena_string(arena, bytes_of(known, (size_t)(slash - known)));
        person.name = slash + 1;
    } else if (known != NULL) {
        person.name = known;
    }
    if (person.domain == NULL)
        person.domain = platform->machine_name;
    return person;
}

static const char *last_value(const struct audit_event *event)
{
    return event->failed ? NULL : event->event->fields[event->event->field_count - 1].value;
}

void audit_event_person(struct audit_event *event, enum audit_role role, const struct platform_token *token)
{
    struct arena *arena = event->trail->arena;
    char sid[SID_TEXT_MAX];
    const struct person person = person_of(event->platform, token, arena);
    const size_t size = sid_format(platform_token_view(token)->user, sid);
    audit_event_put(event, role_fields[role][0], arena_string(arena, bytes_of(sid, size)));
    const char *sid_value = last_value(event);
    audit_event_text(event, role_fields[role][1], person.name, AUDIT_NAME_MAX);
    const char *name_value = last_value(event);
    audit_event_text(event, role_fields[role][2], person.domain, AUDIT_NAME_MAX);
    const char *domain_value = last_value(event);
    audit_event_hex(event, role_fields[role][3], platform_token_details(token)->logon_id);
    if (event->failed)
        return;
    event->event->subject_sid = sid_value;
    event->event->session = last_value(event);
    if (person.name == NULL)
        return;
    event->event->subject_name = arena_printf(arena, "%s\\%s", domain_value, name_value);
    event->failed = event->event->subject_name == NULL;
}

void audit_event_nobody(struct audit_event *event, enum audit_role role)
{
    audit_event_put(event, role_fields[role][0], "S-1-0-0");
    audit_event_put(event, role_fields[role][1], "-");
    audit_event_put(event, role_fields[role][2], "-");
    audit_event_put(event, role_fields[role][3], "0x0");
}

void audit_event_process_id(struct audit_event *event)
{
    audit_event_hex(event, "ProcessId", event->platform->log.process_id);
}

void audit_event_process_name(struct audit_event *event)
{
    audit_event_text(event, "ProcessName", event->platform->log.program, AUDIT_PROGRAM_MAX);
}

enum err audit_event_end(struct audit_event *event)
{
    uint8_t random[10];
    if (event->failed)
        return ERR_NO_MEMORY;
    enum err err = platform_random(random, sizeof random);
    if (err != ERR_NONE)
        return err;
    event->event->uuid = event_uuid_make(event->event->time_ns, random);
    event->trail->count++;
    return ERR_NONE;
}
