/* What a primary token becomes: restricted, with fewer privileges, of a level. */
#include "platform/windows/privilege_list.h"
#include "windows/real/machine.h"

struct work {
    const struct machine *machine;
    const struct token *wanted;
    struct arena *arena;
    HANDLE token;
    const char *why_not;
};

static bool fail(struct work *work, const char *name)
{
    work->why_not = maker_failed(work->arena, name);
    return false;
}

static void take(struct work *work, HANDLE token)
{
    (void)CloseHandle(work->token);
    work->token = token;
}

static PSID sid_for_windows(const struct sid *sid)
{
    return (PSID)(uintptr_t)sid;
}

/* Groups that may only deny, and the restricting SIDs. */
static bool restrict_token(struct work *work)
{
    const struct token *wanted = work->wanted;
    const size_t restricting = wanted->restricting_sids.count;
    SID_AND_ATTRIBUTES *denying = arena_alloc_array(work->arena, wanted->groups.count + 1, sizeof *denying);
    SID_AND_ATTRIBUTES *also = arena_alloc_array(work->arena, restricting + 1, sizeof *also);
    DWORD count = 0;
    HANDLE token = NULL;
    if (denying == NULL || also == NULL)
        return false;
    if (wanted->restricted && restricting == 0) {
        work->why_not = "an empty list of restricting SIDs cannot be asked for";
        return false;
    }
    if (wanted->user_deny_only)
        denying[count++].Sid =
            sid_for_windows(work->machine->may_create ? wanted->user : work->machine->self.user);
    for (size_t i = 0; i < wanted->groups.count; i++)
        if ((wanted->groups.items[i].attributes & SE_GROUP_USE_FOR_DENY_ONLY) != 0)
            denying[count++].Sid = sid_for_windows(wanted->groups.items[i].sid);
    for (size_t i = 0; i < restricting; i++)
        also[i].Sid = sid_for_windows(wanted->restricting_sids.items[i].sid);
    if (count == 0 && restricting == 0)
        return true;
    if (!CreateRestrictedToken(work->token, wanted->write_restricted ? WRITE_RESTRICTED : 0, count, denying,
                               0, NULL, (DWORD)restricting, also, &token))
        return fail(work, "CreateRestrictedToken");
    take(work, token);
    return true;
}

static bool set_privileges(struct work *work)
{
    union privilege_list list = {0};
    const struct privilege_state *state = &work->wanted->privileges;
    for (unsigned luid = SE_PRIVILEGE_FIRST; luid <= SE_PRIVILEGE_LAST; luid++) {
        const DWORD attributes = (state->present & privilege_bit(luid)) == 0   ? SE_PRIVILEGE_REMOVED
                                 : (state->enabled & privilege_bit(luid)) != 0 ? SE_PRIVILEGE_ENABLED
                                                                               : 0;
        list.token.Privileges[list.token.PrivilegeCount++] =
            (LUID_AND_ATTRIBUTES){.Luid = {.LowPart = luid}, .Attributes = attributes};
    }
    return AdjustTokenPrivileges(work->token, FALSE, &list.token, 0, NULL, NULL) ||
           fail(work, "AdjustTokenPrivileges");
}

/* NtCreateLowBoxToken, which winternl.h does not have; ntdll of Windows 8 and later. */
typedef LONG WINAPI create_low_box(PHANDLE token, HANDLE base, ACCESS_MASK access, PVOID attributes,
                                   PSID package, ULONG capability_count, PSID_AND_ATTRIBUTES capabilities,
                                   ULONG handle_count, HANDLE *handles);

static bool box(struct work *work)
{
    const struct token *wanted = work->wanted;
    const size_t count = wanted->capabilities.count;
    if (wanted->package == NULL)
        return true;
    create_low_box *create =
        (create_low_box *)(uintptr_t)machine_function("ntdll.dll", "NtCreateLowBoxToken");
    SID_AND_ATTRIBUTES *capabilities = arena_alloc_array(work->arena, count + 1, sizeof *capabilities);
    HANDLE token = NULL;
    if (create == NULL || capabilities == NULL || wanted->less_privileged_app_container) {
        work->why_not = "an AppContainer of this kind is not made here";
        return false;
    }
    for (size_t i = 0; i < count; i++)
        capabilities[i] = (SID_AND_ATTRIBUTES){sid_for_windows(wanted->capabilities.items[i].sid),
                                               wanted->capabilities.items[i].attributes};
    const LONG status = create(&token, work->token, TOKEN_ALL_ACCESS, NULL, sid_for_windows(wanted->package),
                               (ULONG)count, capabilities, 0, NULL);
    if (status != 0 || token == NULL) {
        work->why_not = arena_printf(work->arena, "NtCreateLowBoxToken: status 0x%lx", (unsigned long)status);
        return false;
    }
    take(work, token);
    return true;
}

static bool set_integrity(struct work *work)
{
    struct sid_buffer sid;
    const uint32_t level = work->wanted->integrity_level;
    TOKEN_MANDATORY_POLICY policy = {work->wanted->mandatory_policy};
    TOKEN_MANDATORY_LABEL label = {{sid.bytes, SE_GROUP_INTEGRITY}};
    if (sid_make(&sid, 16, &level, 1) != ERR_NONE)
        return false;
    if (!SetTokenInformation(work->token, TokenIntegrityLevel, &label,
                             (DWORD)(sizeof label + sid_size(sid_of(&sid)))))
        return fail(work, "SetTokenInformation(TokenIntegrityLevel)");
    /* who may not set it leaves it, and the token is asked what it has */
    if (work->machine->may_act)
        (void)SetTokenInformation(work->token, TokenMandatoryPolicy, &policy, sizeof policy);
    return true;
}

static bool set_type(struct work *work)
{
    const bool primary = work->wanted->type == TOKEN_PRIMARY;
    HANDLE token = NULL;
    if (!DuplicateTokenEx(work->token, TOKEN_ALL_ACCESS, NULL,
                          primary ? SecurityImpersonation : (SECURITY_IMPERSONATION_LEVEL)work->wanted->level,
                          primary ? TokenPrimary : TokenImpersonation, &token))
        return fail(work, "DuplicateTokenEx");
    take(work, token);
    return true;
}

HANDLE maker_finish(const struct machine *machine, const struct token *wanted, HANDLE base,
                    struct arena *arena, const char **ret_why_not)
{
    struct work work = {
        .machine = machine, .wanted = wanted, .arena = arena, .token = base, .why_not = "no memory"};
    if (restrict_token(&work) && box(&work) && set_privileges(&work) && set_integrity(&work) &&
        set_type(&work))
        return work.token;
    (void)CloseHandle(work.token);
    *ret_why_not = work.why_not;
    return NULL;
}
