/* position: where in the log a reader stands, and its opaque text, the cursor. */
#ifndef NTOKEND_EVENTLOG_POSITION_H
#define NTOKEND_EVENTLOG_POSITION_H

#include "eventlog/store.h"

/* Of one event; a backend looks at the parts that it sorts by. */
struct event_position {
    uint64_t record_id;
    int64_t time_ns;
    struct event_uuid uuid;
};

enum { POSITION_TEXT_SIZE = 64 };

/* 64 characters of base64url (RFC 4648 5). A checksum binds the text to the filter: it is no secret, since all that a forged cursor
 * can name is a position that the same reader may read anyway. NULL when memory is exhausted. */
char *position_format(struct arena *arena, const struct event_position *position,
                      const struct event_filter *filter) MUST_USE;
/* ERR_MALFORMED: not one of ours, or of another filter. */
enum err position_parse(struct bytes text, const struct event_filter *filter,
                        struct event_position *ret) MUST_USE;

#endif
