#include "platform/windows/snapshot.h"

#include "platform/windows/privilege_list.h"
#include "platform/windows/snapshot_claims.h"

enum {
    ANSWER_START = 2048,
    ANSWER_MAX = 1 << 20, /* some 65,000 group SIDs fit into twice that, and an index numbers no more */
    TRIES_MAX = 12,
    /* Of TOKEN_INFORMATION_CLASS, newer than the headers of mingw-w64 10; winnt.h of the Windows SDK. */
    CLASS_PROCESS_TRUST_LEVEL = 41,
    CLASS_LESS_PRIVILEGED_APP_CONTAINER = 46,
    FLAG_WRITE_RESTRICTED =
        0x8, /* TOKEN_ACCESS_INFORMATION.Flags, as ntifs.h names them: TOKEN_WRITE_RESTRICTED */
};

struct taking {
    const struct system *system;
    HANDLE token;
    struct arena *arena;
};

/* What a Windows says of a class that is newer than it. */
static bool is_unknown_class(DWORD code)
{
    return code == ERROR_INVALID_PARAMETER || code == ERROR_INVALID_FUNCTION || code == ERROR_NOT_SUPPORTED ||
           code == ERROR_CALL_NOT_IMPLEMENTED;
}

enum err snapshot_query(const struct system *system, HANDLE token, TOKEN_INFORMATION_CLASS class,
                        struct arena *arena, struct bytes *ret)
{
    DWORD size = ANSWER_START;
    for (unsigned tries = 0; tries < TRIES_MAX && size <= ANSWER_MAX; tries++) {
        DWORD used = 0;
        void *buffer = arena_alloc(arena, size);
        if (buffer == NULL)
            return ERR_NO_MEMORY;
        if (system->GetTokenInformation(token, class, buffer, size, &used)) {
            *ret = bytes_of(buffer, used < size ? used : size);
            return ERR_NONE;
        }
        const DWORD code = system->GetLastError();
        if (code != ERROR_INSUFFICIENT_BUFFER && code != ERROR_MORE_DATA && code != ERROR_BAD_LENGTH)
            return is_unknown_class(code) ? ERR_NOT_SUPPORTED : system_error_of(code);
        size = used > size ? used : size * 2;
    }
    return ERR_TOO_LARGE;
}

enum err snapshot_inside(struct bytes answer, const void *at, size_t size, struct bytes *ret)
{
    const uintptr_t start = (uintptr_t)answer.data;
    const uintptr_t where = (uintptr_t)at;
    if (size == 0) { /* nothing is nowhere */
        *ret = bytes_of(answer.data, 0);
        return ERR_NONE;
    }
    if (where < start || where - start > answer.size || answer.size - (where - start) < size)
        return ERR_MALFORMED;
    *ret = bytes_from(answer, where - start);
    return ERR_NONE;
}

static enum err read_sid(struct bytes answer, const void *at, const struct sid **ret)
{
    struct bytes rest;
    enum err err = snapshot_inside(answer, at, SID_SIZE_MIN, &rest);
    return err == ERR_NONE ? sid_view(rest, ret) : err;
}

/* A class whose answer begins with a structure of `size` bytes. */
static enum err ask(const struct taking *taking, TOKEN_INFORMATION_CLASS class, void *ret_head, size_t size,
                    struct bytes *ret)
{
    *ret = (struct bytes){0};
    enum err err = snapshot_query(taking->system, taking->token, class, taking->arena, ret);
    if (err == ERR_NONE && ret->size < size)
        err = ERR_MALFORMED;
    if (err == ERR_NONE)
        memcpy(ret_head, ret->data, size);
    return err;
}

/* The same of one that not every Windows has: *ret_head stays as it is without it. */
static enum err ask_newer(const struct taking *taking, TOKEN_INFORMATION_CLASS class, void *ret_head,
                          size_t size, struct bytes *ret)
{
    enum err err = ask(taking, class, ret_head, size, ret);
    return err == ERR_NOT_SUPPORTED ? ERR_NONE : err;
}

