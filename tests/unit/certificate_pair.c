/* Which certificates and keys are shown to clients, and what is a ticket bound to by each? */
#include "platform/certificate_pair.h"

#include "support/pem.h"
#include "support/suite.h"

#include <stdlib.h>
#include <time.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))
#define SERVER_AUTH  "1.3.6.1.5.5.7.3.1"
#define CLIENT_AUTH  "1.3.6.1.5.5.7.3.2"
#define ANY_PURPOSE  "2.5.29.37.0"

static struct certificate_demand now_of(bool must_bind)
{
    return (struct certificate_demand){.now = (int64_t)time(NULL), .must_bind = must_bind};
}

/* NULL: taken. */
static const char *mistake_of(const char *chain, const char *key, bool must_bind,
                              struct certificate_pair *ret, bool *ret_of_key)
{
    const struct certificate_demand demand = now_of(must_bind);
    struct certificate_mistake mistake = {.text = "no words"};
    enum err err =
        certificate_pair_read(bytes_of_string(chain), bytes_of_string(key), &demand, ret, &mistake);
    ck_assert_int_eq(err, err == ERR_NONE ? ERR_NONE : ERR_MALFORMED);
    *ret_of_key = mistake.of_key;
    return err == ERR_NONE ? NULL : mistake.text;
}

/* The pair of one order, by itself. */
static const struct {
    const char *name;
    struct pem_order order;
    const char *mistake; /* its beginning; NULL: taken */
} pair_rows[] = {
    {"plain", {.host = "localhost"}, NULL},
    {"RSA", {.algorithm = GNUTLS_PK_RSA, .bits = 2048}, NULL},
    {"Ed25519", {.algorithm = GNUTLS_PK_EDDSA_ED25519, .bits = 255, .hash = GNUTLS_DIG_SHA512}, NULL},
    {"RSA-PSS", {.algorithm = GNUTLS_PK_RSA_PSS}, NULL},
    {"P-384", {.bits = GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP384R1)}, NULL},
    {"for servers", {.purpose = SERVER_AUTH}, NULL},
    {"for everything", {.purpose = ANY_PURPOSE}, NULL},
    {"for clients", {.purpose = CLIENT_AUTH}, "is not for servers"},
    {"RSA of 1024 bits", {.algorithm = GNUTLS_PK_RSA, .bits = 1024}, "has a key that is too weak"},
    {"of yesterday", {.to_s = -10}, "has expired"},
    {"of tomorrow", {.from_s = 3600}, "is not valid yet"},
};

START_TEST(pair_row)
{
    struct pem pem;
    struct certificate_pair pair = {.credentials = NULL};
    bool of_key = true;
    pem_make(&pair_rows[_i].order, &pem);
    const char *mistake = mistake_of(pem_certificate(&pem, NULL), pem_key(&pem), false, &pair, &of_key);
    const char *expected = pair_rows[_i].mistake;
    if (expected == NULL) {
        ck_assert_msg(mistake == NULL, "%s: %s", pair_rows[_i].name, mistake);
        ck_assert_int_gt(pair.expires_at, (int64_t)time(NULL));
    } else {
        ck_assert_msg(mistake != NULL && strncmp(mistake, expected, strlen(expected)) == 0, "%s: %s",
                      pair_rows[_i].name, mistake);
        ck_assert(!of_key);
    }
    certificate_pair_done(&pair);
    pem_done(&pem);
}
END_TEST

/* Two that belong together, and what may be made of their files. */
static struct pem authority;
static struct pem server;
static struct pem stranger;

static void make(void)
{
    pem_make(&(struct pem_order){.name = "CN=authority", .authority = true}, &authority);
    pem_make(&(struct pem_order){.by = &authority}, &server);
    pem_make(&(struct pem_order){.name = "CN=stranger"}, &stranger);
}

static void clean(void)
{
    pem_done(&authority);
    pem_done(&server);
    pem_done(&stranger);
}

static void refuses(const char *chain, const char *key, bool of_key, const char *expected)
{
    struct certificate_pair pair = {.credentials = NULL};
    bool said_of_key = !of_key;
    const char *mistake = mistake_of(chain, key, false, &pair, &said_of_key);
    ck_assert_msg(mistake != NULL && strncmp(mistake, expected, strlen(expected)) == 0, "%s, not %s", mistake,
                  expected);
    ck_assert_int_eq(said_of_key, of_key);
}

