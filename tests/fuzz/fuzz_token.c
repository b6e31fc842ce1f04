/* What a PAC says of a user, as SIDs and attributes, to the finished token: what no domain may assert changes nothing, deny-only
 * gives nothing, and the index says of every SID what the lists say. The input: flags, then bytes that choose, in fours. */
#include "engine/membership.h"
#include "fuzz/fuzz.h"
#include "oracle/oracle_internal.h"
#include "platform/posix/asserted.h"
#include "platform/posix/token_pack.h"
#include "support/logon.h"

enum { MEMORY_MAX = 1 << 22, LISTS = 5, ENTRIES_MAX = 64 };

static const char template_text[] =
    "[Version]\nsignature=\"$CHICAGO$\"\n"
    "[Privilege Rights]\nSeNetworkLogonRight=*S-1-1-0\nSeDebugPrivilege=*" LOGON_DOMAIN "-1602\n"
    "SeDenyNetworkLogonRight=*" LOGON_DOMAIN "-1603\n"
    "[Group Membership]\n*" LOGON_MACHINE "-1001__Members=*" LOGON_DOMAIN "-1601\n"
    "*S-1-5-32-551__Members=*" LOGON_MACHINE "-1001\n"
    "*S-1-5-32-544__Members=*" LOGON_DOMAIN "-512,*" LOGON_DOMAIN "-1104\n";

/* What PACs name, and what none may. */
static const char pool_text[] =
    LOGON_DOMAIN "-512 " LOGON_DOMAIN "-513 " LOGON_DOMAIN "-1601 " LOGON_DOMAIN "-1602 " LOGON_DOMAIN
                 "-1603 " LOGON_DOMAIN "-1104 " LOGON_DOMAIN "-501 "
                 "S-1-5-21-4-5-6-512 " LOGON_MACHINE "-500 " LOGON_MACHINE "-1001 " LOGON_MACHINE
                 " S-1-5-21-0-0-0-496 S-1-5-21-0-0-0-497 S-1-5-21-0-0-0-512 "
                 "S-1-1-0 S-1-3-4 S-1-5-2 S-1-5-9 S-1-5-10 S-1-5-11 S-1-5-15 S-1-5-18 "
                 "S-1-5-1000 S-1-5-32-544 S-1-5-32-551 S-1-5-65-1 S-1-5-64-10 S-1-5-80-1-2-3 "
                 "S-1-15-2-1 S-1-15-3-1 S-1-16-16384 S-1-17-1 S-1-18-1 S-1-18-2 "
                 "S-1-19-512-4096 S-1-22-1-0 S-1-5-5-1-2 S-1-2-0 S-1-12-1-2-3-4";

static struct {
    struct arena arena;
    struct policy *policy;
    struct token_origin origin;
    struct sid_list pool;
} world;

static void make_world(void)
{
    arena_init(&world.arena, MEMORY_MAX);
    world.policy = logon_policy(&world.arena, template_text);
    world.origin = logon_origin(&world.arena, world.policy);
    world.pool = sids_of(&world.arena, pool_text);
}

/* One of the pool, or one made of it: with another number at its end, or another byte anywhere. */
static const struct sid *choose_sid(struct arena *arena, uint8_t which, uint8_t how)
{
    const struct sid *from = world.pool.items[which % world.pool.count].sid;
    uint8_t *sid = arena_copy(arena, from, sid_size(from));
    FUZZ_ASSERT(sid != NULL);
    if (how >= 0x80)
        sid[2 + how % (sid_size(from) - 2)] ^= (uint8_t)(1 + which / world.pool.count);
    return (const struct sid *)sid;
}

/* which list, which SID, how, attributes */
static void choose_lists(struct arena *arena, struct cursor *input, struct sid_list *const lists[LISTS])
{
    struct sid_and_attributes *items[LISTS];
    for (size_t i = 0; i < LISTS; i++) {
        items[i] = arena_alloc_array(arena, ENTRIES_MAX, sizeof **items);
        FUZZ_ASSERT(items[i] != NULL);
        *lists[i] = (struct sid_list){.items = items[i]};
    }
    for (size_t i = 0; i < ENTRIES_MAX && cursor_left(input) >= 4; i++) {
        const size_t list = cursor_u8(input) % LISTS;
        const uint8_t which = cursor_u8(input);
        const uint8_t how = cursor_u8(input);
        items[list][lists[list]->count++] =
            (struct sid_and_attributes){choose_sid(arena, which, how), cursor_u8(input)};
    }
}

static void lists_of(struct pac_identity *identity, struct sid_list *ret[LISTS])
{
    ret[0] = &identity->groups;
    ret[1] = &identity->extra_sids;
    ret[2] = &identity->resource_groups;
    ret[3] = &identity->device_groups;
    ret[4] = &identity->device_extra_sids;
}

