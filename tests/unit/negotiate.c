#include "support/pac_build.h"
#include "support/stand.h"
#include "support/suite.h"

#include <gssapi/gssapi_ext.h>
#include <stdlib.h>
#include <unistd.h>

enum { ROWS_ARENA = 1 << 20 };

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* What a holder of a ticket may try, and what a KDC may have done: facts/kerberos.md and more. */
enum pac_kind { PAC_USUAL, PAC_ONLY_UPN, PAC_EVERY_BUFFER };

static const struct {
    const char *name;
    struct mint_order order;
    enum pac_kind pac;
    enum negotiate_outcome outcome;
    const char *reason;
    bool has_pac;
} ticket_rows[] = {
    {"sound", {0}, PAC_USUAL, NEGOTIATE_ACCEPTED, NULL, true},
    {"every buffer", {0}, PAC_EVERY_BUFFER, NEGOTIATE_ACCEPTED, NULL, true},
    {"no PAC", {.flaw = MINT_NO_PAC}, PAC_USUAL, NEGOTIATE_ACCEPTED, NULL, false},
    {"signed, without LOGON_INFO", {0}, PAC_ONLY_UPN, NEGOTIATE_ACCEPTED, NULL, false},
    {"two PACs", {.flaw = MINT_TWO_PACS}, PAC_USUAL, NEGOTIATE_ACCEPTED, NULL, true},
    {"altered", {.flaw = MINT_ALTERED_PAC}, PAC_USUAL, NEGOTIATE_REFUSED, "bad-pac", false},
    {"altered, without LOGON_INFO",
     {.flaw = MINT_ALTERED_PAC},
     PAC_ONLY_UPN,
     NEGOTIATE_REFUSED,
     "bad-pac",
     false},
    {"unsigned", {.flaw = MINT_UNSIGNED_PAC}, PAC_USUAL, NEGOTIATE_REFUSED, "bad-pac", false},
    {"signed by another", {.flaw = MINT_OTHER_KEY_PAC}, PAC_USUAL, NEGOTIATE_REFUSED, "bad-pac", false},
    {"another's name", {.flaw = MINT_OTHER_NAME_PAC}, PAC_USUAL, NEGOTIATE_REFUSED, "bad-pac", false},
    {"another logon", {.flaw = MINT_OTHER_TIME_PAC}, PAC_USUAL, NEGOTIATE_REFUSED, "bad-pac", false},
    {"truncated PAC", {.flaw = MINT_TRUNCATED_PAC}, PAC_USUAL, NEGOTIATE_REFUSED, "bad-pac", false},
    {"truncated ad-data",
     {.flaw = MINT_TRUNCATED_AUTHDATA},
     PAC_USUAL,
     NEGOTIATE_REFUSED,
     "malformed",
     false},
    {"aes128", {.enctype = ENCTYPE_AES128_CTS_HMAC_SHA1_96}, PAC_USUAL, NEGOTIATE_ACCEPTED, NULL, true},
    {"aes256-sha2",
     {.enctype = ENCTYPE_AES256_CTS_HMAC_SHA384_192},
     PAC_USUAL,
     NEGOTIATE_ACCEPTED,
     NULL,
     true},
    {"rc4", {.enctype = ENCTYPE_ARCFOUR_HMAC}, PAC_USUAL, NEGOTIATE_ACCEPTED, NULL, true},
    {"expired", {.starts_in = -7200, .ends_in = -3600}, PAC_USUAL, NEGOTIATE_REFUSED, "expired", false},
    {"not yet valid", {.starts_in = 3600}, PAC_USUAL, NEGOTIATE_REFUSED, "not-yet-valid", false},
    {"nobody's key", {.foreign_key = true}, PAC_USUAL, NEGOTIATE_REFUSED, "wrong-key", false},
    {"newer key", {.kvno = 2, .keep_keytab = true}, PAC_USUAL, NEGOTIATE_REFUSED, "stale-keytab", false},
    {"other type of key",
     {.enctype = ENCTYPE_AES128_CTS_HMAC_SHA1_96, .keep_keytab = true},
     PAC_USUAL,
     NEGOTIATE_REFUSED,
     "wrong-enctype",
     false},
};

