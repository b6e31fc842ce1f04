#include "api/read_audit.h"

#include "api/json_place.h"
#include "api/names.h"

#include <strings.h>

static const char *read_text(struct reader *reader, const struct place *place, size_t min, size_t max)
{
    struct bytes text = read_string(reader, place);
    if (reader->failed)
        return "";
    if (text.size < min)
        read_fail(reader, place, "is empty");
    else if (text.size > max)
        read_fail(reader, place, "is longer than %zu bytes of UTF-8", max);
    else if (!json_place_text_is_sane(text))
        read_fail(reader, place, "has a control character, which the log does not take");
    const char *copy = reader->failed ? NULL : arena_string(reader->lasting, text);
    if (copy == NULL)
        read_out_of_memory(reader);
    return copy == NULL ? "" : copy;
}

const char *read_audit_name(struct reader *reader, const struct place *place)
{
    return read_text(reader, place, 1, READ_AUDIT_NAME_MAX);
}

/* Events of routes that refused somebody are the service's to write: nobody else's may look like them. */
const char *read_audit_subsystem(struct reader *reader, const struct place *place)
{
    const char *name = read_audit_name(reader, place);
    if (strcasecmp(name, "ntokend") == 0)
        read_fail(reader, place,
                  "is the service's own name: give that of the server that protects the object");
    return name;
}

uint64_t read_audit_handle(struct reader *reader, const struct place *place)
{
    uint64_t handle = 0;
    if (json_is(place->value, JSON_KIND_INTEGER))
        return (uint64_t)read_integer(reader, place, 0, INT64_MAX);
    if (place_there(place) && !json_is(place->value, JSON_KIND_STRING)) {
        read_fail(reader, place, "must be \"0x…\" or a number");
        return 0;
    }
    struct bytes text = read_string(reader, place);
    if (!reader->failed && !read_hex(text, 16, &handle))
        read_fail(reader, place, "is no handle: write \"0x\" and up to 16 hex digits, or a number");
    return handle;
}

void read_audit_members(struct reader *reader, const struct place *place, struct audit_object *ret)
{
    struct place subsystem = place_member(place, "subsystem");
    struct place type = place_member(place, "objectTypeName");
    struct place name = place_member(place, "objectName");
    struct place handle = place_member(place, "handleId");
    struct place creation = place_member(place, "objectCreation");
    struct place kind = place_member(place, "auditType");
    struct place lenient = place_member(place, "allowNoPrivilege");
    if (place_there(&subsystem))
        ret->subsystem = read_audit_subsystem(reader, &subsystem);
    if (place_there(&type))
        ret->type_name = read_audit_name(reader, &type);
    if (place_there(&name))
        ret->name = read_text(reader, &name, 0, READ_AUDIT_OBJECT_MAX);
    if (place_there(&handle))
        ret->handle_id = read_audit_handle(reader, &handle);
    if (place_there(&creation))
        ret->creation = read_boolean(reader, &creation);
    if (place_there(&kind))
        ret->directory_service = read_word(reader, &kind, "type of audit", &NAMES_AUDIT_TYPES) != 0;
    if (place_there(&lenient))
        ret->allow_no_privilege = read_boolean(reader, &lenient);
}

void read_audit(struct reader *reader, const struct place *place, struct audit_object *ret)
{
    static const char *const members[] = {"subsystem",      "objectTypeName", "objectName",       "handleId",
                                          "objectCreation", "auditType",      "allowNoPrivilege", NULL};
    if (read_object(reader, place, members))
        read_audit_members(reader, place, ret);
}

void read_audit_complete(struct reader *reader, const struct place *place, struct audit_object *audit)
{
    struct place subsystem = place_member(place, "subsystem");
    struct place type = place_member(place, "objectTypeName");
    if (audit->subsystem == NULL)
        read_fail(reader, &subsystem, "is required: a string");
    else if (audit->type_name == NULL)
        read_fail(reader, &type, "is required: a string");
    if (audit->name == NULL)
        audit->name = "";
}
