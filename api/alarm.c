#include "api/alarm.h"

bool alarm_possible(struct reader *reader, const struct place *place, const struct platform *platform)
{
    if (!reader->failed && !platform_audit_available(platform))
        read_refuse(reader, place, alarm_problem(ERR_NOT_SUPPORTED));
    return !reader->failed;
}

struct problem alarm_problem(enum err err)
{
    switch (err) {
    case ERR_NOT_SUPPORTED:
        return (struct problem){
            .kind = PROBLEM_UNAVAILABLE,
            .detail = "There is no security log to write to: the service's configuration has no key audit "
                      "(audit = sqlite:FILE, or a postgresql:// URI)."};
    case ERR_PRIVILEGE_NOT_HELD:
        return (struct problem){
            .kind = PROBLEM_CALL_REFUSED,
            .win32 = err,
            .detail = "The service itself does not hold SeAuditPrivilege (on Windows a right of its account; "
                      "elsewhere audit_privilege = no in its configuration), so it may not write to the "
                      "security log. No privilege of the caller counts for this."};
    default:
        return (struct problem){.kind = problem_of(err), .detail = "The event could not be made."};
    }
}

json_t *alarm_events(struct writer *writer, const struct audit_trail *trail, size_t first)
{
    char text[EVENT_UUID_TEXT_MAX];
    json_t *array = json_array();
    for (size_t i = first; i < trail->count; i++) {
        event_uuid_format(&trail->events[i].uuid, text);
        write_item(writer, array, write_text(text));
    }
    return array;
}
