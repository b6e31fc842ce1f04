#include "platform/posix/pac_proof.h"

#include <stdlib.h>

void pac_keys_done(krb5_context k5, struct pac_keys *keys)
{
    for (size_t i = 0; i < keys->count; i++)
        krb5_free_keyblock_contents(k5, &keys->keys[i]); /* wipes */
    free(keys->keys);
    *keys = (struct pac_keys){0};
}

static enum err add(krb5_context k5, const krb5_keyblock *key, struct pac_keys *keys)
{
    krb5_keyblock *grown = realloc(keys->keys, (keys->count + 1) * sizeof *grown);
    if (grown == NULL)
        return ERR_NO_MEMORY;
    keys->keys = grown;
    if (krb5_copy_keyblock_contents(k5, key, &grown[keys->count]) != 0)
        return ERR_NO_MEMORY;
    keys->count++;
    return ERR_NONE;
}

static enum err add_all(krb5_context k5, krb5_keytab keytab, struct pac_keys *keys)
{
    krb5_kt_cursor cursor;
    if (krb5_kt_start_seq_get(k5, keytab, &cursor) != 0)
        return ERR_IO;
    enum err err = ERR_NONE;
    krb5_error_code code = 0;
    while (err == ERR_NONE) {
        krb5_keytab_entry entry;
        code = krb5_kt_next_entry(k5, keytab, &entry, &cursor);
        if (code != 0)
            break;
        err = add(k5, &entry.key, keys);
        (void)krb5_free_keytab_entry_contents(k5, &entry);
    }
    (void)krb5_kt_end_seq_get(k5, keytab, &cursor);
    return err == ERR_NONE && code != KRB5_KT_END ? ERR_IO : err;
}

enum err pac_keys_load(krb5_context k5, const char *keytab, struct pac_keys *keys)
{
    pac_keys_done(k5, keys);
    krb5_keytab opened = NULL;
    if (krb5_kt_resolve(k5, keytab, &opened) != 0)
        return ERR_IO;
    enum err err = add_all(k5, opened, keys);
    (void)krb5_kt_close(k5, opened);
    if (err != ERR_NONE)
        pac_keys_done(k5, keys);
    return err;
}

bool pac_proof(krb5_context k5, const struct pac_keys *keys, const struct pac_ticket *ticket, krb5_pac pac)
{
    krb5_principal client = NULL;
    if (krb5_parse_name(k5, ticket->client, &client) != 0)
        return false;
    bool proven = false;
    /* A key of another type than the signature's is turned down before anything is computed. */
    for (size_t i = 0; i < keys->count && !proven; i++)
        proven = krb5_pac_verify(k5, pac, ticket->authtime, client, &keys->keys[i], NULL) == 0;
    krb5_free_principal(k5, client);
    return proven;
}
