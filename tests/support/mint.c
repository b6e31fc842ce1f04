#include "support/mint.h"

#include <profile.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LIFETIME_S = 36000, KEY_USAGE_TICKET = 2 /* RFC 4120 7.5.1 */, NAME_TYPE_PRINCIPAL = 1, PATHS = 4 };

struct mint {
    char *folder;
    krb5_context k5;
};

/* A ticket in the making. */
struct making {
    krb5_context k5;
    const struct mint_order *order;
    krb5_principal client;
    krb5_principal service;
    krb5_keyblock key; /* the service's */
    krb5_keyblock session;
    krb5_kvno kvno;
    time_t now;
    struct der authdata; /* AD-IF-RELEVANT contents */
};

void mint_must(krb5_context k5, krb5_error_code code, const char *what)
{
    if (code == 0)
        return;
    const char *text = krb5_get_error_message(k5, code);
    (void)fprintf(stderr, "mint: %s: %s\n", what, text);
    krb5_free_error_message(k5, text);
    exit(99);
}

krb5_data mint_data(struct bytes bytes)
{
    /* libkrb5's type has no const; it does not write through it where we hand it over. */
    union {
        const uint8_t *from;
        char *to;
    } data = {.from = bytes.data};
    return (krb5_data){.magic = KV5M_DATA, .length = (unsigned)bytes.size, .data = data.to};
}

const char *mint_path(const struct mint *mint, const char *file)
{
    static char paths[PATHS][4096];
    static size_t next;
    char *path = paths[next++ % PATHS];
    (void)snprintf(path, sizeof paths[0], "%s%s%s", file[0] == '/' ? "" : mint->folder,
                   file[0] == '/' ? "" : "/", file);
    return path;
}

/* A fixture must never ask the network: no DNS, no KDC. */
static void write_config(const struct mint *mint)
{
    const char *path = mint_path(mint, MINT_CONFIG);
    if (access(path, R_OK) == 0)
        return;
    FILE *file = fopen(path, "we");
    if (file == NULL) {
        perror(path);
        exit(99);
    }
    (void)fprintf(file, "[libdefaults]\n"
                        "    default_realm = " MINT_REALM "\n"
                        "    dns_lookup_kdc = false\n"
                        "    dns_lookup_realm = false\n"
                        "    dns_canonicalize_hostname = false\n"
                        "    rdns = false\n"
                        "[realms]\n"
                        "    " MINT_REALM " = {\n"
                        "        kdc = 127.0.0.1:1\n"
                        "    }\n"
                        "[domain_realm]\n"
                        "    localhost = " MINT_REALM "\n");
    if (fclose(file) != 0) {
        perror(path);
        exit(99);
    }
}

struct mint *mint_open(const char *folder)
{
    struct mint *mint = calloc(1, sizeof *mint);
    if (mint == NULL || (mint->folder = strdup(folder)) == NULL)
        abort();
    (void)mkdir(folder, 0700);
    write_config(mint);
    profile_t profile = NULL;
    long failed = profile_init_path(mint_path(mint, MINT_CONFIG), &profile);
    if (failed == 0)
        failed = krb5_init_context_profile(profile, 0, &mint->k5);
    profile_release(profile);
    if (failed != 0) {
        (void)fprintf(stderr, "mint: %s: cannot be read (%ld)\n", mint_path(mint, MINT_CONFIG), failed);
        exit(99);
    }
    return mint;
}

void mint_close(struct mint *mint)
{
    if (mint == NULL)
        return;
    krb5_free_context(mint->k5);
    free(mint->folder);
    free(mint);
}

/* The keytab's key of that version and type, else a new one, which the keytab gets too unless the order says otherwise. */
static void take_key(const struct mint *mint, struct making *making)
{
    krb5_context k5 = making->k5;
    const struct mint_order *order = making->order;
    krb5_enctype enctype = order->enctype != 0 ? order->enctype : ENCTYPE_AES256_CTS_HMAC_SHA1_96;
    char name[4128];
    const char *path = mint_path(mint, order->keytab != NULL ? order->keytab : MINT_KEYTAB);
    (void)snprintf(name, sizeof name, "WRFILE:%s", path);
    krb5_keytab keytab = NULL;
    mint_must(k5, krb5_kt_resolve(k5, name, &keytab), "krb5_kt_resolve");
    krb5_keytab_entry entry = {0};
    if (!order->foreign_key &&
        krb5_kt_get_entry(k5, keytab, making->service, making->kvno, enctype, &entry) == 0) {
        mint_must(k5, krb5_copy_keyblock_contents(k5, &entry.key, &making->key), "krb5_copy_keyblock");
        mint_must(k5, krb5_free_keytab_entry_contents(k5, &entry), "krb5_free_keytab_entry_contents");
    } else {
        mint_must(k5, krb5_c_make_random_key(k5, enctype, &making->key), "krb5_c_make_random_key");
        entry = (krb5_keytab_entry){.principal = making->service,
                                    .vno = making->kvno,
                                    .key = making->key,
                                    .timestamp = (krb5_timestamp)making->now};
        if (!order->keep_keytab && !order->foreign_key)
            mint_must(k5, krb5_kt_add_entry(k5, keytab, &entry), "krb5_kt_add_entry");
    }
    mint_must(k5, krb5_kt_close(k5, keytab), "krb5_kt_close");
}

