#include "support/stand.h"
#include "support/suite.h"

#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const struct {
    const char *name;
    enum initiator_mechs mechs;
    OM_uint32 flags;
    enum negotiate_outcome outcome;
    const char *reason;
    unsigned legs;
    bool mutual;
    bool identify;
} shake_rows[] = {
    {"one leg", INITIATOR_SPNEGO, 0, NEGOTIATE_ACCEPTED, NULL, 1, false, false},
    {"mutual", INITIATOR_SPNEGO, GSS_C_MUTUAL_FLAG, NEGOTIATE_ACCEPTED, NULL, 1, true, false},
    {"identify", INITIATOR_SPNEGO, GSS_C_IDENTIFY_FLAG, NEGOTIATE_ACCEPTED, NULL, 1, false, true},
    {"DCE style", INITIATOR_SPNEGO, GSS_C_DCE_STYLE | GSS_C_MUTUAL_FLAG, NEGOTIATE_REFUSED, "malformed", 1,
     false, false},
    {"bare Kerberos", INITIATOR_KERBEROS, GSS_C_MUTUAL_FLAG, NEGOTIATE_ACCEPTED, NULL, 1, true, false},
};

START_TEST(shake)
{
    struct mint_order order = {0};
    struct initiator client = {.mechs = shake_rows[_i].mechs, .flags = shake_rows[_i].flags};
    struct verdict verdict;
    stand_shake(&stand_of_test, &order, &client, (struct negotiate_channel){.required = false}, &verdict);
    ck_assert_msg(verdict.outcome == shake_rows[_i].outcome, "%s: %d %s", shake_rows[_i].name,
                  verdict.outcome, verdict.reason);
    ck_assert_msg(verdict.legs == shake_rows[_i].legs, "%s: %u legs", shake_rows[_i].name, verdict.legs);
    if (verdict.outcome == NEGOTIATE_ACCEPTED) {
        ck_assert_msg(verdict.client_content, "%s", shake_rows[_i].name);
        ck_assert_int_eq(verdict.context->identify_only, shake_rows[_i].identify);
        ck_assert(!shake_rows[_i].mutual || verdict.reply_size != 0);
    } else {
        ck_assert_str_eq(verdict.reason, shake_rows[_i].reason);
        ck_assert_uint_eq(verdict.reply_size, 0);
    }
    verdict_done(&verdict);
}
END_TEST

static void make_token(const struct mint_order *order, struct der *ret)
{
    initiator_raw_token(stand_of_test.mint, order, ret);
}

static const char *offer(struct bytes token)
{
    struct verdict verdict;
    stand_offer(&stand_of_test, token, &verdict);
    const char *said = verdict.outcome == NEGOTIATE_ACCEPTED   ? "accepted"
                       : verdict.outcome == NEGOTIATE_CONTINUE ? "continue"
                                                               : verdict.reason;
    ck_assert(verdict.outcome != NEGOTIATE_REFUSED || verdict.reply_size == 0);
    verdict_done(&verdict);
    return said;
}

static const char *offer_order(const struct mint_order *order)
{
    struct der token = {0};
    make_token(order, &token);
    const char *said = offer(der_bytes(&token));
    der_done(&token);
    return said;
}

