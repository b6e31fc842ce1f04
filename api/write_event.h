/* write_event: events of the security log as JSON. */
#ifndef NTOKEND_API_WRITE_EVENT_H
#define NTOKEND_API_WRITE_EVENT_H

#include "api/write.h"
#include "eventlog/event.h"

/* {id, recordId, eventId, time, outcome, subject, data}: `data` with Windows' own names, in Windows' order. `subject` and its
 * members are left out where the event has none. What is no UTF-8 becomes U+FFFD. */
json_t *write_event(struct writer *writer, const struct event *event);

#endif
