#include "workloads.h"

#include "engine/sddl.h"

#include <stdlib.h>

enum { MATCH_RID = 500 };

const struct workload workloads[] = {
    {.name = "W1", .what = "5 ACEs x 20 SIDs, match at the last", .aces = 5, .sids = 20, .match = true},
    {.name = "W2", .what = "20 ACEs x 100 SIDs, match at the last", .aces = 20, .sids = 100, .match = true},
    {.name = "W3", .what = "100 ACEs x 1,000 SIDs, no match", .aces = 100, .sids = 1000},
    {.name = "W4", .what = "as W2, MAXIMUM_ALLOWED", .aces = 20, .sids = 100, .match = true, .maximum = true},
    {.name = "W5",
     .what = "tree of 30 nodes, 20 object ACEs x 100 SIDs, all match",
     .aces = 20,
     .sids = 100,
     .nodes = 30},
    {.name = "W6", .what = "one conditional ACE of three terms x 20 SIDs", .sids = 20, .conditional = true},
};
const size_t workload_count = sizeof workloads / sizeof workloads[0];

const uint64_t workload_key[2] = {UINT64_C(0x243F6A8885A308D3), UINT64_C(0x13198A2E03707344)};

static void *need(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

static const struct sid *domain_sid(struct arena *arena, uint32_t rid)
{
    struct sid_buffer *buffer = need(arena_alloc(arena, sizeof *buffer));
    const uint32_t parts[] = {21, 1004336348, 1177238915, 682003330, rid};
    if (sid_make(buffer, 5, parts, 5) != ERR_NONE)
        abort();
    return sid_of(buffer);
}

void workload_token(struct arena *arena, unsigned sids, struct token *ret)
{
    struct sid_and_attributes *groups = need(arena_alloc_array(arena, sids, sizeof *groups));
    for (unsigned i = 0; i + 1 < sids; i++)
        groups[i] =
            (struct sid_and_attributes){.sid = domain_sid(arena, i + 2 == sids ? MATCH_RID : 10000 + 7 * i),
                                        .attributes = SE_GROUP_ENABLED};
    *ret = (struct token){.type = TOKEN_IMPERSONATION,
                          .level = SECURITY_IMPERSONATION,
                          .user = domain_sid(arena, 1000),
                          .groups = {.items = groups, .count = sids - 1},
                          .integrity_level = INTEGRITY_MEDIUM,
                          .mandatory_policy = TOKEN_MANDATORY_POLICY_NO_WRITE_UP};
    if (token_index(ret, arena, workload_key) != ERR_NONE)
        abort();
}

static struct guid guid_of(unsigned number)
{
    struct guid guid = {.bytes = {0x10, 0x20}};
    le32_store(guid.bytes + 12, number);
    return guid;
}

/* Nodes 1 to 5 below the root and the others below those: the leaves are what the ACEs name. */
static void make_nodes(struct bench *bench, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        bench->nodes[i] = (struct object_node){.level = (uint16_t)(i == 0       ? 0
                                                                   : i % 6 == 1 ? 1
                                                                                : 2),
                                               .guid = guid_of(i)};
}

static struct bytes make_dacl(struct arena *arena, const struct workload *workload)
{
    const size_t ace_size = (workload->nodes != 0 ? 28 : 8) + 28;
    const size_t size = ACL_HEADER_SIZE + workload->aces * ace_size;
    uint8_t *dacl = need(arena_alloc(arena, size));
    dacl[0] = workload->nodes != 0 ? ACL_REVISION_DS : ACL_REVISION;
    le16_store(dacl + 2, (uint16_t)size);
    le16_store(dacl + 4, (uint16_t)workload->aces);
    for (unsigned i = 0; i < workload->aces; i++) {
        uint8_t *ace = dacl + ACL_HEADER_SIZE + i * ace_size;
        bool match = workload->nodes != 0 || (workload->match && i + 1 == workload->aces);
        ace[0] = workload->nodes != 0 ? ACE_ACCESS_ALLOWED_OBJECT : ACE_ACCESS_ALLOWED;
        le16_store(ace + 2, (uint16_t)ace_size);
        le32_store(ace + 4, 0x1);
        if (workload->nodes != 0) {
            struct guid guid = guid_of(2 + i + i / 5);
            le32_store(ace + 8, ACE_OBJECT_TYPE_PRESENT);
            memcpy(ace + 12, &guid, sizeof guid);
        }
        memcpy(ace + ace_size - 28, domain_sid(arena, match ? MATCH_RID : 50000 + i), 28);
    }
    return bytes_of(dacl, size);
}

/* The user is in the ACE, and each of three terms holds. */
static struct bytes make_conditional(struct arena *arena, struct token *token)
{
    static const char sddl[] =
        "O:SYG:SYD:(XA;;0x1;;;S-1-5-21-1004336348-1177238915-682003330-1000;"
        "(@User.a == 1 && @User.b == \"HR\" && Member_of{SID(S-1-5-21-1004336348-1177238915-682003330-500)}))";
    static const struct claim_value values[] = {{.number = 1}, {.data = {(const uint8_t *)"H\0R", 4}}};
    static const struct claim claims[] = {
        {.name = {(const uint8_t *)"a", 2}, .type = CLAIM_INT64, .values = &values[0], .value_count = 1},
        {.name = {(const uint8_t *)"b", 2}, .type = CLAIM_STRING, .values = &values[1], .value_count = 1}};
    const struct sddl_domains none = {0};
    struct sddl_error error;
    struct bytes raw;
    if (sddl_read(arena, bytes_of_string(sddl), &none, &raw, &error) != ERR_NONE)
        abort();
    token->user_claims = (struct claim_set){.claims = claims, .count = 2};
    return raw;
}

static struct bytes make_plain(struct arena *arena, const struct workload *workload)
{
    const struct descriptor_parts parts = {.control = SE_DACL_PRESENT,
                                           .owner = domain_sid(arena, 1),
                                           .group = domain_sid(arena, 2),
                                           .dacl = make_dacl(arena, workload)};
    struct bytes raw;
    if (descriptor_build(arena, &parts, &raw) != ERR_NONE)
        abort();
    return raw;
}

void workload_make(struct arena *arena, const struct workload *workload, struct bench *ret)
{
    workload_token(arena, workload->sids, &ret->token);
    ret->raw = workload->conditional ? make_conditional(arena, &ret->token) : make_plain(arena, workload);
    if (peers_set_make(arena, &ret->token, &ret->set) != ERR_NONE ||
        descriptor_parse(ret->raw, &ret->descriptor) != ERR_NONE)
        abort();
    make_nodes(ret, workload->nodes);
    ret->request = (struct access_request){.descriptor = &ret->descriptor,
                                           .desired = workload->maximum ? RIGHT_MAXIMUM_ALLOWED : 0x1,
                                           .mapping = {0x120089, 0x120116, 0x1200A0, 0x1F01FF},
                                           .nodes = workload->nodes != 0 ? ret->nodes : NULL,
                                           .node_count = workload->nodes};
}