/* What the list offers, and whose token comes with it. "bare" rows go without SPNEGO. */
static const struct {
    const char *name;
    const struct bytes *mechs[3];
    const char *raw_token; /* instead of Kerberos' */
    size_t raw_size;
    const char *said;
} offer_rows[] = {
    {"Kerberos", {&initiator_oid_kerberos}, NULL, 0, "accepted"},
    {"Windows' number first",
     {&initiator_oid_kerberos_windows, &initiator_oid_kerberos, &initiator_oid_ntlm},
     NULL,
     0,
     "accepted"},
    {"Windows' number alone", {&initiator_oid_kerberos_windows}, NULL, 0, "accepted"},
    {"Kerberos, and NegoEx behind it", {&initiator_oid_kerberos, &initiator_oid_negoex}, NULL, 0, "accepted"},
    {"NTLM first, its token guessed",
     {&initiator_oid_ntlm, &initiator_oid_kerberos},
     "NTLMSSP\0\1\0\0\0",
     12,
     "continue"},
    {"NegoEx first, its token guessed",
     {&initiator_oid_negoex, &initiator_oid_kerberos},
     "NEGOEXTS\0\0\0\0",
     12,
     "continue"},
    {"NegoEx and NTLM first",
     {&initiator_oid_negoex, &initiator_oid_ntlm, &initiator_oid_kerberos},
     "NEGOEXTS\0\0\0\0",
     12,
     "continue"},
    {"NTLM alone", {&initiator_oid_ntlm}, "NTLMSSP\0\1\0\0\0", 12, "ntlm"},
    {"NegoEx alone", {&initiator_oid_negoex}, "NEGOEXTS\0\0\0\0", 12, "negoex"},
    {"NegoEx and NTLM", {&initiator_oid_negoex, &initiator_oid_ntlm}, "NEGOEXTS\0\0\0\0", 12, "ntlm"},
    {"IAKERB alone", {&initiator_oid_iakerb}, NULL, 0, "no-kerberos"},
    {"Kerberos promised, NTLM sent", {&initiator_oid_kerberos}, "NTLMSSP\0\1\0\0\0", 12, "ntlm"},
    {"Kerberos promised, NegoEx sent", {&initiator_oid_kerberos}, "NEGOEXTS\0\0\0\0", 12, "malformed"},
    {"Kerberos promised, no token", {&initiator_oid_kerberos}, "", 0, "continue"},
};

START_TEST(offered)
{
    struct bytes mechs[3];
    size_t count = 0;
    while (count < 3 && offer_rows[_i].mechs[count] != NULL) {
        mechs[count] = *offer_rows[_i].mechs[count];
        count++;
    }
    struct mint_order order = {0};
    struct der inner = {0};
    struct der outer = {0};
    make_token(&order, &inner);
    struct bytes raw = bytes_of(offer_rows[_i].raw_token, offer_rows[_i].raw_size);
    initiator_neg_token(mechs, count, offer_rows[_i].raw_token != NULL ? raw : der_bytes(&inner), &outer);
    ck_assert_msg(strcmp(offer(der_bytes(&outer)), offer_rows[_i].said) == 0, "%s", offer_rows[_i].name);
    der_done(&inner);
    der_done(&outer);
}
END_TEST

START_TEST(replay_is_refused)
{
    struct mint_order order = {0};
    struct der token = {0};
    make_token(&order, &token);
    ck_assert_str_eq(offer(der_bytes(&token)), "accepted");
    ck_assert_str_eq(offer(der_bytes(&token)), "replay");
    /* By another thread's acceptor too. */
    struct acceptor *first = stand_of_test.acceptor;
    ck_assert_int_eq(platform_acceptor_new(stand_of_test.platform, &stand_of_test.acceptor), ERR_NONE);
    ck_assert_str_eq(offer(der_bytes(&token)), "replay");
    platform_acceptor_free(first);
    struct stat status;
    ck_assert_int_eq(stat(stand_of_test.replay_cache, &status), 0);
    ck_assert_int_gt(status.st_size, 0); /* our own, as configured, has it */
    der_done(&token);
}
END_TEST

START_TEST(every_flipped_byte_is_refused)
{
    struct mint_order order = {0};
    struct der token = {0};
    make_token(&order, &token);
    for (size_t i = 0; i < token.size; i++) {
        token.data[i] ^= 0x55;
        const char *said = offer(der_bytes(&token));
        ck_assert_msg(strcmp(said, "continue") != 0, "byte %zu", i);
        /* The ticket's own name is not signed, nor are the AP options and key versions: libkrb5 goes by the key. */
        if (strcmp(said, "accepted") == 0)
            ck_assert_uint_lt(i, 120);
        token.data[i] ^= 0x55;
    }
    der_done(&token);
}
END_TEST

START_TEST(wrong_service_is_refused)
{
    ck_assert_str_eq(
        offer_order(&(struct mint_order){.service = "HTTP/elsewhere", .keytab = "elsewhere.keytab"}),
        "wrong-service");
    ck_assert_str_eq(offer_order(&(struct mint_order){.kvno = 7, .keytab = "elsewhere.keytab"}),
                     "stale-keytab");
}
END_TEST

