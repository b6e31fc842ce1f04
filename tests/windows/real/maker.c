/* Tokens from the process's own: only what it has can be left in or taken away. */
#include "windows/real/machine.h"

#include <inttypes.h>

enum role { ROLE_NONE, ROLE_DENIES, ROLE_ON };

const char *maker_failed(struct arena *arena, const char *name)
{
    const DWORD code = GetLastError();
    const char *text = arena_printf(arena, "%s: error %lu", name, code);
    return text != NULL ? text : name;
}

static bool names(struct bytes raw, const struct sid *sid)
{
    const size_t size = sid_size(sid);
    for (size_t at = 0; at + size <= raw.size; at++)
        if (memcmp(raw.data + at, sid, size) == 0)
            return true;
    return false;
}

static enum role role_in(const struct sid_list *groups, const struct sid *sid)
{
    for (size_t i = 0; i < groups->count; i++) {
        const uint32_t attributes = groups->items[i].attributes;
        if (!sid_equal(groups->items[i].sid, sid))
            continue;
        if ((attributes & SE_GROUP_USE_FOR_DENY_ONLY) != 0)
            return ROLE_DENIES;
        return (attributes & SE_GROUP_ENABLED) != 0 ? ROLE_ON : ROLE_NONE;
    }
    return ROLE_NONE;
}

static const char *sid_words(struct arena *arena, const char *words, const struct sid *sid)
{
    char text[SID_TEXT_MAX];
    (void)sid_format(sid, text);
    return arena_printf(arena, words, text);
}

/* Why a token of this process cannot stand for the one wanted; NULL when it may. */
static const char *groups_problem(const struct machine *machine, const struct token *wanted, struct bytes raw,
                                  struct arena *arena)
{
    const struct sid_list *own = &machine->self.groups;
    for (size_t i = 0; i < own->count; i++) {
        const struct sid *sid = own->items[i].sid;
        if (names(raw, sid) && role_in(&wanted->groups, sid) == ROLE_NONE)
            return sid_words(arena, "this process is in %s, which counts here", sid);
    }
    for (size_t i = 0; i < wanted->groups.count; i++) {
        const struct sid *sid = wanted->groups.items[i].sid;
        if (role_in(&wanted->groups, sid) != ROLE_NONE && names(raw, sid) && role_in(own, sid) != ROLE_ON)
            return sid_words(arena, "this process is not in %s", sid);
    }
    if (names(raw, machine->self.user) && !sid_equal(machine->self.user, wanted->user))
        return "the user of this process counts here";
    return names(raw, wanted->user) && sid_size(wanted->user) != sid_size(machine->self.user)
               ? "the user of this process has a SID of another length"
               : NULL;
}

static const char *problem(const struct machine *machine, const struct token *wanted, struct bytes raw,
                           struct arena *arena)
{
    if (wanted->user_claims.count != 0 || wanted->device_claims.count != 0 || wanted->local_claims.count != 0)
        return "claims need SeCreateTokenPrivilege";
    if (wanted->has_device)
        return "device groups need SeCreateTokenPrivilege";
    if (wanted->package != NULL)
        return "an AppContainer is not made from this process's token";
    if (wanted->trust != NULL)
        return "a trust level is the system's to give";
    if ((wanted->privileges.present & ~machine->self.privileges.present) != 0)
        return "privileges that this process does not hold";
    return groups_problem(machine, wanted, raw, arena);
}

static const char *compare_lists(const struct sid_list *made, const struct sid_list *wanted, const char *what)
{
    if (made->count != wanted->count)
        return what;
    for (size_t i = 0; i < wanted->count; i++)
        if (role_in(made, wanted->items[i].sid) != role_in(wanted, wanted->items[i].sid))
            return what;
    return NULL;
}

/* What GetTokenInformation says of a token that was made, beside the one wanted. */
static const char *differs(const struct machine *machine, const struct token *made,
                           const struct token *wanted, bool exact)
{
    if (made->type != wanted->type || (made->type == TOKEN_IMPERSONATION && made->level != wanted->level))
        return "the token made has another type or level";
    if (made->user_deny_only != wanted->user_deny_only)
        return "the token made has a user who may or may not deny only";
    if (made->restricted != wanted->restricted || made->write_restricted != wanted->write_restricted ||
        compare_lists(&made->restricting_sids, &wanted->restricting_sids, "") != NULL)
        return "the token made has other restricting SIDs";
    if (made->integrity_level != wanted->integrity_level ||
        ((made->mandatory_policy ^ wanted->mandatory_policy) & TOKEN_MANDATORY_POLICY_NO_WRITE_UP) != 0)
        return "the token made has another integrity level or policy";
    if (made->privileges.present != wanted->privileges.present ||
        made->privileges.enabled != wanted->privileges.enabled)
        return "the token made has other privileges";
    for (size_t i = 0; i < machine->self.groups.count && !exact; i++)
        if (role_in(&wanted->groups, machine->self.groups.items[i].sid) == ROLE_DENIES &&
            role_in(&made->groups, machine->self.groups.items[i].sid) != ROLE_DENIES)
            return "the token made has a group that should deny only";
    if (!exact)
        return NULL;
    if (!sid_equal(made->user, wanted->user))
        return "the token made has another user";
    const char *what = compare_lists(&made->groups, &wanted->groups, "the token made has other groups");
    if (what == NULL)
        what = compare_lists(&made->device_groups, &wanted->device_groups, "… other device groups");
    if (what == NULL && (made->user_claims.count != wanted->user_claims.count ||
                         made->device_claims.count != wanted->device_claims.count))
        what = "the token made has other claims";
    if (what == NULL && (made->package != NULL) != (wanted->package != NULL))
        what = "the token made has another package";
    return what != NULL ? what
                        : compare_lists(&made->capabilities, &wanted->capabilities,
                                        "the token made has other capabilities");
}

void machine_unmake(struct made_token *made)
{
    if (made->handle != NULL)
        (void)CloseHandle(made->handle);
    made->handle = NULL;
}

/* With integrity as it is in the process where no label can tell. */
void machine_make(const struct machine *machine, const struct token *wanted, struct bytes raw,
                  struct arena *arena, struct made_token *ret)
{
    struct token aim = *wanted;
    HANDLE base = NULL;
    *ret = (struct made_token){.by = machine->may_create ? "NtCreateTokenEx" : "CreateRestrictedToken"};
    if (machine->may_create) {
        base = maker_create(machine, wanted, arena, &ret->why_not);
    } else {
        ret->why_not = problem(machine, wanted, raw, arena);
        ret->instead_of = sid_equal(machine->self.user, wanted->user) ? NULL : wanted->user;
        if (aim.integrity_level == INTEGRITY_MEDIUM && machine->self.integrity_level > INTEGRITY_MEDIUM &&
            machine->wine)
            aim.integrity_level = machine->self.integrity_level;
        if (ret->why_not == NULL && !DuplicateTokenEx(machine->process, TOKEN_ALL_ACCESS, NULL,
                                                      SecurityImpersonation, TokenPrimary, &base))
            ret->why_not = maker_failed(arena, "DuplicateTokenEx");
    }
    if (base != NULL)
        ret->handle = maker_finish(machine, &aim, base, arena, &ret->why_not);
    if (ret->handle == NULL)
        return;
    if (machine_snapshot(machine, ret->handle, arena, &ret->view) != ERR_NONE)
        ret->why_not = "the token made cannot be read";
    else
        ret->why_not = differs(machine, &ret->view, &aim, machine->may_create);
    if (ret->why_not != NULL)
        machine_unmake(ret);
}
