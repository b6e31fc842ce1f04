/* What must hold for every access check: tens of thousands of tokens, descriptors and lists made at random from a fixed
 * seed. A failure names the round, which makes the same case again. */
#include "engine/explain.h"
#include "support/acl_writer.h"
#include "support/decide_row.h"
#include "support/suite.h"
#include "support/token_text.h"

enum { ROUNDS = 10000, SIDS = 14, GROUPS_MAX = 8, ACES_MAX = 8, NODES_MAX = 8, RIGHTS = 0xE000F };

static const char *const sid_texts[SIDS] = {"S-1-5-21-1-2-3-1001",
                                            "WD",
                                            "AU",
                                            "BA",
                                            "BU",
                                            "S-1-5-21-1-2-3-2001",
                                            "S-1-5-21-1-2-3-2002",
                                            "SY",
                                            "OW",
                                            "PS",
                                            "AC",
                                            "S-1-15-2-9",
                                            "S-1-15-3-1",
                                            "S-1-5-21-1-2-3-2003"};
enum { FIRST_SPECIAL = 8, EXTRA = 13 /* the group that is added: in no token */ };

static struct arena sid_arena;
static const struct sid *sids[SIDS];
static const struct sid *high; /* S-1-16-12288 */

/* One case: everything a check is made of. */
struct world {
    uint64_t seed;
    struct token token;
    struct sid_and_attributes groups[GROUPS_MAX + 1];
    struct sid_and_attributes restricting[GROUPS_MAX];
    struct acl_writer_ace aces[ACES_MAX + 1]; /* the first is for a deny in front */
    struct guid guids[ACES_MAX + 1];
    size_t ace_count;
    const struct sid *owner;
    bool has_dacl;
    uint8_t label; /* 0: none, else the mask of a High label */
    struct object_node nodes[NODES_MAX];
    size_t node_count;
    uint32_t desired;
    const struct sid *self;
};

/* splitmix64 */
static uint32_t draw(struct world *world, uint32_t below)
{
    world->seed += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t mixed = world->seed;
    mixed = (mixed ^ mixed >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94D049BB133111EB);
    return (uint32_t)((mixed ^ mixed >> 31) >> 32) % below;
}

static void draw_token(struct world *world)
{
    static const uint32_t attributes[] = {SE_GROUP_ENABLED, SE_GROUP_ENABLED, SE_GROUP_USE_FOR_DENY_ONLY, 0};
    struct token *token = &world->token;
    *token = (struct token){.type = TOKEN_IMPERSONATION,
                            .level = SECURITY_IMPERSONATION,
                            .user = sids[0],
                            .user_deny_only = draw(world, 10) == 0,
                            .groups = {.items = world->groups, .count = draw(world, GROUPS_MAX)},
                            .integrity_level = draw(world, 4) == 0 ? INTEGRITY_LOW : INTEGRITY_MEDIUM,
                            .mandatory_policy = TOKEN_MANDATORY_POLICY_NO_WRITE_UP};
    for (size_t i = 0; i < token->groups.count; i++)
        world->groups[i] = (struct sid_and_attributes){.sid = sids[1 + draw(world, FIRST_SPECIAL - 1)],
                                                       .attributes = attributes[draw(world, 4)]};
    if (draw(world, 4) == 0) {
        token->restricted = true;
        token->write_restricted = draw(world, 2) == 0;
        token->restricting_sids =
            (struct sid_list){.items = world->restricting, .count = draw(world, GROUPS_MAX)};
        for (size_t i = 0; i < token->restricting_sids.count; i++)
            world->restricting[i].sid = sids[draw(world, FIRST_SPECIAL)];
    }
    if (draw(world, 6) == 0)
        token->package = sids[11];
    token->privileges.present = privilege_bit(SE_TAKE_OWNERSHIP);
    token->privileges.enabled = draw(world, 4) == 0 ? privilege_bit(SE_TAKE_OWNERSHIP) : 0;
}

static void draw_ace(struct world *world, size_t index)
{
    static const uint8_t types[] = {ACE_ACCESS_ALLOWED,         ACE_ACCESS_DENIED,
                                    ACE_ACCESS_ALLOWED,         ACE_ACCESS_ALLOWED_OBJECT,
                                    ACE_ACCESS_DENIED_OBJECT,   ACE_ACCESS_DENIED_CALLBACK,
                                    ACE_ACCESS_ALLOWED_CALLBACK};
    world->guids[index] = decide_row_guid((char)draw(world, NODES_MAX));
    world->aces[index] =
        (struct acl_writer_ace){.type = types[draw(world, sizeof types)],
                                .flags = draw(world, 8) == 0 ? ACE_INHERIT_ONLY : 0,
                                .mask = draw(world, 0x100000) & RIGHTS,
                                .object_type = draw(world, 4) != 0 ? &world->guids[index] : NULL,
                                .sid = sids[draw(world, EXTRA)]};
}

