#include "api/read_query.h"

static void read_types(struct reader *reader, const struct place *place, struct access_query *query)
{
    struct place type = place_member(place, "objectType");
    struct place mapping = place_member(place, "genericMapping");
    if (place_there(&type) && place_there(&mapping)) {
        read_fail(reader, &mapping, "stands beside objectType: give one of them");
    } else if (place_there(&type)) {
        query->type = read_object_type(reader, &type);
        if (query->type != NULL)
            query->request.mapping = query->type->mapping;
        query->has_mapping = true;
    } else if (place_there(&mapping)) {
        reader->type = NULL;
        query->type = NULL;
        query->request.mapping = read_generic_mapping(reader, &mapping);
        query->has_mapping = true;
    }
    reader->type = query->type;
}

static void read_shared_members(struct reader *reader, const struct place *place, struct access_query *query)
{
    struct place descriptor = place_member(place, "securityDescriptor");
    struct place explain = place_member(place, "explain");
    struct place audit = place_member(place, "audit");
    read_types(reader, place, query);
    if (place_there(&descriptor)) {
        read_descriptor(reader, &descriptor, &query->descriptor, NULL);
        query->has_descriptor = true;
    }
    if (place_there(&explain))
        query->explain = read_boolean(reader, &explain);
    if (place_there(&audit)) {
        read_audit(reader, &audit, &query->audit);
        query->has_audit = true;
    }
}

static struct object_node read_node(struct reader *reader, const struct place *place)
{
    static const char *const members[] = {"level", "guid", NULL};
    struct object_node node = {0};
    if (!read_object(reader, place, members))
        return node;
    struct place level = place_member(place, "level");
    struct place guid = place_member(place, "guid");
    node.level = (uint16_t)read_integer(reader, &level, 0, UINT16_MAX);
    node.guid = read_guid(reader, &guid);
    return node;
}

static void read_nodes(struct reader *reader, const struct place *place, struct access_request *request)
{
    if (!place_there(place))
        return;
    size_t count = read_array(reader, place, READ_NODES_MAX);
    if (reader->failed || count == 0)
        return;
    struct object_node *nodes = arena_alloc_array(reader->arena, count, sizeof *nodes);
    if (nodes == NULL) {
        read_out_of_memory(reader);
        return;
    }
    for (size_t i = 0; i < count && !reader->failed; i++) {
        struct place item = place_item(place, i);
        nodes[i] = read_node(reader, &item);
    }
    request->nodes = nodes;
    request->node_count = count;
}

void read_query_shared(struct reader *reader, const struct place *place, struct access_query *ret)
{
    *ret = (struct access_query){0};
    read_shared_members(reader, place, ret);
}

/* Neither the check nor the batch that it is in has it. */
static void read_missing(struct reader *reader, const struct place *place, const char *key, const char *why)
{
    const struct place missing = place_member(place, key);
    read_fail(reader, &missing, "is required%s", why);
}

void read_query(struct reader *reader, const struct place *place, const struct access_query *shared,
                struct access_query *ret)
{
    struct access_query query = *shared;
    struct place desired = place_member(place, "desiredAccess");
    struct place self = place_member(place, "principalSelf");
    struct place nodes = place_member(place, "objectTypes");
    struct place list = place_member(place, "resultList");
    read_shared_members(reader, place, &query);
    if (!query.has_descriptor)
        read_missing(reader, place, "securityDescriptor",
                     ": SDDL text, or {\"base64\": self-relative bytes}");
    if (!query.has_mapping)
        read_missing(reader, place, "objectType",
                     ", or genericMapping: without either nobody knows what the rights of the object are");
    query.request.desired = read_mask(reader, &desired);
    if (place_there(&self))
        query.request.principal_self = read_sid(reader, &self);
    read_nodes(reader, &nodes, &query.request);
    if (place_there(&list))
        query.request.result_list = read_boolean(reader, &list);
    if (query.has_audit) {
        struct place audit = place_member(place, "audit");
        read_audit_complete(reader, &audit, &query.audit);
    }
    *ret = query;
}