static void put_principal(struct der *der, unsigned number, krb5_const_principal principal)
{
    der_open(der, DER_CONTEXT | number);
    der_open(der, DER_SEQUENCE);
    der_field_integer(der, 0, NAME_TYPE_PRINCIPAL);
    der_open(der, DER_CONTEXT | 1);
    der_open(der, DER_SEQUENCE);
    for (krb5_int32 i = 0; i < principal->length; i++)
        der_put(der, DER_GENERAL_STRING, bytes_of(principal->data[i].data, principal->data[i].length));
    der_close(der);
    der_close(der);
    der_close(der);
    der_close(der);
}

static struct bytes realm_of(krb5_const_principal principal)
{
    return bytes_of(principal->realm.data, principal->realm.length);
}

/* [10] authorization-data: one AD-IF-RELEVANT. */
static void put_authdata(struct der *der, const struct der *contents)
{
    der_open(der, DER_CONTEXT | 10);
    der_open(der, DER_SEQUENCE);
    der_open(der, DER_SEQUENCE);
    der_field_integer(der, 0, KRB5_AUTHDATA_IF_RELEVANT);
    der_field_octets(der, 1, der_bytes(contents));
    der_close(der);
    der_close(der);
    der_close(der);
}

/* EncTicketPart, RFC 4120 5.3. */
static void put_ticket_part(const struct making *making, struct der *der)
{
    const struct mint_order *order = making->order;
    time_t end = making->now + (order->ends_in != 0 ? order->ends_in : LIFETIME_S);
    der_open(der, DER_APPLICATION | 3);
    der_open(der, DER_SEQUENCE);
    der_open(der, DER_CONTEXT | 0);
    der_put(der, DER_BIT_STRING, bytes_of("\0\0\x20\0\0", 5)); /* pre-authent */
    der_close(der);
    der_open(der, DER_CONTEXT | 1);
    der_open(der, DER_SEQUENCE);
    der_field_integer(der, 0, making->session.enctype);
    der_field_octets(der, 1, bytes_of(making->session.contents, making->session.length));
    der_close(der);
    der_close(der);
    der_field_string(der, 2, realm_of(making->client));
    put_principal(der, 3, making->client);
    der_open(der, DER_CONTEXT | 4);
    der_open(der, DER_SEQUENCE);
    der_field_integer(der, 0, 1); /* DOMAIN-X500-COMPRESS, nothing transited */
    der_field_octets(der, 1, bytes_of("", 0));
    der_close(der);
    der_close(der);
    der_field_time(der, 5, making->now);
    der_field_time(der, 6, making->now + order->starts_in);
    der_field_time(der, 7, end);
    if (making->authdata.size != 0 && order->flaw != MINT_AUTHENTICATOR_PAC)
        put_authdata(der, &making->authdata);
    der_close_all(der);
}

/* Ticket, RFC 4120 5.3. */
static void put_ticket(const struct making *making, struct der *der)
{
    krb5_context k5 = making->k5;
    struct der part = {0};
    put_ticket_part(making, &part);
    size_t size = 0;
    mint_must(k5, krb5_c_encrypt_length(k5, making->key.enctype, part.size, &size), "krb5_c_encrypt_length");
    krb5_enc_data sealed = {.ciphertext = {.length = (unsigned)size, .data = calloc(1, size)}};
    if (sealed.ciphertext.data == NULL)
        abort();
    krb5_data plain = mint_data(der_bytes(&part));
    mint_must(k5, krb5_c_encrypt(k5, &making->key, KEY_USAGE_TICKET, NULL, &plain, &sealed),
              "krb5_c_encrypt");

    der_open(der, DER_APPLICATION | 1);
    der_open(der, DER_SEQUENCE);
    der_field_integer(der, 0, 5);
    der_field_string(der, 1, realm_of(making->service));
    put_principal(der, 2, making->service);
    der_open(der, DER_CONTEXT | 3);
    der_open(der, DER_SEQUENCE);
    der_field_integer(der, 0, making->key.enctype);
    der_field_integer(der, 1, making->kvno);
    der_field_octets(der, 2, bytes_of(sealed.ciphertext.data, sealed.ciphertext.length));
    der_close_all(der);
    free(sealed.ciphertext.data);
    der_done(&part);
}

