/* certificate_double: the certificate that the platform of the double shows. */
#ifndef NTOKEND_TESTS_CERTIFICATE_DOUBLE_H
#define NTOKEND_TESTS_CERTIFICATE_DOUBLE_H

struct folder;

/* Makes one for localhost in the folder, which platform_certificate_acquire then gives. */
void certificate_double_make(const struct folder *folder);
void certificate_double_done(void);

#endif
