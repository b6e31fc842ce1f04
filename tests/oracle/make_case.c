/* Small pools, so that things meet: SIDs, masks, mappings, trees. */
#include "oracle/case.h"

#include <stdlib.h>

static const char *const sid_texts[] = {
    "S-1-5-21-1-2-3-1001",
    "S-1-5-21-1-2-3-1002",
    "S-1-5-21-1-2-3-513",
    "S-1-5-21-1-2-3-1103",
    "S-1-1-0",
    "S-1-5-11",
    "S-1-5-32-544",
    "S-1-5-18",
    "S-1-3-4",
    "S-1-5-10",
    "S-1-15-2-11-22-33-44",
    "S-1-15-2-1",
    "S-1-15-2-2",
    "S-1-15-3-1",
    "S-1-15-3-1024-7-8",
    "S-1-16-12288",
};
enum { SID_COUNT = sizeof sid_texts / sizeof *sid_texts };
static const unsigned sid_weights[SID_COUNT] = {20, 6, 12, 10, 14, 6, 8, 2, 9, 6, 4, 5, 3, 4, 2, 1};
static struct sid_buffer sids[SID_COUNT];

void case_init(void)
{
    for (unsigned i = 0; i < SID_COUNT; i++) {
        if (sid_parse(bytes_of_string(sid_texts[i]), &sids[i]) != ERR_NONE)
            abort();
    }
}

const struct sid *case_user(void)
{
    return sid_of(&sids[0]);
}

const struct sid *make_sid(struct chance *chance)
{
    return sid_of(&sids[chance_weighted(chance, sid_weights, SID_COUNT)]);
}

static const struct generic_mapping mappings[] = {
    {0x120089, 0x120116, 0x1200A0, 0x1F01FF}, /* file */
    {0x20019, 0x20006, 0x20019, 0xF003F},     /* registry key */
    {1, 2, 4, 8},
    {0x20094, 0x20028, 0x20004, 0xF01FF}, /* directory service */
    {0, 0, 0, 0},
    {0x01000007, 0x0100000E, 0x1C, 0x0300001F}, /* what no type has */
};
static const unsigned mapping_weights[] = {50, 20, 10, 10, 5, 5};

/* Rights asked for: mostly a few of the bits that ACEs speak of. */
static uint32_t make_desired(struct chance *chance)
{
    static const uint32_t bits[] = {1,    2,       4,       8,       0x10,    0x20,
                                    0x80, 0x10000, 0x20000, 0x40000, 0x80000, 0x100000};
    uint32_t desired = 0;
    for (unsigned i = 0; i < sizeof bits / sizeof *bits; i++)
        desired |= chance_percent(chance, 18) ? bits[i] : 0;
    if (chance_percent(chance, 25))
        desired = RIGHT_MAXIMUM_ALLOWED | (chance_percent(chance, 60) ? 0 : desired);
    if (chance_percent(chance, 7))
        desired |= RIGHT_ACCESS_SYSTEM_SECURITY;
    if (chance_percent(chance, 1))
        desired |= UINT32_C(1) << (28 + chance_below(chance, 4));
    if (chance_percent(chance, 1))
        desired |= UINT32_C(1) << (21 + chance_below(chance, 7));
    return desired;
}

/* Valid trees, but for a few. */
static unsigned make_level(struct chance *chance, unsigned before)
{
    unsigned deepest = before < 4 ? before + 1 : 4;
    if (chance_percent(chance, 1))
        return chance_below(chance, 7);
    return 1 + chance_below(chance, deepest);
}

void make_nodes(struct chance *chance, struct access_case *ret)
{
    ret->request.node_count = chance_percent(chance, 45) ? 1 + chance_below(chance, CASE_NODES_MAX) : 0;
    ret->request.result_list = chance_percent(chance, ret->request.node_count == 0 ? 1 : 50);
    unsigned level = 0;
    for (unsigned i = 0; i < ret->request.node_count; i++) {
        level = i == 0 ? chance_percent(chance, 1) : make_level(chance, level);
        unsigned guid = chance_percent(chance, 5) ? chance_below(chance, 12) : i;
        ret->nodes[i] =
            (struct object_node){.level = (uint16_t)level, .granted = UINT32_MAX, .allowed = true};
        ret->nodes[i].guid.bytes[0] = (uint8_t)guid;
    }
}

static const struct sid *make_owner(struct chance *chance)
{
    if (chance_percent(chance, 2))
        return NULL;
    return chance_percent(chance, 30) ? case_user() : make_sid(chance);
}

/* A token that nothing but the DACL stops. */
static void make_plain_token(struct chance *chance, struct access_case *ret)
{
    make_token(chance, ret);
    ret->token.type = TOKEN_IMPERSONATION;
    ret->token.level = SECURITY_IMPERSONATION;
    ret->token.user = case_user();
    ret->token.user_deny_only = ret->token.restricted = ret->token.write_restricted = false;
    ret->token.package = NULL;
    ret->token.mandatory_policy = 0;
}

/* A case in which nothing but one condition matters, so that its value shows. */
static void make_condition_case(struct chance *chance, struct access_case *ret)
{
    ret->owner = ret->group = SID_LOCAL_SYSTEM;
    ret->request.desired = 1;
    make_plain_token(chance, ret);
    make_acls_of_a_condition(chance, ret);
}

/* A case in which nodes often differ, and audits ask for some of them. */
static void make_audit_case(struct chance *chance, struct access_case *ret)
{
    ret->owner = ret->group = SID_LOCAL_SYSTEM;
    ret->request.desired = chance_percent(chance, 30) ? RIGHT_MAXIMUM_ALLOWED : 1 + chance_below(chance, 7);
    make_nodes(chance, ret);
    make_plain_token(chance, ret);
    make_acls_of_audits(chance, ret);
}

void make_case(struct chance *chance, struct access_case *ret)
{
    memset(ret, 0, sizeof *ret);
    const unsigned kind = chance_below(chance, 100);
    if (kind >= 70) { /* the zeros of an exhausted input make the last kind */
        make_condition_case(chance, ret);
        return;
    }
    if (kind >= 55) {
        make_audit_case(chance, ret);
        return;
    }
    ret->owner = make_owner(chance);
    ret->group = make_owner(chance);
    ret->request.desired = make_desired(chance);
    ret->request.mapping = mappings[chance_weighted(chance, mapping_weights, 6)];
    ret->request.principal_self = chance_percent(chance, 50) ? make_sid(chance) : NULL;
    make_nodes(chance, ret);
    make_token(chance, ret);
    make_acls(chance, ret);
}