/* A ticket with a claim of the given account name. */
static size_t build_pac(struct arena *arena, enum pac_kind kind, const char *name, struct mint_buffer ret[6])
{
    static const struct pac_build_group groups[] = {{513, 7}, {1601, 7}};
    static const char *const cities[] = {"Bonn"};
    static const struct pac_build_claim claims[] = {
        {.name = "ad://ext/city", .type = CLAIM_STRING, .count = 1, .strings = cities}};
    static const struct pac_build_claims set = {.claims = claims, .count = 1};
    static const struct pac_build_device device = {.domain_sid = "S-1-5-21-1-2-3", .rid = 1200};
    struct pac_build pac = {.account_name = name, .domain_name = "MINT", .domain_sid = "S-1-5-21-1-2-3"};
    pac.user_rid = 1104;
    pac.primary_group_rid = 513;
    pac.groups = groups;
    pac.group_count = COUNT(groups);
    pac.upn = kind == PAC_USUAL ? NULL : "alice@mint.test";
    pac.dns_domain = "MINT.TEST";
    if (kind == PAC_EVERY_BUFFER) {
        pac.requestor_sid = "S-1-5-21-1-2-3-1104";
        pac.client_claims = pac.device_claims = &set;
        pac.device = &device;
    }
    struct pac_buffers built = pac_build(arena, &pac);
    const struct mint_buffer all[] = {
        {PAC_BUILD_LOGON_INFO, built.logon_info},       {PAC_BUILD_UPN_DNS_INFO, built.upn_dns_info},
        {PAC_BUILD_CLIENT_CLAIMS, built.client_claims}, {PAC_BUILD_DEVICE_INFO, built.device_info},
        {PAC_BUILD_DEVICE_CLAIMS, built.device_claims}, {PAC_BUILD_REQUESTOR, built.requestor_sid},
    };
    size_t count = 0;
    for (size_t i = kind == PAC_ONLY_UPN ? 1 : 0; i < COUNT(all); i++)
        if (all[i].data.data != NULL)
            ret[count++] = all[i];
    return count;
}

static struct bytes fetched(const struct pac_buffers *pac, uint32_t type)
{
    switch (type) {
    case PAC_BUILD_LOGON_INFO:
        return pac->logon_info;
    case PAC_BUILD_UPN_DNS_INFO:
        return pac->upn_dns_info;
    case PAC_BUILD_CLIENT_CLAIMS:
        return pac->client_claims;
    case PAC_BUILD_DEVICE_INFO:
        return pac->device_info;
    case PAC_BUILD_DEVICE_CLAIMS:
        return pac->device_claims;
    default:
        return pac->requestor_sid;
    }
}

static void check_context(const struct security_context *context, bool has_pac,
                          const struct mint_order *order)
{
    ck_assert(context->finished);
    ck_assert_ptr_null(context->gss);
    ck_assert_str_eq(context->principal, "alice@" MINT_REALM);
    ck_assert_str_eq(context->user_name, "alice");
    ck_assert_int_eq(context->has_pac, has_pac);
    int64_t left = context->expires_at - (int64_t)time(NULL);
    ck_assert_int_ge(left, 35990);
    ck_assert_int_le(left, 36000);
    ck_assert(!context->identify_only);
    ck_assert(!context->delegated);
    for (size_t i = 0; has_pac && i < order->buffers.count; i++)
        ck_assert(
            bytes_equal(fetched(&context->pac, order->buffers.items[i].type), order->buffers.items[i].data));
    if (!has_pac)
        ck_assert_ptr_null(context->pac.logon_info.data);
}

