/* What Windows writes unasked: logons and adjusted privileges. Reference 5.4; fields of 4624 and 4625 as in Microsoft's samples of
 * these events. */
#include "platform/posix/audit_event.h"
#include "platform/posix/audit_list.h"
#include "platform/posix/audit_policy.h"
#include "platform/posix/audit_privilege.h"
#include "platform/posix/audit_text.h"
#include "platform/posix/state.h"
#include "platform/posix/token_storage.h"

/* SIDs in one 4627; Windows too writes several when there are more than fit. */
enum { GROUPS_PER_EVENT = 512 };

#define MESSAGE_YES "%%1842"
#define MESSAGE_NO  "%%1843"

static void put_package(struct audit_event *event, const char *package)
{
    audit_event_put(event, "LogonProcessName", "Kerberos");
    audit_event_put(event, "AuthenticationPackageName", package);
    audit_event_put(event, "WorkstationName", "-");
}

/* Who logs on over the network is not a process of this machine. */
static void put_origin(struct audit_event *event, const struct audit_source *source)
{
    audit_event_put(event, "TransmittedServices", "-");
    audit_event_put(event, "LmPackageName", "-");
    audit_event_put(event, "KeyLength", "0");
    audit_event_put(event, "ProcessId", "0x0");
    audit_event_put(event, "ProcessName", "-");
    audit_event_text(event, "IpAddress", source->address, AUDIT_NAME_MAX);
    if (source->address != NULL)
        audit_event_number(event, "IpPort", source->port);
    else
        audit_event_put(event, "IpPort", "-");
}

static const char *level_message(const struct token *token)
{
    switch (token->level) {
    case SECURITY_IDENTIFICATION:
        return "%%1832";
    case SECURITY_IMPERSONATION:
        return "%%1833";
    case SECURITY_DELEGATION:
        return "%%1840";
    case SECURITY_ANONYMOUS:
        break;
    }
    return "-";
}

/* 4624: "elevated" is a token that is an administrator's in full. */
static enum err write_logon(const struct platform_token *token, const struct audit_source *source,
                            struct audit_trail *trail)
{
    static const struct audit_kind kind = {4624, 2, 12544};
    const struct token *view = platform_token_view(token);
    const struct token_details *details = platform_token_details(token);
    struct audit_event event;
    audit_event_begin(&event, token->storage->platform, trail, &kind, true);
    audit_event_nobody(&event, AUDIT_SUBJECT);
    audit_event_person(&event, AUDIT_TARGET, token);
    audit_event_number(&event, "LogonType", details->logon_type);
    put_package(&event, details->authentication != NULL ? details->authentication : "-");
    audit_event_put(&event, "LogonGuid", AUDIT_NO_GUID);
    put_origin(&event, source);
    audit_event_put(&event, "ImpersonationLevel", level_message(view));
    audit_event_put(&event, "RestrictedAdminMode", "-");
    audit_event_put(&event, "TargetOutboundUserName", "-");
    audit_event_put(&event, "TargetOutboundDomainName", "-");
    audit_event_put(&event, "VirtualAccount", MESSAGE_NO);
    audit_event_put(&event, "TargetLinkedLogonId", "0x0");
    audit_event_put(&event, "ElevatedToken",
                    view->integrity_level >= INTEGRITY_HIGH ? MESSAGE_YES : MESSAGE_NO);
    return audit_event_end(&event);
}

static enum err write_special(const struct platform_token *token, privilege_set special,
                              struct audit_trail *trail)
{
    static const struct audit_kind kind = {4672, 0, 12548};
    struct audit_event event;
    audit_event_begin(&event, token->storage->platform, trail, &kind, true);
    audit_event_person(&event, AUDIT_SUBJECT, token);
    audit_event_put(&event, "PrivilegeList", audit_list_privileges(trail->arena, special));
    return audit_event_end(&event);
}

/* The groups from `first` on, as many as fit, and behind the last of all the integrity label. */
static const char *groups_text(const struct token *token, size_t first, struct arena *arena)
{
    struct audit_text text = {.arena = arena};
    const size_t end = first + GROUPS_PER_EVENT;
    for (size_t i = first; i < end && i < token->groups.count; i++) {
        char sid[SID_TEXT_MAX];
        (void)sid_format(token->groups.items[i].sid, sid);
        audit_text_printf(&text, "%s%%{%s}", i == first ? "" : " ", sid);
    }
    if (end >= token->groups.count)
        audit_text_printf(&text, "%s%%{S-1-16-%u}", text.size != 0 ? " " : "", token->integrity_level);
    return audit_text_done(&text);
}

