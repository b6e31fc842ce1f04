#include "support/pem.h"

#include <gnutls/abstract.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DAY_S = 86400, RSA_BITS = 2048 };

static void must(int code, const char *what)
{
    if (code >= 0)
        return;
    (void)fprintf(stderr, "pem: %s: %s\n", what, gnutls_strerror(code));
    exit(99);
}

static void make_key(const struct pem_order *order, struct pem *pem)
{
    gnutls_pk_algorithm_t algorithm = order->algorithm == 0 ? GNUTLS_PK_ECDSA : order->algorithm;
    unsigned bits = order->bits;
    if (bits == 0)
        bits = algorithm == GNUTLS_PK_ECDSA ? GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1) : RSA_BITS;
    must(gnutls_x509_privkey_init(&pem->key), "key");
    must(gnutls_x509_privkey_generate(pem->key, algorithm, bits, 0), "key");
}

static void name_host(gnutls_x509_crt_t certificate, const char *host)
{
    unsigned char loopback[4] = {127, 0, 0, 1};
    must(gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_DNSNAME, host, (unsigned)strlen(host),
                                              0),
         "host");
    if (strcmp(host, "localhost") == 0)
        must(gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_IPADDRESS, loopback,
                                                  sizeof loopback, GNUTLS_FSAN_APPEND),
             "address");
}

void pem_make(const struct pem_order *order, struct pem *ret)
{
    static unsigned char serial = 1;
    const char *problem = NULL;
    const time_t now = time(NULL);
    *ret = (struct pem){.key = NULL};
    make_key(order, ret);
    must(gnutls_x509_crt_init(&ret->certificate), "certificate");
    gnutls_x509_crt_t certificate = ret->certificate;
    must(gnutls_x509_crt_set_version(certificate, 3), "version");
    serial++;
    must(gnutls_x509_crt_set_serial(certificate, &serial, 1), "serial");
    must(
        gnutls_x509_crt_set_activation_time(certificate, now + (order->from_s == 0 ? -DAY_S : order->from_s)),
        "time");
    must(gnutls_x509_crt_set_expiration_time(certificate, now + (order->to_s == 0 ? DAY_S : order->to_s)),
         "time");
    must(gnutls_x509_crt_set_dn(certificate, order->name == NULL ? "CN=localhost" : order->name, &problem),
         "name");
    must(gnutls_x509_crt_set_key(certificate, ret->key), "key");
    must(gnutls_x509_crt_set_basic_constraints(certificate, order->authority, -1), "constraints");
    if (order->purpose != NULL)
        must(gnutls_x509_crt_set_key_purpose_oid(certificate, order->purpose, 0), "purpose");
    if (order->host != NULL)
        name_host(certificate, order->host);
    const struct pem *by = order->by == NULL ? ret : order->by;
    must(gnutls_x509_crt_sign2(certificate, by->certificate, by->key,
                               order->hash == 0 ? GNUTLS_DIG_SHA256 : order->hash,
                               order->pss ? GNUTLS_PRIVKEY_SIGN_FLAG_RSA_PSS : 0),
         "signature");
}

void pem_done(struct pem *pem)
{
    gnutls_x509_crt_deinit(pem->certificate);
    gnutls_x509_privkey_deinit(pem->key);
}

static size_t append(const struct pem *pem, char *text, size_t at)
{
    size_t size = PEM_TEXT_MAX - at;
    must(gnutls_x509_crt_export(pem->certificate, GNUTLS_X509_FMT_PEM, text + at, &size), "certificate");
    return at + size;
}

const char *pem_certificate(const struct pem *pem, const struct pem *issuer)
{
    static char text[PEM_TEXT_MAX];
    size_t size = append(pem, text, 0);
    if (issuer != NULL)
        size = append(issuer, text, size);
    text[size] = '\0';
    return text;
}

const char *pem_key(const struct pem *pem)
{
    static char text[PEM_TEXT_MAX];
    size_t size = sizeof text - 1;
    must(
        gnutls_x509_privkey_export_pkcs8(pem->key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, text, &size),
        "key");
    text[size] = '\0';
    return text;
}