/* TOKEN_GROUPS. Labels of integrity stand among the groups, where the access check does not look for them. */
static enum err read_groups(struct arena *arena, struct bytes answer, struct sid_list *ret)
{
    const size_t head = offsetof(TOKEN_GROUPS, Groups);
    const TOKEN_GROUPS *found = (const TOKEN_GROUPS *)(const void *)answer.data;
    size_t count = 0;
    *ret = (struct sid_list){0};
    if (answer.size < sizeof found->GroupCount)
        return ERR_MALFORMED;
    if (found->GroupCount == 0)
        return ERR_NONE;
    if (answer.size < head || (answer.size - head) / sizeof found->Groups[0] < found->GroupCount)
        return ERR_MALFORMED;
    struct sid_and_attributes *items = arena_alloc_array(arena, found->GroupCount, sizeof *items);
    if (items == NULL)
        return ERR_NO_MEMORY;
    for (DWORD i = 0; i < found->GroupCount; i++) {
        if ((found->Groups[i].Attributes & SE_GROUP_INTEGRITY) != 0)
            continue;
        enum err err = read_sid(answer, found->Groups[i].Sid, &items[count].sid);
        if (err != ERR_NONE)
            return err;
        items[count++].attributes = found->Groups[i].Attributes;
    }
    *ret = (struct sid_list){.items = items, .count = count};
    return ERR_NONE;
}

static enum err take_groups(const struct taking *taking, TOKEN_INFORMATION_CLASS class, bool newer,
                            struct sid_list *ret)
{
    struct bytes answer = {0};
    enum err err = snapshot_query(taking->system, taking->token, class, taking->arena, &answer);
    if (newer && (err == ERR_NOT_SUPPORTED || (err == ERR_NONE && answer.size == 0))) {
        *ret = (struct sid_list){0};
        return ERR_NONE;
    }
    return err == ERR_NONE ? read_groups(taking->arena, answer, ret) : err;
}

static enum err take_user(const struct taking *taking, struct token *ret)
{
    TOKEN_USER user;
    TOKEN_MANDATORY_LABEL label;
    TOKEN_MANDATORY_POLICY policy = {TOKEN_MANDATORY_POLICY_NO_WRITE_UP};
    const struct sid *level;
    struct bytes answer;
    enum err err = ask(taking, TokenUser, &user, sizeof user, &answer);
    if (err == ERR_NONE)
        err = read_sid(answer, user.User.Sid, &ret->user);
    if (err != ERR_NONE)
        return err;
    ret->user_deny_only = (user.User.Attributes & SE_GROUP_USE_FOR_DENY_ONLY) != 0;
    err = ask(taking, TokenIntegrityLevel, &label, sizeof label, &answer);
    if (err == ERR_NONE)
        err = read_sid(answer, label.Label.Sid, &level);
    if (err != ERR_NONE)
        return err;
    ret->integrity_level = sid_rid(level);
    err = ask_newer(taking, TokenMandatoryPolicy, &policy, sizeof policy, &answer);
    ret->mandatory_policy = policy.Policy;
    return err;
}

static enum err take_type(const struct taking *taking, struct token *ret, uint64_t *ret_logon_id)
{
    TOKEN_STATISTICS statistics;
    struct bytes answer;
    enum err err = ask(taking, TokenStatistics, &statistics, sizeof statistics, &answer);
    if (err != ERR_NONE)
        return err;
    ret->type = statistics.TokenType == TokenPrimary ? TOKEN_PRIMARY : TOKEN_IMPERSONATION;
    if (ret->type == TOKEN_IMPERSONATION)
        ret->level = (enum impersonation_level)statistics.ImpersonationLevel;
    *ret_logon_id =
        (uint64_t)(uint32_t)statistics.AuthenticationId.HighPart << 32 | statistics.AuthenticationId.LowPart;
    return ERR_NONE;
}

