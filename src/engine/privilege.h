/* privilege: the privileges of Windows and their state in a token. Reference 4; [MS-LSAD] 3.1.1.2.1.
 *
 * A privilege is a right of the user over the machine and not over an object: to back up, to take ownership, to read the
 * security log. A token holds some; only one that is enabled counts, and what was removed never comes back. */
#ifndef NTOKEND_ENGINE_PRIVILEGE_H
#define NTOKEND_ENGINE_PRIVILEGE_H

#include "base/bytes.h"
#include "base/err.h"

enum {
    SE_CREATE_TOKEN = 2,
    SE_ASSIGN_PRIMARY_TOKEN = 3,
    SE_TCB = 7,
    SE_SECURITY = 8,
    SE_TAKE_OWNERSHIP = 9,
    SE_LOAD_DRIVER = 10,
    SE_BACKUP = 17,
    SE_RESTORE = 18,
    SE_DEBUG = 20,
    SE_AUDIT = 21,
    SE_CHANGE_NOTIFY = 23,
    SE_IMPERSONATE = 29,
    SE_RELABEL = 32,
    SE_DELEGATE_SESSION_USER_IMPERSONATE = 36,
    SE_PRIVILEGE_FIRST = 2,
    SE_PRIVILEGE_LAST = 36,
};

#define SE_PRIVILEGE_ENABLED_BY_DEFAULT UINT32_C(0x00000001)
#define SE_PRIVILEGE_ENABLED            UINT32_C(0x00000002)
#define SE_PRIVILEGE_REMOVED            UINT32_C(0x00000004)
#define SE_PRIVILEGE_USED_FOR_ACCESS    UINT32_C(0x80000000)

/* A set of privileges: bit n is the privilege with LUID n (the high part of a privilege's LUID is always 0). */
typedef uint64_t privilege_set;

static inline privilege_set privilege_bit(unsigned luid)
{
    return UINT64_C(1) << luid;
}

/* What a token holds of them; each set but `present` is within `present`. */
struct privilege_state {
    privilege_set present;
    privilege_set enabled;
    privilege_set enabled_by_default;
};

/* Held and enabled: nothing else counts in a check. */
static inline bool privilege_is_enabled(const struct privilege_state *state, unsigned luid)
{
    return (state->present & state->enabled & privilege_bit(luid)) != 0;
}

/* Static strings; NULL for a LUID that is no privilege. */
const char *privilege_name(unsigned luid);
const char *privilege_display_name(unsigned luid);
/* Names in either case, as LookupPrivilegeValue; SeUnsolicitedInputPrivilege is an alias of LUID 6.
 * ERR_NO_SUCH_PRIVILEGE. */
enum err privilege_find(struct bytes name, unsigned *ret_luid) MUST_USE;
/* SE_PRIVILEGE_… attributes of one privilege in a token; 0 also for one that is absent. */
uint32_t privilege_attributes(const struct privilege_state *state, unsigned luid);
/* The privileges that a token below High integrity loses. Reference 3.5, last point. */
privilege_set privilege_needs_high_integrity(void);

/* PrivilegeCheck, reference 4.1: `all` is PRIVILEGE_SET_ALL_NECESSARY. *ret_used: which of those asked for are enabled,
 * whatever the answer. */
bool privilege_check(const struct privilege_state *state, privilege_set asked, bool all,
                     privilege_set *ret_used);

struct token;
/* The same on a token: ERR_BAD_IMPERSONATION_LEVEL for one that may not even be identified. Primary tokens will do. *ret_held
 * starts at false. */
enum err privilege_check_token(const struct token *token, privilege_set asked, bool all, bool *ret_held,
                               privilege_set *ret_used) MUST_USE;

/* AdjustTokenPrivileges, reference 4.2: the sets name what to do with each; remove wins over enable, enable over
 * disable. */
struct privilege_change {
    privilege_set enable;
    privilege_set disable;
    privilege_set remove;
    bool disable_all; /* then the sets are ignored */
};
/* *ret_previous: the old state of the privileges that changed, in ret_changed (removed ones are not reported). Returns
 * ERR_NONE, or ERR_NOT_ALL_ASSIGNED after the rest was done. `integrity_level` decides what silently stays off. */
enum err privilege_adjust(struct privilege_state *state, uint32_t integrity_level,
                          const struct privilege_change *change, struct privilege_state *ret_previous,
                          privilege_set *ret_changed) MUST_USE;

#endif
