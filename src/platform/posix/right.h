/* right: the user rights of a security template: privileges and logon rights in one numbering.
 * [MS-LSAD] 3.1.1.2; reference 4.3. */
#ifndef NTOKEND_PLATFORM_POSIX_RIGHT_H
#define NTOKEND_PLATFORM_POSIX_RIGHT_H

#include "engine/privilege.h"

/* A privilege's number is its LUID; a logon right's is 40 plus the bit that [MS-LSAD] 2.2.1.2 gives it in a system access
 * mask (SeNetworkLogonRight is 0x2, so 41). */
enum {
    RIGHT_LOGON_FIRST = 40,
    RIGHT_INTERACTIVE_LOGON = 40,
    RIGHT_NETWORK_LOGON = 41,
    RIGHT_BATCH_LOGON = 42,
    RIGHT_SERVICE_LOGON = 44,
    RIGHT_DENY_INTERACTIVE_LOGON = 46,
    RIGHT_DENY_NETWORK_LOGON = 47,
    RIGHT_DENY_BATCH_LOGON = 48,
    RIGHT_DENY_SERVICE_LOGON = 49,
    RIGHT_REMOTE_INTERACTIVE_LOGON = 50,
    RIGHT_DENY_REMOTE_INTERACTIVE_LOGON = 51,
    RIGHT_COUNT = 52
};

/* Bit n: the right with number n. */
typedef uint64_t right_set;

static inline right_set right_bit(unsigned right)
{
    return UINT64_C(1) << right;
}

/* The privileges among the rights. */
static inline privilege_set right_privileges(right_set rights)
{
    return rights & (right_bit(RIGHT_LOGON_FIRST) - 1);
}

/* Names of either case. ERR_NO_SUCH_PRIVILEGE. */
enum err right_by_name(struct bytes name, unsigned *ret) MUST_USE;
bool right_denies(unsigned right);

#endif
