#include "support/ndr_build.h"
#include "support/pac_samples.h"
#include "support/pac_text.h"
#include "support/suite.h"

enum { ARENA = 64 << 20 };

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))
#define DOMAIN      "S-1-5-21-1000-2000-3000"

START_TEST(sample)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA);
    struct pac_buffers buffers = pac_build(&arena, &pac_samples[_i].pac);
    struct pac_identity identity;
    ck_assert_msg(pac_decode(&arena, &buffers, &identity) == ERR_NONE, "%s", pac_samples[_i].name);
    ck_assert_str_eq(pac_to_text(&arena, &identity), pac_samples[_i].text);
}
END_TEST

/* The result must not need the input any more. */
START_TEST(owns_what_it_gives)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA);
    AUTO_ARENA input;
    arena_init(&input, ARENA);
    struct pac_buffers buffers = pac_build(&input, &pac_samples[2].pac);
    struct pac_identity identity;
    ck_assert_int_eq(pac_decode(&arena, &buffers, &identity), ERR_NONE);
    arena_done(&input);
    ck_assert_str_eq(pac_to_text(&arena, &identity), pac_samples[2].text);
}
END_TEST

static const struct pac_build_group groups[] = {{513, 7}, {1601, 7}};
static const struct pac_build_sid extra[] = {{"S-1-18-1", 7}};

#define USER                                                                                                 \
    .domain_sid = DOMAIN, .user_rid = 1104, .primary_group_rid = 513, .groups = groups, .group_count = 2

static const struct {
    const char *what;
    struct pac_build pac;
    enum err err;
} refusals[] = {
    {"sound", {USER}, ERR_NONE},
    {"no logon domain", {.user_rid = 1104, .primary_group_rid = 513}, ERR_MALFORMED},
    {"no logon domain, though the user has one",
     {.primary_group_rid = 513, .extra_sids = extra, .extra_sid_count = 1},
     ERR_MALFORMED},
    {"no user", {.domain_sid = DOMAIN, .primary_group_rid = 513}, ERR_MALFORMED},
    {"no user, extra SIDs without their flag",
     {.domain_sid = DOMAIN, .flags_only = true, .extra_sids = extra, .extra_sid_count = 1},
     ERR_MALFORMED},
    {"a full domain",
     {.domain_sid = "S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15", .user_rid = 1, .primary_group_rid = 513},
     ERR_MALFORMED},
    {"resource groups without a domain",
     {USER, .resource_groups = groups, .resource_group_count = 2},
     ERR_MALFORMED},
    {"a resource domain without groups", {USER, .resource_domain_sid = DOMAIN}, ERR_NONE},
    {"resource groups of no interest",
     {USER, .flags_only = true, .resource_groups = groups, .resource_group_count = 2},
     ERR_NONE},
    {"the flag without resource groups", {USER, .user_flags = 0x200}, ERR_NONE},
    {"the flag without extra SIDs", {USER, .user_flags = 0x20}, ERR_NONE},
    {"another requestor", {USER, .requestor_sid = DOMAIN "-1105"}, ERR_MALFORMED},
    {"the requestor's domain alone", {USER, .requestor_sid = DOMAIN}, ERR_MALFORMED},
    {"the requestor", {USER, .requestor_sid = DOMAIN "-1104"}, ERR_NONE},
    {"another SID with the UPN",
     {USER, .account_name = "a", .upn = "a@b", .upn_sid = DOMAIN "-1"},
     ERR_MALFORMED},
    {"the SID with the UPN", {USER, .account_name = "a", .upn = "a@b", .upn_sid = DOMAIN "-1104"}, ERR_NONE},
};

START_TEST(refusal)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA);
    struct pac_buffers buffers = pac_build(&arena, &refusals[_i].pac);
    struct pac_identity identity;
    ck_assert_msg(pac_decode(&arena, &buffers, &identity) == refusals[_i].err, "%s", refusals[_i].what);
}
END_TEST

START_TEST(logon_info_must_be_there)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA);
    struct pac_buffers buffers = pac_build(&arena, &pac_samples[2].pac);
    buffers.logon_info = (struct bytes){0};
    struct pac_identity identity;
    ck_assert_int_eq(pac_decode(&arena, &buffers, &identity), ERR_MALFORMED);
    struct ndr_build null;
    ndr_build_init(&null, &arena);
    ndr_build_pointer(&null, false);
    buffers.logon_info = ndr_build_serialized(&null);
    ck_assert_int_eq(pac_decode(&arena, &buffers, &identity), ERR_MALFORMED);
}
END_TEST

