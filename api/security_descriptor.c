/* ConvertStringSecurityDescriptorToSecurityDescriptor and its inverse. */
#include "api/query.h"
#include "api/read.h"
#include "api/routes.h"
#include "api/service.h"
#include "api/write_descriptor.h"

enum { TO_SDDL = 1, TO_BYTES = 2, TO_JSON = 4, TO_ALL = 7 };

static const struct name to_words[] = {{"sddl", TO_SDDL}, {"bytes", TO_BYTES}, {"json", TO_JSON}};
static const struct names to_names = {to_words, 3};

struct conversion {
    struct descriptor descriptor;
    bool from_sddl;
    uint32_t to;
};

/* S-1-5-21-… of a whole domain, without a RID behind it */
static const struct sid *read_domain(struct reader *reader, const struct place *place)
{
    const struct sid *sid = read_sid(reader, place);
    if (sid != NULL &&
        (sid_authority(sid) != 5 || sid->sub_authority_count != 4 || sid_sub_authority(sid, 0) != 21))
        read_fail(reader, place, "is no SID of a domain: S-1-5-21-A-B-C");
    return sid;
}

/* A system knows no domains but its own: where others are told, the engine reads. */
static void read_domains(struct reader *reader, const struct place *root)
{
    struct place domain = place_member(root, "domainSid");
    struct place machine = place_member(root, "machineSid");
    if (place_there(&domain) || place_there(&machine))
        reader->platform = NULL;
    const struct sid *sid = place_there(&machine) ? read_domain(reader, &machine) : NULL;
    if (sid != NULL)
        reader->domains.machine = sid;
    sid = place_there(&domain) ? read_domain(reader, &domain) : NULL;
    if (sid == NULL)
        return;
    reader->domains.domain = sid;
    reader->domains.forest_root = sid;
}

static void read_conversion(struct reader *reader, const struct place *root, struct conversion *ret)
{
    static const char *const members[] = {"securityDescriptor", "to",         "domainSid",
                                          "machineSid",         "objectType", NULL};
    if (!read_object(reader, root, members))
        return;
    struct place descriptor = place_member(root, "securityDescriptor");
    struct place to = place_member(root, "to");
    struct place type = place_member(root, "objectType");
    read_domains(reader, root);
    if (place_there(&type))
        reader->type = read_object_type(reader, &type);
    ret->to = place_there(&to) ? read_word(reader, &to, "form", &to_names) : TO_ALL;
    read_descriptor(reader, &descriptor, &ret->descriptor, &ret->from_sddl);
}

/* The bytes in the order in which Windows writes them. What SDDL gave has it already. */
static enum err canonical(struct arena *arena, const struct conversion *conversion, struct bytes *ret)
{
    const struct descriptor *descriptor = &conversion->descriptor;
    if (conversion->from_sddl) {
        *ret = descriptor->raw;
        return ERR_NONE;
    }
    struct descriptor_parts parts = {.control = descriptor->control,
                                     .rm_control = descriptor->rm_control,
                                     .owner = descriptor->owner,
                                     .group = descriptor->group};
    if (descriptor->dacl_state == ACL_THERE)
        parts.dacl = descriptor->dacl.raw;
    if (descriptor->sacl_state == ACL_THERE)
        parts.sacl = descriptor->sacl.raw;
    return descriptor_build(arena, &parts, ret);
}

static void write_sddl(struct reader *reader, struct writer *writer, const struct place *place,
                       const struct conversion *conversion, json_t *object)
{
    struct bytes sddl;
    enum err err =
        sddl_write(reader->arena, &conversion->descriptor, ALL_SECURITY_INFORMATION, &reader->domains, &sddl);
    if (err == ERR_NONE)
        write_member(writer, object, "sddl", json_stringn((const char *)sddl.data, sddl.size));
    else if (err == ERR_NO_MEMORY)
        writer->failed = true;
    else if (conversion->to == TO_SDDL)
        read_refuse(reader, place,
                    (struct problem){.kind = PROBLEM_INVALID_DESCRIPTOR,
                                     .win32 = err,
                                     .detail = "SDDL has no form for something in this descriptor"});
    else
        write_member(writer, object, "sddl", json_null());
}

static json_t *convert(struct reader *reader, struct writer *writer, const struct place *place,
                       const struct conversion *conversion)
{
    json_t *object = json_object();
    if ((conversion->to & TO_SDDL) != 0)
        write_sddl(reader, writer, place, conversion, object);
    if ((conversion->to & TO_BYTES) != 0) {
        struct bytes bytes = {0};
        if (canonical(reader->arena, conversion, &bytes) != ERR_NONE)
            writer->failed = true;
        write_member(writer, object, "base64", write_base64(writer, bytes));
    }
    if ((conversion->to & TO_JSON) != 0)
        write_member(writer, object, "descriptor",
                     write_descriptor(writer, &conversion->descriptor, &reader->domains));
    return write_done(writer, object);
}

void security_descriptor_post(struct request *request, struct reply *reply)
{
    if (!query_none(request, reply))
        return;
    struct reader reader = reader_on(&request->arena, request->service->platform);
    const struct json *body = read_body(&reader, request->body);
    struct place root = place_root(body);
    struct place place = place_member(&root, "securityDescriptor");
    struct conversion conversion = {0};
    json_t *object = NULL;
    read_conversion(&reader, &root, &conversion);
    struct writer writer = {
        .arena = &request->arena, .platform = request->service->platform, .type = reader.type};
    if (!reader.failed)
        object = convert(&reader, &writer, &place, &conversion);
    if (!reader.failed) {
        reply_json(request, reply, 200, object);
        return;
    }
    json_decref(object);
    reply_problem(request, reply, &reader.problem);
}
