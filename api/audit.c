/* ObjectOpenAuditAlarm, ObjectCloseAuditAlarm, ObjectDeleteAuditAlarm, ObjectPrivilegeAuditAlarm and
 * PrivilegedServiceAuditAlarm: they decide nothing and record what the caller says, on the caller's own token. */
#include "api/alarm.h"
#include "api/query.h"
#include "api/read_audit.h"
#include "api/routes.h"
#include "api/service.h"

/* What the body of any of them says. */
struct alarm {
    struct audit_object object;
    struct descriptor descriptor;
    struct audit_open
        open; /* also the desired access, the privileges and the outcome of those that open nothing */
    const char *service;
    bool generate_on_close;
};

struct alarm_kind {
    const char *const *members;
    void (*read)(struct reader *reader, const struct place *body, struct alarm *ret);
    enum err (*raise)(struct request *request, const struct alarm *alarm, bool *ret_generate_on_close);
    bool opens; /* the answer says generateOnClose */
};

static uint32_t read_mapped_mask(struct reader *reader, const struct place *place)
{
    uint32_t mask = read_mask(reader, place);
    if ((mask & RIGHT_GENERIC_MASK) != 0)
        read_refuse(reader, place,
                    (struct problem){.kind = PROBLEM_CALL_REFUSED,
                                     .win32 = ERR_GENERIC_NOT_MAPPED,
                                     .detail = "generic rights must be mapped before an object is opened, as "
                                               "with MapGenericMask: name the rights that they stand for"});
    return mask;
}

static void read_used(struct reader *reader, const struct place *body, struct alarm *ret)
{
    struct place privileges = place_member(body, "privileges");
    struct place granted = place_member(body, "accessGranted");
    ret->open.privileges = read_privileges(reader, &privileges);
    if (!reader->failed && ret->open.privileges == 0)
        read_fail(reader, &privileges, "is empty: it is the use of a privilege that is told");
    ret->open.access_granted = read_boolean(reader, &granted);
}

static void read_type(struct reader *reader, const struct place *body, struct alarm *ret)
{
    struct place type = place_member(body, "objectType");
    if (place_there(&type))
        ret->object.securable = read_object_type(reader, &type);
    reader->type = ret->object.securable;
}

/* What was granted must be an answer to what was asked. */
static void read_granted(struct reader *reader, const struct place *body, struct audit_open *open)
{
    struct place granted = place_member(body, "grantedAccess");
    struct place yes = place_member(body, "accessGranted");
    open->access_granted = read_boolean(reader, &yes);
    if (open->access_granted || place_there(&granted))
        open->granted = read_mapped_mask(reader, &granted);
    if (reader->failed)
        return;
    bool maximum = (open->desired & RIGHT_MAXIMUM_ALLOWED) != 0;
    if (open->access_granted && open->granted == 0)
        read_fail(reader, &granted, "is empty although accessGranted is true");
    else if (!open->access_granted && open->granted != 0)
        read_fail(reader, &granted, "names rights although accessGranted is false");
    else if ((open->granted & RIGHT_MAXIMUM_ALLOWED) != 0)
        read_fail(reader, &granted, "has MAXIMUM_ALLOWED, which is asked for and never granted");
    else if (!maximum && (open->granted & ~open->desired) != 0)
        read_fail(reader, &granted, "has rights that desiredAccess does not ask for");
}

static void read_open(struct reader *reader, const struct place *body, struct alarm *ret)
{
    struct place descriptor = place_member(body, "securityDescriptor");
    struct place desired = place_member(body, "desiredAccess");
    struct place privileges = place_member(body, "privileges");
    read_audit_members(reader, body, &ret->object);
    read_audit_complete(reader, body, &ret->object);
    read_type(reader, body, ret);
    read_descriptor(reader, &descriptor, &ret->descriptor, NULL);
    ret->open.desired = read_mapped_mask(reader, &desired);
    read_granted(reader, body, &ret->open);
    if (place_there(&privileges))
        ret->open.privileges = read_privileges(reader, &privileges);
}

static enum err raise_open(struct request *request, const struct alarm *alarm, bool *ret_generate_on_close)
{
    struct audit_open open = alarm->open;
    open.descriptor = &alarm->descriptor;
    return platform_audit_object_open(request->token, &alarm->object, &open, &request->trail,
                                      ret_generate_on_close);
}

static void read_handle(struct reader *reader, const struct place *body, struct audit_object *ret)
{
    struct place subsystem = place_member(body, "subsystem");
    struct place handle = place_member(body, "handleId");
    if (!place_there(&subsystem))
        read_fail(reader, &subsystem, "is required: a string");
    if (!place_there(&handle))
        read_fail(reader, &handle, "is required: \"0x…\" or a number");
    read_audit_members(reader, body, ret);
}

static void read_end(struct reader *reader, const struct place *body, struct alarm *ret)
{
    struct place generate = place_member(body, "generateOnClose");
    read_handle(reader, body, &ret->object);
    ret->generate_on_close = read_boolean(reader, &generate);
}