START_TEST(clocks_may_differ_by_five_minutes)
{
    ck_assert_str_eq(offer_order(&(struct mint_order){.clock_off = 240}), "accepted");
    ck_assert_str_eq(offer_order(&(struct mint_order){.clock_off = 600}), "skew");
    ck_assert_str_eq(offer_order(&(struct mint_order){.clock_off = -600}), "skew");
}
END_TEST

START_TEST(stale_keytab_is_told)
{
    struct platform_health health;
    platform_health(stand_of_test.platform, &health);
    ck_assert_str_eq(health.keys, "ok");
    ck_assert_str_eq(offer_order(&(struct mint_order){.kvno = 2, .keep_keytab = true}), "stale-keytab");
    platform_health(stand_of_test.platform, &health);
    ck_assert_str_eq(health.keys, "stale");
}
END_TEST

START_TEST(keytab_is_taken_up_and_dropped)
{
    struct mint_order newer = {.kvno = 2};
    struct der token = {0};
    make_token(&newer, &token); /* and the keytab gets its key */
    ck_assert_str_eq(offer(der_bytes(&token)), "stale-keytab");
    platform_reload(stand_of_test.platform, true);
    ck_assert_str_eq(offer(der_bytes(&token)), "accepted");
    ck_assert_str_eq(offer_order(&(struct mint_order){.kvno = 1}), "accepted");

    ck_assert_int_eq(unlink(stand_of_test.keytab), 0);
    platform_reload(stand_of_test.platform, true);
    struct mint_order other = {.keytab = "elsewhere.keytab"};
    ck_assert_str_eq(offer_order(&other), "no-keytab");
    der_done(&token);
}
END_TEST

START_TEST(odd_tokens_are_refused)
{
    static const uint8_t large[65536];
    ck_assert_str_eq(offer(bytes_of("", 0)), "malformed");
    ck_assert_str_eq(offer(bytes_of(large, sizeof large)), "malformed");
    ck_assert_str_eq(offer(bytes_of("NTLMSSP\0\1\0\0\0", 12)), "ntlm");
}
END_TEST

/* NTLM first, whose token nobody reads: so it may have any size. */
static void make_offer(size_t unread, struct der *ret)
{
    static const uint8_t zeros[65536];
    const struct bytes mechs[] = {initiator_oid_ntlm, initiator_oid_kerberos};
    initiator_neg_token(mechs, COUNT(mechs), bytes_of(zeros, unread), ret);
}

START_TEST(tokens_have_a_bound)
{
    enum { MOST = 65535, NEAR = 65000 };
    struct der near = {0};
    make_offer(NEAR, &near);
    for (size_t size = MOST; size <= MOST + 1; size++) {
        struct der token = {0};
        make_offer(NEAR + size - near.size, &token);
        ck_assert_uint_eq(token.size, size);
        ck_assert_str_eq(offer(der_bytes(&token)), size == MOST ? "continue" : "malformed");
        der_done(&token);
    }
    der_done(&near);
}
END_TEST

/* A later leg's token is looked at as the first one's is, before GSSAPI sees it. */
START_TEST(ntlm_in_a_later_leg)
{
    AUTO_ARENA arena;
    struct der first = {0};
    struct der second = {0};
    struct security_context *context = NULL;
    struct negotiate_reply reply;
    const struct negotiate_channel channel = {.required = false};
    arena_init(&arena, 1 << 16);
    make_offer(12, &first);
    der_open(&second, DER_CONTEXT | 1);
    der_open(&second, DER_SEQUENCE);
    der_field_octets(&second, 2, bytes_of("NTLMSSP\0\3\0\0\0", 12));
    der_close_all(&second);
    ck_assert_int_eq(
        platform_negotiate(stand_of_test.acceptor, &context, der_bytes(&first), channel, &arena, &reply),
        ERR_NONE);
    ck_assert_int_eq(reply.outcome, NEGOTIATE_CONTINUE);
    ck_assert_int_eq(
        platform_negotiate(stand_of_test.acceptor, &context, der_bytes(&second), channel, &arena, &reply),
        ERR_NONE);
    ck_assert_int_eq(reply.outcome, NEGOTIATE_REFUSED);
    ck_assert_str_eq(reply.reason, "ntlm");
    ck_assert_ptr_null(context);
    der_done(&first);
    der_done(&second);
}
END_TEST

