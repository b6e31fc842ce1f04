/* audit_file: the kind of watched file that holds the advanced audit policy: the operator's audit.csv. */
#ifndef NTOKEND_PLATFORM_POSIX_AUDIT_FILE_H
#define NTOKEND_PLATFORM_POSIX_AUDIT_FILE_H

#include "platform/posix/audit_policy.h"
#include "platform/watched_file.h"

/* Without a path it says nothing. */
extern const struct watched_kind audit_file_kind;

/* Changes a policy to what the file in force says. */
void audit_file_apply(struct watched_file *file, struct audit_policy *policy);

#endif