/* What the cache holds: everything on the heap, as krb5_free_cred_contents wants it. */
static void fill_creds(const struct making *making, struct der *ticket, krb5_creds *ret)
{
    krb5_context k5 = making->k5;
    krb5_timestamp now = (krb5_timestamp)making->now;
    *ret = (krb5_creds){
        .magic = KV5M_CREDS,
        .times = {.authtime = now, .starttime = now, .endtime = now + LIFETIME_S},
        .ticket_flags = TKT_FLG_PRE_AUTH,
        .ticket = mint_data(der_bytes(ticket)),
    };
    *ticket = (struct der){0};
    mint_must(k5, krb5_copy_principal(k5, making->client, &ret->client), "krb5_copy_principal");
    mint_must(k5, krb5_copy_principal(k5, making->service, &ret->server), "krb5_copy_principal");
    mint_must(k5, krb5_copy_keyblock_contents(k5, &making->session, &ret->keyblock), "krb5_copy_keyblock");
    if (making->order->flaw != MINT_AUTHENTICATOR_PAC)
        return;
    /* krb5_mk_req_extended puts it into the authenticator. */
    krb5_data contents = mint_data(der_bytes(&making->authdata));
    krb5_authdata element = {.magic = KV5M_AUTHDATA,
                             .ad_type = KRB5_AUTHDATA_IF_RELEVANT,
                             .length = contents.length,
                             .contents = (krb5_octet *)contents.data};
    krb5_authdata *authdata[] = {&element, NULL};
    mint_must(k5, krb5_copy_authdata(k5, authdata, &ret->authdata), "krb5_copy_authdata");
}

krb5_context mint_krb5(const struct mint *mint)
{
    return mint->k5;
}

void mint_creds(struct mint *mint, const struct mint_order *order, krb5_creds *ret)
{
    krb5_context k5 = mint->k5;
    struct making making = {
        .k5 = k5, .order = order, .kvno = order->kvno != 0 ? order->kvno : 1, .now = time(NULL)};
    mint_must(k5, krb5_parse_name(k5, order->client != NULL ? order->client : "alice", &making.client),
              "krb5_parse_name");
    mint_must(
        k5, krb5_parse_name(k5, order->service != NULL ? order->service : "HTTP/localhost", &making.service),
        "krb5_parse_name");
    take_key(mint, &making);
    mint_must(k5, krb5_c_make_random_key(k5, making.key.enctype, &making.session), "krb5_c_make_random_key");
    const struct mint_pac pac = {.k5 = k5,
                                 .client = making.client,
                                 .service_key = &making.key,
                                 .authtime = (krb5_timestamp)making.now,
                                 .flaw = order->flaw,
                                 .buffers = order->buffers,
                                 .second = order->second};
    mint_pac_authdata(&pac, &making.authdata);
    struct der ticket = {0};
    put_ticket(&making, &ticket);
    fill_creds(&making, &ticket, ret);
    der_done(&making.authdata);
    krb5_free_keyblock_contents(k5, &making.session);
    krb5_free_keyblock_contents(k5, &making.key);
    krb5_free_principal(k5, making.service);
    krb5_free_principal(k5, making.client);
}

void mint_ticket(struct mint *mint, const struct mint_order *order)
{
    krb5_context k5 = mint->k5;
    krb5_creds creds;
    mint_creds(mint, order, &creds);
    krb5_ccache cache = NULL;
    char name[4128];
    (void)snprintf(name, sizeof name, "FILE:%s",
                   mint_path(mint, order->ccache != NULL ? order->ccache : MINT_CCACHE));
    mint_must(k5, krb5_cc_resolve(k5, name, &cache), "krb5_cc_resolve");
    if (!order->append)
        mint_must(k5, krb5_cc_initialize(k5, cache, creds.client), "krb5_cc_initialize");
    mint_must(k5, krb5_cc_store_cred(k5, cache, &creds), "krb5_cc_store_cred");
    mint_must(k5, krb5_cc_close(k5, cache), "krb5_cc_close");
    krb5_free_cred_contents(k5, &creds);
}