static void choose_identity(struct arena *arena, struct bytes bytes, struct pac_identity *ret)
{
    struct sid_list *lists[LISTS];
    struct cursor input = cursor_of(bytes);
    const uint8_t flags = cursor_u8(&input);
    const uint8_t which = cursor_u8(&input);
    *ret = (struct pac_identity){.user = choose_sid(arena, which, cursor_u8(&input)),
                                 .user_flags = flags & 1,
                                 .has_device = (flags & 2) != 0};
    lists_of(ret, lists);
    choose_lists(arena, &input, lists);
}

static const struct sid_and_attributes *find(struct sid_list list, const struct sid *sid)
{
    for (size_t i = 0; i < list.count; i++) {
        if (sid_equal(list.items[i].sid, sid))
            return &list.items[i];
    }
    return NULL;
}

/* [MS-PAC] 4.1.2.2; reference 6.3 and 8.1, trap 24 */
static bool is_the_machines(const struct sid *sid)
{
    const uint64_t authority = sid_authority(sid);
    return authority < 5 || (authority > 14 && authority < 18) || authority == 19 || authority == 22 ||
           sid_in_domain(sid, SID_BUILTIN) || sid_in_domain(sid, world.origin.machine) ||
           sid_equal(sid, world.origin.machine) || sid_equal(sid, SID_LOCAL_SYSTEM) ||
           sid_equal(sid, SID_NETWORK) || sid_equal(sid, SID_AUTHENTICATED_USERS) ||
           sid_equal(sid, SID_PRINCIPAL_SELF);
}

/* The same without what no domain may assert. */
static struct pac_identity only_asserted(struct arena *arena, const struct pac_identity *identity)
{
    struct pac_identity plain = *identity;
    struct sid_list *lists[LISTS];
    lists_of(&plain, lists);
    for (size_t i = 0; i < LISTS; i++) {
        struct sid_and_attributes *kept = arena_alloc_array(arena, ENTRIES_MAX, sizeof *kept);
        size_t count = 0;
        FUZZ_ASSERT(kept != NULL);
        for (size_t k = 0; k < lists[i]->count; k++) {
            const struct sid *sid = lists[i]->items[k].sid;
            FUZZ_ASSERT(!is_the_machines(sid) || !asserted_as_group(sid, world.origin.machine));
            if (asserted_as_group(sid, world.origin.machine))
                kept[count++] = lists[i]->items[k];
        }
        *lists[i] = (struct sid_list){.items = kept, .count = count};
    }
    return plain;
}

static void same_list(struct sid_list a, struct sid_list b)
{
    FUZZ_ASSERT(a.count == b.count);
    for (size_t i = 0; i < a.count; i++)
        FUZZ_ASSERT(sid_equal(a.items[i].sid, b.items[i].sid) &&
                    a.items[i].attributes == b.items[i].attributes);
}

static void check_only_asserted(struct arena *arena, const struct pac_identity *identity, enum err err,
                                const struct token *token)
{
    struct token again = {0};
    struct token_refused refused;
    const struct pac_identity plain = only_asserted(arena, identity);
    FUZZ_ASSERT(token_build_domain(arena, &world.origin, &plain, &again, &refused) == err);
    if (err != ERR_NONE)
        return;
    FUZZ_ASSERT(refused.count == 0 && again.has_device == token->has_device);
    FUZZ_ASSERT(again.integrity_level == token->integrity_level);
    FUZZ_ASSERT(again.privileges.enabled == token->privileges.enabled);
    same_list(again.groups, token->groups);
    same_list(again.device_groups, token->device_groups);
}

static void check_no_more(const struct token *less, const struct token *token)
{
    FUZZ_ASSERT((less->privileges.present & ~token->privileges.present) == 0);
    FUZZ_ASSERT(less->integrity_level <= token->integrity_level);
    for (size_t i = 0; i < less->groups.count; i++)
        FUZZ_ASSERT(!oracle_token_matches(less, less->groups.items[i].sid, false) ||
                    oracle_token_matches(token, less->groups.items[i].sid, false));
}

