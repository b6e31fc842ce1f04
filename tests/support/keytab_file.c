#include "support/keytab_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(int good, const char *what)
{
    if (good)
        return;
    (void)fprintf(stderr, "keytab_file: %s\n", what);
    exit(99);
}

static void add_key(krb5_context k5, krb5_keytab keytab, krb5_kvno kvno, krb5_enctype type,
                    const char *principal)
{
    krb5_keytab_entry entry = {.vno = kvno};
    must(krb5_parse_name(k5, principal, &entry.principal) == 0, principal);
    must(krb5_c_make_random_key(k5, type, &entry.key) == 0, "no key");
    must(krb5_kt_add_entry(k5, keytab, &entry) == 0, "the keytab takes no key");
    must(krb5_free_keytab_entry_contents(k5, &entry) == 0, "entry");
}

static void write_keys(const char *path, krb5_kvno kvno, krb5_enctype type, const char *const *principals)
{
    char fresh[1024];
    char name[1024];
    krb5_context k5 = NULL;
    krb5_keytab keytab = NULL;
    (void)snprintf(fresh, sizeof fresh, "%s.new", path);
    (void)snprintf(name, sizeof name, "FILE:%s.new", path);
    (void)remove(fresh);
    must(krb5_init_context(&k5) == 0 && krb5_kt_resolve(k5, name, &keytab) == 0, "krb5");
    for (size_t i = 0; principals[i] != NULL; i++)
        add_key(k5, keytab, kvno, type, principals[i]);
    must(krb5_kt_close(k5, keytab) == 0, "close");
    krb5_free_context(k5);
    must(rename(fresh, path) == 0, "rename");
}

void keytab_file_write(const char *path, krb5_kvno kvno, const char *const *principals)
{
    write_keys(path, kvno, ENCTYPE_AES256_CTS_HMAC_SHA1_96, principals);
}

void keytab_file_write_as(const char *path, krb5_enctype type, const char *principal)
{
    write_keys(path, 1, type, (const char *const[]){principal, NULL});
}

static int count_keys(krb5_context k5, krb5_keytab keytab)
{
    krb5_kt_cursor cursor;
    krb5_keytab_entry entry;
    int count = 0;
    if (krb5_kt_start_seq_get(k5, keytab, &cursor) != 0)
        return -1;
    for (; krb5_kt_next_entry(k5, keytab, &entry, &cursor) == 0; count++)
        must(krb5_free_keytab_entry_contents(k5, &entry) == 0, "entry");
    must(krb5_kt_end_seq_get(k5, keytab, &cursor) == 0, "cursor");
    return count;
}

int keytab_file_count(const char *name)
{
    krb5_context k5 = NULL;
    krb5_keytab keytab = NULL;
    must(krb5_init_context(&k5) == 0 && krb5_kt_resolve(k5, name, &keytab) == 0, "krb5");
    int count = count_keys(k5, keytab);
    must(krb5_kt_close(k5, keytab) == 0, "close");
    krb5_free_context(k5);
    return count;
}

void keytab_file_put(const char *path, const char *text)
{
    char fresh[1024];
    (void)snprintf(fresh, sizeof fresh, "%s.new", path);
    FILE *file = fopen(fresh, "w");
    must(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0, path);
    must(rename(fresh, path) == 0, path);
}

void keytab_file_configure(const char *folder, const char *default_realm)
{
    char path[1024];
    char text[512];
    (void)snprintf(path, sizeof path, "%s/krb5.conf", folder);
    (void)snprintf(text, sizeof text, "[libdefaults]\n    default_realm = %s\n    dns_lookup_kdc = false\n",
                   default_realm);
    keytab_file_put(path, text);
    must(setenv("KRB5_CONFIG", path, 1) == 0, "KRB5_CONFIG");
}
