/* audit_log: the event store of this process, and what each of its events says of the machine and the service. */
#ifndef NTOKEND_PLATFORM_POSIX_AUDIT_LOG_H
#define NTOKEND_PLATFORM_POSIX_AUDIT_LOG_H

#include "eventlog/store.h"

enum { AUDIT_COMPUTER_MAX = 256, AUDIT_PROGRAM_MAX = 1024 };

struct audit_log {
    struct event_store *store; /* NULL: there is no log */
    uint32_t process_id;
    char computer[AUDIT_COMPUTER_MAX]; /* the host name, "" when it is not known */
    char program[AUDIT_PROGRAM_MAX];   /* path of the executable, "" when it is not known */
};

/* Opens the store of the settings, when they name one. The errors of event_store_open; logged. */
enum err audit_log_open(struct audit_log *log, const struct event_store_settings *settings) MUST_USE;
/* Writes what is queued, then ends; also for a log of zeros. */
void audit_log_close(struct audit_log *log);

struct platform;
/* Whether the service may write what its callers ask it to: ERR_NOT_SUPPORTED without a log, ERR_PRIVILEGE_NOT_HELD without
 * SeAuditPrivilege. */
enum err audit_log_allowed(const struct platform *platform) MUST_USE;

#endif