static enum err write_groups(const struct platform_token *token, struct audit_trail *trail)
{
    static const struct audit_kind kind = {4627, 0, 12554};
    const struct token *view = platform_token_view(token);
    const size_t groups = view->groups.count != 0 ? view->groups.count : 1;
    const size_t total = (groups + GROUPS_PER_EVENT - 1) / GROUPS_PER_EVENT;
    enum err err = ERR_NONE;
    for (size_t i = 0; i < total && err == ERR_NONE; i++) {
        struct audit_event event;
        audit_event_begin(&event, token->storage->platform, trail, &kind, true);
        audit_event_nobody(&event, AUDIT_SUBJECT);
        audit_event_person(&event, AUDIT_TARGET, token);
        audit_event_number(&event, "LogonType", platform_token_details(token)->logon_type);
        audit_event_number(&event, "EventIdx", i + 1);
        audit_event_number(&event, "EventCountTotal", total);
        audit_event_put(&event, "GroupMembership", groups_text(view, i * GROUPS_PER_EVENT, trail->arena));
        err = audit_event_end(&event);
    }
    return err;
}

/* The groups are told only beside the logon itself: Microsoft's page of 4627. */
enum err platform_audit_logon(const struct platform_token *token, const struct audit_source *source,
                              struct audit_trail *trail)
{
    const struct platform *platform = token->storage->platform;
    const privilege_set special = audit_privilege_special(platform_token_view(token)->privileges.present);
    const size_t written = trail->count;
    struct audit_policy policy;
    enum err err = ERR_NONE;
    if (platform->log.store == NULL)
        return ERR_NONE;
    platform_audit_policy(platform, &policy);
    const bool logon = audit_policy_on(&policy, AUDIT_LOGON, true);
    if (logon)
        err = write_logon(token, source, trail);
    if (err == ERR_NONE && special != 0 && audit_policy_on(&policy, AUDIT_SPECIAL_LOGON, true))
        err = write_special(token, special, trail);
    if (err == ERR_NONE && logon && audit_policy_on(&policy, AUDIT_GROUP_MEMBERSHIP, true))
        err = write_groups(token, trail);
    if (err != ERR_NONE)
        trail->count = written;
    return err;
}

/* What a refusal is to Windows. Status codes: [MS-ERREF] 2.3.1; 2304 is "An Error occured during Logon.", 2308 "The user has not been
 * granted the requested logon type at this machine.", 2313 "Unknown user name or bad password.". */
struct refused {
    const char *reason;
    const char *status;
    const char *failure;
};
static const struct refused refusals[] = {
    {"ERROR_LOGON_TYPE_NOT_GRANTED", "0xc000015b", "%%2308"},
    {"ERROR_LOGON_FAILURE", "0xc000006d", "%%2313"},
    {"bad-binding", "0xc000035b", "%%2304"},
    {"no-binding", "0xc000035b", "%%2304"},
    {"no-channel", "0xc000035b", "%%2304"},
    {"skew", "0xc0000133", "%%2304"},
    {"not-yet-valid", "0xc0000133", "%%2304"},
    {NULL, "0xc000006d", "%%2304"},
};

enum err platform_audit_logon_failure(struct platform *platform, const char *reason,
                                      const struct audit_source *source, struct audit_trail *trail)
{
    static const struct audit_kind kind = {4625, 0, 12544};
    struct audit_policy policy;
    struct audit_event event;
    const struct refused *refused = refusals;
    platform_audit_policy(platform, &policy);
    if (platform->log.store == NULL || !audit_policy_on(&policy, AUDIT_LOGON, false))
        return ERR_NONE;
    while (refused->reason != NULL && strcmp(refused->reason, reason) != 0)
        refused++;
    audit_event_begin(&event, platform, trail, &kind, false);
    audit_event_nobody(&event, AUDIT_SUBJECT);
    audit_event_put(&event, "TargetUserSid", "S-1-0-0");
    audit_event_put(&event, "TargetUserName", "-");
    audit_event_put(&event, "TargetDomainName", "-");
    audit_event_put(&event, "Status", refused->status);
    audit_event_put(&event, "FailureReason", refused->failure);
    audit_event_put(&event, "SubStatus", "0x0");
    audit_event_put(&event, "LogonType", "3");
    put_package(&event, "Kerberos");
    put_origin(&event, source);
    return audit_event_end(&event);
}

/* Who adjusts a token here is its owner. */
enum err platform_audit_adjusted(const struct platform_token *token, privilege_set enabled,
                                 privilege_set disabled, struct audit_trail *trail)
{
    static const struct audit_kind kind = {4703, 0, 13570};
    const struct platform *platform = token->storage->platform;
    struct audit_policy policy;
    struct audit_event event;
    platform_audit_policy(platform, &policy);
    if (platform->log.store == NULL || (enabled | disabled) == 0 ||
        (!audit_policy_on(&policy, AUDIT_AUTHORIZATION_POLICY_CHANGE, true) &&
         !audit_policy_on(&policy, AUDIT_TOKEN_RIGHT_ADJUSTED, true)))
        return ERR_NONE;
    audit_event_begin(&event, platform, trail, &kind, true);
    audit_event_person(&event, AUDIT_SUBJECT, token);
    audit_event_person(&event, AUDIT_TARGET, token);
    audit_event_process_name(&event);
    audit_event_process_id(&event);
    audit_event_put(&event, "EnabledPrivilegeList", audit_list_privileges(trail->arena, enabled));
    audit_event_put(&event, "DisabledPrivilegeList", audit_list_privileges(trail->arena, disabled));
    return audit_event_end(&event);
}
