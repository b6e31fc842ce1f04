#include "engine/privilege.h"

#include "engine/token.h"

/* [MS-LSAD] 3.1.1.2.1, display names from Microsoft's privilege constants; 36 is newer than both. The index is the LUID. */
static const struct {
    const char *name;
    const char *display_name;
} privileges[SE_PRIVILEGE_LAST + 1] = {
    [2] = {"SeCreateTokenPrivilege", "Create a token object"},
    [3] = {"SeAssignPrimaryTokenPrivilege", "Replace a process level token"},
    [4] = {"SeLockMemoryPrivilege", "Lock pages in memory"},
    [5] = {"SeIncreaseQuotaPrivilege", "Adjust memory quotas for a process"},
    [6] = {"SeMachineAccountPrivilege", "Add workstations to domain"},
    [7] = {"SeTcbPrivilege", "Act as part of the operating system"},
    [8] = {"SeSecurityPrivilege", "Manage auditing and security log"},
    [9] = {"SeTakeOwnershipPrivilege", "Take ownership of files or other objects"},
    [10] = {"SeLoadDriverPrivilege", "Load and unload device drivers"},
    [11] = {"SeSystemProfilePrivilege", "Profile system performance"},
    [12] = {"SeSystemtimePrivilege", "Change the system time"},
    [13] = {"SeProfileSingleProcessPrivilege", "Profile single process"},
    [14] = {"SeIncreaseBasePriorityPrivilege", "Increase scheduling priority"},
    [15] = {"SeCreatePagefilePrivilege", "Create a pagefile"},
    [16] = {"SeCreatePermanentPrivilege", "Create permanent shared objects"},
    [17] = {"SeBackupPrivilege", "Back up files and directories"},
    [18] = {"SeRestorePrivilege", "Restore files and directories"},
    [19] = {"SeShutdownPrivilege", "Shut down the system"},
    [20] = {"SeDebugPrivilege", "Debug programs"},
    [21] = {"SeAuditPrivilege", "Generate security audits"},
    [22] = {"SeSystemEnvironmentPrivilege", "Modify firmware environment values"},
    [23] = {"SeChangeNotifyPrivilege", "Bypass traverse checking"},
    [24] = {"SeRemoteShutdownPrivilege", "Force shutdown from a remote system"},
    [25] = {"SeUndockPrivilege", "Remove computer from docking station"},
    [26] = {"SeSyncAgentPrivilege", "Synchronize directory service data"},
    [27] = {"SeEnableDelegationPrivilege", "Enable computer and user accounts to be trusted for delegation"},
    [28] = {"SeManageVolumePrivilege", "Perform volume maintenance tasks"},
    [29] = {"SeImpersonatePrivilege", "Impersonate a client after authentication"},
    [30] = {"SeCreateGlobalPrivilege", "Create global objects"},
    [31] = {"SeTrustedCredManAccessPrivilege", "Access Credential Manager as a trusted caller"},
    [32] = {"SeRelabelPrivilege", "Modify an object label"},
    [33] = {"SeIncreaseWorkingSetPrivilege", "Increase a process working set"},
    [34] = {"SeTimeZonePrivilege", "Change the time zone"},
    [35] = {"SeCreateSymbolicLinkPrivilege", "Create symbolic links"},
    [36] = {"SeDelegateSessionUserImpersonatePrivilege",
            "Obtain an impersonation token for another user in the same session"},
};

static const char unsolicited_input[] = "SeUnsolicitedInputPrivilege"; /* the old name of LUID 6 */

static bool is_privilege(unsigned luid)
{
    return luid >= SE_PRIVILEGE_FIRST && luid <= SE_PRIVILEGE_LAST;
}

const char *privilege_name(unsigned luid)
{
    return is_privilege(luid) ? privileges[luid].name : NULL;
}

const char *privilege_display_name(unsigned luid)
{
    return is_privilege(luid) ? privileges[luid].display_name : NULL;
}

enum err privilege_find(struct bytes name, unsigned *ret_luid)
{
    for (unsigned luid = SE_PRIVILEGE_FIRST; luid <= SE_PRIVILEGE_LAST; luid++) {
        if (bytes_equal_ignoring_case(name, bytes_of_string(privileges[luid].name))) {
            *ret_luid = luid;
            return ERR_NONE;
        }
    }
    if (!bytes_equal_ignoring_case(name, bytes_of_string(unsolicited_input)))
        return ERR_NO_SUCH_PRIVILEGE;
    *ret_luid = 6;
    return ERR_NONE;
}

uint32_t privilege_attributes(const struct privilege_state *state, unsigned luid)
{
    if (!is_privilege(luid) || (state->present & privilege_bit(luid)) == 0)
        return 0;
    return ((state->enabled & privilege_bit(luid)) != 0 ? SE_PRIVILEGE_ENABLED : 0) |
           ((state->enabled_by_default & privilege_bit(luid)) != 0 ? SE_PRIVILEGE_ENABLED_BY_DEFAULT : 0);
}

privilege_set privilege_needs_high_integrity(void)
{
    return privilege_bit(SE_CREATE_TOKEN) | privilege_bit(SE_TCB) | privilege_bit(SE_TAKE_OWNERSHIP) |
           privilege_bit(SE_LOAD_DRIVER) | privilege_bit(SE_BACKUP) | privilege_bit(SE_RESTORE) |
           privilege_bit(SE_DEBUG) | privilege_bit(SE_IMPERSONATE) | privilege_bit(SE_RELABEL) |
           privilege_bit(SE_DELEGATE_SESSION_USER_IMPERSONATE);
}

bool privilege_check(const struct privilege_state *state, privilege_set asked, bool all,
                     privilege_set *ret_used)
{
    privilege_set used = asked & state->present & state->enabled;
    *ret_used = used;
    return all ? used == asked : used != 0;
}

enum err privilege_check_token(const struct token *token, privilege_set asked, bool all, bool *ret_held,
                               privilege_set *ret_used)
{
    *ret_held = false;
    *ret_used = 0;
    if (token->type == TOKEN_IMPERSONATION && token->level < SECURITY_IDENTIFICATION)
        return ERR_BAD_IMPERSONATION_LEVEL;
    *ret_held = privilege_check(&token->privileges, asked, all, ret_used);
    return ERR_NONE;
}

enum err privilege_adjust(struct privilege_state *state, uint32_t integrity_level,
                          const struct privilege_change *change, struct privilege_state *ret_previous,
                          privilege_set *ret_changed)
{
    const struct privilege_state old = *state;
    privilege_set remove = change->disable_all ? 0 : change->remove;
    privilege_set enable = change->disable_all ? 0 : change->enable & ~remove;
    privilege_set disable = change->disable_all ? old.present : change->disable & ~(remove | enable);
    bool all_assigned = ((remove | enable | disable) & ~old.present) == 0;

    /* reference 3.5: below High these stay off, and the call says that all went well */
    if (integrity_level < INTEGRITY_HIGH)
        enable &= ~privilege_needs_high_integrity();
    enable &= old.present;
    state->present = old.present & ~remove;
    state->enabled = ((old.enabled | enable) & ~disable) & state->present;
    state->enabled_by_default = old.enabled_by_default & state->present;

    privilege_set changed = (old.enabled ^ state->enabled) & state->present;
    *ret_changed = changed;
    *ret_previous = (struct privilege_state){.present = changed,
                                             .enabled = old.enabled & changed,
                                             .enabled_by_default = old.enabled_by_default & changed};
    return all_assigned ? ERR_NONE : ERR_NOT_ALL_ASSIGNED;
}
