/* audit_event: an event in the making, field by field in Windows' order, at the end of a trail. Reference 5.3 and 5.4. */
#ifndef NTOKEND_PLATFORM_POSIX_AUDIT_EVENT_H
#define NTOKEND_PLATFORM_POSIX_AUDIT_EVENT_H

#include "platform/audit.h"

/* What all events of a kind have in common. */
struct audit_kind {
    uint16_t id;
    uint8_t version;
    uint16_t task;
};

/* Bytes of what others wrote; what is longer ends in "...". An object's name may be as long as Windows' longest path. */
enum { AUDIT_NAME_MAX = 1024, AUDIT_OBJECT_NAME_MAX = 32 << 10 };

/* TransactionId, LogonGuid: there is none. */
#define AUDIT_NO_GUID "{00000000-0000-0000-0000-000000000000}"

/* What goes wrong is kept until the end. */
struct audit_event {
    const struct platform *platform;
    struct audit_trail *trail;
    struct event *event; /* the slot behind the trail's last; NULL: memory is exhausted */
    bool failed;
};

void audit_event_begin(struct audit_event *event, const struct platform *platform, struct audit_trail *trail,
                       const struct audit_kind *kind, bool success);
/* `value` is static or in the trail's arena; NULL means that there was no memory to make it. */
void audit_event_put(struct audit_event *event, const char *name, const char *value);
/* Made by somebody else: bounded, in UTF-8, and "-" when NULL or empty. */
void audit_event_text(struct audit_event *event, const char *name, const char *text, size_t max);
void audit_event_hex(struct audit_event *event, const char *name, uint64_t number);
void audit_event_number(struct audit_event *event, const char *name, uint64_t number);

/* The four fields that say who: as SubjectUserSid … or as TargetUserSid …. What the filters look at comes from the last that is
 * somebody. */
enum audit_role { AUDIT_SUBJECT, AUDIT_TARGET };
void audit_event_person(struct audit_event *event, enum audit_role role, const struct platform_token *token);
/* S-1-0-0, as Windows names a subject that there is not. */
void audit_event_nobody(struct audit_event *event, enum audit_role role);

/* The fields that name this service. */
void audit_event_process_id(struct audit_event *event);
void audit_event_process_name(struct audit_event *event);

/* Makes it the trail's last. ERR_NO_MEMORY, ERR_IO: it is not there. */
enum err audit_event_end(struct audit_event *event) MUST_USE;

#endif