START_TEST(chains)
{
    struct certificate_pair pair = {.credentials = NULL};
    bool of_key = false;
    ck_assert_ptr_null(
        mistake_of(pem_certificate(&server, &authority), pem_key(&server), true, &pair, &of_key));
    certificate_pair_done(&pair);
    ck_assert_ptr_null(mistake_of(pem_certificate(&server, NULL), pem_key(&server), true, &pair, &of_key));
    certificate_pair_done(&pair);
    refuses(pem_certificate(&server, &stranger), pem_key(&server), false, "has a chain that is out of order");
    refuses(pem_certificate(&authority, &server), pem_key(&server), false,
            "has a chain that is out of order");
    refuses(pem_certificate(&server, &authority), pem_key(&authority), true, "is that of an issuer");
    refuses(pem_certificate(&server, &authority), pem_key(&stranger), true, "does not match the certificate");
}
END_TEST

static const char *const not_pem[] = {
    "",
    "nonsense",
    "-----BEGIN CERTIFICATE-----\n",
    "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    "-----BEGIN PRIVATE KEY-----\nMAAA\n-----END PRIVATE KEY-----\n",
};

START_TEST(what_is_no_pem)
{
    refuses(not_pem[_i], pem_key(&server), false, "holds no certificate in PEM");
    refuses(pem_certificate(&server, NULL), not_pem[_i], true, "holds no private key in PEM");
}
END_TEST

START_TEST(an_encrypted_key)
{
    char text[PEM_TEXT_MAX];
    size_t size = sizeof text - 1;
    ck_assert_int_ge(gnutls_x509_privkey_export_pkcs8(server.key, GNUTLS_X509_FMT_PEM, "secret",
                                                      GNUTLS_PKCS_PBES2_AES_256, text, &size),
                     0);
    text[size] = '\0';
    refuses(pem_certificate(&server, NULL), text, true, "is encrypted");
}
END_TEST

START_TEST(one_of_the_chain_has_expired)
{
    struct pem old;
    struct pem new;
    pem_make(&(struct pem_order){.name = "CN=old", .authority = true, .to_s = -10}, &old);
    pem_make(&(struct pem_order){.by = &old}, &new);
    refuses(pem_certificate(&new, &old), pem_key(&new), false, "has expired, or one of its chain");
    pem_done(&old);
    pem_done(&new);
}
END_TEST

/* RFC 5280 4.1.2.5: both ends belong to it. */
START_TEST(valid_to_the_second)
{
    const int64_t from = gnutls_x509_crt_get_activation_time(server.certificate);
    const int64_t to = gnutls_x509_crt_get_expiration_time(server.certificate);
    const struct {
        int64_t now;
        const char *mistake;
        bool passes;
    } moments[] = {{from - 1, "is not valid yet", true},
                   {from, NULL, false},
                   {to, NULL, false},
                   {to + 1, "has expired", false}};
    for (int i = 0; i < COUNT(moments); i++) {
        struct certificate_pair pair = {.credentials = NULL};
        struct certificate_mistake mistake = {.text = NULL};
        const struct certificate_demand demand = {.now = moments[i].now};
        enum err err = certificate_pair_read(bytes_of_string(pem_certificate(&server, NULL)),
                                             bytes_of_string(pem_key(&server)), &demand, &pair, &mistake);
        ck_assert_int_eq(err, moments[i].mistake == NULL ? ERR_NONE : ERR_MALFORMED);
        ck_assert_int_eq(mistake.passes, moments[i].passes);
        if (moments[i].mistake != NULL)
            ck_assert_ptr_eq(strstr(mistake.text, moments[i].mistake), mistake.text);
        certificate_pair_done(&pair);
    }
}
END_TEST

START_TEST(a_chain_ends_with_its_first)
{
    struct pem brief;
    struct pem new;
    struct certificate_pair pair = {.credentials = NULL};
    bool of_key = false;
    pem_make(&(struct pem_order){.name = "CN=brief", .authority = true, .to_s = 3600}, &brief);
    pem_make(&(struct pem_order){.by = &brief}, &new);
    ck_assert_ptr_null(mistake_of(pem_certificate(&new, &brief), pem_key(&new), false, &pair, &of_key));
    ck_assert_int_eq(pair.expires_at, gnutls_x509_crt_get_expiration_time(brief.certificate));
    certificate_pair_done(&pair);
    pem_done(&brief);
    pem_done(&new);
}
END_TEST

