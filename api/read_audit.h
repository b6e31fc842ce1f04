/* read_audit: what the functions that write to the Security log are told of an object, as the caller writes it. */
#ifndef NTOKEND_API_READ_AUDIT_H
#define NTOKEND_API_READ_AUDIT_H

#include "api/read.h"
#include "platform/audit.h"

/* Bytes of UTF-8: what an event keeps whole. */
enum {
    READ_AUDIT_NAME_MAX = 1024,    /* of a subsystem, an object type, a service */
    READ_AUDIT_OBJECT_MAX = 32767, /* of an object: Windows' longest path */
};

/* Not empty, at most READ_AUDIT_NAME_MAX, without control characters: a line break could make a line of the log that nobody
 * wrote. Lasts as long as the request; "" once the reader failed. */
const char *read_audit_name(struct reader *reader, const struct place *place);
/* The same, but not the name that the service's own events have, in any case. */
const char *read_audit_subsystem(struct reader *reader, const struct place *place);
/* "0x" and 1 to 16 hex digits, or a number. */
uint64_t read_audit_handle(struct reader *reader, const struct place *place);

/* Those of these members that `place` has, into *ret: subsystem, objectTypeName, objectName, handleId, objectCreation,
 * auditType, allowNoPrivilege. What is absent stays as it is; names that nobody gave stay NULL. */
void read_audit_members(struct reader *reader, const struct place *place, struct audit_object *ret);
/* The `audit` of a check: an object with no other members. */
void read_audit(struct reader *reader, const struct place *place, struct audit_object *ret);
/* Refuses an object without subsystem or objectTypeName; objectName becomes "" when nobody gave it. */
void read_audit_complete(struct reader *reader, const struct place *place, struct audit_object *audit);

#endif