/* What is for deny only gives nothing: there is no less without it, and no more when all is so. */
static void check_deny_only(struct arena *arena, const struct pac_identity *identity,
                            const struct token *token)
{
    struct token changed = {0};
    struct token_refused refused;
    struct pac_identity denied = *identity;
    struct pac_identity without = *identity;
    struct sid_list *all[LISTS];
    struct sid_list *some[LISTS];
    lists_of(&denied, all);
    lists_of(&without, some);
    for (size_t i = 0; i < LISTS; i++) {
        struct sid_and_attributes *items = arena_copy(arena, all[i]->items, all[i]->count * sizeof *items);
        struct sid_and_attributes *kept = arena_alloc_array(arena, all[i]->count, sizeof *kept);
        const size_t count = all[i]->count;
        FUZZ_ASSERT(items != NULL && kept != NULL);
        some[i]->count = 0;
        for (size_t k = 0; k < count; k++) {
            if ((items[k].attributes & SE_GROUP_USE_FOR_DENY_ONLY) == 0)
                kept[some[i]->count++] = items[k];
            items[k].attributes |= SE_GROUP_USE_FOR_DENY_ONLY;
        }
        some[i]->items = kept;
        all[i]->items = items;
    }
    FUZZ_ASSERT(token_build_domain(arena, &world.origin, &without, &changed, &refused) == ERR_NONE);
    check_no_more(token, &changed);
    if (token_build_domain(arena, &world.origin, &denied, &changed, &refused) == ERR_NONE)
        check_no_more(&changed, token);
}

static void check_lists(const struct pac_identity *identity, const struct token *token)
{
    struct pac_identity copy = *identity;
    struct sid_list *lists[LISTS];
    lists_of(&copy, lists);
    FUZZ_ASSERT(asserted_as_user(token->user, world.origin.machine) && !is_the_machines(token->user));
    for (size_t i = 0; i < token->groups.count; i++)
        FUZZ_ASSERT(find(token->groups, token->groups.items[i].sid) == &token->groups.items[i]);
    for (size_t i = 0; i < 3; i++) {
        for (size_t k = 0; k < lists[i]->count; k++) {
            const struct sid_and_attributes *item = &lists[i]->items[k];
            const struct sid_and_attributes *found = find(token->groups, item->sid);
            if (!asserted_as_group(item->sid, world.origin.machine) ||
                sid_equal(item->sid, SID_THIS_ORGANIZATION))
                continue;
            FUZZ_ASSERT(found != NULL);
            FUZZ_ASSERT((item->attributes & ~found->attributes & SE_GROUP_USE_FOR_DENY_ONLY) == 0);
        }
    }
}

/* The index beside the lists. */
static void check_roles(const struct token *token, const struct sid *sid)
{
    const unsigned roles = membership_of(token, sid);
    FUZZ_ASSERT(((roles & MEMBER_ALLOW) != 0) == oracle_token_matches(token, sid, false));
    FUZZ_ASSERT(((roles & MEMBER_DENY) != 0) == oracle_token_matches(token, sid, true));
    FUZZ_ASSERT(((roles & MEMBER_DEVICE_ALLOW) != 0) == oracle_device_matches(token, sid, false));
    FUZZ_ASSERT(((roles & MEMBER_DEVICE_DENY) != 0) == oracle_device_matches(token, sid, true));
    FUZZ_ASSERT(((roles & MEMBER_RESTRICTING) != 0) == oracle_restricting_matches(token, sid));
}

/* A SID as it is, and with a byte of it changed. */
static void check_neighbours(const struct token *token, const struct sid *sid, size_t at)
{
    struct sid_buffer near;
    sid_copy(&near, sid);
    near.bytes[2 + at % (sid_size(sid) - 2)] ^= 1;
    check_roles(token, sid);
    check_roles(token, sid_of(&near));
}

/* The device's groups stand for restricting SIDs too, which no PAC gives. */
static void check_index(const struct token *token)
{
    static const struct token_details details = {.account_name = "alice"};
    static const uint64_t key[2] = {1, 2};
    struct platform_token *packed = NULL;
    struct token wider = *token;
    wider.restricting_sids = token->device_groups;
    FUZZ_ASSERT(token_pack(NULL, &wider, &details, key, &packed) == ERR_NONE);
    const struct token *view = platform_token_view(packed);
    same_list(view->groups, token->groups);
    same_list(view->device_groups, token->device_groups);
    FUZZ_ASSERT(sid_equal(view->user, token->user));
    for (size_t i = 0; i < world.pool.count; i++)
        check_roles(view, world.pool.items[i].sid);
    for (size_t i = 0; i < token->groups.count; i++)
        check_neighbours(view, token->groups.items[i].sid, i);
    for (size_t i = 0; i < token->device_groups.count; i++)
        check_neighbours(view, token->device_groups.items[i].sid, i);
    check_neighbours(view, token->user, token->groups.count);
    platform_token_free(packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena;
    struct pac_identity identity;
    struct token token = {0};
    struct token_refused refused;
    arena_init(&arena, MEMORY_MAX);
    if (world.policy == NULL)
        make_world();
    choose_identity(&arena, bytes_of(data, size), &identity);
    const enum err err = token_build_domain(&arena, &world.origin, &identity, &token, &refused);
    check_only_asserted(&arena, &identity, err, &token);
    if (err != ERR_NONE)
        return 0;
    check_lists(&identity, &token);
    check_deny_only(&arena, &identity, &token);
    check_index(&token);
    return 0;
}
