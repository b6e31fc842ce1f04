#include "platform/certificate_pair.h"

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>

enum { KEY_ID_SIZE = 32, HASH_MAX = 64, OID_SIZE = 128 };

/* What is looked at before it becomes credentials. */
struct draft {
    gnutls_x509_crt_t *chain;
    unsigned count;
    gnutls_x509_privkey_t key;
};

static void draft_done(struct draft *draft)
{
    for (unsigned i = 0; i < draft->count; i++)
        gnutls_x509_crt_deinit(draft->chain[i]);
    gnutls_free(draft->chain);
    if (draft->key != NULL)
        gnutls_x509_privkey_deinit(draft->key); /* wipes it */
}

static gnutls_datum_t datum_of(struct bytes bytes)
{
    union {
        const uint8_t *from;
        unsigned char *to;
    } data = {.from = bytes.data}; /* GnuTLS' type has no const */
    return (gnutls_datum_t){.data = data.to, .size = (unsigned)bytes.size};
}

/* NULL, or what is wrong. */
static const char *read_chain(struct bytes pem, struct draft *draft)
{
    gnutls_datum_t datum = datum_of(pem);
    int code = gnutls_x509_crt_list_import2(&draft->chain, &draft->count, &datum, GNUTLS_X509_FMT_PEM,
                                            GNUTLS_X509_CRT_LIST_FAIL_IF_UNSORTED);
    if (code >= 0 && draft->count > 0)
        return NULL;
    draft->chain = NULL;
    draft->count = 0;
    if (code == GNUTLS_E_CERTIFICATE_LIST_UNSORTED)
        return "has a chain that is out of order; put the service's own certificate first, and behind each that of its "
               "issuer";
    return "holds no certificate in PEM; begin it with -----BEGIN CERTIFICATE-----";
}

static const char *read_key(struct bytes pem, struct draft *draft)
{
    gnutls_datum_t datum = datum_of(pem);
    if (gnutls_x509_privkey_init(&draft->key) < 0)
        return "cannot be read: out of memory";
    int code = gnutls_x509_privkey_import2(draft->key, &datum, GNUTLS_X509_FMT_PEM, NULL, 0);
    if (code >= 0)
        return NULL;
    if (code == GNUTLS_E_DECRYPTION_FAILED)
        return "is encrypted; keep it without a password in a file that only the service may read: openssl pkey -in "
               "FILE -out OTHER";
    return "holds no private key in PEM; begin it with -----BEGIN PRIVATE KEY-----";
}

static bool is_key_of(gnutls_x509_privkey_t key, gnutls_x509_crt_t certificate)
{
    unsigned char wanted[KEY_ID_SIZE];
    unsigned char seen[KEY_ID_SIZE];
    size_t wanted_size = sizeof wanted;
    size_t seen_size = sizeof seen;
    return gnutls_x509_crt_get_key_id(certificate, GNUTLS_KEYID_USE_SHA256, wanted, &wanted_size) >= 0 &&
           gnutls_x509_privkey_get_key_id(key, GNUTLS_KEYID_USE_SHA256, seen, &seen_size) >= 0 &&
           bytes_equal(bytes_of(wanted, wanted_size), bytes_of(seen, seen_size));
}

/* 112 bits: RSA of 2048. */
static bool is_strong(gnutls_x509_crt_t certificate)
{
    unsigned bits = 0;
    int algorithm = gnutls_x509_crt_get_pk_algorithm(certificate, &bits);
    return algorithm >= 0 &&
           gnutls_pk_bits_to_sec_param((gnutls_pk_algorithm_t)algorithm, bits) >= GNUTLS_SEC_PARAM_MEDIUM;
}