/* An entry of ExtraSids whose SID is a NULL pointer. */
START_TEST(extra_sid_must_be_there)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA);
    const struct pac_build pac = {USER, .extra_sids = extra, .extra_sid_count = 1};
    struct pac_buffers buffers = pac_build(&arena, &pac);
    struct bytes sid = pac_build_sid(&arena, extra[0].sid);
    uint8_t *copy = arena_copy(&arena, buffers.logon_info.data, buffers.logon_info.size);
    ck_assert_ptr_nonnull(copy);
    uint8_t *wire = memmem(copy, buffers.logon_info.size, sid.data, sid.size);
    ck_assert_ptr_nonnull(wire);
    le32_store(wire - 12, 0); /* in front: the pointer, the attributes, the conformance */
    buffers.logon_info.data = copy;
    struct pac_identity identity;
    ck_assert_int_eq(pac_decode(&arena, &buffers, &identity), ERR_MALFORMED);
}
END_TEST

/* A buffer that is there but empty is a buffer; only of claims may it be. */
START_TEST(empty_buffers)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA);
    const struct pac_build user = {USER};
    const struct pac_buffers sound = pac_build(&arena, &user);
    const struct bytes empty = bytes_of("", 0);
    struct pac_identity identity;
    struct pac_buffers buffers = sound;
    buffers.client_claims = buffers.device_claims = empty;
    ck_assert_int_eq(pac_decode(&arena, &buffers, &identity), ERR_NONE);
    ck_assert_uint_eq(identity.user_claims.count + identity.device_claims.count, 0);
    struct bytes *others[] = {&buffers.upn_dns_info, &buffers.device_info, &buffers.requestor_sid};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        *others[i] = empty;
        ck_assert_int_eq(pac_decode(&arena, &buffers, &identity), ERR_MALFORMED);
        *others[i] = (struct bytes){0};
    }
}
END_TEST

/* UPN size, UPN offset, domain size, domain offset, flags, [name size, name offset, SID size, SID offset], bytes */
static const struct {
    const char *what;
    const char *data;
    size_t size;
    enum err err;
} upn_rows[] = {
    {"both", "\2\0\x0c\0\2\0\x0e\0\0\0\0\0a\0b\0", 16, ERR_NONE},
    {"none", "\0\0\0\0\0\0\0\0\0\0\0\0", 12, ERR_NONE},
    {"no text past the end", "\0\0\xff\xff\0\0\xff\xff\0\0\0\0", 12, ERR_NONE},
    {"half a header", "\0\0\0\0\0\0\0\0\0\0\0", 11, ERR_MALFORMED},
    {"a text in the header", "\2\0\x0a\0\0\0\0\0\0\0a\0b\0", 14, ERR_MALFORMED},
    {"an offset past the end", "\2\0\x11\0\2\0\x0e\0\0\0\0\0a\0b\0", 16, ERR_MALFORMED},
    {"a size past the end", "\6\0\x0c\0\2\0\x0e\0\0\0\0\0a\0b\0", 16, ERR_MALFORMED},
    {"an odd size", "\3\0\x0c\0\0\0\0\0\0\0\0\0a\0b\0", 16, ERR_MALFORMED},
    {"a NUL inside", "\4\0\x0c\0\0\0\0\0\0\0\0\0a\0\0\0", 16, ERR_MALFORMED},
    {"half a pair", "\2\0\x0c\0\0\0\0\0\0\0\0\0\0\xd8", 14, ERR_MALFORMED},
    {"half an extended header", "\0\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0", 16, ERR_MALFORMED},
    {"extended without a SID", "\0\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0\0\0\0\0", 20, ERR_MALFORMED},
    {"a SID past the end", "\0\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0\x1c\0\x14\0", 20, ERR_MALFORMED},
    {"a text in the extended header", "\2\0\x0c\0\0\0\0\0\2\0\0\0\0\0\0\0\0\0\0\0", 20, ERR_MALFORMED},
};

START_TEST(upn_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA);
    const struct pac_build user = {USER};
    struct pac_buffers buffers = pac_build(&arena, &user);
    buffers.upn_dns_info = bytes_of(upn_rows[_i].data, upn_rows[_i].size);
    struct pac_identity identity;
    ck_assert_msg(pac_decode(&arena, &buffers, &identity) == upn_rows[_i].err, "%s", upn_rows[_i].what);
}
END_TEST

/* How many of each kind there are, and whether that is within the limit for all of them together. */
static const struct {
    size_t groups, extra_sids, resource_groups, device_groups;
    enum err err;
} bounds[] = {
    {PAC_SIDS_MAX, 0, 0, 0, ERR_NONE},          {PAC_SIDS_MAX + 1, 0, 0, 0, ERR_TOO_LARGE},
    {1000, 1000, 1000, 1096, ERR_NONE},         {1000, 1000, 1000, 1097, ERR_TOO_LARGE},
    {0, PAC_SIDS_MAX, 0, 0, ERR_NONE},          {1, PAC_SIDS_MAX, 0, 0, ERR_TOO_LARGE},
    {1, 1, PAC_SIDS_MAX - 1, 0, ERR_TOO_LARGE}, {UINT16_MAX, 0, 0, 0, ERR_TOO_LARGE},
};