static void draw_world(struct world *world, unsigned round)
{
    *world = (struct world){.seed = round};
    draw_token(world);
    world->ace_count = draw(world, ACES_MAX + 1);
    for (size_t i = 0; i <= ACES_MAX; i++)
        draw_ace(world, i);
    world->has_dacl = draw(world, 10) != 0;
    world->label = draw(world, 4) == 0 ? (uint8_t)(draw(world, 8)) : 0;
    world->owner = sids[draw(world, FIRST_SPECIAL)];
    world->self = draw(world, 2) == 0 ? sids[draw(world, FIRST_SPECIAL)] : NULL;
    world->node_count = draw(world, 2) == 0 ? 0 : 1 + draw(world, NODES_MAX);
    for (size_t i = 0; i < world->node_count; i++) {
        uint32_t above = i == 0 ? 0 : world->nodes[i - 1].level;
        world->nodes[i].level = (uint16_t)(i == 0 ? 0 : 1 + draw(world, above < 4 ? above + 1 : 4));
        world->nodes[i].guid = decide_row_guid((char)i);
    }
    world->desired = draw(world, 3) == 0 ? MAXIMUM : draw(world, 0x100000) & RIGHTS & draw(world, 0x100000);
}

/* An explanation never changes an answer, and says the same. */
static void check_explained(struct arena *arena, struct world *world, struct access_request request,
                            const struct access_answer *answer)
{
    struct object_node nodes[NODES_MAX];
    struct access_answer again;
    memcpy(nodes, world->nodes, sizeof nodes);
    request.nodes = request.nodes != NULL ? nodes : NULL;
    request.explanation = explanation_new(arena, &request);
    ck_assert_ptr_nonnull(request.explanation);
    ck_assert_int_eq(decide_access(&world->token, &request, &again), ERR_NONE);
    ck_assert(again.allowed == answer->allowed && again.granted == answer->granted);
    ck_assert(again.reason == answer->reason && again.privileges_used == answer->privileges_used);
    for (size_t i = 0; i < request.node_count; i++)
        ck_assert(nodes[i].granted == world->nodes[i].granted && nodes[i].allowed == world->nodes[i].allowed);
    const struct explanation *explanation = request.explanation;
    for (size_t node = 0; node < explanation->node_count; node++) {
        for (uint32_t right = 1; right != 0; right <<= 1) {
            if ((explanation->asked & right) == 0)
                continue;
            struct explained_right explained = explanation_right(explanation, node, right);
            ck_assert(explained.granted == ((explanation->granted[node] & right) != 0));
        }
    }
    const uint32_t need = request.desired & ~MAXIMUM;
    ck_assert(answer->allowed == ((need & ~explanation->granted[0]) == 0 && answer->granted != 0));
}

/* The answer to the case as it stands; `front`: with its first ACE before the others. */
static struct access_answer ask(struct world *world, uint32_t desired, bool front, bool result_list)
{
    static const struct generic_mapping mapping = {0x20001, 0x20002, 0x20004, 0xF000F};
    AUTO_ARENA arena;
    arena_init(&arena, 100000);
    struct acl_writer dacl;
    struct acl_writer sacl;
    acl_writer_init(&dacl);
    acl_writer_init(&sacl);
    for (size_t i = front ? 0 : 1; i <= world->ace_count; i++)
        acl_writer_add(&dacl, &world->aces[i]);
    const struct acl_writer_ace label = {
        .type = ACE_SYSTEM_MANDATORY_LABEL, .mask = world->label, .sid = high};
    acl_writer_add(&sacl, &label);
    struct descriptor descriptor;
    acl_writer_descriptor(&arena, world->owner, world->has_dacl ? &dacl : NULL,
                          world->label != 0 ? &sacl : NULL, &descriptor);
    const uint64_t key[2] = {world->seed, ~world->seed};
    ck_assert_int_eq(token_index(&world->token, &arena, key), ERR_NONE);
    const struct access_request request = {.descriptor = &descriptor,
                                           .desired = desired,
                                           .mapping = mapping,
                                           .principal_self = world->self,
                                           .nodes = world->node_count != 0 ? world->nodes : NULL,
                                           .node_count = world->node_count,
                                           .result_list = result_list};
    struct access_answer answer;
    ck_assert_int_eq(decide_access(&world->token, &request, &answer), ERR_NONE);
    ck_assert(answer.allowed == (answer.granted != 0) && answer.allowed == (answer.reason == ERR_NONE));
    check_explained(&arena, world, request, &answer);
    return answer;
}

#define HOLDS(condition) ck_assert_msg(condition, "round %u: %s", round, #condition)

START_TEST(grants_no_more_than_asked)
{
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct world world;
        draw_world(&world, round);
        struct access_answer answer = ask(&world, world.desired, false, false);
        HOLDS(world.desired == MAXIMUM || !answer.allowed || answer.granted == world.desired);
        HOLDS((answer.granted & (MAXIMUM | SACL_ACCESS)) == 0);
    }
}
END_TEST