/* RFC 5280 4.2.1.12: one without the extension is for everything. */
static bool is_for_servers(gnutls_x509_crt_t certificate)
{
    char oid[OID_SIZE];
    for (unsigned i = 0;; i++) {
        size_t size = sizeof oid;
        int code = gnutls_x509_crt_get_key_purpose_oid(certificate, i, oid, &size, NULL);
        if (code == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
            return i == 0;
        if (code < 0)
            return false;
        if (strcmp(oid, GNUTLS_KP_TLS_WWW_SERVER) == 0 || strcmp(oid, GNUTLS_KP_ANY) == 0)
            return true;
    }
}

static struct certificate_mistake check_times(const struct draft *draft, int64_t now, int64_t *ret_expires_at)
{
    *ret_expires_at = INT64_MAX;
    for (unsigned i = 0; i < draft->count; i++) {
        const time_t from = gnutls_x509_crt_get_activation_time(draft->chain[i]);
        const time_t to = gnutls_x509_crt_get_expiration_time(draft->chain[i]);
        if (from == (time_t)-1 || to == (time_t)-1)
            return (struct certificate_mistake){.text =
                                                    "has no readable time of validity; have it issued again"};
        if (now < from)
            return (struct certificate_mistake){
                .text = "is not valid yet, or one of its chain; look at this machine's clock, or wait",
                .passes = true};
        if (now > to)
            return (struct certificate_mistake){.text = "has expired, or one of its chain; have it renewed"};
        if (to < *ret_expires_at)
            *ret_expires_at = to;
    }
    return (struct certificate_mistake){.text = NULL};
}

static const char *check_certificate(const struct draft *draft)
{
    gnutls_x509_crt_t own = draft->chain[0];
    if (!is_strong(own))
        return "has a key that is too weak; use RSA of 2048 bits or more, or an elliptic curve";
    if (!is_for_servers(own))
        return "is not for servers; have it issued with the extended key usage serverAuth";
    return NULL;
}

static const char *check_key(const struct draft *draft)
{
    for (unsigned i = 0; i < draft->count; i++) {
        if (is_key_of(draft->key, draft->chain[i]))
            return i == 0 ? NULL
                          : "is that of an issuer; put the service's own certificate first in the chain";
    }
    return "does not match the certificate; give the key that the certificate was asked for with";
}

/* RFC 5929 4.1: the hash of the certificate's signature, SHA-256 in place of MD5 and SHA-1. A signature that uses none, or several,
 * has no such binding; GnuTLS tells one for Ed25519, whose hash is inside it. */
static gnutls_digest_algorithm_t binding_hash(gnutls_x509_crt_t certificate)
{
    const int algorithm = gnutls_x509_crt_get_signature_algorithm(certificate);
    if (algorithm < 0 || algorithm == GNUTLS_SIGN_EDDSA_ED25519 || algorithm == GNUTLS_SIGN_EDDSA_ED448)
        return GNUTLS_DIG_UNKNOWN;
    gnutls_digest_algorithm_t hash = gnutls_sign_get_hash_algorithm((gnutls_sign_algorithm_t)algorithm);
    return hash == GNUTLS_DIG_MD5 || hash == GNUTLS_DIG_SHA1 ? GNUTLS_DIG_SHA256 : hash;
}

static enum err make_binding(gnutls_x509_crt_t certificate, struct certificate_pair *pair)
{
    static const char prefix[] = "tls-server-end-point:";
    const gnutls_digest_algorithm_t hash = binding_hash(certificate);
    const size_t prefix_size = sizeof prefix - 1;
    gnutls_datum_t whole = {.data = NULL};
    if (hash == GNUTLS_DIG_UNKNOWN || gnutls_hash_get_len(hash) > HASH_MAX)
        return ERR_NONE;
    if (gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_DER, &whole) < 0)
        return ERR_NO_MEMORY;
    memcpy(pair->binding, prefix, prefix_size);
    const bool hashed = gnutls_hash_fast(hash, whole.data, whole.size, pair->binding + prefix_size) >= 0;
    gnutls_free(whole.data);
    pair->binding_size = hashed ? prefix_size + gnutls_hash_get_len(hash) : 0;
    return hashed ? ERR_NONE : ERR_NO_MEMORY;
}

static enum err make_pair(const struct draft *draft, struct certificate_pair *pair)
{
    if (gnutls_certificate_allocate_credentials(&pair->credentials) < 0)
        return ERR_NO_MEMORY;
    if (gnutls_certificate_set_x509_key(pair->credentials, draft->chain, (int)draft->count, draft->key) < 0)
        return ERR_MALFORMED;
    return make_binding(draft->chain[0], pair);
}

static struct certificate_mistake check(const struct draft *draft, const struct certificate_demand *demand,
                                        int64_t *ret_expires_at)
{
    struct certificate_mistake mistake = {.text = check_certificate(draft)};
    if (mistake.text == NULL)
        mistake = check_times(draft, demand->now, ret_expires_at);
    if (mistake.text == NULL)
        mistake = (struct certificate_mistake){.text = check_key(draft), .of_key = true};
    return mistake;
}

enum err certificate_pair_read(struct bytes chain, struct bytes key, const struct certificate_demand *demand,
                               struct certificate_pair *ret, struct certificate_mistake *ret_mistake)
{
    struct draft draft = {.chain = NULL};
    struct certificate_pair pair = {.credentials = NULL};
    struct certificate_mistake mistake = {.text = read_chain(chain, &draft)};
    enum err err = ERR_MALFORMED;
    if (mistake.text == NULL)
        mistake = (struct certificate_mistake){.text = read_key(key, &draft), .of_key = true};
    if (mistake.text == NULL)
        mistake = check(&draft, demand, &pair.expires_at);
    if (mistake.text == NULL)
        err = make_pair(&draft, &pair);
    if (err == ERR_NONE && demand->must_bind && pair.binding_size == 0) {
        mistake = (struct certificate_mistake){
            .text =
                "is signed in a way that no channel can be bound to; have it signed with RSA or ECDSA, or do "
                "not set channel_binding = require"};
        err = ERR_MALFORMED;
    }
    draft_done(&draft);
    if (err == ERR_NONE) {
        *ret = pair;
        return ERR_NONE;
    }
    certificate_pair_done(&pair);
    *ret_mistake = mistake;
    return err;
}

void certificate_pair_done(struct certificate_pair *pair)
{
    if (pair->credentials != NULL)
        gnutls_certificate_free_credentials(pair->credentials);
    *pair = (struct certificate_pair){.credentials = NULL};
}
