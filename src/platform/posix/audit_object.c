#include "platform/posix/audit_object.h"

#include "platform/posix/audit_privilege.h"
#include "platform/posix/state.h"

enum { TASK_DIRECTORY = 14080 };

/* What the objects of a kind are audited as. 12803 and 14080 have an event of their own for handles. */
static const struct {
    enum audit_subcategory subcategory;
    struct audit_kind event;
} kinds[] = {
    [AUDITED_AS_OTHER] = {AUDIT_OTHER_OBJECT_ACCESS, {4656, 1, 12804}},
    [AUDITED_AS_FILE] = {AUDIT_FILE_SYSTEM, {4656, 1, 12800}},
    [AUDITED_AS_REGISTRY] = {AUDIT_REGISTRY, {4656, 1, 12801}},
    [AUDITED_AS_KERNEL] = {AUDIT_KERNEL_OBJECT, {4656, 1, 12802}},
    [AUDITED_AS_SAM] = {AUDIT_SAM, {4661, 0, 12803}},
    [AUDITED_AS_DIRECTORY] = {AUDIT_DIRECTORY_SERVICE_ACCESS, {4661, 0, TASK_DIRECTORY}},
};

static enum audited_as audited_as(const struct audit_object *object)
{
    return object->securable != NULL ? object->securable->audited_as : AUDITED_AS_OTHER;
}

bool audit_object_on(const struct audit_policy *policy, const struct audit_object *object, bool success)
{
    if (object->directory_service)
        return audit_policy_on(policy, AUDIT_DIRECTORY_SERVICE_ACCESS, success);
    return audit_policy_on(policy, kinds[audited_as(object)].subcategory, success) &&
           audit_policy_on(policy, AUDIT_HANDLE_MANIPULATION, success);
}

void audit_object_put(struct audit_event *event, const struct audit_object *object)
{
    audit_event_text(event, "ObjectServer", object->subsystem, AUDIT_NAME_MAX);
    audit_event_text(event, "ObjectType", object->type_name, AUDIT_NAME_MAX);
    audit_event_text(event, "ObjectName", object->name, AUDIT_OBJECT_NAME_MAX);
    if (!event->failed && object->name[0] != '\0')
        event->event->object_name = event->event->fields[event->event->field_count - 1].value;
}

static void put_rights(struct audit_event *event, const struct audit_opening *opening)
{
    audit_event_put(event, "AccessList",
                    audit_list_rights(event->trail->arena, opening->object->securable, opening->mask));
}

static void put_restricted(struct audit_event *event, const struct audit_opening *opening)
{
    audit_event_number(event, "RestrictedSidCount",
                       platform_token_view(opening->token)->restricting_sids.count);
}

/* 4656 and 4661, which tells no reason and lists properties. */
static void put_handle_requested(struct audit_event *event, const struct audit_opening *opening,
                                 bool properties)
{
    struct arena *arena = event->trail->arena;
    audit_object_put(event, opening->object);
    audit_event_hex(event, "HandleId", opening->handle_id);
    audit_event_put(event, "TransactionId", AUDIT_NO_GUID);
    put_rights(event, opening);
    if (!properties)
        audit_event_put(event, "AccessReason", opening->reason);
    audit_event_hex(event, "AccessMask", opening->mask);
    audit_event_put(event, "PrivilegeList", audit_list_privileges(arena, opening->privileges));
    if (properties)
        audit_event_put(
            event, "Properties",
            audit_list_properties(arena, opening->object->securable, opening->mask, &opening->nodes));
    put_restricted(event, opening);
    audit_event_process_id(event);
    audit_event_process_name(event);
    if (!properties)
        audit_event_put(
            event, "ResourceAttributes",
            audit_list_attributes(arena, opening->descriptor, &event->platform->accounts.domains));
}

/* A GUID, with its braces or without, is written as %{…}, which readers of events look up in the directory. */
static void put_directory_name(struct audit_event *event, const char *name, const char *text)
{
    struct bytes guid = bytes_of_string(text);
    struct guid parsed;
    if (guid.size > 2 && text[0] == '{' && text[guid.size - 1] == '}')
        guid = bytes_of(guid.data + 1, guid.size - 2);
    if (guid_parse(guid, &parsed) != ERR_NONE) {
        audit_event_text(event, name, text, AUDIT_OBJECT_NAME_MAX);
        return;
    }
    char lower[GUID_TEXT_MAX];
    guid_format(&parsed, lower);
    audit_event_put(event, name, arena_printf(event->trail->arena, "%%{%s}", lower));
}

static void put_operation(struct audit_event *event, const struct audit_opening *opening)
{
    const struct audit_object *object = opening->object;
    audit_event_text(event, "ObjectServer", object->subsystem, AUDIT_NAME_MAX);
    put_directory_name(event, "ObjectType", object->type_name);
    put_directory_name(event, "ObjectName", object->name);
    if (!event->failed && object->name[0] != '\0')
        event->event->object_name = event->event->fields[event->event->field_count - 1].value;
    audit_event_put(event, "OperationType", "Object Access");
    audit_event_hex(event, "HandleId", opening->handle_id);
    put_rights(event, opening);
    audit_event_hex(event, "AccessMask", opening->mask);
    audit_event_put(
        event, "Properties",
        audit_list_properties(event->trail->arena, object->securable, opening->mask, &opening->nodes));
    audit_event_put(event, "AdditionalInfo", "-");
    audit_event_put(event, "AdditionalInfo2", "-");
}

enum err audit_object_opened(const struct platform *platform, struct audit_trail *trail,
                             const struct audit_opening *opening)
{
    static const struct audit_kind operation = {4662, 0, TASK_DIRECTORY};
    const struct audit_kind *kind = &kinds[audited_as(opening->object)].event;
    struct audit_event event;
    if (opening->object->directory_service)
        kind = &operation;
    audit_event_begin(&event, platform, trail, kind, opening->allowed);
    audit_event_person(&event, AUDIT_SUBJECT, opening->token);
    if (kind == &operation)
        put_operation(&event, opening);
    else
        put_handle_requested(&event, opening, kind->id == 4661);
    return audit_event_end(&event);
}

enum err audit_object_privileges(const struct platform *platform, struct audit_trail *trail,
                                 const struct audit_opening *opening)
{
    const struct audit_kind kind = {4674, 0, audit_privilege_task(opening->privileges)};
    struct audit_event event;
    if (!audit_privilege_on(platform, opening->privileges, opening->allowed))
        return ERR_NONE;
    audit_event_begin(&event, platform, trail, &kind, opening->allowed);
    audit_event_person(&event, AUDIT_SUBJECT, opening->token);
    audit_object_put(&event, opening->object);
    audit_event_hex(&event, "HandleId", opening->handle_id);
    audit_event_number(&event, "AccessMask", opening->mask);
    audit_event_put(&event, "PrivilegeList", audit_list_privileges(trail->arena, opening->privileges));
    audit_event_process_id(&event);
    audit_event_process_name(&event);
    return audit_event_end(&event);
}
