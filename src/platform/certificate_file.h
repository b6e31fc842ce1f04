/* certificate_file: the kind of watched file that holds the service's certificate; its key is the companion. */
#ifndef NTOKEND_PLATFORM_CERTIFICATE_FILE_H
#define NTOKEND_PLATFORM_CERTIFICATE_FILE_H

#include "platform/certificate.h"
#include "platform/watched_file.h"

/* Its context: the struct certificate_settings. */
extern const struct watched_kind certificate_file_kind;

/* What platform_certificate_acquire gives. */
struct certificate *certificate_file_acquire(struct watched_file *file);
/* As in platform_health. */
const char *certificate_file_state(struct watched_file *file, int64_t *ret_expires_at);

#endif
