#include "support/mint_pac.h"

#include "support/mint.h"

#include <stdlib.h>

enum { AD_WIN2K_PAC = 128, PAC_HEADER_SIZE = 8, PAC_INFO_SIZE = 16 };

const char *mint_flaw_name(enum mint_flaw flaw)
{
    static const char *const names[MINT_FLAW_COUNT] = {
        [MINT_SOUND] = "sound",
        [MINT_NO_PAC] = "no-pac",
        [MINT_ALTERED_PAC] = "altered-pac",
        [MINT_UNSIGNED_PAC] = "unsigned-pac",
        [MINT_OTHER_KEY_PAC] = "other-key-pac",
        [MINT_OTHER_NAME_PAC] = "other-name-pac",
        [MINT_OTHER_TIME_PAC] = "other-time-pac",
        [MINT_AUTHENTICATOR_PAC] = "authenticator-pac",
        [MINT_TWO_PACS] = "two-pacs",
        [MINT_TRUNCATED_PAC] = "truncated-pac",
        [MINT_TRUNCATED_AUTHDATA] = "truncated-authdata",
    };
    return (unsigned)flaw < MINT_FLAW_COUNT ? names[flaw] : NULL;
}

/* libkrb5 always signs; a PAC without signatures is laid out by hand: [MS-PAC] 2.3, each buffer at a multiple of 8. */
static void put_unsigned(const struct mint_buffers *buffers, struct der *ret)
{
    size_t at = PAC_HEADER_SIZE + PAC_INFO_SIZE * buffers->count;
    uint8_t header[PAC_INFO_SIZE] = {0};
    le32_store(header, (uint32_t)buffers->count);
    der_raw(ret, bytes_of(header, PAC_HEADER_SIZE));
    for (size_t i = 0; i < buffers->count; i++) {
        le32_store(header, buffers->items[i].type);
        le32_store(header + 4, (uint32_t)buffers->items[i].data.size);
        le64_store(header + 8, at);
        der_raw(ret, bytes_of(header, sizeof header));
        at += (buffers->items[i].data.size + 7) & ~(size_t)7;
    }
    static const uint8_t zeros[8];
    for (size_t i = 0; i < buffers->count; i++) {
        der_raw(ret, buffers->items[i].data);
        der_raw(ret, bytes_of(zeros, -buffers->items[i].data.size & 7));
    }
}

static void put_signed(const struct mint_pac *how, const struct mint_buffers *buffers, struct der *ret)
{
    krb5_context k5 = how->k5;
    krb5_pac pac = NULL;
    mint_must(k5, krb5_pac_init(k5, &pac), "krb5_pac_init");
    for (size_t i = 0; i < buffers->count; i++) {
        krb5_data data = mint_data(buffers->items[i].data);
        mint_must(k5, krb5_pac_add_buffer(k5, pac, buffers->items[i].type, &data), "krb5_pac_add_buffer");
    }
    /* The KDC's own key: no service can check what it signs. */
    krb5_keyblock kdc_key = {0};
    mint_must(k5, krb5_c_make_random_key(k5, how->service_key->enctype, &kdc_key), "krb5_c_make_random_key");
    krb5_principal other = NULL;
    mint_must(k5, krb5_parse_name(k5, "mallory@" MINT_REALM, &other), "krb5_parse_name");

    krb5_timestamp authtime = how->authtime - (how->flaw == MINT_OTHER_TIME_PAC ? 60 : 0);
    krb5_const_principal name = how->flaw == MINT_OTHER_NAME_PAC ? other : how->client;
    const krb5_keyblock *key = how->flaw == MINT_OTHER_KEY_PAC ? &kdc_key : how->service_key;
    krb5_data out = {0};
    mint_must(k5, krb5_pac_sign(k5, pac, authtime, name, key, &kdc_key, &out), "krb5_pac_sign");
    der_raw(ret, bytes_of(out.data, out.length));
    krb5_free_data_contents(k5, &out);
    krb5_free_principal(k5, other);
    krb5_free_keyblock_contents(k5, &kdc_key);
    krb5_pac_free(k5, pac);
}

void mint_pac_bytes(const struct mint_pac *how, const struct mint_buffers *buffers, struct der *ret)
{
    if (how->flaw == MINT_UNSIGNED_PAC)
        put_unsigned(buffers, ret);
    else
        put_signed(how, buffers, ret);
    if (how->flaw == MINT_ALTERED_PAC && buffers->count != 0)
        ret->data[le64_load(ret->data + PAC_HEADER_SIZE + 8) + buffers->items[0].data.size / 2] ^= 1;
    if (how->flaw == MINT_TRUNCATED_PAC)
        ret->size /= 2;
}

/* An element AD-WIN2K-PAC (RFC 4120 5.2.6, [MS-KILE] 3.3.5.6.4). */
static void put_element(const struct mint_pac *how, const struct mint_buffers *buffers, struct der *ret)
{
    struct der pac = {0};
    mint_pac_bytes(how, buffers, &pac);
    der_open(ret, DER_SEQUENCE);
    der_field_integer(ret, 0, AD_WIN2K_PAC);
    der_field_octets(ret, 1, der_bytes(&pac));
    der_close(ret);
    der_done(&pac);
}

void mint_pac_authdata(const struct mint_pac *pac, struct der *ret)
{
    if (pac->flaw == MINT_NO_PAC)
        return;
    der_open(ret, DER_SEQUENCE);
    put_element(pac, &pac->buffers, ret);
    if (pac->flaw == MINT_TWO_PACS)
        put_element(pac, &pac->second, ret);
    der_close(ret);
    if (pac->flaw == MINT_TRUNCATED_AUTHDATA)
        ret->size /= 2;
}