START_TEST(principals_of_two_components_have_no_user_name)
{
    struct mint_order order = {.client = "host/pc.mint.test"};
    struct der token = {0};
    make_token(&order, &token);
    struct verdict verdict;
    stand_offer(&stand_of_test, der_bytes(&token), &verdict);
    ck_assert_int_eq(verdict.outcome, NEGOTIATE_ACCEPTED);
    ck_assert_str_eq(verdict.context->principal, "host/pc.mint.test@" MINT_REALM);
    ck_assert_ptr_null(verdict.context->user_name);
    verdict_done(&verdict);
    der_done(&token);
}
END_TEST

START_TEST(forwarded_ticket_is_noted)
{
    struct der token = {0};
    make_token(&(struct mint_order){.delegate = true}, &token);
    struct verdict verdict;
    stand_offer(&stand_of_test, der_bytes(&token), &verdict);
    ck_assert_msg(verdict.outcome == NEGOTIATE_ACCEPTED, "%s", verdict.reason);
    ck_assert(verdict.context->delegated);
    verdict_done(&verdict);
    der_done(&token);
}
END_TEST

#define LETTERS_64 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl"
#define LETTERS    LETTERS_64 LETTERS_64 LETTERS_64 LETTERS_64 LETTERS_64 LETTERS_64 LETTERS_64 LETTERS_64

static const struct {
    const char *client;
    const char *said;
} client_rows[] = {
    {"WELLKNOWN/ANONYMOUS@WELLKNOWN:ANONYMOUS", "bad-name"},
    {"bad\xff@MINT.TEST", "bad-name"},
    {"host/bad\xff@MINT.TEST", "bad-name"},
    {"nul\\0byte@MINT.TEST", "bad-name"},
    {"@MINT.TEST", "bad-name"},
    {"alice@", "bad-name"},
    {LETTERS LETTERS "@MINT.TEST", "bad-name"}, /* 1034 bytes */
    {LETTERS LETTERS_64 "@MINT.TEST", "accepted"},
};

START_TEST(client_name)
{
    const char *said =
        offer_order(&(struct mint_order){.client = client_rows[_i].client, .flaw = MINT_NO_PAC});
    ck_assert_msg(strcmp(said, client_rows[_i].said) == 0, "%s: %s", client_rows[_i].client, said);
}
END_TEST

START_TEST(finished_handshake_takes_no_more)
{
    struct mint_order order = {0};
    struct der token = {0};
    make_token(&order, &token);
    struct verdict verdict;
    stand_offer(&stand_of_test, der_bytes(&token), &verdict);
    ck_assert_int_eq(verdict.outcome, NEGOTIATE_ACCEPTED);
    AUTO_ARENA arena;
    arena_init(&arena, 1000);
    struct negotiate_reply reply;
    ck_assert_int_eq(platform_negotiate(stand_of_test.acceptor, &verdict.context, der_bytes(&token),
                                        (struct negotiate_channel){.required = false}, &arena, &reply),
                     ERR_NONE);
    ck_assert_int_eq(reply.outcome, NEGOTIATE_REFUSED);
    ck_assert_ptr_null(verdict.context);
    der_done(&token);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("negotiate_legs");
    TCase *tests = tcase_create("negotiate_legs");
    tcase_add_checked_fixture(tests, stand_setup, stand_teardown);
    tcase_add_loop_test(tests, shake, 0, (int)COUNT(shake_rows));
    tcase_add_loop_test(tests, offered, 0, (int)COUNT(offer_rows));
    tcase_add_test(tests, replay_is_refused);
    tcase_add_test(tests, every_flipped_byte_is_refused);
    tcase_add_test(tests, wrong_service_is_refused);
    tcase_add_test(tests, clocks_may_differ_by_five_minutes);
    tcase_add_test(tests, stale_keytab_is_told);
    tcase_add_test(tests, keytab_is_taken_up_and_dropped);
    tcase_add_test(tests, odd_tokens_are_refused);
    tcase_add_test(tests, tokens_have_a_bound);
    tcase_add_test(tests, ntlm_in_a_later_leg);
    tcase_add_test(tests, principals_of_two_components_have_no_user_name);
    tcase_add_test(tests, forwarded_ticket_is_noted);
    tcase_add_loop_test(tests, client_name, 0, (int)COUNT(client_rows));
    tcase_add_test(tests, finished_handshake_takes_no_more);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
