/* alarm: what the routes share that write to the Security log, as the AccessCheckAndAuditAlarm family does. */
#ifndef NTOKEND_API_ALARM_H
#define NTOKEND_API_ALARM_H

#include "api/read.h"
#include "api/write.h"
#include "platform/audit.h"

/* False, and the reader failed at `place`, when there is no log to write to. */
bool alarm_possible(struct reader *reader, const struct place *place, const struct platform *platform);
/* What an err of platform/audit.h means, for the caller and for the operator. */
struct problem alarm_problem(enum err err);
/* ["018f…"]: the IDs of the events from the one numbered `first`. */
json_t *alarm_events(struct writer *writer, const struct audit_trail *trail, size_t first);

#endif
