/* event: one record of the Security log, with the IDs and fields of Windows. Reference 5.3 and 5.4. */
#ifndef NTOKEND_EVENTLOG_EVENT_H
#define NTOKEND_EVENTLOG_EVENT_H

#include "base/arena.h"

enum { EVENT_FIELDS_MAX = 32, EVENT_UUID_SIZE = 16, EVENT_UUID_TEXT_MAX = 37 };

struct event_uuid {
    uint8_t bytes[EVENT_UUID_SIZE];
};

/* EventData, in Windows' order: names as Windows has them, values as Windows writes them, both UTF-8. */
struct event_field {
    const char *name;
    const char *value;
};

/* Plain data that borrows its strings. */
struct event {
    struct event_uuid
        uuid; /* UUIDv7 (RFC 9562 5.7), made with the event: an insert that is tried again is no second event */
    uint64_t record_id; /* EventRecordID, given by the store; 0 before */
    uint16_t event_id;  /* 4656 … */
    uint8_t version;
    uint16_t task;
    bool success;    /* audit success or audit failure: Keywords */
    int64_t time_ns; /* since the Unix epoch, a multiple of 100 */
    uint32_t process_id;
    uint32_t thread_id;
    /* What the filters look at; NULL for none. They stand among the fields too. */
    const char *subject_sid;
    const char *subject_name; /* "CORP\\alice" */
    const char *object_name;
    const char *session; /* SubjectLogonId, "0x3e7" */
    struct event_field fields[EVENT_FIELDS_MAX];
    size_t field_count;
};

/* `random` are 10 random bytes. Ascending with time within a process, also inside one millisecond. */
struct event_uuid event_uuid_make(int64_t time_ns, const uint8_t random[10]);
/* 36 characters, lower case, NUL-terminated. */
void event_uuid_format(const struct event_uuid *uuid, char ret[EVENT_UUID_TEXT_MAX]);
/* ERR_MALFORMED. Any case. */
enum err event_uuid_parse(struct bytes text, struct event_uuid *ret) MUST_USE;

#endif
