/* keytab_file: keytabs on disk and the Kerberos configuration of a test. */
#ifndef NTOKEND_TESTS_KEYTAB_FILE_H
#define NTOKEND_TESTS_KEYTAB_FILE_H

#include <krb5.h>

/* A file with one key for each principal ("HTTP/a@EXAMPLE.TEST"), NULL at the end, put in place in one go. Exits 99 on failure. */
void keytab_file_write(const char *path, krb5_kvno kvno, const char *const *principals);
/* The same with one key of that type for one principal. */
void keytab_file_write_as(const char *path, krb5_enctype type, const char *principal);
/* How many keys the keytab of that name ("MEMORY:x", "FILE:/y") has; -1 when it cannot be read. */
int keytab_file_count(const char *name);
/* Writes krb5.conf with that default realm into the folder and points KRB5_CONFIG there. */
void keytab_file_configure(const char *folder, const char *default_realm);
/* Any file. */
void keytab_file_put(const char *path, const char *text);

#endif
