#include "platform/posix/token_pack.h"

#include "engine/membership.h"
#include "support/suite.h"
#include "support/token_text.h"

#include <stdlib.h>

#define ROWS(rows) (int)(sizeof(rows) / sizeof(rows)[0])

static const uint64_t key[2] = {3, 4};

static const struct token_details details = {.account_name = "alice",
                                             .domain_name = "CORP",
                                             .upn = "alice@corp.example",
                                             .principal = "alice@CORP.EXAMPLE",
                                             .authentication = "Kerberos",
                                             .logon_id = 5,
                                             .expires_at = 6,
                                             .logon_type = 3};

/* Every kind of list and SID that a token may have. */
static const char *const token_rows[] = {
    "user=S-1-5-21-1-2-3-7",
    "user!=S-1-5-21-1-2-3-7 groups=WD,BA!,BU- privileges=8,17- integrity=3000 policy=1 primary",
    "groups=S-1-5-21-1-2-3-4,BA device=S-1-5-21-9-9-9-9,BA! restricting=BA-,RC",
    "write-restricting=WR",
    "restricting=",
    "package=S-1-15-2-9 capabilities=S-1-15-3-1,S-1-15-3-2-,BA lpac",
    "trust=S-1-19-512-4096 level=1",
};

static void same_sid(const struct sid *a, const struct sid *b)
{
    ck_assert((a == NULL) == (b == NULL));
    ck_assert(a == NULL || (a != b && sid_equal(a, b)));
}

static void same_list(struct sid_list a, struct sid_list b)
{
    ck_assert_uint_eq(a.count, b.count);
    for (size_t i = 0; i < a.count; i++) {
        same_sid(a.items[i].sid, b.items[i].sid);
        ck_assert_uint_eq(a.items[i].attributes, b.items[i].attributes);
    }
}

static void same_bytes(struct bytes a, struct bytes b)
{
    ck_assert_uint_eq(a.size, b.size);
    ck_assert(a.size == 0 || (a.data != b.data && memcmp(a.data, b.data, a.size) == 0));
}

static void same_claims(struct claim_set a, struct claim_set b)
{
    ck_assert_uint_eq(a.count, b.count);
    for (size_t i = 0; i < a.count; i++) {
        same_bytes(a.claims[i].name, b.claims[i].name);
        ck_assert_int_eq(a.claims[i].type, b.claims[i].type);
        ck_assert_uint_eq(a.claims[i].flags, b.claims[i].flags);
        ck_assert_uint_eq(a.claims[i].value_count, b.claims[i].value_count);
        for (size_t at = 0; at < a.claims[i].value_count; at++) {
            ck_assert_uint_eq(a.claims[i].values[at].number, b.claims[i].values[at].number);
            same_bytes(a.claims[i].values[at].data, b.claims[i].values[at].data);
        }
    }
}

static void same_rest(const struct token *a, const struct token *b)
{
    ck_assert_int_eq(a->type, b->type);
    ck_assert_int_eq(a->level, b->level);
    ck_assert(a->user_deny_only == b->user_deny_only);
    ck_assert(a->restricted == b->restricted);
    ck_assert(a->write_restricted == b->write_restricted);
    ck_assert(a->has_device == b->has_device);
    ck_assert(a->less_privileged_app_container == b->less_privileged_app_container);
    ck_assert_uint_eq(a->integrity_level, b->integrity_level);
    ck_assert_uint_eq(a->mandatory_policy, b->mandatory_policy);
    ck_assert_uint_eq(a->privileges.present, b->privileges.present);
    ck_assert_uint_eq(a->privileges.enabled, b->privileges.enabled);
    ck_assert_uint_eq(a->privileges.enabled_by_default, b->privileges.enabled_by_default);
}

static void same_roles(const struct token *packed, const struct token *token, struct sid_list list)
{
    for (size_t i = 0; i < list.count; i++)
        ck_assert_uint_eq(membership_of(packed, list.items[i].sid), membership_of(token, list.items[i].sid));
}

static void same_token(const struct token *packed, const struct token *token)
{
    same_sid(packed->user, token->user);
    same_sid(packed->package, token->package);
    same_sid(packed->trust, token->trust);
    same_list(packed->groups, token->groups);
    same_list(packed->restricting_sids, token->restricting_sids);
    same_list(packed->device_groups, token->device_groups);
    same_list(packed->capabilities, token->capabilities);
    same_claims(packed->user_claims, token->user_claims);
    same_claims(packed->device_claims, token->device_claims);
    same_claims(packed->local_claims, token->local_claims);
    same_rest(packed, token);
    same_roles(packed, token, (struct sid_list){&(struct sid_and_attributes){.sid = token->user}, 1});
    same_roles(packed, token, token->groups);
    same_roles(packed, token, token->restricting_sids);
    same_roles(packed, token, token->device_groups);
    same_roles(packed, token, token->capabilities);
}

