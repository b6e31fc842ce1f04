#include "engine/membership.h"
#include "support/suite.h"
#include "support/token_text.h"

/* Reference 3.3 and 3.9. */
static const struct {
    const char *token;
    const char *sid;
    unsigned roles;
} role_rows[] = {
    {"user=S-1-5-21-1-2-3-7", "S-1-5-21-1-2-3-7", MEMBER_ALLOW | MEMBER_DENY},
    {"user!=S-1-5-21-1-2-3-7", "S-1-5-21-1-2-3-7", MEMBER_DENY},
    {"groups=BA", "BA", MEMBER_ALLOW | MEMBER_DENY},
    {"groups=BA!", "BA", MEMBER_DENY}, /* trap 5 */
    {"groups=BA-", "BA", 0},           /* trap 5 */
    {"groups=BA", "BU", 0},
    {"groups=BA", "WD", 0}, /* trap 6: no implicit Everyone */
    {"groups=BA", "AU", 0},
    {"groups=BA!,BA", "BA", MEMBER_ALLOW | MEMBER_DENY},
    {"groups=S-1-5-21-1-2-3", "S-1-5-21-1-2-3-4", 0},     /* neither a prefix */
    {"groups=S-1-5-21-1-2-3-4", "S-1-5-21-1-2-3", 0},     /* nor an extension is the same SID */
    {"restricting=BA-,BU!,WD", "BA", MEMBER_RESTRICTING}, /* attributes are ignored */
    {"restricting=BA-,BU!,WD", "BU", MEMBER_RESTRICTING},
    {"groups=BA restricting=BA", "BA", MEMBER_ALLOW | MEMBER_DENY | MEMBER_RESTRICTING},
    {"write-restricting=WR", "WR", MEMBER_RESTRICTING},
    {"device=BA", "BA", MEMBER_DEVICE_ALLOW | MEMBER_DEVICE_DENY},
    {"device=BA!", "BA", MEMBER_DEVICE_DENY},
    {"device=BA-", "BA", 0},
    {"package=S-1-15-2-9", "S-1-15-2-9", MEMBER_PACKAGE},
    {"package=S-1-15-2-9", "S-1-15-2-1", MEMBER_PACKAGE},
    {"package=S-1-15-2-9", "S-1-15-2-2", 0},
    {"package=S-1-15-2-9 lpac", "S-1-15-2-1", 0},
    {"package=S-1-15-2-9 lpac", "S-1-15-2-2", MEMBER_PACKAGE},
    {"package=S-1-15-2-9 capabilities=S-1-15-3-1,S-1-15-3-2-", "S-1-15-3-1", MEMBER_PACKAGE},
    {"package=S-1-15-2-9 capabilities=S-1-15-3-1,S-1-15-3-2-", "S-1-15-3-2", 0},
    {"package=S-1-15-2-9 capabilities=S-1-15-3-2!", "S-1-15-3-2", 0},
    {"capabilities=S-1-15-3-1", "S-1-15-3-1", 0},                        /* of no AppContainer */
    {"package=S-1-15-2-9 capabilities=BA,S-1-15-3,S-1-16-3-1", "BA", 0}, /* no capability */
    {"package=S-1-15-2-9 capabilities=BA,S-1-15-3,S-1-16-3-1", "S-1-15-3", 0},
    {"package=S-1-15-2-9 capabilities=BA,S-1-15-3,S-1-16-3-1", "S-1-16-3-1", 0},
    {"lpac", "S-1-15-2-2", 0},
};

START_TEST(role_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 100000);
    const struct token *token = token_text_read(&arena, role_rows[_i].token);
    const struct sid *sid = token_text_sid(&arena, bytes_of_string(role_rows[_i].sid));
    ck_assert_uint_eq(membership_of(token, sid), role_rows[_i].roles);
}
END_TEST

static struct sid_list make_groups(struct arena *arena, size_t count)
{
    struct sid_and_attributes *items = arena_alloc_array(arena, count, sizeof *items);
    struct sid_buffer *sids = arena_alloc_array(arena, count, sizeof *sids);
    ck_assert(items != NULL && sids != NULL);
    for (size_t i = 0; i < count; i++) {
        /* every length from 1 to 15 sub-authorities, differing in one 32-bit word at every place */
        uint32_t parts[SID_SUB_AUTHORITIES_MAX] = {21};
        size_t length = 1 + i % SID_SUB_AUTHORITIES_MAX;
        parts[(i / SID_SUB_AUTHORITIES_MAX) % length] = (uint32_t)(1000 + i);
        ck_assert_int_eq(sid_make(&sids[i], 5, parts, length), ERR_NONE);
        items[i] = (struct sid_and_attributes){.sid = sid_of(&sids[i]), .attributes = SE_GROUP_ENABLED};
    }
    return (struct sid_list){.items = items, .count = count};
}