START_TEST(a_deny_in_front_never_grants_more)
{
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct world world;
        draw_world(&world, round);
        world.aces[0].type = draw(&world, 2) == 0 ? ACE_ACCESS_DENIED : ACE_ACCESS_DENIED_OBJECT;
        struct access_answer without = ask(&world, world.desired, false, false);
        struct access_answer with = ask(&world, world.desired, true, false);
        HOLDS((with.granted & ~without.granted) == 0);
    }
}
END_TEST

/* The parent of a node has no right that the node lacks. */
static bool rights_grow_downwards(const struct world *world)
{
    for (size_t i = 1; i < world->node_count; i++) {
        size_t parent = i - 1;
        while (world->nodes[parent].level >= world->nodes[i].level)
            parent--;
        if ((world->nodes[parent].granted & ~world->nodes[i].granted) != 0)
            return false;
    }
    return true;
}

START_TEST(the_root_of_a_result_list_is_the_one_answer)
{
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct world world;
        draw_world(&world, round);
        if (world.node_count == 0)
            continue;
        struct access_answer one = ask(&world, world.desired, false, false);
        struct access_answer list = ask(&world, world.desired, false, true);
        HOLDS(one.allowed == list.allowed && one.granted == list.granted);
        HOLDS(one.allowed == world.nodes[0].allowed);
        HOLDS(!one.allowed || one.granted == world.nodes[0].granted);
        HOLDS(world.desired == MAXIMUM || (world.nodes[world.node_count - 1].granted & ~world.desired) == 0);
        HOLDS(rights_grow_downwards(&world));
    }
}
END_TEST

/* Reference 3.3: whom an ACE means. */
static bool denies(const struct world *world, const struct sid *group)
{
    for (size_t i = 1; i <= world->ace_count; i++) {
        const struct sid *named = world->aces[i].sid;
        if (sid_equal(named, SID_OWNER_RIGHTS))
            named = world->owner;
        else if (sid_equal(named, SID_PRINCIPAL_SELF))
            named = world->self;
        if ((ace_class(world->aces[i].type) & ACE_CLASS_DENY) != 0 && named != NULL &&
            sid_equal(named, group))
            return true;
    }
    return false;
}

START_TEST(a_group_more_takes_nothing_away_unless_a_deny_names_it)
{
    unsigned tried = 0;
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct world world;
        draw_world(&world, round);
        const struct sid *group =
            draw(&world, 3) == 0 ? sids[1 + draw(&world, FIRST_SPECIAL - 1)] : sids[EXTRA];
        for (size_t i = 1; i <= ACES_MAX; i++)
            world.aces[i].sid = draw(&world, 3) == 0 ? group : world.aces[i].sid;
        if (denies(&world, group))
            continue;
        tried++;
        struct access_answer without = ask(&world, world.desired, false, false);
        world.groups[world.token.groups.count++] =
            (struct sid_and_attributes){.sid = group, .attributes = SE_GROUP_ENABLED};
        struct access_answer with = ask(&world, world.desired, false, false);
        HOLDS((without.granted & ~with.granted) == 0);
    }
    ck_assert_uint_gt(tried, ROUNDS / 10);
}
END_TEST

/* What stops early and what walks to the end agree. Left out: what only a named right brings (SeTakeOwnership, Q8) and
 * what a named right to write costs (write-restricted tokens). */
START_TEST(a_right_is_in_the_maximum_or_refused)
{
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct world world;
        draw_world(&world, round);
        uint32_t desired = world.desired == MAXIMUM ? 0x3 : world.desired & 0x6000F;
        world.token.write_restricted = false;
        struct access_answer specific = ask(&world, desired, false, false);
        struct access_answer maximum = ask(&world, MAXIMUM, false, false);
        struct access_answer both = ask(&world, MAXIMUM | desired, false, false);
        HOLDS(specific.allowed == (desired != 0 && (desired & ~maximum.granted) == 0));
        HOLDS(both.granted == ((desired & ~maximum.granted) == 0 ? maximum.granted : 0));
    }
}
END_TEST

int main(void)
{
    arena_init(&sid_arena, 10000);
    for (size_t i = 0; i < SIDS; i++)
        sids[i] = token_text_sid(&sid_arena, bytes_of_string(sid_texts[i]));
    high = token_text_sid(&sid_arena, bytes_of_string("HI"));
    Suite *suite = suite_create("decide_properties");
    TCase *tests = tcase_create("decide_properties");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, grants_no_more_than_asked);
    tcase_add_test(tests, a_deny_in_front_never_grants_more);
    tcase_add_test(tests, the_root_of_a_result_list_is_the_one_answer);
    tcase_add_test(tests, a_group_more_takes_nothing_away_unless_a_deny_names_it);
    tcase_add_test(tests, a_right_is_in_the_maximum_or_refused);
    suite_add_tcase(suite, tests);
    int status = suite_run(suite);
    arena_done(&sid_arena);
    return status;
}
