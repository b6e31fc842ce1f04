/* policy_file: the kind of watched file that holds the policy: the operator's security template. */
#ifndef NTOKEND_PLATFORM_POSIX_POLICY_FILE_H
#define NTOKEND_PLATFORM_POSIX_POLICY_FILE_H

#include "platform/posix/accounts.h"
#include "platform/posix/policy.h"

/* Its context: the accounts whose names the template may use. Without a path the defaults are in force. */
extern const struct watched_kind policy_file_kind;

/* The policy in force, which stays whole however long it is used; the caller releases it. */
struct policy *policy_file_acquire(struct watched_file *file);

#endif
