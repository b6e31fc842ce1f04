/* audit_privilege: which privileges are worth an event, and which one. Reference 4.3, "Sensitive". */
#ifndef NTOKEND_PLATFORM_POSIX_AUDIT_PRIVILEGE_H
#define NTOKEND_PLATFORM_POSIX_AUDIT_PRIVILEGE_H

#include "platform/privilege.h"

/* Task of 4673 and 4674: 13056 as soon as one of them is sensitive, else 13057. */
uint16_t audit_privilege_task(privilege_set privileges);
/* Whether the use of these is to be audited. */
bool audit_privilege_on(const struct platform *platform, privilege_set privileges, bool success);
/* Those that a logon with 4672 is told for. */
privilege_set audit_privilege_special(privilege_set held);

#endif
