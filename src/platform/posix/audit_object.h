/* audit_object: events about opening objects and using privileges on them. Reference 5.4: 4656, 4661, 4662 and 4674. */
#ifndef NTOKEND_PLATFORM_POSIX_AUDIT_OBJECT_H
#define NTOKEND_PLATFORM_POSIX_AUDIT_OBJECT_H

#include "platform/posix/audit_event.h"
#include "platform/posix/audit_list.h"
#include "platform/posix/audit_policy.h"

/* An object was opened, or was not. */
struct audit_opening {
    const struct platform_token *token;
    const struct audit_object *object;
    const struct descriptor *descriptor; /* audit_object_opened only */
    uint64_t handle_id;                  /* 0: there is none, because it was refused */
    uint32_t mask;                       /* granted; of a refusal: desired */
    bool allowed;
    privilege_set privileges;
    const char *reason; /* AccessReason; "-" when it is not known */
    struct audit_list_nodes nodes;
};

/* Whether events about opening the object are on: those of its kind and, but for the directory's, those about handles. */
bool audit_object_on(const struct audit_policy *policy, const struct audit_object *object, bool success);
/* 4656; 4661 for SAM, LSA and the directory; 4662 for AuditEventDirectoryServiceAccess. */
enum err audit_object_opened(const struct platform *platform, struct audit_trail *trail,
                             const struct audit_opening *opening) MUST_USE;

/* ObjectServer, ObjectType and ObjectName; the last is what the filters look at. */
void audit_object_put(struct audit_event *event, const struct audit_object *object);

/* 4674: privileges that were used on an object, or were missing, whatever its SACL says; when its events are on. */
enum err audit_object_privileges(const struct platform *platform, struct audit_trail *trail,
                                 const struct audit_opening *opening) MUST_USE;

#endif