/* Of the service's own certificate, whoever else is in the chain. */
START_TEST(a_chain_binds_to_its_first)
{
    struct certificate_pair alone = {.credentials = NULL};
    struct certificate_pair chain = {.credentials = NULL};
    bool of_key = false;
    ck_assert_ptr_null(mistake_of(pem_certificate(&server, NULL), pem_key(&server), true, &alone, &of_key));
    ck_assert_ptr_null(
        mistake_of(pem_certificate(&server, &authority), pem_key(&server), true, &chain, &of_key));
    ck_assert_uint_eq(chain.binding_size, alone.binding_size);
    ck_assert_mem_eq(chain.binding, alone.binding, alone.binding_size);
    certificate_pair_done(&alone);
    certificate_pair_done(&chain);
}
END_TEST

/* RFC 5929 4.1. The signature's hash, SHA-256 for the two old ones; none where the signature has none of its own. */
static const struct {
    const char *name;
    struct pem_order order;
    gnutls_digest_algorithm_t hash; /* 0: there is no binding */
} binding_rows[] = {
    {"SHA-256", {.hash = GNUTLS_DIG_SHA256}, GNUTLS_DIG_SHA256},
    {"SHA-384", {.hash = GNUTLS_DIG_SHA384}, GNUTLS_DIG_SHA384},
    {"SHA-512", {.algorithm = GNUTLS_PK_RSA, .hash = GNUTLS_DIG_SHA512}, GNUTLS_DIG_SHA512},
    {"SHA-1", {.algorithm = GNUTLS_PK_RSA, .hash = GNUTLS_DIG_SHA1}, GNUTLS_DIG_SHA256},
    {"MD5", {.algorithm = GNUTLS_PK_RSA, .hash = GNUTLS_DIG_MD5}, GNUTLS_DIG_SHA256},
    {"RSA-PSS", {.algorithm = GNUTLS_PK_RSA, .pss = true, .hash = GNUTLS_DIG_SHA384}, GNUTLS_DIG_SHA384},
    {"Ed25519", {.algorithm = GNUTLS_PK_EDDSA_ED25519, .bits = 255, .hash = GNUTLS_DIG_SHA512}, 0},
};

/* Where everybody must bind, it is no certificate to serve with. */
static void refuses_to_bind(const struct pem *pem)
{
    struct certificate_pair pair = {.credentials = NULL};
    bool of_key = true;
    const char *mistake = mistake_of(pem_certificate(pem, NULL), pem_key(pem), true, &pair, &of_key);
    ck_assert_ptr_nonnull(mistake);
    ck_assert_ptr_nonnull(strstr(mistake, "no channel can be bound to"));
    ck_assert(!of_key);
}

START_TEST(binding_row)
{
    static const char prefix[] = "tls-server-end-point:";
    const size_t prefix_size = sizeof prefix - 1;
    struct pem pem;
    struct certificate_pair pair = {.credentials = NULL};
    bool of_key = false;
    uint8_t hash[64];
    size_t size = sizeof hash;
    pem_make(&binding_rows[_i].order, &pem);
    const char *mistake = mistake_of(pem_certificate(&pem, NULL), pem_key(&pem), false, &pair, &of_key);
    ck_assert_msg(mistake == NULL, "%s: %s", binding_rows[_i].name, mistake);
    if (binding_rows[_i].hash == 0) {
        ck_assert_uint_eq(pair.binding_size, 0);
        refuses_to_bind(&pem);
    } else {
        ck_assert_int_ge(gnutls_x509_crt_get_fingerprint(pem.certificate, binding_rows[_i].hash, hash, &size),
                         0);
        ck_assert_uint_eq(pair.binding_size, prefix_size + size);
        ck_assert_int_eq(memcmp(pair.binding, prefix, prefix_size), 0);
        ck_assert_int_eq(memcmp(pair.binding + prefix_size, hash, size), 0);
    }
    certificate_pair_done(&pair);
    pem_done(&pem);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("certificate_pair");
    TCase *tests = tcase_create("certificate_pair");
    tcase_add_unchecked_fixture(tests, make, clean);
    tcase_add_loop_test(tests, pair_row, 0, COUNT(pair_rows));
    tcase_add_test(tests, chains);
    tcase_add_loop_test(tests, what_is_no_pem, 0, COUNT(not_pem));
    tcase_add_test(tests, an_encrypted_key);
    tcase_add_test(tests, one_of_the_chain_has_expired);
    tcase_add_test(tests, valid_to_the_second);
    tcase_add_test(tests, a_chain_ends_with_its_first);
    tcase_add_test(tests, a_chain_binds_to_its_first);
    tcase_add_loop_test(tests, binding_row, 0, COUNT(binding_rows));
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
