/* syslog: an event as a message of RFC 5424, in a frame of RFC 6587 3.4.1 (octet counting), as RFC 5425 4.3 wants it too. */
#ifndef NTOKEND_FORWARD_SYSLOG_H
#define NTOKEND_FORWARD_SYSLOG_H

#include "eventlog/event.h"

enum {
    SYSLOG_FACILITY = 13 /* log audit */,
    SYSLOG_SUCCESS = 6 /* informational */,
    SYSLOG_FAILURE = 5 /* notice */
};

/* The message is JSON (ocsf.h); its structured data has the UUID, by which a receiver knows an event that comes again, and the
 * record id. In the arena. ERR_NO_MEMORY. */
enum err syslog_frame(struct arena *arena, const struct event *event, const char *computer,
                      struct bytes *ret) MUST_USE;

#endif
