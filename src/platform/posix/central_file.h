/* central_file: the kind of watched file that holds the central access policies. */
#ifndef NTOKEND_PLATFORM_POSIX_CENTRAL_FILE_H
#define NTOKEND_PLATFORM_POSIX_CENTRAL_FILE_H

#include "platform/posix/central_text.h"
#include "platform/watched_file.h"

/* Its context: the sddl_domains that aliases in the rules stand for. Without a path there are no policies. */
extern const struct watched_kind central_file_kind;

/* The policies in force, which stay whole however long they are used, until central_file_release; NULL when there is no file. */
const struct central_policies *central_file_acquire(struct watched_file *file);
void central_file_release(const struct central_policies *policies);

#endif
