#include "support/authority.h"

#include <arpa/inet.h>
#include <gnutls/x509.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PEM_MAX = 8192, PATH_SIZE = 1024, DAY_S = 86400 };

static void must(int code, const char *what)
{
    if (code >= 0)
        return;
    (void)fprintf(stderr, "authority: %s: %s\n", what, gnutls_strerror(code));
    exit(99);
}

struct pair {
    gnutls_x509_crt_t certificate;
    gnutls_x509_privkey_t key;
};

/* NULL for `host`: an authority. */
static void make(struct pair *pair, const struct pair *by, const char *name, const char *host)
{
    static unsigned char serial = 1;
    unsigned char loopback[4] = {127, 0, 0, 1};
    const char *problem = NULL;
    must(gnutls_x509_privkey_init(&pair->key), "key");
    must(gnutls_x509_privkey_generate(pair->key, GNUTLS_PK_ECDSA,
                                      GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0),
         "key");
    must(gnutls_x509_crt_init(&pair->certificate), "certificate");
    gnutls_x509_crt_t certificate = pair->certificate;
    must(gnutls_x509_crt_set_version(certificate, 3), "version");
    serial++;
    must(gnutls_x509_crt_set_serial(certificate, &serial, 1), "serial");
    must(gnutls_x509_crt_set_activation_time(certificate, time(NULL) - DAY_S), "time");
    must(gnutls_x509_crt_set_expiration_time(certificate, time(NULL) + DAY_S), "time");
    must(gnutls_x509_crt_set_dn(certificate, name, &problem), "name");
    must(gnutls_x509_crt_set_key(certificate, pair->key), "key");
    must(gnutls_x509_crt_set_basic_constraints(certificate, host == NULL, -1), "constraints");
    if (host != NULL)
        must(gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_DNSNAME, host,
                                                  (unsigned)strlen(host), 0),
             "host");
    if (host != NULL && strcmp(host, "localhost") == 0)
        must(gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_IPADDRESS, loopback,
                                                  sizeof loopback, GNUTLS_FSAN_APPEND),
             "address");
    must(gnutls_x509_crt_sign2(certificate, by->certificate, by->key, GNUTLS_DIG_SHA256, 0), "signature");
}

static void write_file(const char *folder, const char *name, const char *data, size_t size)
{
    char path[PATH_SIZE];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "we");
    if (file == NULL || fwrite(data, 1, size, file) != size || fclose(file) != 0) {
        perror(path);
        exit(99);
    }
}

static void keep(const struct pair *pair, const char *folder, const char *certificate, const char *key)
{
    char data[PEM_MAX];
    size_t size = sizeof data;
    must(gnutls_x509_crt_export(pair->certificate, GNUTLS_X509_FMT_PEM, data, &size), certificate);
    write_file(folder, certificate, data, size);
    size = sizeof data;
    must(gnutls_x509_privkey_export(pair->key, GNUTLS_X509_FMT_PEM, data, &size), key);
    if (key[0] != 0)
        write_file(folder, key, data, size);
}

static void done(struct pair *pair)
{
    gnutls_x509_crt_deinit(pair->certificate);
    gnutls_x509_privkey_deinit(pair->key);
}

void authority_make(const char *folder)
{
    struct pair authority = {.key = NULL};
    struct pair other = {.key = NULL};
    struct pair server = {.key = NULL};
    struct pair elsewhere = {.key = NULL};
    make(&authority, &authority, "CN=authority", NULL);
    make(&other, &other, "CN=other", NULL);
    make(&server, &authority, "CN=server", "localhost");
    make(&elsewhere, &authority, "CN=elsewhere", "elsewhere.example");
    keep(&authority, folder, "ca.pem", "");
    keep(&other, folder, "other.pem", "");
    keep(&server, folder, "server.pem", "server.key");
    keep(&elsewhere, folder, "elsewhere.pem", "elsewhere.key");
    done(&authority);
    done(&other);
    done(&server);
    done(&elsewhere);
}