START_TEST(bound)
{
    static struct pac_build_group many_groups[UINT16_MAX];
    static struct pac_build_sid many_sids[PAC_SIDS_MAX];
    for (size_t i = 0; i < UINT16_MAX; i++)
        many_groups[i] = (struct pac_build_group){(uint32_t)i + 2000, 7};
    for (size_t i = 0; i < PAC_SIDS_MAX; i++)
        many_sids[i] = (struct pac_build_sid){"S-1-5-21-9-9-9-1000", 7};
    const struct pac_build_device device = {
        .domain_sid = DOMAIN, .rid = 1, .groups = many_groups, .group_count = bounds[_i].device_groups};
    const struct pac_build pac = {
        .domain_sid = DOMAIN,
        .user_rid = 1104,
        .primary_group_rid = 513,
        .groups = many_groups,
        .group_count = bounds[_i].groups,
        .extra_sids = many_sids,
        .extra_sid_count = bounds[_i].extra_sids,
        .resource_domain_sid = DOMAIN,
        .resource_groups = many_groups,
        .resource_group_count = bounds[_i].resource_groups,
        .device = &device,
    };
    AUTO_ARENA arena;
    arena_init(&arena, ARENA);
    struct pac_buffers buffers = pac_build(&arena, &pac);
    struct pac_identity identity;
    ck_assert_int_eq(pac_decode(&arena, &buffers, &identity), bounds[_i].err);
    if (bounds[_i].err == ERR_NONE)
        ck_assert_uint_eq(identity.groups.count, bounds[_i].groups + 1);
}
END_TEST

/* Groups whose RIDs are so far apart, and how many of a thousand are different. */
static const struct {
    uint32_t stride;
    uint32_t wraps; /* begins again after as many */
    size_t different;
} doubles[] = {
    {1, 1000, 1000}, {0x10000, 1000, 1000}, {0x100000, 1000, 1000},
    {1, 10, 10},     {0x40000000, 1000, 4}, {0, 1, 1},
};

START_TEST(doubled_groups)
{
    enum { GROUPS = 1000 };
    static struct pac_build_group many[GROUPS];
    for (uint32_t i = 0; i < GROUPS; i++)
        many[i] = (struct pac_build_group){i % doubles[_i].wraps * doubles[_i].stride, i};
    const struct pac_build pac = {.domain_sid = DOMAIN,
                                  .user_rid = 1104,
                                  .primary_group_rid = 7777777,
                                  .groups = many,
                                  .group_count = GROUPS};
    AUTO_ARENA arena;
    arena_init(&arena, ARENA);
    struct pac_buffers buffers = pac_build(&arena, &pac);
    struct pac_identity identity;
    ck_assert_int_eq(pac_decode(&arena, &buffers, &identity), ERR_NONE);
    ck_assert_uint_eq(identity.groups.count, doubles[_i].different + 1);
    for (size_t i = 1; i < identity.groups.count; i++) {
        uint32_t united = 0;
        for (size_t same = i - 1; same < GROUPS; same += doubles[_i].different)
            united |= (uint32_t)same;
        ck_assert_uint_eq(identity.groups.items[i].attributes, united);
    }
}
END_TEST

/* Memory that runs out anywhere is ERR_NO_MEMORY, and the result is not touched. */
START_TEST(out_of_memory)
{
    AUTO_ARENA input;
    arena_init(&input, ARENA);
    struct pac_buffers buffers = pac_build(&input, &pac_samples[4].pac);
    enum err err = ERR_FAILED;
    size_t refused = 0;
    for (size_t limit = 0; err != ERR_NONE; limit += 8) {
        AUTO_ARENA arena;
        arena_init(&arena, limit);
        struct pac_identity identity = {.primary_group_rid = 77};
        err = pac_decode(&arena, &buffers, &identity);
        ck_assert(err == ERR_NO_MEMORY || err == ERR_NONE);
        ck_assert_uint_eq(identity.primary_group_rid, err == ERR_NONE ? 513 : 77);
        refused += err != ERR_NONE;
    }
    ck_assert_uint_gt(refused, 100);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pac");
    TCase *tests = tcase_create("pac");
    tcase_add_loop_test(tests, sample, 0, (int)pac_sample_count);
    tcase_add_test(tests, owns_what_it_gives);
    tcase_add_loop_test(tests, refusal, 0, COUNT(refusals));
    tcase_add_test(tests, logon_info_must_be_there);
    tcase_add_test(tests, extra_sid_must_be_there);
    tcase_add_test(tests, empty_buffers);
    tcase_add_loop_test(tests, upn_row, 0, COUNT(upn_rows));
    tcase_add_loop_test(tests, bound, 0, COUNT(bounds));
    tcase_add_loop_test(tests, doubled_groups, 0, COUNT(doubles));
    tcase_add_test(tests, out_of_memory);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