/* Under every key, an all-zero one too, each SID is found and its neighbours are not. */
static const uint64_t keys[][2] = {{0, 0}, {1, 2}, {UINT64_MAX, UINT64_MAX}, {0x123456789ABCDEF0, 42}};

START_TEST(finds_all_of_many)
{
    AUTO_ARENA arena;
    arena_init(&arena, 10000000);
    struct token token = {.groups = make_groups(&arena, 3000)};
    ck_assert_int_eq(token_index(&token, &arena, keys[_i]), ERR_NONE);
    for (size_t i = 0; i < token.groups.count; i++) {
        struct sid_buffer other;
        sid_copy(&other, token.groups.items[i].sid);
        ck_assert_uint_eq(membership_of(&token, sid_of(&other)), MEMBER_ALLOW | MEMBER_DENY);
        other.bytes[7] = 9; /* another authority */
        ck_assert_uint_eq(membership_of(&token, sid_of(&other)), 0);
    }
}
END_TEST

/* The user and what a package brings have their places in an index that is full. */
START_TEST(an_index_has_an_end)
{
    AUTO_ARENA arena;
    arena_init(&arena, 100000000);
    const size_t most = MEMBERSHIP_SIDS_MAX - 3;
    struct token token = {.user = SID_LOCAL_SYSTEM,
                          .groups = make_groups(&arena, most + 1),
                          .package = SID_NETWORK /* any will do */};
    ck_assert_int_eq(token_index(&token, &arena, keys[1]), ERR_NO_MEMORY);
    ck_assert_uint_eq(token_index_size(&token), 0);
    token.groups.count = most;
    ck_assert_int_eq(token_index(&token, &arena, keys[1]), ERR_NONE);
    ck_assert_uint_eq(membership_of(&token, token.user), MEMBER_ALLOW | MEMBER_DENY);
    ck_assert_uint_eq(membership_of(&token, SID_ALL_APP_PACKAGES), MEMBER_PACKAGE);
    for (size_t i = 0; i < most; i++)
        ck_assert_uint_eq(membership_of(&token, token.groups.items[i].sid), MEMBER_ALLOW | MEMBER_DENY);
    ck_assert_uint_eq(membership_of(&token, token.groups.items[most].sid), 0);
}
END_TEST

/* A stranger costs more than the filter only when it happens to share a bit with one of the token. */
START_TEST(the_filter_stops_most_strangers)
{
    AUTO_ARENA arena;
    arena_init(&arena, 10000000);
    struct token token = {.groups = make_groups(&arena, 1000)};
    const uint64_t key[] = {UINT64_C(0x243F6A8885A308D3), UINT64_C(0x13198A2E03707344)};
    ck_assert_int_eq(token_index(&token, &arena, key), ERR_NONE);
    const uint32_t strangers = 1000;
    size_t passed = 0;
    for (uint32_t i = 0; i < strangers; i++) {
        struct sid_buffer stranger;
        const uint32_t parts[] = {21, 1, 2, 3, 500 + i};
        ck_assert_int_eq(sid_make(&stranger, 5, parts, 5), ERR_NONE);
        passed += membership_may_hold(&token.membership, sid_of(&stranger));
    }
    ck_assert_uint_lt(passed, strangers / 4);
}
END_TEST

START_TEST(no_memory_leaves_the_token_without_an_index)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1000000);
    struct token token = {.groups = make_groups(&arena, 100)};
    struct arena small;
    arena_init(&small, 100);
    ck_assert_int_eq(token_index(&token, &small, keys[1]), ERR_NO_MEMORY);
    arena_done(&small);
    ck_assert_uint_eq(membership_of(&token, token.groups.items[0].sid), 0);
    token.groups.count = SIZE_MAX / 2;
    ck_assert_int_eq(token_index(&token, &arena, keys[1]), ERR_NO_MEMORY);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("membership");
    TCase *tests = tcase_create("membership");
    tcase_add_loop_test(tests, role_row, 0, (int)(sizeof role_rows / sizeof role_rows[0]));
    tcase_add_loop_test(tests, finds_all_of_many, 0, (int)(sizeof keys / sizeof keys[0]));
    tcase_add_test(tests, an_index_has_an_end);
    tcase_add_test(tests, the_filter_stops_most_strangers);
    tcase_add_test(tests, no_memory_leaves_the_token_without_an_index);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
