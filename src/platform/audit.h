/* audit: the functions that write to the Security log, what the system writes there by itself, and the log. On Windows the
 * alarms, the Security channel and what the system does unasked; on POSIX events as Windows makes them (reference 5), kept by
 * eventlog/store.h.
 *
 * What a request causes is gathered in its trail, and is durable before its answer leaves: platform_audit_commit. */
#ifndef NTOKEND_PLATFORM_AUDIT_H
#define NTOKEND_PLATFORM_AUDIT_H

#include "eventlog/store.h"
#include "platform/access.h"
#include "platform/privilege.h"

/* The events of one request, in order. Windows writes its own at once: there a trail stays empty. */
struct audit_trail {
    struct arena *arena;
    struct event *events;
    size_t count;
    size_t room;
};

/* Where a logon came from. */
struct audit_source {
    const char *address; /* numeric; NULL: not known */
    unsigned port;
};

/* What the alarms are told of an object. Strings are UTF-8, never NULL. */
struct audit_object {
    const char *subsystem; /* SubsystemName: ObjectServer */
    const char *type_name; /* ObjectTypeName */
    const char *name;      /* ObjectName */
    uint64_t handle_id;
    const struct securable *securable; /* whose rights the masks speak of; NULL: not known */
    bool creation;                     /* ObjectCreation */
    bool directory_service;            /* AuditEventDirectoryServiceAccess: 4662 in place of 4656 */
    bool allow_no_privilege; /* AUDIT_ALLOW_NO_PRIVILEGE: without SeAuditPrivilege check and do not audit */
};

/* False when the operator gave no log: then everything below that takes a trail gives ERR_NOT_SUPPORTED, but for
 * platform_access_check_and_audit with allow_no_privilege and for the events about logons and privileges, which are then not made. */
bool platform_audit_available(const struct platform *platform);

/* AccessCheckAndAuditAlarm, AccessCheckByTypeAndAuditAlarm, AccessCheckByTypeResultListAndAuditAlarm: checks as
 * platform_access_check, then audits by the SACL. *ret_generate_on_close: a handle that is opened now is to be audited when it is
 * closed. ERR_PRIVILEGE_NOT_HELD: the service has no SeAuditPrivilege. On an error *ret denies. */
enum err platform_access_check_and_audit(const struct platform_token *token,
                                         const struct access_request *request,
                                         const struct audit_object *object, struct audit_trail *trail,
                                         struct access_answer *ret, bool *ret_generate_on_close) MUST_USE;

/* ObjectOpenAuditAlarm: the caller of the alarm has decided. */
struct audit_open {
    const struct descriptor *descriptor;
    uint32_t desired;
    uint32_t granted;
    privilege_set privileges;
    bool access_granted;
};
enum err platform_audit_object_open(const struct platform_token *token, const struct audit_object *object,
                                    const struct audit_open *open, struct audit_trail *trail,
                                    bool *ret_generate_on_close) MUST_USE;
/* ObjectCloseAuditAlarm, ObjectDeleteAuditAlarm; nothing is written without generate_on_close. */
enum err platform_audit_object_close(const struct platform_token *token, const char *subsystem,
                                     uint64_t handle_id, bool generate_on_close,
                                     struct audit_trail *trail) MUST_USE;
enum err platform_audit_object_delete(const struct platform_token *token, const char *subsystem,
                                      uint64_t handle_id, bool generate_on_close,
                                      struct audit_trail *trail) MUST_USE;
/* ObjectPrivilegeAuditAlarm. */
enum err platform_audit_object_privilege(const struct platform_token *token,
                                         const struct audit_object *object, uint32_t desired,
                                         privilege_set privileges, bool access_granted,
                                         struct audit_trail *trail) MUST_USE;
/* PrivilegedServiceAuditAlarm. */
enum err platform_audit_privileged_service(const struct platform_token *token, const char *subsystem,
                                           const char *service, privilege_set privileges, bool access_granted,
                                           struct audit_trail *trail) MUST_USE;

/* What Windows writes without being asked: 4624, 4672 and 4627 for a logon, 4625 for one that failed, 4703 for privileges that
 * were enabled or disabled. */
enum err platform_audit_logon(const struct platform_token *token, const struct audit_source *source,
                              struct audit_trail *trail) MUST_USE;
/* `reason` is negotiate_reply's, or ERR_LOGON_… of platform_token_open_client by its Win32 name. */
enum err platform_audit_logon_failure(struct platform *platform, const char *reason,
                                      const struct audit_source *source, struct audit_trail *trail) MUST_USE;
enum err platform_audit_adjusted(const struct platform_token *token, privilege_set enabled,
                                 privilege_set disabled, struct audit_trail *trail) MUST_USE;

/* Makes the events of a trail durable. ERR_NONE: `done` is called exactly once, from any thread and perhaps before this returns;
 * anything but ERR_NONE there, and every error of this call (done is then not called), means that no decision may leave. The
 * events are copied. An empty trail must not be committed. */
enum err platform_audit_commit(struct platform *platform, const struct audit_trail *trail,
                               event_store_done *done, void *context) MUST_USE;

/* The log, as event_store_read, event_store_read_after, event_store_watch (one watcher) and event_store_health.
 * ERR_NOT_SUPPORTED when there is none. */
enum err platform_audit_read(struct platform *platform, const struct event_filter *filter, const char *cursor,
                             size_t limit, struct arena *arena, struct event_page *ret) MUST_USE;
enum err platform_audit_read_after(struct platform *platform, const struct event_filter *filter,
                                   uint64_t record_id, size_t limit, struct arena *arena,
                                   struct event_page *ret, uint64_t *ret_last) MUST_USE;
enum err platform_audit_watch(struct platform *platform, event_store_wake *wake, void *context) MUST_USE;
void platform_audit_health(struct platform *platform, struct event_store_health *ret);
/* Name of the machine as events say it in Computer; lives as long as the platform. */
const char *platform_computer_name(const struct platform *platform);

#endif