/* Gives the token claims of every shape, the memory of which is the arena's. */
static void add_claims(struct arena *arena, struct token *token)
{
    struct claim_value *values = arena_alloc_array(arena, 3, sizeof *values);
    struct claim *claims = arena_alloc_array(arena, 3, sizeof *claims);
    ck_assert(values != NULL && claims != NULL);
    values[0] = (struct claim_value){.number = UINT64_MAX};
    values[1] = (struct claim_value){.data = bytes_of(arena_copy(arena, "x\0y\0z", 6), 6)};
    values[2] = (struct claim_value){.data = bytes_of(arena_copy(arena, "w", 2), 2)};
    claims[0] =
        (struct claim){bytes_of(arena_copy(arena, "a", 2), 2), CLAIM_INT64, CLAIM_DISABLED, values, 1};
    claims[1] = (struct claim){bytes_of(arena_copy(arena, "b\0c", 4), 4), CLAIM_STRING, 0, values + 1, 2};
    claims[2] = (struct claim){.name = bytes_of(arena_copy(arena, "d", 2), 2), .type = CLAIM_SID};
    token->user_claims = (struct claim_set){claims, 3};
    token->device_claims = (struct claim_set){claims + 1, 1};
    token->local_claims = (struct claim_set){claims + 2, 1};
}

/* Two tokens of one text: the first is packed and its memory given back, the other tells what is expected. */
START_TEST(token_row)
{
    AUTO_ARENA made;
    AUTO_ARENA kept;
    struct platform_token *packed = NULL;
    arena_init(&made, 1 << 20);
    arena_init(&kept, 1 << 20);
    struct token *token = token_text_read(&made, token_rows[_i]);
    struct token *expected = token_text_read(&kept, token_rows[_i]);
    if (_i % 2 == 0) {
        add_claims(&made, token);
        add_claims(&kept, expected);
    }
    ck_assert_int_eq(token_pack(NULL, token, &details, key, &packed), ERR_NONE);
    arena_done(&made);
    same_token(platform_token_view(packed), expected);
    platform_token_free(packed);
}
END_TEST

START_TEST(details_are_copied)
{
    AUTO_ARENA arena;
    struct platform_token *packed = NULL;
    struct platform_token *nameless = NULL;
    arena_init(&arena, 1 << 20);
    const struct token *token = token_text_read(&arena, "groups=BA");
    struct token_details given = details;
    char name[] = "alice";
    given.account_name = name;
    ck_assert_int_eq(token_pack(NULL, token, &given, key, &packed), ERR_NONE);
    name[0] = 'm';
    const struct token_details *found = platform_token_details(packed);
    ck_assert_str_eq(found->account_name, "alice");
    ck_assert_str_eq(found->domain_name, "CORP");
    ck_assert_str_eq(found->upn, "alice@corp.example");
    ck_assert_str_eq(found->principal, "alice@CORP.EXAMPLE");
    ck_assert_str_eq(found->authentication, "Kerberos");
    ck_assert_uint_eq(found->logon_id, 5);
    ck_assert_int_eq(found->expires_at, 6);
    ck_assert_uint_eq(found->logon_type, 3);
    platform_token_free(packed);
    ck_assert_int_eq(token_pack(NULL, token, &(struct token_details){0}, key, &nameless), ERR_NONE);
    ck_assert_ptr_null(platform_token_details(nameless)->account_name);
    ck_assert_ptr_null(platform_token_details(nameless)->authentication);
    platform_token_free(nameless);
}
END_TEST

/* Groups of a domain, whose SIDs are 28 bytes each. A hundred are what a session's token may well have. */
enum { GROUP_SID_SIZE = 28 };
static const struct {
    size_t groups;
    size_t most;
} size_rows[] = {{0, 512}, {100, 7168}, {1000, 65536}};

START_TEST(size_row)
{
    AUTO_ARENA arena;
    struct platform_token *packed = NULL;
    arena_init(&arena, 1 << 20);
    const size_t count = size_rows[_i].groups;
    struct sid_and_attributes *groups = arena_alloc_array(&arena, count, sizeof *groups);
    for (size_t i = 0; i < count; i++) {
        const char *text = arena_printf(&arena, "S-1-5-21-1-2-3-%zu", 2000 + i);
        groups[i].sid = token_text_sid(&arena, bytes_of_string(text));
        groups[i].attributes = SE_GROUP_ENABLED;
    }
    const struct token token = {.user = SID_LOCAL_SYSTEM, .groups = {groups, count}};
    const size_t size = token_pack_size(&token, &details);
    ck_assert_uint_le(size, size_rows[_i].most);
    ck_assert_uint_ge(size, token_index_size(&token) + count * (sizeof *groups + GROUP_SID_SIZE));
    ck_assert_int_eq(token_pack(NULL, &token, &details, key, &packed), ERR_NONE);
    /* the last thing in it ends where the allocation ends */
    const char *last = platform_token_details(packed)->authentication;
    ck_assert_ptr_eq(last + sizeof "Kerberos", (const char *)packed->storage->memory + size);
    platform_token_free(packed);
}
END_TEST

START_TEST(too_many_sids)
{
    static struct sid_and_attributes groups[MEMBERSHIP_SIDS_MAX];
    struct platform_token *packed = NULL;
    for (size_t i = 0; i < MEMBERSHIP_SIDS_MAX; i++)
        groups[i].sid = SID_USERS;
    const struct token token = {.user = SID_LOCAL_SYSTEM, .groups = {groups, MEMBERSHIP_SIDS_MAX}};
    ck_assert_uint_eq(token_pack_size(&token, &details), 0);
    ck_assert_int_eq(token_pack(NULL, &token, &details, key, &packed), ERR_NO_MEMORY);
    ck_assert_ptr_null(packed);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("token_pack");
    TCase *tests = tcase_create("token_pack");
    tcase_add_loop_test(tests, token_row, 0, ROWS(token_rows));
    tcase_add_test(tests, details_are_copied);
    tcase_add_loop_test(tests, size_row, 0, ROWS(size_rows));
    tcase_add_test(tests, too_many_sids);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
