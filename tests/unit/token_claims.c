#include "support/logon.h"
#include "support/suite.h"

#define DOMAIN LOGON_DOMAIN
#define DEVICE DOMAIN "-1201"

/* Reference 6.1, points 6 and 7: who must say what before claims and devices count. */
#define COMPOUNDED "S-1-5-21-0-0-0-496"
#define CLAIMS     "S-1-5-21-0-0-0-497"

static const struct claim_value value = {.number = 7};
static const struct claim claim = {.type = CLAIM_UINT64, .values = &value, .value_count = 1};
static const struct claim_set set = {.claims = &claim, .count = 1};

static const struct {
    const char *extra;
    const char *device; /* NULL: no device in the PAC */
    const char *device_extra;
    size_t user_claims;
    bool has_device;
    size_t device_groups;
    size_t device_claims;
} rows[] = {
    {"", DEVICE, CLAIMS, 0, false, 0, 0},
    {CLAIMS, DEVICE, CLAIMS, 1, false, 0, 0},
    {CLAIMS, NULL, CLAIMS, 1, false, 0, 0},
    {COMPOUNDED, DEVICE, "", 0, true, 1, 0},
    {COMPOUNDED, DEVICE, CLAIMS, 0, true, 2, 1},
    {COMPOUNDED, NULL, CLAIMS, 0, false, 0, 0},
    {COMPOUNDED " " CLAIMS, DEVICE, "", 1, true, 1, 0},
    {COMPOUNDED " " CLAIMS, DEVICE, CLAIMS, 1, true, 2, 1},
    {COMPOUNDED, DEVICE " " DEVICE "/10", "", 0, true, 1, 0},
    {COMPOUNDED, DEVICE, DOMAIN "-1202 S-1-5-32-544 S-1-5-18", 0, true, 2, 0},
    {"S-1-5-21-0-0-497", DEVICE, CLAIMS, 0, false, 0, 0},
    {"S-1-5-21-0-0-1-497", DEVICE, CLAIMS, 0, false, 0, 0},
};

START_TEST(row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    struct token token = {0};
    struct token_refused refused;
    const struct logon logon = {.extra = rows[_i].extra,
                                .device = rows[_i].device,
                                .device_extra = rows[_i].device_extra,
                                .user_claims = &set,
                                .device_claims = &set};
    ck_assert_int_eq(logon_build(&arena, &logon, &token, &refused), ERR_NONE);
    ck_assert_uint_eq(token.user_claims.count, rows[_i].user_claims);
    ck_assert(token.has_device == rows[_i].has_device);
    ck_assert_uint_eq(token.device_groups.count, rows[_i].device_groups);
    ck_assert_uint_eq(token.device_claims.count, rows[_i].device_claims);
    ck_assert_uint_eq(token.local_claims.count, 0);
}
END_TEST

/* 497 among the groups proper is not the KDC's word in ExtraSids. */
START_TEST(only_extra_sids_count)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    struct token token = {0};
    struct token_refused refused;
    const struct logon logon = {
        .groups = CLAIMS, .resource = COMPOUNDED, .device = DEVICE, .user_claims = &set};
    ck_assert_int_eq(logon_build(&arena, &logon, &token, &refused), ERR_NONE);
    ck_assert_uint_eq(token.user_claims.count, 0);
    ck_assert(!token.has_device);
}
END_TEST

/* However small the arena, there is a whole token or none. */
START_TEST(no_memory)
{
    enum err err = ERR_NO_MEMORY;
    AUTO_ARENA made;
    arena_init(&made, 1 << 20);
    struct policy *policy = logon_policy(&made, NULL);
    const struct token_origin origin = logon_origin(&made, policy);
    const struct pac_identity identity = {.user = sids_one(&made, DOMAIN "-1104"),
                                          .groups = sids_of(&made, DOMAIN "-512 " DOMAIN "-513"),
                                          .extra_sids = sids_of(&made, COMPOUNDED),
                                          .has_device = true,
                                          .device_groups = sids_of(&made, DEVICE)};
    for (size_t limit = 0; err != ERR_NONE; limit += 16) {
        AUTO_ARENA arena;
        arena_init(&arena, limit);
        struct token token = {0};
        struct token_refused refused;
        err = token_build_domain(&arena, &origin, &identity, &token, &refused);
        ck_assert(err == ERR_NONE || err == ERR_NO_MEMORY);
        ck_assert((token.user != NULL) == (err == ERR_NONE));
        ck_assert_uint_lt(limit, 1 << 20);
    }
    policy_release(policy);
}
END_TEST

/* As many as a PAC may bring, all different: each is there once. */
START_TEST(many_groups)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 22);
    struct token token = {0};
    struct token_refused refused;
    struct policy *policy = logon_policy(&arena, NULL);
    const struct token_origin origin = logon_origin(&arena, policy);
    struct sid_and_attributes *items = arena_alloc_array(&arena, PAC_SIDS_MAX, sizeof *items);
    ck_assert_ptr_nonnull(items);
    for (uint32_t i = 0; i < PAC_SIDS_MAX; i++) {
        struct sid_buffer sid;
        ck_assert_int_eq(sid_append(&sid, sids_one(&arena, DOMAIN), 1000 + i * 2654435761U % 65536),
                         ERR_NONE);
        items[i] = (struct sid_and_attributes){.sid = arena_copy(&arena, &sid, sizeof sid), .attributes = 7};
    }
    const struct pac_identity identity = {.user = sids_one(&arena, DOMAIN "-999"),
                                          .groups = {.items = items, .count = PAC_SIDS_MAX},
                                          .extra_sids = {.items = items, .count = PAC_SIDS_MAX}};
    ck_assert_int_eq(token_build_domain(&arena, &origin, &identity, &token, &refused), ERR_NONE);
    ck_assert_uint_eq(token.groups.count, PAC_SIDS_MAX + 6); /* Everyone, NETWORK, AU, TO, logon, Users */
    policy_release(policy);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("token_claims");
    TCase *tests = tcase_create("token_claims");
    tcase_add_loop_test(tests, row, 0, (int)(sizeof rows / sizeof rows[0]));
    tcase_add_test(tests, only_extra_sids_count);
    tcase_add_test(tests, no_memory);
    tcase_add_test(tests, many_groups);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