START_TEST(ticket)
{
    AUTO_ARENA arena;
    arena_init(&arena, ROWS_ARENA);
    struct mint_buffer first[6];
    struct mint_buffer second[6];
    struct mint_order order = ticket_rows[_i].order;
    order.buffers = (struct mint_buffers){first, build_pac(&arena, ticket_rows[_i].pac, "alice", first)};
    order.second = (struct mint_buffers){second, build_pac(&arena, ticket_rows[_i].pac, "mallory", second)};
    struct initiator client = {.flags = GSS_C_MUTUAL_FLAG};
    struct verdict verdict;
    mint_ticket(stand_of_test.mint, &order); /* so that the keytab has its key before it is read */
    platform_reload(stand_of_test.platform, true);
    stand_shake(&stand_of_test, &order, &client, (struct negotiate_channel){.required = false}, &verdict);
    ck_assert_msg(verdict.outcome == ticket_rows[_i].outcome, "%s: %d %s", ticket_rows[_i].name,
                  verdict.outcome, verdict.reason);
    if (verdict.outcome == NEGOTIATE_ACCEPTED) {
        check_context(verdict.context, ticket_rows[_i].has_pac, &order);
        ck_assert(verdict.client_content);
    } else {
        ck_assert_msg(strcmp(verdict.reason, ticket_rows[_i].reason) == 0, "%s: %s", ticket_rows[_i].name,
                      verdict.reason);
        ck_assert_uint_eq(verdict.reply_size, 0);
        ck_assert_ptr_null(verdict.context);
    }
    verdict_done(&verdict);
}
END_TEST

/* [MS-PAC] 2.4: what is in the PAC counts only when GSSAPI vouches for it and it is sound. */
static const struct {
    const char *name;
    size_t at; /* in LOGON_INFO, which is 20 bytes of headers, then the fixed part */
    uint32_t value;
} absurd_rows[] = {
    {"GroupCount 2^32-1", 20 + 108, UINT32_MAX},
    {"SidCount 2^32-1", 20 + 196, UINT32_MAX},
    {"ResourceGroupCount 2^31", 20 + 208, UINT32_C(1) << 31},
    {"length of the NDR stream", 8, UINT32_MAX},
};

START_TEST(absurd_count)
{
    AUTO_ARENA arena;
    arena_init(&arena, ROWS_ARENA);
    struct mint_buffer buffers[6];
    size_t count = build_pac(&arena, PAC_USUAL, "alice", buffers);
    uint8_t *copy = arena_copy(&arena, buffers[0].data.data, buffers[0].data.size);
    ck_assert_ptr_nonnull(copy);
    le32_store(copy + absurd_rows[_i].at, absurd_rows[_i].value);
    buffers[0].data.data = copy;
    struct mint_order order = {.buffers = {buffers, count}};
    struct initiator client = {.flags = GSS_C_MUTUAL_FLAG};
    struct verdict verdict;
    stand_shake(&stand_of_test, &order, &client, (struct negotiate_channel){.required = false}, &verdict);
    ck_assert_int_eq(verdict.outcome, NEGOTIATE_ACCEPTED);
    ck_assert(verdict.context->has_pac); /* signed, so GSSAPI believes it: the decoder must not */
    struct pac_identity identity;
    ck_assert_msg(pac_decode(&arena, &verdict.context->pac, &identity) != ERR_NONE, "%s",
                  absurd_rows[_i].name);
    verdict_done(&verdict);
}
END_TEST

START_TEST(pac_of_the_authenticator_is_ignored)
{
    AUTO_ARENA arena;
    arena_init(&arena, ROWS_ARENA);
    struct mint_buffer buffers[6];
    struct mint_order order = {.flaw = MINT_AUTHENTICATOR_PAC};
    order.buffers = (struct mint_buffers){buffers, build_pac(&arena, PAC_USUAL, "alice", buffers)};
    struct der token = {0};
    initiator_raw_token(stand_of_test.mint, &order, &token);
    struct verdict verdict;
    stand_offer(&stand_of_test, der_bytes(&token), &verdict);
    ck_assert_int_eq(verdict.outcome, NEGOTIATE_ACCEPTED);
    ck_assert(!verdict.context->has_pac);
    verdict_done(&verdict);
    der_done(&token);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("negotiate");
    TCase *tests = tcase_create("negotiate");
    tcase_add_checked_fixture(tests, stand_setup, stand_teardown);
    tcase_add_loop_test(tests, ticket, 0, (int)COUNT(ticket_rows));
    tcase_add_loop_test(tests, absurd_count, 0, (int)COUNT(absurd_rows));
    tcase_add_test(tests, pac_of_the_authenticator_is_ignored);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
