/* authority: a certification authority of the test's own. Mistakes exit 99. */
#ifndef NTOKEND_TESTS_AUTHORITY_H
#define NTOKEND_TESTS_AUTHORITY_H

/* FOLDER/ca.pem; FOLDER/server.pem and .key for localhost and 127.0.0.1; FOLDER/elsewhere.pem and .key for another name; and
 * FOLDER/other.pem, an authority that vouched for neither. */
void authority_make(const char *folder);

#endif