static enum err raise_close(struct request *request, const struct alarm *alarm, bool *ret_generate_on_close)
{
    (void)ret_generate_on_close;
    return platform_audit_object_close(request->token, alarm->object.subsystem, alarm->object.handle_id,
                                       alarm->generate_on_close, &request->trail);
}

static enum err raise_delete(struct request *request, const struct alarm *alarm, bool *ret_generate_on_close)
{
    (void)ret_generate_on_close;
    return platform_audit_object_delete(request->token, alarm->object.subsystem, alarm->object.handle_id,
                                        alarm->generate_on_close, &request->trail);
}

/* The Windows function knows no names of the object; the event has them. */
static void read_privilege_use(struct reader *reader, const struct place *body, struct alarm *ret)
{
    struct place desired = place_member(body, "desiredAccess");
    ret->object.type_name = "";
    ret->object.name = "";
    read_handle(reader, body, &ret->object);
    read_type(reader, body, ret);
    ret->open.desired = read_mapped_mask(reader, &desired);
    read_used(reader, body, ret);
}

static enum err raise_privilege_use(struct request *request, const struct alarm *alarm,
                                    bool *ret_generate_on_close)
{
    (void)ret_generate_on_close;
    return platform_audit_object_privilege(request->token, &alarm->object, alarm->open.desired,
                                           alarm->open.privileges, alarm->open.access_granted,
                                           &request->trail);
}

static void read_service(struct reader *reader, const struct place *body, struct alarm *ret)
{
    struct place subsystem = place_member(body, "subsystem");
    struct place service = place_member(body, "service");
    ret->object.subsystem = read_audit_subsystem(reader, &subsystem);
    ret->service = read_audit_name(reader, &service);
    read_used(reader, body, ret);
}

static enum err raise_service(struct request *request, const struct alarm *alarm, bool *ret_generate_on_close)
{
    (void)ret_generate_on_close;
    return platform_audit_privileged_service(request->token, alarm->object.subsystem, alarm->service,
                                             alarm->open.privileges, alarm->open.access_granted,
                                             &request->trail);
}

static void reply_raised(struct request *request, struct reply *reply, const struct alarm_kind *kind,
                         size_t first, bool generate_on_close)
{
    struct writer writer = {.arena = &request->arena, .platform = request->service->platform};
    json_t *object = json_object();
    if (kind->opens)
        write_member(&writer, object, "generateOnClose", json_boolean(generate_on_close));
    write_member(&writer, object, "events", alarm_events(&writer, &request->trail, first));
    reply_json(request, reply, 200, write_done(&writer, object));
}

static void raise(struct request *request, struct reply *reply, const struct alarm_kind *kind,
                  struct reader *reader, const struct place *root)
{
    struct alarm alarm = {0};
    bool generate_on_close = false;
    size_t first = request->trail.count;
    if (read_object(reader, root, kind->members))
        kind->read(reader, root, &alarm);
    if (alarm_possible(reader, root, request->service->platform)) {
        enum err err = kind->raise(request, &alarm, &generate_on_close);
        if (err != ERR_NONE)
            read_refuse(reader, root, alarm_problem(err));
    }
    if (reader->failed)
        reply_problem(request, reply, &reader->problem);
    else
        reply_raised(request, reply, kind, first, generate_on_close);
}

static void alarm_post(struct request *request, struct reply *reply, const struct alarm_kind *kind)
{
    if (!query_none(request, reply))
        return;
    struct reader reader = reader_on(&request->arena, request->service->platform);
    const struct json *body = read_body(&reader, request->body);
    struct place root = place_root(body);
    raise(request, reply, kind, &reader, &root);
}

void audit_object_open_post(struct request *request, struct reply *reply)
{
    static const char *const members[] = {"subsystem",     "handleId",           "objectTypeName",
                                          "objectName",    "objectType",         "objectCreation",
                                          "desiredAccess", "securityDescriptor", "grantedAccess",
                                          "accessGranted", "privileges",         NULL};
    static const struct alarm_kind kind = {members, read_open, raise_open, true};
    alarm_post(request, reply, &kind);
}

static const char *const end_members[] = {"subsystem", "handleId", "generateOnClose", NULL};

void audit_object_close_post(struct request *request, struct reply *reply)
{
    static const struct alarm_kind kind = {end_members, read_end, raise_close, false};
    alarm_post(request, reply, &kind);
}

void audit_object_delete_post(struct request *request, struct reply *reply)
{
    static const struct alarm_kind kind = {end_members, read_end, raise_delete, false};
    alarm_post(request, reply, &kind);
}

void audit_object_privilege_post(struct request *request, struct reply *reply)
{
    static const char *const members[] = {"subsystem",  "handleId",      "objectTypeName",
                                          "objectName", "objectType",    "desiredAccess",
                                          "privileges", "accessGranted", NULL};
    static const struct alarm_kind kind = {members, read_privilege_use, raise_privilege_use, false};
    alarm_post(request, reply, &kind);
}

void audit_privileged_service_post(struct request *request, struct reply *reply)
{
    static const char *const members[] = {"subsystem", "service", "privileges", "accessGranted", NULL};
    static const struct alarm_kind kind = {members, read_service, raise_service, false};
    alarm_post(request, reply, &kind);
}