static enum err take_restrictions(const struct taking *taking, struct token *ret)
{
    TOKEN_ACCESS_INFORMATION access = {0};
    struct bytes answer;
    /* Every Windows has this class; Wine, whose own check knows no restricting SIDs either, has not. The system decides by the
     * token itself: what is missing here is missing in what is shown and explained. */
    enum err err = take_groups(taking, TokenRestrictedSids, true, &ret->restricting_sids);
    if (err != ERR_NONE)
        return err;
    ret->restricted = ret->restricting_sids.count != 0;
    err = ask_newer(taking, TokenAccessInformation, &access, sizeof access, &answer);
    ret->write_restricted = ret->restricted && (access.Flags & FLAG_WRITE_RESTRICTED) != 0;
    return err;
}

/* A class that answers with a pointer to a SID, which may be NULL. */
static enum err take_sid(const struct taking *taking, TOKEN_INFORMATION_CLASS class, const struct sid **ret)
{
    const void *sid = NULL;
    struct bytes answer;
    enum err err = ask_newer(taking, class, &sid, sizeof sid, &answer);
    return err == ERR_NONE && sid != NULL ? read_sid(answer, sid, ret) : err;
}

static enum err take_app_container(const struct taking *taking, struct token *ret)
{
    DWORD less_privileged = 0;
    struct bytes answer;
    enum err err = take_sid(taking, TokenAppContainerSid, &ret->package);
    if (err == ERR_NONE)
        err = take_groups(taking, TokenCapabilities, true, &ret->capabilities);
    if (err == ERR_NONE)
        err = ask_newer(taking, (TOKEN_INFORMATION_CLASS)CLASS_LESS_PRIVILEGED_APP_CONTAINER,
                        &less_privileged, sizeof less_privileged, &answer);
    if (err == ERR_NONE)
        err = take_sid(taking, (TOKEN_INFORMATION_CLASS)CLASS_PROCESS_TRUST_LEVEL, &ret->trust);
    ret->less_privileged_app_container = less_privileged != 0;
    return err;
}

static enum err take_claims(const struct taking *taking, TOKEN_INFORMATION_CLASS class, struct claim_set *ret)
{
    struct bytes answer = {0};
    enum err err = snapshot_query(taking->system, taking->token, class, taking->arena, &answer);
    if (err == ERR_NOT_SUPPORTED)
        return ERR_NONE;
    return err == ERR_NONE ? snapshot_claims(taking->arena, answer, ret) : err;
}

static enum err take_device(const struct taking *taking, struct token *ret)
{
    enum err err = take_groups(taking, TokenDeviceGroups, true, &ret->device_groups);
    ret->has_device = ret->device_groups.count != 0;
    if (err == ERR_NONE)
        err = take_claims(taking, TokenUserClaimAttributes, &ret->user_claims);
    if (err == ERR_NONE)
        err = take_claims(taking, TokenDeviceClaimAttributes, &ret->device_claims);
    return err;
}

enum err snapshot_privileges(const struct system *system, HANDLE token, struct privilege_state *ret)
{
    AUTO_ARENA arena;
    struct bytes answer;
    privilege_set named;
    arena_init(&arena, (size_t)4 * ANSWER_MAX);
    enum err err = snapshot_query(system, token, TokenPrivileges, &arena, &answer);
    if (err != ERR_NONE)
        return err;
    return privilege_list_of_token((const TOKEN_PRIVILEGES *)(const void *)answer.data, answer.size, ret,
                                   &named);
}

enum err snapshot_take(const struct system *system, HANDLE token, struct arena *arena, struct token *ret,
                       uint64_t *ret_logon_id)
{
    const struct taking taking = {system, token, arena};
    struct token taken = {0};
    enum err err = take_type(&taking, &taken, ret_logon_id);
    if (err == ERR_NONE)
        err = take_user(&taking, &taken);
    if (err == ERR_NONE)
        err = take_groups(&taking, TokenGroups, false, &taken.groups);
    if (err == ERR_NONE)
        err = take_restrictions(&taking, &taken);
    if (err == ERR_NONE)
        err = take_app_container(&taking, &taken);
    if (err == ERR_NONE)
        err = take_device(&taking, &taken);
    if (err == ERR_NONE)
        err = snapshot_privileges(system, token, &taken.privileges);
    if (err == ERR_NONE)
        *ret = taken;
    return err;
}
