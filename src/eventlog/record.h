/* record: an event as bytes: how its fields are kept, and its link in the hash chain. */
#ifndef NTOKEND_EVENTLOG_RECORD_H
#define NTOKEND_EVENTLOG_RECORD_H

#include "eventlog/digest.h"
#include "eventlog/event.h"

/* The fields as name, NUL, value, NUL, … */
size_t record_fields_size(const struct event *event);
void record_fields_write(const struct event *event, uint8_t *ret);
/* The next pair at *at, which it moves on; false at the end and where the bytes are not ours. */
bool record_fields_next(struct bytes fields, size_t *at, struct event_field *ret);
/* The strings go into the arena. ERR_MALFORMED, ERR_NO_MEMORY. */
enum err record_fields_read(struct arena *arena, struct bytes fields, struct event *ret) MUST_USE;
/* The event's other strings move into the arena, and the fields are read into the event. Errors as above. */
enum err record_keep(struct arena *arena, struct bytes fields, struct event *event) MUST_USE;

/* SHA-256 over the hash of the record before and everything that is kept of this one; `fields` as above. */
void record_hash(const uint8_t previous[DIGEST_SIZE], const struct event *event, struct bytes fields,
                 uint8_t ret[DIGEST_SIZE]);

#endif
